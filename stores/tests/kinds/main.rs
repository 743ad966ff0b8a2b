//! Each kind of store that needs no server: the contract, and its own bad input.

#[cfg(any(feature = "command", feature = "directory", feature = "env", feature = "files"))]
#[path = "../contract/mod.rs"]
mod contract;
