//! dotenv: `NAME=value` lines, read literally: `$`, quotes and several lines stay what they are.

use std::collections::{HashMap, HashSet};
use std::str;

use adotenv::{BareKeys, DiagnosticCode, Dialect, Document, KeySyntax, Quote, Severity};
use zeroize::Zeroizing;

use crate::entry::{Entry, Item, Written, refuse_twice};
use crate::error::{ReadError, ReadFault, Unfit, WriteError};
use crate::position::Lines;
use crate::sheet::Sheet;
use crate::text::text_of;

/// What a file holds, and the names in it that not every reader reads alike.
#[derive(Debug)]
pub struct Read {
    /// The values, in order.
    pub entries: Vec<Entry>,
    /// Names of which Node's or Python's reader makes another value, such as one with `#` in the middle of a word.
    pub doubtful: Vec<String>,
}

/// Reads a dotenv file.
///
/// Nothing is expanded. Double quotes know `\n`, `\r`, `\t`, `\\`, `\"` and `\$`; single quotes know nothing. Both may hold
/// several lines, whose ends become `\n`. Without quotes, ` #` begins a comment and spaces around the value go.
///
/// # Errors
///
/// What is no `NAME=value`, a quote that does not end, text behind one, or twice the same name; with its place.
pub fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    let text = text_of(bytes)?;
    // As every reader does: a file that was saved on Windows has the values that it had before.
    let text = Zeroizing::new(text.replace("\r\n", "\n"));
    let lines = Lines::of(text.as_bytes());
    let document = adotenv::parse_strict_with(&text, OURS).map_err(|diagnostic| {
        explain(diagnostic.code()).at(lines.position(diagnostic.span().start))
    })?;
    let mut entries = Vec::with_capacity(document.entries().len());
    let mut expanded = HashSet::new();
    for entry in document.entries() {
        let at = lines.position(entry.key_span().start);
        let value = entry.value().ok_or_else(|| ReadFault::NoPair.at(at))?;
        let value = Zeroizing::new(value.as_bytes().to_vec());
        let raw = entry.value_span().map(|span| &text[span]);
        if entry.quote() != Quote::Single && raw.is_some_and(names_a_variable) {
            expanded.insert(entry.key());
        }
        entries.push(Entry { name: entry.key().to_owned(), value, at });
    }
    refuse_twice(&entries)?;
    let doubtful = doubtful(&entries, &expanded, &text);
    Ok(Read { entries, doubtful })
}

