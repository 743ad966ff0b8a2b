//! The server: the built command, a real vault, and clients that talk to it as clients do.

mod caching;
mod components;
mod connections;
mod described;
mod grpc;
mod hostile;
mod lifetime;
mod process;
mod requests;
pub mod serving;
mod tls;
