//! Values as other programs write them: bytes in, named values with their places out, and back.
//!
//! A format is a module. Its `read` gives [`Entry`]s in the order of the file, or a [`ReadError`] with line and column
//! that never holds a value. Its `write` takes names and values and gives a [`Sheet`], or a [`WriteError`] that names
//! everything that the format cannot carry. Nothing here opens a file, looks at the environment or prints.
//!
//! | module | reads | writes | carries |
//! | --- | --- | --- | --- |
//! | [`dotenv`] | yes | yes | UTF-8 text without NUL |
//! | [`shell`] | | yes | bytes without NUL |
//! | [`json`], [`yaml`], [`toml`] | yes | yes | UTF-8 text |
//! | [`kubernetes`] | yes | yes | any bytes, 1 MiB in one Secret |
//! | [`github`] | | yes | UTF-8 text without NUL |
//! | [`encore`] | yes | yes | any bytes |
//!
//! [`mod@reference`] finds references to secrets in a text; [`render`] puts values in their places in a file that is otherwise
//! left as it is.
//!
//! A format that brings crates along is a feature called like its module; all of them are on by default.
//!
//! What a module holds of values is wiped when it is dropped. The parsers of other people's formats may leave copies of
//! escaped or folded text in freed memory.

#![cfg_attr(
    not(all(feature = "encore", feature = "toml")),
    expect(dead_code, reason = "what one format alone uses of the common parts")
)]

#[cfg(feature = "dotenv")]
pub mod dotenv;
#[cfg(feature = "encore")]
pub mod encore;
mod entry;
mod error;
pub mod github;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "kubernetes")]
pub mod kubernetes;
pub mod limits;
mod position;
pub mod reference;
#[cfg(feature = "render")]
pub mod render;
mod sheet;
pub mod shell;
#[cfg(any(feature = "dotenv", feature = "json", feature = "toml", feature = "yaml"))]
mod text;
#[cfg(feature = "toml")]
pub mod toml;
#[cfg(any(feature = "json", feature = "toml", feature = "yaml"))]
mod tree;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use self::entry::{Entry, Item, Written};
pub use self::error::{ReadError, ReadFault, Unfit, WriteError};
pub use self::position::Position;
pub use self::sheet::Sheet;
#[cfg(any(feature = "json", feature = "toml", feature = "yaml"))]
pub use self::tree::{Field, Kind, Node};
