//! Secrets and settings for every language: Dapr's API over HTTP and gRPC, from a vault and from stores.
//!
//! Whoever starts a [`Server`] gives it a [`Source`]: how to read what is served, and which files that depends on. The server
//! reads it again when they change, and serves on what was good when they break.

mod access;
mod app;
mod applications;
mod callers;
mod components;
mod configuration;
mod contents;
mod following;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod grpc;
mod http;
mod line;
mod listen;
mod looks;
mod metrics;
mod rules;
mod scopes;
mod secrets;
mod server;
mod state;
mod yaml;

pub use self::applications::Applications;
pub use self::components::{Components, component_files};
pub use self::contents::{Contents, Held, HeldContent, ServedStore, Source, Takes, Vault};
pub use self::listen::{Address, BindError, TlsError, TlsFiles};
pub use self::rules::Rules;
pub use self::secrets::VAULT_STORE;
pub use self::server::{Again, Config, Server, StartError};
