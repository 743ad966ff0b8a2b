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
//! What a module holds of values is wiped when it is dropped. The parsers of other people's formats may leave copies of
//! escaped or folded text in freed memory.

pub mod dotenv;
pub mod encore;
mod entry;
mod error;
pub mod github;
pub mod json;
pub mod kubernetes;
pub mod limits;
mod position;
mod sheet;
pub mod shell;
pub mod toml;
mod tree;
pub mod yaml;

pub use self::entry::{Entry, Item, Written};
pub use self::error::{ReadError, ReadFault, Unfit, WriteError};
pub use self::position::Position;
pub use self::sheet::Sheet;
