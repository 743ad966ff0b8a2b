//! Each kind of store that needs no server: the contract, and its own bad input.

#[cfg(any(
    feature = "command",
    feature = "directory",
    feature = "env",
    feature = "files",
    feature = "strongroom"
))]
#[path = "../contract/mod.rs"]
mod contract;

#[cfg(any(
    all(any(feature = "command", feature = "files"), unix),
    feature = "directory",
    feature = "env",
    feature = "strongroom"
))]
mod again;
#[cfg(all(feature = "command", unix))]
mod command;
#[cfg(feature = "directory")]
mod directory;
#[cfg(feature = "env")]
mod env;
#[cfg(feature = "files")]
mod files;
#[cfg(all(feature = "directory", unix))]
mod links;

#[cfg(any(
    feature = "command",
    feature = "directory",
    feature = "env",
    feature = "files",
    feature = "strongroom"
))]
mod opened;
#[cfg(feature = "strongroom")]
mod strongroom;
