//! Loading: what a program gets, and the report when it gets nothing.
//!
//! Each case runs this test program again as a child, so that it has an environment, a home and a folder of its own.

mod bad_input;
mod child;
mod finding;
mod json;
mod key_services;
mod modes;
mod nested;
mod own;
mod scene;
mod scope;
mod settings;
mod stores;
mod telemetry;
#[cfg(feature = "vault-transit")]
#[path = "../cli/transit.rs"]
mod transit;
mod values;
mod watching;
