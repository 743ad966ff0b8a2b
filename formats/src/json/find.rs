//! One value of a JSON text, by the way to it: `db.password`, `users.0.name`.

use std::fmt;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{elements, half_pair, members, root, text};
use crate::error::{ReadError, ReadFault};
use crate::position::Lines;
use crate::text::text_of;

/// The value that a path leads to: what a string says, and anything else as it is written.
///
/// A path is names of members and positions in lists, counted from 0, with `.` between them. A name that contains a dot is
/// written with `\\.`, and a backslash before a dot or another backslash with `\\\\`.
///
/// ```
/// let json = br#"{"db": {"pass.word": "secret"}, "users": [{"id": 7}]}"#;
/// assert_eq!(strongroom_formats::json::find(json, r"db.pass\.word")?.as_slice(), b"secret");
/// assert_eq!(strongroom_formats::json::find(json, "users.0.id")?.as_slice(), b"7");
/// assert_eq!(strongroom_formats::json::find(json, "users")?.as_slice(), br#"[{"id": 7}]"#);
/// # Ok::<(), strongroom_formats::json::PathError>(())
/// ```
///
/// # Errors
///
/// What is no JSON, and a path that leads nowhere, to null, or to a name that stands twice.
pub fn find(bytes: &[u8], path: &str) -> Result<Zeroizing<Vec<u8>>, PathError> {
    let text_of_all = text_of(bytes).map_err(PathError::Unreadable)?;
    let mut found = root(text_of_all).map_err(PathError::Unreadable)?;
    let unreadable = |raw: &RawValue, fault: ReadFault| {
        let offset = (raw.get().as_ptr() as usize).saturating_sub(text_of_all.as_ptr() as usize);
        PathError::Unreadable(fault.at(Lines::of(text_of_all.as_bytes()).position(offset)))
    };
    let parts = parts(path);
    if parts.len() > PARTS {
        return Err(PathError::TooLong);
    }
    for (at, part) in parts.iter().enumerate() {
        let nowhere = |what| PathError::Nowhere(Nowhere::new(&parts, at, what));
        let faulty = |_| unreadable(found, ReadFault::Key);
        found = match found.get().as_bytes().first() {
            Some(b'{') => {
                let members = members(found.get()).map_err(faulty)?;
                let mut named = members.into_iter().filter(|(name, _)| name == part);
                match (named.next(), named.next()) {
                    (Some((_, only)), None) => only,
                    (Some(_), Some(_)) => return Err(nowhere(Found::Twice)),
                    (None, _) => return Err(nowhere(Found::Object)),
                }
            }
            Some(b'[') => {
                let elements = elements(found.get()).map_err(faulty)?;
                let element = position(part).and_then(|position| elements.get(position));
                *element.ok_or_else(|| nowhere(Found::List(elements.len())))?
            }
            _ => return Err(nowhere(Found::Scalar)),
        };
    }
    if found.get() == "null" {
        return Err(PathError::Null);
    }
    text(found.get()).ok_or_else(|| unreadable(found, half_pair()))
}

/// A path leads to no value. Nothing in it is of the JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// What the path leads through is no JSON.
    Unreadable(ReadError),
    /// The path leads nowhere.
    Nowhere(Nowhere),
    /// It leads to null.
    Null,
    /// It has more parts than anything that is read has levels.
    TooLong,
}

/// Where a path ends too early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nowhere {
    /// The way to what is there.
    way: String,
    /// What it lacks.
    part: String,
    found: Found,
}

/// What lacks the next part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Object,
    List(usize),
    Scalar,
    Twice,
}

impl Nowhere {
    fn new(parts: &[String], at: usize, found: Found) -> Self {
        let way: Vec<String> = parts[..at].iter().map(|part| escaped(part)).collect();
        Self { way: way.join("."), part: escaped(&parts[at]), found }
    }
}

