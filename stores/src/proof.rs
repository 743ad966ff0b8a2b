//! Files that prove who asks, such as tokens: what they hold goes to a server, so it is nothing of ours.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use strongroom_vault::open_regular;
use strongroom_vault::search::is_place_of_keys;

use crate::store::Value;

/// Whether a file lies where keys of ours are kept, whichever way a path leads there.
pub(crate) fn lies_with_keys(file: &Path) -> bool {
    fs::canonicalize(file).is_ok_and(|real| is_place_of_keys(&real))
}

/// Whether a file that a library reads and sends is a key of ours, or lies where those are kept.
#[cfg(any(feature = "aws", feature = "kubernetes"))]
pub(crate) fn is_of_keys(file: &Path) -> bool {
    let is_key = |text: Value| std::str::from_utf8(&text).is_ok_and(strongroom_vault::is_key_text);
    lies_with_keys(file) || read(file, TOKEN_BYTES).is_ok_and(is_key)
}

/// A regular file, up to a length.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Value> {
    let file = open_regular(path)?;
    // Room for one byte more than there may be, so that the memory never moves.
    let length = file.metadata()?.len().min(most);
    let mut bytes = Value::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

/// The longest file of a token; no key of ours is as long.
#[cfg(any(feature = "aws", feature = "kubernetes"))]
const TOKEN_BYTES: u64 = 64 << 10;
