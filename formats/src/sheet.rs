//! A file in the making: it grows without leaving a copy of a value behind, and is wiped when dropped.

use std::fmt;
use std::io::{self, Write};

use zeroize::Zeroizing;

/// Bytes that were written.
pub struct Sheet(Zeroizing<Vec<u8>>);

impl Sheet {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(FIRST)
    }

    /// An empty one that so many bytes fit into.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// Adds bytes. What they no longer fit into is wiped.
    pub(crate) fn push(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        if self.0.capacity() - self.0.len() < bytes.len() {
            let capacity = (self.0.len() + bytes.len()).max(self.0.capacity() * 2);
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Adds a text in double quotes, as JSON, YAML and TOML read it alike.
    pub(crate) fn push_quoted(&mut self, text: &str) {
        self.push("\"");
        self.push_escaped(text);
        self.push("\"");
    }

    /// Adds a text as it stands between double quotes.
    pub(crate) fn push_escaped(&mut self, text: &str) {
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let escape = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                c if is_printable(c) => continue,
                _ => "",
            };
            self.push(&text[from..at]);
            self.push(escape);
            if escape.is_empty() {
                self.push(format!("\\u{:04x}", u32::from(c)));
            }
            from = at + c.len_utf8();
        }
        self.push(&text[from..]);
    }
}

impl Default for Sheet {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet").field("bytes", &self.0.len()).finish_non_exhaustive()
    }
}

/// Whether a character may stand in a quoted text of all three formats; all others are below U+10000.
pub(crate) fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

const FIRST: usize = 4 << 10;
