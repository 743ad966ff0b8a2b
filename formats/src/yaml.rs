//! YAML: a mapping of names and values; mappings in it are groups. `no`, `0o17` and dates are taken as they are written.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use zeroize::Zeroizing;

use crate::entry::{Entry, Item};
use crate::error::{ReadError, ReadFault, WriteError};
use crate::position::Position;
use crate::sheet::Sheet;
use crate::text::text_of;
use crate::tree::{Budget, Field, Groups, Kind, Node, entries, refuse_fields_twice};

/// Reads one YAML document.
///
/// # Errors
///
/// What is no YAML, twice the same name, null, a list, an alias, or has a tag; with its place.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let mut documents = documents(text_of(bytes)?)?.into_iter();
    match (documents.next(), documents.next()) {
        (_, Some(second)) => Err(ReadFault::Documents.at(second.at)),
        (Some(Node { kind: Kind::Null, .. }) | None, None) => Ok(Vec::new()),
        (Some(document), None) => entries(document),
    }
}

/// Reads the documents of a file as they are, for who looks for more than names and values: every scalar is its text.
///
/// # Errors
///
/// What is no YAML, twice the same name, an alias, or has a tag; with its place.
pub fn read_documents(bytes: &[u8]) -> Result<Vec<Node>, ReadError> {
    documents(text_of(bytes)?)
}

