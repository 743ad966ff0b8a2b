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
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        let newlines = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = [0].into_iter().chain(newlines.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
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
        let before = &self.text[self.starts[line - 1]..offset];
        // Every byte but those inside of a character begins one.
        let column = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
        Position { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let lines = Lines::of("aü=x\nb".as_bytes());
        for (offset, line, column) in [(0, 1, 1), (3, 1, 3), (6, 2, 1), (99, 2, 2)] {
            assert_eq!(lines.position(offset), Position { line, column }, "{offset}");
        }
    }
}
