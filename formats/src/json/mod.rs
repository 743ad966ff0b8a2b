//! JSON: an object of names and strings; objects in it are groups. Numbers are taken as they are written.

mod find;
mod nested;

use std::fmt;

use serde_core::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub use self::find::{PathError, find};
pub use self::nested::{Member, Nested, read_members, read_nested};
use crate::entry::{Entry, Item};
use crate::error::{ReadError, ReadFault, WriteError};
use crate::position::{Lines, Position};
use crate::sheet::Sheet;
use crate::text::text_of;
use crate::tree::{Budget, Field, Groups, Kind, Node, entries, refuse_fields_twice};

/// Reads a JSON object.
///
/// # Errors
///
/// What is no JSON, no object, twice the same name, null or a list; with its place.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>, ReadError> {
    entries(tree(text_of(bytes)?)?)
}

/// Writes a JSON object: a group is an object in it.
///
/// # Errors
///
/// Values that are not UTF-8, and names that would be a value and a group.
pub fn write(items: &[Item<'_>]) -> Result<Sheet, WriteError> {
    let groups = Groups::of(items)?;
    let mut sheet = Sheet::new();
    sheet.push("{");
    let mut is_first = true;
    let line = |sheet: &mut Sheet, indent: &str, is_first: &mut bool, name: &str| {
        sheet.push(if std::mem::take(is_first) { "\n" } else { ",\n" });
        sheet.push(indent);
        sheet.push_quoted(name);
        sheet.push(": ");
    };
    for (group, texts) in groups.0 {
        let indent = if let Some(group) = group {
            line(&mut sheet, "  ", &mut is_first, group);
            sheet.push("{");
            is_first = true;
            "    "
        } else {
            "  "
        };
        for (name, text) in texts {
            line(&mut sheet, indent, &mut is_first, name);
            sheet.push_quoted(text);
        }
        if group.is_some() {
            sheet.push("\n  }");
        }
    }
    sheet.push(if items.is_empty() { "}\n" } else { "\n}\n" });
    Ok(sheet)
}

/// The tree of a JSON text.
pub(crate) fn tree(text: &str) -> Result<Node, ReadError> {
    let root = root(text)?;
    let lines = Lines::of(text.as_bytes());
    Builder { text, lines, budget: Budget::default() }.node(root, 0)
}

/// Checks that a text is JSON.
#[cfg(feature = "render")]
pub(crate) fn check(text: &str) -> Result<(), ReadError> {
    root(text).map(drop)
}

/// The whole of a JSON text, as a slice of it.
fn root(text: &str) -> Result<&RawValue, ReadError> {
    serde_json::from_str(text).map_err(|error| {
        // Only syntax is looked at here, and those messages are fixed texts with a place behind them.
        let message = error.to_string();
        let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        let at = Lines::of(text.as_bytes()).position_of_byte(error.line(), error.column());
        ReadFault::Syntax(what.to_owned().into()).at(at)
    })
}

struct Builder<'t> {
    text: &'t str,
    lines: Lines<'t>,
    budget: Budget,
}

impl<'t> Builder<'t> {
    /// The place of a slice of the text.
    fn at(&self, raw: &str) -> Position {
        self.lines.position((raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize))
    }

    fn node(&mut self, raw: &'t RawValue, depth: usize) -> Result<Node, ReadError> {
        let raw = raw.get();
        let at = self.at(raw);
        self.budget.spend(at, depth)?;
        // The syntax was read already, so what is left are halves of surrogate pairs in names.
        let faulty = |_| ReadFault::Key.at(at);
        let kind = match raw.as_bytes().first() {
            Some(b'{') => {
                let slices = members(raw).map_err(faulty)?;
                let mut fields = Vec::with_capacity(slices.len());
                for (name, raw) in slices {
                    let node = self.node(raw, depth + 1)?;
                    fields.push(Field { name, at: node.at, node });
                }
                refuse_fields_twice(&fields)?;
                Kind::Table(fields)
            }
            Some(b'[') => {
                let slices = elements(raw).map_err(faulty)?;
                let nodes = slices.into_iter().map(|raw| self.node(raw, depth + 1));
                Kind::List(nodes.collect::<Result<_, _>>()?)
            }
            Some(b'n') => Kind::Null,
            _ => Kind::Text(text(raw).ok_or_else(|| half_pair().at(at))?),
        };
        Ok(Node { at, kind })
    }
}

