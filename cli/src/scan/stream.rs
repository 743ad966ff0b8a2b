//! Reads bytes of any number through the table, in a buffer that stays as it is: pieces overlap by the longest spelling.

use std::io::{self, Read};

use zeroize::Zeroizing;

use super::table::{Hit, Table, What};

/// A buffer and the table that is asked.
pub(crate) struct Stream<'t> {
    table: &'t Table,
    /// Wiped at the end: what is found in files are values.
    buffer: Zeroizing<Vec<u8>>,
    /// Bytes that are kept on both sides of a window.
    margin: usize,
}

/// Where something was found in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Bytes before it.
    pub(crate) offset: u64,
    /// Its line, from 1, if what was read is text.
    pub(crate) line: Option<u64>,
}

impl<'t> Stream<'t> {
    pub(crate) fn new(table: &'t Table) -> Self {
        let margin = table.longest();
        let buffer = Zeroizing::new(vec![0; 2 * margin + margin.max(PIECE)]);
        Self { table, buffer, margin }
    }

    /// Reads to the end, and gives what is found. What was found before an error counts.
    pub(crate) fn read(
        &mut self,
        source: &mut dyn Read,
        mut take: impl FnMut(What, Position),
    ) -> io::Result<()> {
        let mut place = Place::default();
        // Windows before `from` were looked at; bytes after `filled` are old.
        let (mut from, mut filled) = (0, 0);
        loop {
            let (read, outcome) = fill(source, &mut self.buffer[filled..]);
            let (begun, is_last) =
                (place.base == 0 && from == 0, read < self.buffer.len() - filled);
            filled += read;
            let bytes = &self.buffer[..filled];
            if begun {
                place.is_text = !bytes[..filled.min(HEAD)].contains(&0);
            }
            let to = if is_last { filled } else { filled - self.margin };
            self.table.look(bytes, from, to, |Hit { what, start }| {
                take(what, place.position(bytes, start));
            });
            outcome?;
            if is_last {
                return Ok(());
            }
            let keep = to - self.margin;
            place.go_on(&bytes[..keep]);
            self.buffer.copy_within(keep..filled, 0);
            (from, filled) = (to - keep, filled - keep);
        }
    }
}

/// How far a stream was read.
#[derive(Debug, Default)]
struct Place {
    /// Bytes before the buffer, and the lines that end in them.
    base: u64,
    lines: u64,
    is_text: bool,
}

impl Place {
    fn position(&self, bytes: &[u8], start: usize) -> Position {
        let line = self.is_text.then(|| self.lines + newlines(&bytes[..start]) + 1);
        Position { offset: self.base + start as u64, line }
    }

    fn go_on(&mut self, bytes: &[u8]) {
        self.base += bytes.len() as u64;
        if self.is_text {
            self.lines += newlines(bytes);
        }
    }
}

#[expect(
    clippy::naive_bytecount,
    reason = "it is 3 % of the time; another crate would save 2 of them"
)]
fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

/// Reads until the buffer is full or there is no more: how many bytes, and what ended it.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}

/// Bytes that are looked at at once, at least.
const PIECE: usize = 256 << 10;

/// Bytes that say whether something is text, as in git: a zero among them, and it is none.
const HEAD: usize = 8_000;