/// Writes `NAME=value` lines, each in the first spelling that this reader, Node's, Python's and Compose's read alike;
/// where there is none, in one that this reader and Python's do, and the name is told. Told too is a value with `${NAME}`,
/// into which Python's and Compose's put a variable whatever the quotes.
///
/// # Errors
///
/// Names that are no words, values that are not UTF-8 or that no spelling carries.
pub fn write(items: &[Item<'_>]) -> Result<Written, WriteError> {
    let (mut sheet, mut doubtful, mut unfit) = (Sheet::new(), Vec::new(), Vec::new());
    for item in items {
        let text = match str::from_utf8(item.value) {
            _ if !is_name(item.name) => Err(Unfit::NoVariable),
            Err(_) => Err(Unfit::NotUtf8),
            Ok(text) if text.contains('\0') => Err(Unfit::Nul),
            Ok(text) => Ok(text),
        };
        let spelled = text.and_then(|text| match spelling(text) {
            Some((spelling, is_common)) => Ok((text, spelling, is_common)),
            None => Err(Unfit::Unreadable),
        });
        match spelled {
            Err(why) => unfit.push((item.name.to_owned(), why)),
            Ok((text, spelling, is_common)) => {
                sheet.push(item.name);
                sheet.push("=");
                sheet.push(&*spelling);
                sheet.push("\n");
                if !is_common || is_interpolated(text) {
                    doubtful.push(item.name.to_owned());
                }
            }
        }
    }
    if unfit.is_empty() { Ok(Written { sheet, doubtful }) } else { Err(WriteError { unfit }) }
}

/// The spelling of a value, and whether all readers read it alike.
fn spelling(value: &str) -> Option<(Zeroizing<String>, bool)> {
    let is_harmless = |b: u8| b.is_ascii_alphanumeric() || b"_-.,:/@%+=^~".contains(&b);
    if value.bytes().all(is_harmless) {
        return Some((Zeroizing::new(value.to_owned()), true));
    }
    let single = || quoted('\'', value);
    let double = || quoted('"', value);
    let returns = || Zeroizing::new(double().replace('\r', "\\r"));
    let bare = || Zeroizing::new(value.to_owned());
    let candidates: [&dyn Fn() -> Zeroizing<String>; 4] = [&single, &double, &returns, &bare];
    for candidate in candidates {
        let candidate = candidate();
        if READERS.iter().all(|reader| reads_as(&candidate, value, *reader)) {
            let is_expanded = !candidate.starts_with('\'') && names_a_variable(&candidate);
            return Some((candidate, !is_expanded));
        }
    }
    // Python's reader takes a backslash before the last quote for the quote's own, reads on, and would find other variables
    // in the values that follow.
    if value.ends_with('\\') {
        return None;
    }
    let escaped = escaped(value);
    reads_as(&escaped, value, OURS).then_some((escaped, false))
}

/// In double quotes, with the escapes that this reader and Python's have in common.
fn escaped(value: &str) -> Zeroizing<String> {
    let mut escaped = Zeroizing::new(String::with_capacity(2 * value.len() + 2));
    escaped.push('"');
    for c in value.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            c => escaped.push(c),
        }
    }
    escaped.push('"');
    escaped
}

fn quoted(quote: char, value: &str) -> Zeroizing<String> {
    let mut quoted = Zeroizing::new(String::with_capacity(value.len() + 2));
    quoted.push(quote);
    quoted.push_str(value);
    quoted.push(quote);
    quoted
}

/// Whether a reader takes a spelling for exactly this value, and what follows for another.
fn reads_as(spelling: &str, value: &str, reader: Dialect) -> bool {
    let text = Zeroizing::new(format!("A={spelling}\nB=x\n"));
    let (document, faults) = adotenv::parse_with(&text, reader);
    let is_faulty = faults.iter().any(|fault| fault.severity() == Severity::Error);
    !is_faulty && values(&document) == HashMap::from([("A", value), ("B", "x")])
}

fn values<'d>(document: &'d Document<'_>) -> HashMap<&'d str, &'d str> {
    let effective = document.entries().filter(|entry| entry.participates_in_lookup());
    effective.filter_map(|entry| Some((entry.key(), entry.value()?))).collect()
}

