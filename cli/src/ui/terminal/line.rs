//! A line as it is typed, key by key: what each byte of a terminal without line editing does.

use strongroom_vault::limits::VALUE_BYTES;
use zeroize::Zeroizing;

/// The line so far, in memory that is wiped whenever it grows.
pub(super) struct Line {
    bytes: Zeroizing<Vec<u8>>,
    escape: Escape,
    pub(super) fault: Option<&'static str>,
}

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// The line has one more byte.
    Added,
    /// So many characters at the end are gone.
    Removed(usize),
    /// Nothing changed.
    Nothing,
    /// The line is complete.
    Complete,
    /// Ctrl-C, or Ctrl-D on an empty line.
    Interrupted,
}

/// Where in an escape sequence, such as that of an arrow key, the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    Outside,
    Begun,
    Inside,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(4096)),
            escape: Escape::Outside,
            fault: None,
        }
    }

    pub(super) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }

    /// How many characters it has.
    pub(super) fn characters(&self) -> usize {
        self.bytes.iter().filter(|&&byte| begins_character(byte)).count()
    }

    /// Takes one byte from the terminal.
    pub(super) fn take(&mut self, byte: u8) -> Typed {
        match (self.escape, byte) {
            (Escape::Begun, b'[' | b'O') => {
                self.escape = Escape::Inside;
                return Typed::Nothing;
            }
            (Escape::Inside, _) => {
                if (0x40..=0x7e).contains(&byte) {
                    self.escape = Escape::Outside;
                }
                return Typed::Nothing;
            }
            _ => self.escape = Escape::Outside,
        }
        match byte {
            b'\n' | b'\r' => Typed::Complete,
            CTRL_C => Typed::Interrupted,
            CTRL_D if self.bytes.is_empty() => Typed::Interrupted,
            CTRL_D => Typed::Complete,
            BACKSPACE | DELETE => self.remove_last(),
            CTRL_U => self.clear(),
            ESCAPE => {
                self.escape = Escape::Begun;
                Typed::Nothing
            }
            0..=0x1f if byte != b'\t' => {
                self.fault = Some("a control character was typed or pasted");
                Typed::Nothing
            }
            _ => self.push(byte),
        }
    }

    fn push(&mut self, byte: u8) -> Typed {
        if self.bytes.len() > VALUE_BYTES {
            self.fault = Some("the line is longer than 1 MiB");
            return Typed::Nothing;
        }
        if self.bytes.len() == self.bytes.capacity() {
            let mut grown = Zeroizing::new(Vec::with_capacity(self.bytes.capacity() * 2));
            grown.extend_from_slice(&self.bytes);
            self.bytes = grown;
        }
        self.bytes.push(byte);
        Typed::Added
    }

    fn remove_last(&mut self) -> Typed {
        let Some(start) = self.bytes.iter().rposition(|&byte| begins_character(byte)) else {
            return Typed::Nothing;
        };
        self.bytes.truncate(start);
        Typed::Removed(1)
    }

    fn clear(&mut self) -> Typed {
        let gone = self.characters();
        self.bytes.clear();
        self.fault = None;
        Typed::Removed(gone)
    }
}

/// Whether a byte of UTF-8 begins a character.
fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Vec<u8> {
        let mut line = Line::new();
        for &key in keys {
            line.take(key);
        }
        line.into_bytes().to_vec()
    }

    #[test]
    fn keys_edit_the_line() {
        assert_eq!(typed(b"hunter3\x7f2"), b"hunter2");
        assert_eq!(typed("schlüü\x7fssel".as_bytes()), "schlüssel".as_bytes());
        assert_eq!(typed(b"wrong\x15right"), b"right");
        assert_eq!(typed(b"\x7fa\tb"), b"a\tb");
    }

    #[test]
    fn arrow_keys_are_no_part_of_a_value() {
        assert_eq!(typed(b"a\x1b[Db\x1bOCc\x1b[1;5Dd"), b"abcd");
    }

    #[test]
    fn a_line_of_any_length_arrives() {
        let long = vec![b'x'; 20_000];
        assert_eq!(typed(&long), long);
    }

    #[test]
    fn other_control_characters_are_not_dropped_silently() {
        let mut line = Line::new();
        line.take(0x01);
        assert!(line.fault.is_some());
        assert_eq!(line.take(0x03), Typed::Interrupted);
    }
}