impl fmt::Display for Nowhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.way.as_str() {
            "" => f.write_str("it")?,
            way => write!(f, "`{way}`")?,
        }
        let part = &self.part;
        match self.found {
            Found::Object => write!(f, " has no `{part}`"),
            Found::List(length) => write!(f, " is a list of {length}, and has no `{part}`"),
            Found::Scalar => write!(f, " is no object and no list, and has no `{part}`"),
            Found::Twice => write!(f, " has `{part}` twice: keep one of the two"),
        }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "it is no JSON: {error}"),
            Self::Nowhere(nowhere) => nowhere.fmt(f),
            Self::Null => f.write_str("it is null"),
            Self::TooLong => write!(f, "a path has {PARTS} parts at most"),
        }
    }
}

impl std::error::Error for PathError {}

/// The parts of a path.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => chars.next_if(|next| matches!(next, '.' | '\\')).unwrap_or(c),
            '.' => {
                parts.push(String::new());
                continue;
            }
            c => c,
        };
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// A part as a path has it, and as a terminal may get it.
fn escaped(part: &str) -> String {
    let part = part.replace('\\', "\\\\").replace('.', "\\.");
    let is_harmless = |c: char| c == '\\' || c.escape_debug().count() == 1 || "'\"".contains(c);
    part.chars().map(|c| if is_harmless(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// A position in a list: digits, and no zero before others.
fn position(part: &str) -> Option<usize> {
    let is_plain = part == "0" || !part.starts_with('0') && !part.starts_with('+');
    if is_plain { part.parse().ok() } else { None }
}

/// The most parts of a path: each reads what is left of the text once more.
const PARTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"db": {"password": "hunter2\u00fc", "port": 5432, "tls": true, "old": null,
        "more": {"a": [1.50, "x"]}}, "users": [{"id": "hunter2"}, 2], "a.b": {"c\\": 1}, "": {"": 3},
        "two": 1, "two": 2, "half": "\ud83d"}"#;

    #[test]
    fn strings_say_their_text_and_the_rest_is_as_it_is_written() {
        for (path, value) in [
            ("db.password", "hunter2ü"),
            ("db.port", "5432"),
            ("db.tls", "true"),
            ("db.more", r#"{"a": [1.50, "x"]}"#),
            ("db.more.a.0", "1.50"),
            ("users.0.id", "hunter2"),
            ("users.1", "2"),
            (r"a\.b.c\", "1"),
            (r"a\.b.c\\", "1"),
            (".", "3"),
        ] {
            let found = find(JSON.as_bytes(), path).expect(path);
            assert_eq!(String::from_utf8_lossy(&found), value, "{path}");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_no_value_is() {
        for (path, said) in [
            ("dc", "it has no `dc`"),
            ("db.user.x", "`db` has no `user`"),
            ("db.password.0", "`db.password` is no object and no list, and has no `0`"),
            ("db.old", "it is null"),
            ("db.old.x", "`db.old` is no object and no list, and has no `x`"),
            ("users.2", "`users` is a list of 2, and has no `2`"),
            ("users.01", "`users` is a list of 2, and has no `01`"),
            ("users.+1", "`users` is a list of 2, and has no `+1`"),
            (
                "users.99999999999999999999",
                "`users` is a list of 2, and has no `99999999999999999999`",
            ),
            (r"a\.b.d\.e", r"`a\.b` has no `d\.e`"),
            ("two", "it has `two` twice: keep one of the two"),
            ("half", "it is no JSON: line 3, column 37: half of a surrogate pair in a string"),
            ("\u{1b}[31m", "it has no `\u{fffd}[31m`"),
            (&"a.".repeat(64), "a path has 64 parts at most"),
        ] {
            let error = find(JSON.as_bytes(), path).expect_err(path);
            assert_eq!(error.to_string(), said, "{path}");
        }
        let error = find(b"hunter2", "a").expect_err("no JSON");
        assert_eq!(error.to_string(), "it is no JSON: line 1, column 1: expected value");
        assert!(find(b"\xff", "a").is_err() && find(b"", "a").is_err());
    }
}
