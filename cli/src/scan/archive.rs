//! What kind of archive something is, from its first bytes, and readers that never give more than they should.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Gzip,
    Tar,
    /// Compressed in a way that is not looked into.
    Closed(&'static str),
    /// No archive.
    Bytes,
}

/// What something that begins so is.
pub(crate) fn kind_of(head: &[u8]) -> Kind {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        Kind::Zip
    } else if starts(b"\x1f\x8b\x08") {
        Kind::Gzip
    } else if head.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        Kind::Tar
    } else {
        let closed = CLOSED.iter().find(|(magic, _)| starts(magic));
        closed.map_or(Kind::Bytes, |(_, name)| Kind::Closed(name))
    }
}

/// How many bytes an archive may still give: a small one can be made that never ends.
#[derive(Debug)]
pub(crate) struct Allowance {
    left: Cell<u64>,
}

impl Allowance {
    /// For a file of so many bytes.
    pub(crate) fn of(length: u64) -> Self {
        Self { left: Cell::new(length.saturating_mul(TIMES).saturating_add(FREE)) }
    }

    /// Whether all of it was used.
    pub(crate) fn is_used_up(&self) -> bool {
        self.left.get() == 0
    }
}

/// A reader that gives as much as is allowed, and then an error.
pub(crate) struct Allowed<R> {
    pub(crate) source: R,
    pub(crate) allowance: Rc<Allowance>,
}

impl<R: Read> Read for Allowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.left.get();
        if left == 0 {
            return Err(io::Error::other(format!(
                "it grows to more than {TIMES} times its size: the rest was not looked into"
            )));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.source.read(&mut buffer[..most])?;
        self.allowance.left.set(left - read as u64);
        Ok(read)
    }
}

/// Reads the first bytes, as many as tell what it is.
pub(crate) fn head(source: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    source.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

const HEAD: usize = 512;
const TAR_MAGIC_AT: usize = 257;

/// What is compressed and not looked into.
const CLOSED: [(&[u8], &str); 5] = [
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
];

/// What an archive may grow to: so many times its size, and so many bytes more. Text shrinks to a 50th at best.
const TIMES: u64 = 100;
const FREE: u64 = 64 << 20;