/// Writes a YAML mapping: a group is a mapping in it.
///
/// # Errors
///
/// Values that are not UTF-8, and names that would be a value and a group.
pub fn write(items: &[Item<'_>]) -> Result<Sheet, WriteError> {
    let mut sheet = Sheet::new();
    for (group, texts) in Groups::of(items)?.0 {
        let indent = if let Some(group) = group {
            push_key(&mut sheet, "", group);
            sheet.push("\n");
            "  "
        } else {
            ""
        };
        for (name, text) in texts {
            push_key(&mut sheet, indent, name);
            sheet.push(" ");
            sheet.push_quoted(text);
            sheet.push("\n");
        }
    }
    if items.is_empty() {
        sheet.push("{}\n");
    }
    Ok(sheet)
}

/// Writes a key and its colon, in quotes where a reader could take it for something else than text.
pub(crate) fn push_key(sheet: &mut Sheet, indent: &str, name: &str) {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let lower = name.to_ascii_lowercase();
    sheet.push(indent);
    if is_word && name.bytes().all(is_plain) && !WORDS.contains(&lower.as_str()) {
        sheet.push(name);
    } else if name.len() <= KEY_BYTES {
        sheet.push_quoted(name);
    } else {
        sheet.push("? ");
        sheet.push_quoted(name);
        sheet.push("\n");
        sheet.push(indent);
    }
    sheet.push(":");
}

/// The trees of all documents.
pub(crate) fn documents(text: &str) -> Result<Vec<Node>, ReadError> {
    let mut builder = Builder { parser: Parser::new_from_str(text), budget: Budget::default() };
    let mut documents = Vec::new();
    loop {
        match builder.next()?.0 {
            Event::StreamEnd => return Ok(documents),
            Event::DocumentStart(_) => {
                let (event, span) = builder.next()?;
                documents.push(builder.node(event, span, 0)?);
            }
            _ => {}
        }
    }
}

struct Builder<'t> {
    parser: Parser<'t, StrInput<'t>>,
    budget: Budget,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), ReadError> {
        match self.parser.next_event() {
            Some(event) => event.map_err(|error| explain(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, ReadError> {
        let at = position(span.start);
        self.budget.spend(at, depth)?;
        let kind = match event {
            Event::Scalar(text, style, _, tag) => {
                let is_text = is_plain_tag(tag.as_deref(), "str").ok_or(ReadFault::Tag.at(at))?;
                let is_null = style == ScalarStyle::Plain && NULLS.contains(&text.as_ref());
                if is_null && !is_text {
                    Kind::Null
                } else {
                    Kind::Text(Zeroizing::new(text.into_owned().into_bytes()))
                }
            }
            Event::SequenceStart(_, tag) => {
                is_plain_tag(tag.as_deref(), "seq").ok_or(ReadFault::Tag.at(at))?;
                let mut nodes = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Kind::List(nodes),
                        (event, span) => nodes.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(_, tag) => {
                is_plain_tag(tag.as_deref(), "map").ok_or(ReadFault::Tag.at(at))?;
                Kind::Table(self.fields(depth)?)
            }
            Event::Alias(_) => return Err(ReadFault::Alias.at(at)),
            _ => return Err(ReadFault::Syntax("the document ends too early".into()).at(at)),
        };
        Ok(Node { at, kind })
    }

    fn fields(&mut self, depth: usize) -> Result<Vec<Field>, ReadError> {
        let mut fields = Vec::new();
        loop {
            let (name, at) = match self.next()? {
                (Event::MappingEnd, _) => break,
                (Event::Scalar(name, ..), span) => (name.into_owned(), position(span.start)),
                (Event::Alias(_), span) => return Err(ReadFault::Alias.at(position(span.start))),
                (_, span) => return Err(ReadFault::Key.at(position(span.start))),
            };
            let (event, span) = self.next()?;
            fields.push(Field { name, at, node: self.node(event, span, depth + 1)? });
        }
        refuse_fields_twice(&fields)?;
        Ok(fields)
    }
}

/// Whether a tag says what a node is anyway; none if it says something else.
fn is_plain_tag(tag: Option<&Tag>, own: &str) -> Option<bool> {
    let Some(tag) = tag else { return Some(false) };
    let is_own = tag.is_yaml_core_schema() && tag.suffix == own;
    let is_unspecific = tag.handle.is_empty() && tag.suffix == "!";
    (is_own || is_unspecific).then_some(true)
}

pub(crate) fn explain(error: &ScanError) -> ReadError {
    // All of its messages are fixed texts but one, which repeats a character.
    let what = match error.info() {
        what if what.starts_with("unexpected character") => "an unexpected character",
        what => what,
    };
    ReadFault::Syntax(what.to_owned().into()).at(position(*error.marker()))
}

fn position(marker: Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The longest key that is written as one: a reader looks no further than 1,024 characters for the colon, and an escape
/// takes six for one byte.
const KEY_BYTES: usize = 160;

/// What a plain scalar of YAML's core schema is null as.
const NULLS: [&str; 5] = ["", "~", "null", "Null", "NULL"];

/// Plain words that some reader of YAML takes for something else than text.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_taken_as_they_are_written() {
        for plain in
            ["no", "on", "0o17", "017", "1_000", "1.10", "2026-11-20", "1e3", ".nan", "0x1F"]
        {
            let entries = read(format!("a: {plain}\n").as_bytes()).expect("YAML");
            assert_eq!(entries[0].value.as_slice(), plain.as_bytes());
        }
        let text = "a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"\\u0041\\n\"\nd: '~'\ne: !!str null\n";
        let entries = read(text.as_bytes()).expect("YAML");
        let values: Vec<&[u8]> = entries.iter().map(|entry| entry.value.as_slice()).collect();
        assert_eq!(values, [&b"x\ny\n"[..], b"x y", b"A\n", b"~", b"null"]);
    }

    #[test]
    fn names_that_other_readers_take_for_words_are_quoted() {
        let items = ["No", "on", "1e3", "name"].map(|name| Item { name, value: b"x" });
        let written = write(&items).expect("texts");
        let text = "\"No\": \"x\"\n\"on\": \"x\"\n\"1e3\": \"x\"\nname: \"x\"\n";
        assert_eq!(std::str::from_utf8(written.as_bytes()), Ok(text));
    }

    #[test]
    fn faults_have_their_place_and_no_value() {
        for (text, said) in [
            (
                "a: hunter2\n b: c",
                "line 2, column 3: mapping values are not allowed in this context",
            ),
            ("a: \"hunter2\n", "line 1, column 4: "),
            ("a:\nb: 1", "line 1, column 2: `a` is null: give it a value, or leave it out"),
            ("a:\n- hunter2", "line 2, column 3: `a` is a list: a secret has one value"),
            (
                "a: 1\nb: 2\na: 3",
                "line 3, column 1: `a` stands twice, first at line 1, column 1: keep one of the two",
            ),
            ("a: &x 1\nb: *x", "line 2, column 4: aliases and merge keys are not read"),
            ("a: !!binary aHVudGVyMg==", "line 1, column 4: a tag: only `!!str` is read"),
            ("? [a]\n: 1", "line 1, column 3: a key that is no text"),
            ("a: 1\n---\nb: 2", "line 3, column 1: a second document: only one is read"),
            ("hunter2", "line 1, column 1: a table of names and values is needed here"),
        ] {
            let error = read(text.as_bytes()).expect_err("a fault").to_string();
            assert!(error.starts_with(said), "{text}: {error}");
            assert!(!error.contains("hunter2"));
        }
        assert_eq!(read(b"# nothing\n"), Ok(Vec::new()));
    }
}
