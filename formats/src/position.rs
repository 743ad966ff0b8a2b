//! Where something stands in a file: line and column, for people and editors.

use std::fmt;

/// A place in a file, both numbers counted from one; a column is a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in its line.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A text's lines, to find the place of any byte in it.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
    /// How many characters begin before each block of the text: a line may be as long as the file.
    before: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        let newlines = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = [0].into_iter().chain(newlines.map(|(at, _)| at + 1)).collect();
        let mut count = 0;
        let mut before = Vec::with_capacity(text.len() / BLOCK + 1);
        for block in text.chunks(BLOCK) {
            before.push(count);
            count += characters(block);
        }
        before.push(count);
        Self { text, starts, before }
    }

    /// The place of a byte in its line, both counted from one.
    pub(crate) fn position_of_byte(&self, line: usize, byte: usize) -> Position {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        self.position(start + byte.saturating_sub(1))
    }

    /// The place of a byte; of the end of the text for one beyond it.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let column =
            self.characters_before(offset) - self.characters_before(self.starts[line - 1]) + 1;
        Position { line, column }
    }
}

impl Lines<'_> {
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        self.before[block] + characters(&self.text[block * BLOCK..offset])
    }
}

/// How many characters begin in these bytes: every byte but those inside of a character begins one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Bytes of a block.
const BLOCK: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let lines = Lines::of("aü=x\nb".as_bytes());
        for (offset, line, column) in [(0, 1, 1), (3, 1, 3), (6, 2, 1), (99, 2, 2)] {
            assert_eq!(lines.position(offset), Position { line, column }, "{offset}");
        }
        let long = format!("ä\n{}", "ü".repeat(1_000));
        let lines = Lines::of(long.as_bytes());
        for column in [1, 128, 129, 512, 1_001] {
            let offset = "ä\n".len() + (column - 1) * "ü".len();
            assert_eq!(lines.position(offset), Position { line: 2, column }, "{column}");
        }
    }
}
