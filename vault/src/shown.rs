//! Text from a file or a user, made safe to print: no control, escape or bidirectional character reaches a terminal.

use std::fmt;

/// Prints a piece of foreign text: dangerous characters escaped, long text cut.
///
/// ```
/// # use strongroom_vault::Shown;
/// assert_eq!(Shown("a\u{1b}[31m").to_string(), "a\\u{1b}[31m");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, c) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_str("…");
            }
            if is_dangerous(c) {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

/// Whether a character can change what a terminal does or in which order a line reads.
#[must_use]
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text holds a dangerous character; plain ASCII is decided bytewise.
pub(crate) fn has_dangerous(text: &str) -> bool {
    if text.is_ascii() {
        text.bytes().any(|b| b < b' ' || b == 0x7f)
    } else {
        text.chars().any(is_dangerous)
    }
}

/// The most characters of foreign text in one place of a message.
const LONGEST: usize = 253;
