//! Text from a file or a user, made safe to print: no control, escape or bidirectional character reaches a terminal.

use std::fmt;
use std::path::Path;

use crate::services::KeyService;

/// Prints a piece of foreign text: dangerous characters escaped, long text cut.
///
/// ```
/// # use strongroom_vault::Shown;
/// assert_eq!(Shown("a\u{1b}[31m").to_string(), "a\\u{1b}[31m");
/// assert_eq!(Shown("strongroom_key_abc/x").to_string(), "strongroom_key_[hidden]/x");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_shown(self.0, LONGEST, f)
    }
}

/// A whole text of any length, as [`Shown`] prints it.
#[must_use]
pub fn shown_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    let _ = write_shown(text, usize::MAX, &mut shown);
    shown
}

fn write_shown(text: &str, most: usize, f: &mut impl fmt::Write) -> fmt::Result {
    let mut rest = text;
    let mut count = 0;
    while let Some(c) = rest.chars().next() {
        if count == most {
            return f.write_str("…");
        }
        count += 1;
        // A key at the place of a name or a path is no reason to print it.
        if let Some((prefix, digits)) = key_at_start(rest) {
            write!(f, "{prefix}[hidden]")?;
            rest = digits.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            continue;
        }
        if is_dangerous(c) {
            write!(f, "{}", c.escape_unicode())?;
        } else {
            f.write_char(c)?;
        }
        rest = &rest[c.len_utf8()..];
    }
    Ok(())
}

/// What a key at the beginning of a text begins with, and what follows it.
fn key_at_start(text: &str) -> Option<(&'static str, &str)> {
    PREFIXES.into_iter().find_map(|prefix| {
        let digits = text.strip_prefix(prefix)?;
        digits.starts_with(|c: char| c.is_ascii_alphanumeric()).then_some((prefix, digits))
    })
}

/// Whether a text begins as an access key, an unlocked key, an API key, an age identity or a line that names where an access key is does,
/// white space apart: whoever sends secrets to a server that a foreign file or a vault names, sends none of these.
#[must_use]
pub fn is_key_text(text: &str) -> bool {
    let text = text.trim_start();
    PREFIXES.into_iter().any(|prefix| text.starts_with(prefix))
        || KeyService::at_start(text).is_some()
}

/// Whether an access key, an unlocked key or an age identity stands anywhere in a text: [`is_key_text`] for what has it
/// among other things, such as a request.
///
/// ```
/// # use strongroom_vault::has_key_text;
/// assert!(has_key_text(b"action=log-in&token=strongroom_key_abc"));
/// assert!(!has_key_text(b"a folder named strongroom_key_"));
/// ```
#[must_use]
pub fn has_key_text(text: &[u8]) -> bool {
    PREFIXES.into_iter().any(|prefix| {
        let mut places = text.windows(prefix.len() + 1);
        places.any(|place| {
            place
                .strip_prefix(prefix.as_bytes())
                .is_some_and(|next| next[0].is_ascii_alphanumeric())
        })
    })
}

/// A path, as [`Shown`] prints text.
#[derive(Debug, Clone, Copy)]
pub struct ShownPath<'a>(pub &'a Path);

impl fmt::Display for ShownPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(&self.0.to_string_lossy()).fmt(f)
    }
}

/// What every access key begins with.
pub(crate) const KEY_PREFIX: &str = "strongroom_key_";
/// What every unlocked key begins with.
pub(crate) const UNLOCKED_PREFIX: &str = "strongroom_unlocked_";
/// What every age identity begins with, a plugin's apart.
const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-";
/// What every API key of an application begins with.
pub(crate) const APP_KEY_PREFIX: &str = "strongroom_app_";
const PREFIXES: [&str; 4] = [KEY_PREFIX, UNLOCKED_PREFIX, APP_KEY_PREFIX, IDENTITY_PREFIX];

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
const LONGEST: usize = 1_000;