/// Whether `dotenvy` or Compose would put a variable into this text, which no single quotes protect: `$NAME`, `${NAME}`.
fn names_a_variable(raw: &str) -> bool {
    let mut is_escaped = false;
    let mut bytes = raw.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let begins = |&next: &u8| next == b'{' || next == b'_' || next.is_ascii_alphanumeric();
        if byte == b'$' && !is_escaped && bytes.peek().is_some_and(begins) {
            return true;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    false
}

/// Whether `python-dotenv` puts a variable into this value, as it does in every kind of quotes: `${NAME}`.
fn is_interpolated(value: &str) -> bool {
    value.split_once("${").is_some_and(|(_, rest)| rest.contains('}'))
}

/// The names of which some other reader makes another value, or none; among them those that it would put variables into.
fn doubtful(entries: &[Entry], expanded: &HashSet<&str>, text: &str) -> Vec<String> {
    let others = [Dialect::NODE_DOTENV, Dialect::PYTHON_DOTENV];
    let documents = others.map(|reader| adotenv::parse_with(text, reader).0);
    let read = documents.each_ref().map(values);
    let differs = |entry: &&Entry| {
        expanded.contains(entry.name.as_str())
            || read.iter().any(|values| {
                values.get(entry.name.as_str()).map(|value| value.as_bytes()) != Some(&entry.value)
            })
    };
    entries.iter().filter(differs).map(|entry| entry.name.clone()).collect()
}

fn is_name(name: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b"_.-/".contains(&b);
    !name.is_empty() && name.bytes().all(is_word)
}

fn explain(code: DiagnosticCode) -> ReadFault {
    match code {
        DiagnosticCode::InvalidKey | DiagnosticCode::ForbiddenBareKey => ReadFault::NoPair,
        code => ReadFault::Syntax(code.message().into()),
    }
}

/// What is read here: the library's strict dialect, with comments directly behind a quote and any name, which the vault
/// has its own rules for.
const OURS: Dialect = Dialect::PORTABLE
    .with_quoted_comments(true)
    .with_bare_keys(BareKeys::Error)
    .with_keys(KeySyntax::Python);

/// Those that a file is written for.
const READERS: [Dialect; 4] =
    [OURS, Dialect::NODE_DOTENV, Dialect::PYTHON_DOTENV, Dialect::COMPOSE];

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        let read = read(text.as_bytes()).expect("dotenv");
        String::from_utf8(read.entries[0].value.to_vec()).expect("text")
    }

    #[test]
    fn values_stay_what_they_are() {
        for (text, expected) in [
            ("A=$2b$10$N9qo8uLOickgx2ZMRZoMye", "$2b$10$N9qo8uLOickgx2ZMRZoMye"),
            ("A=${X} $Y $(z)", "${X} $Y $(z)"),
            ("A=\"a # b\" # c", "a # b"),
            ("A='a # b'# c", "a # b"),
            ("A=a#b # c", "a#b"),
            ("export A=b", "b"),
            ("\u{feff}A=b\r\nC=d\r\n", "b"),
            ("A='C:\\new\\x'", "C:\\new\\x"),
            ("A=\"x\\ny\\\"\\\\\\$\"", "x\ny\"\\$"),
            ("A=\"-----BEGIN\r\nabc=\r\n-----END\"\r\n", "-----BEGIN\nabc=\n-----END"),
            ("A= b ", "b"),
            ("A=", ""),
            ("A = b=c", "b=c"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        for (text, place) in [
            ("A=1\nhunter2\n", "line 2, column 1: no `NAME=value`"),
            ("A=1\n  =hunter2\n", "line 2, column 3: no `NAME=value`"),
            ("A=\"hunter2\nB=c", "line 1, column 3: "),
            ("A=1\nB='hunter2' c", "line 2, column 13: "),
            (
                "A=1\nA=2",
                "line 2, column 1: `A` stands twice, first at line 1, column 1: keep one of the two",
            ),
        ] {
            let error = read(text.as_bytes()).expect_err("a fault").to_string();
            assert!(error.starts_with(place), "{text}: {error}");
            assert!(!error.contains("hunter2"));
        }
    }

    #[test]
    fn what_other_readers_take_for_something_else_is_told() {
        let text =
            "A=a#b\nB=c\nC=\"a\\\"b\"\nD='it'\nE=$2y$10\nF=\"${X}\"\nG='${X}'\nH=\"\\$X\"\nI=a$\n";
        assert_eq!(read(text.as_bytes()).expect("dotenv").doubtful, ["A", "C", "E", "F", "H"]);
        let items = |value| [Item { name: "A", value }];
        for (value, doubtful) in [
            (&b"a#b $x"[..], 0),
            (b"it's\na", 0),
            (b"it's $a", 1),
            (b"it's\n\"x\"", 1),
            (b"a\rb", 0),
            (b"a${HOME}b", 1),
            (b"a${HOME", 0),
        ] {
            assert_eq!(
                write(&items(value)).expect("a value").doubtful.len(),
                doubtful,
                "{value:?}"
            );
        }
        let unreadable = write(&items(b"'\"\\")).map(|_| ()).expect_err("no reader agrees");
        assert_eq!(unreadable.unfit, [("A".to_owned(), Unfit::Unreadable)]);
    }
}