/// The members of an object, in order, with all that stand twice.
fn members(raw: &str) -> serde_json::Result<Vec<(String, &RawValue)>> {
    serde_json::Deserializer::from_str(raw).deserialize_map(Slices)
}

/// The elements of a list.
fn elements(raw: &str) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(raw)
}

/// The names of an object and the slices of their values, in order, with all that stand twice.
struct Slices;

impl<'t> Visitor<'t> for Slices {
    type Value = Vec<(String, &'t RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut slices = Vec::new();
        while let Some(slice) = map.next_entry()? {
            slices.push(slice);
        }
        Ok(slices)
    }
}

/// The text of one value, as a slice of JSON that was read already: what a string says, and anything else as it is
/// written; none for half of a surrogate pair.
#[must_use]
pub fn text(raw: &str) -> Option<Zeroizing<Vec<u8>>> {
    match raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
        Some(inner) => unescaped(inner),
        None => Some(Zeroizing::new(raw.as_bytes().to_vec())),
    }
}

fn half_pair() -> ReadFault {
    ReadFault::Syntax("half of a surrogate pair in a string".into())
}

/// What stands between the quotes of a string, without a copy that nobody wipes; none for half of a surrogate pair.
fn unescaped(inner: &str) -> Option<Zeroizing<Vec<u8>>> {
    // No escape is shorter than what it stands for, so the memory never moves.
    let mut bytes = Zeroizing::new(Vec::with_capacity(inner.len()));
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        let c = match escape {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (first, behind) = unit(rest)?;
                let (second, behind_both) = match behind.strip_prefix("\\u").and_then(unit) {
                    Some(pair) if (0xd800..0xdc00).contains(&first) => (Some(pair.0), pair.1),
                    _ => (None, behind),
                };
                rest = behind_both;
                char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?
            }
            other => char::from(other),
        };
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// Four hexadecimal digits, and what is behind them.
fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        let text_of = |value: &[u8]| String::from_utf8(value.to_vec()).expect("text");
        let entries = read(text.as_bytes()).expect("JSON");
        entries.into_iter().map(|entry| (entry.name, text_of(&entry.value))).collect()
    }

    #[test]
    fn numbers_are_taken_as_they_are_written() {
        let numbers = "1e400 0.10 -0 12345678901234567890123 true";
        for number in numbers.split(' ') {
            assert_eq!(values(&format!("{{\"a\": {number}}}")), [("a".into(), number.into())]);
        }
    }

    #[test]
    fn escapes_are_read_and_half_pairs_are_not() {
        let read_back = values(r#"{"a": "\"\\\/\b\f\n\r\té😀é"}"#);
        assert_eq!(read_back[0].1, "\"\\/\u{8}\u{c}\n\r\té😀é");
        assert_eq!(values(r#"{"a": "\u00e9\ud83d\ude00\u0041"}"#)[0].1, "é😀A");
        for half in [r"\ud83d", r"\ud83dx", r"\ud83d\n", r"\ude00", r"\ud83dA"] {
            let error = read(format!("{{\n \"a\": \"{half}\"}}").as_bytes()).expect_err("a fault");
            assert_eq!(error.at, Some(Position { line: 2, column: 7 }), "{half}");
        }
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        for (text, said) in [
            ("{\"a\": \"hunter2\",}", "line 1, column 17: key must be a string"),
            ("{\"ä\": hunter2}", "line 1, column 7: expected value"),
            ("[\"hunter2\"]", "line 1, column 1: a table of names and values is needed here"),
            ("\"hunter2\"", "line 1, column 1: a table of names and values is needed here"),
            ("{\"a\": null}", "line 1, column 7: `a` is null: give it a value, or leave it out"),
            ("{\"a\": {\"b\":\n[1]}}", "line 2, column 1: `a/b` is a list: a secret has one value"),
            (
                "{\"a\": 1,\n \"a\": 2}",
                "line 2, column 7: `a` stands twice, first at line 1, column 7: keep one of the two",
            ),
            (
                "{\"a/b\": 1, \"a\": {\"b\": 2}}",
                "line 1, column 23: `a/b` stands twice, first at line 1, column 9: keep one of the two",
            ),
        ] {
            assert_eq!(read(text.as_bytes()).expect_err("a fault").to_string(), said, "{text}");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(17), "}".repeat(17));
        assert_eq!(read(deep.as_bytes()).expect_err("a fault").fault, ReadFault::TooDeep);
    }
}
