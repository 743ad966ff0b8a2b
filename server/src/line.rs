//! Text in the lines of the log: what a client or a file says stays in its line, and does nothing to a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use strongroom_vault::is_dangerous;

/// A text without ends of lines, and with every character that does something as an escape.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.trim_end().chars() {
        match c {
            '\n' => out.push_str("; "),
            c if is_dangerous(c) => {
                // Writing to a text does not fail.
                let _ = write!(out, "{}", c.escape_default());
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_line_that_does_nothing() {
        assert_eq!(line("plain é"), "plain é");
        assert_eq!(line("two\nlines\n"), "two; lines");
        assert_eq!(line("a\r\u{1b}[2J\u{202e}b"), "a\\r\\u{1b}[2J\\u{202e}b");
    }
}
