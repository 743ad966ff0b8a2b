//! A file's bytes as text, and how large a file may be.

use std::str;

use crate::error::{ReadError, ReadFault};
use crate::limits::FILE_BYTES;
use crate::position::Lines;

/// A file's bytes as text, without a byte order mark.
pub(crate) fn text_of(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() > FILE_BYTES {
        return Err(ReadFault::TooLarge.of_file());
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    str::from_utf8(bytes)
        .map_err(|error| ReadFault::NotUtf8.at(Lines::of(bytes).position(error.valid_up_to())))
}

/// A byte order mark.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";
