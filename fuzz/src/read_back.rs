//! Files of other programs whose references got values: each value reads back from where its reference stood, and nothing
//! else changed.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::IgnoredAny;
use strongroom_formats::reference::{Found, What, find_all};
use strongroom_formats::render::Format;
use toml::de::{DeTable, DeValue};

/// Checks what was written of a text with this value for every secret.
///
/// # Panics
///
/// It reads as something else.
pub fn assert_reads_back(text: &str, format: Format, value: &str, written: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let written = written.strip_prefix('\u{feff}').unwrap_or(written);
    let Some(mark) = ["qzj", "zjq", "jqz"].into_iter().find(|mark| !text.contains(mark)) else {
        return;
    };
    let items: Vec<Found<'_>> = find_all(text).collect();
    let words = Words { mark, items: &items };
    let before = parts(&words.instead(text), format).expect("what a template was read from");
    let after = parts(written, format);
    let after = after.unwrap_or_else(|| panic!("it is no {format:?} any more: {written:?}"));
    // Those become other keys, and what TOML's reader gives does not say which strings have escapes: that it is read again
    // is enough here.
    let is_escaped =
        |item: &Found<'_>| matches!(item.what, What::Literal(text) if text.contains('\\'));
    if text.contains("secretKeyRef") || format == Format::Toml && items.iter().any(is_escaped) {
        return;
    }
    let filled = |part: Part| match part {
        Part::Text(path, text, has_escapes) => Part::Text(
            words.filled(&path, value, true),
            words.filled(&text, value, has_escapes),
            false,
        ),
        other => other,
    };
    let plain = |part: Part| match part {
        Part::Text(path, text, _) => Part::Text(path, text, false),
        other => other,
    };
    let mut before: Vec<Part> = before.into_iter().map(filled).collect();
    let mut after: Vec<Part> = after.into_iter().map(plain).collect();
    if format == Format::Toml {
        before.sort();
        after.sort();
    }
    assert!(before == after, "it reads otherwise: {written:?}\n{before:?}\n{after:?}");
}

/// A part of a file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A text, the names that lead to it in TOML, and whether it has escapes.
    Text(String, String, bool),
    Other(String),
}

/// Words in place of references.
struct Words<'a> {
    mark: &'a str,
    items: &'a [Found<'a>],
}

impl Words<'_> {
    /// A text of the same length with words instead of references.
    fn instead(&self, text: &str) -> String {
        let mut with_words = String::new();
        let mut from = 0;
        for (number, item) in self.items.iter().enumerate() {
            with_words.push_str(&text[from..item.span.start]);
            let word = format!("{}{number:05}", self.mark);
            with_words.push_str(&format!("{word:x<width$}", width = item.span.len()));
            from = item.span.end;
        }
        with_words.push_str(&text[from..]);
        with_words
    }

    /// A text with what stands there instead of words.
    fn filled(&self, text: &str, value: &str, has_escapes: bool) -> String {
        let mut parts = text.split(self.mark);
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let item = &self.items[part[..5].parse::<usize>().expect("a number")];
            match item.what {
                What::Literal(text) if has_escapes => filled.push_str(&text.replace("\\\"", "\"")),
                What::Literal(text) => filled.push_str(text),
                What::Secret(_) | What::Malformed => filled.push_str(value),
            }
            filled.push_str(&part[item.span.len() - self.mark.len()..]);
        }
        filled
    }
}

fn parts(text: &str, format: Format) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    match format {
        Format::Text => parts.push(Part::Text(String::new(), text.to_owned(), false)),
        Format::Json => {
            serde_json::from_str::<IgnoredAny>(text).ok()?;
            json(text, &mut parts);
        }
        Format::Toml => {
            toml(&DeValue::Table(DeTable::parse(text).ok()?.into_inner()), "", &mut parts)
        }
        Format::Yaml => {
            for event in Parser::new_from_str(text) {
                let event = event.ok()?.0;
                if let Event::Scalar(text, style, anchor, tag) = event {
                    let is_double = style == ScalarStyle::DoubleQuoted;
                    parts.push(Part::Other(format!("{} {tag:?}", anchor != 0)));
                    parts.push(Part::Text(String::new(), text.into_owned(), is_double));
                } else {
                    parts.push(Part::Other(format!("{event:?}")));
                }
            }
        }
    }
    Some(parts)
}

fn json(text: &str, parts: &mut Vec<Part>) {
    let mut rest = text;
    while let Some(at) = rest.find('"') {
        parts.push(Part::Other(rest[..at].to_owned()));
        rest = &rest[at..];
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        let string = strings.next();
        let length = if let Some(Ok(serde_json::Value::String(text))) = string {
            parts.push(Part::Text(String::new(), text, true));
            strings.byte_offset()
        } else {
            // Half of a surrogate pair, for one.
            let is_end = |at: &usize| {
                rest[1..*at].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0
            };
            1 + rest[1..].match_indices('"').map(|(at, _)| at + 1).find(is_end).expect("a string")
        };
        rest = &rest[length..];
    }
    parts.push(Part::Other(rest.to_owned()));
}

fn toml(value: &DeValue<'_>, path: &str, parts: &mut Vec<Part>) {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Array(all) => {
            for (at, each) in all.iter().enumerate() {
                toml(each.get_ref(), &format!("{path}/{at}"), parts);
            }
            format!("a list of {}", all.len())
        }
        DeValue::Table(table) => {
            for (name, each) in table {
                toml(each.get_ref(), &format!("{path}/{}", name.get_ref()), parts);
            }
            format!("a table of {}", table.len())
        }
        other => format!("{other:?}"),
    };
    parts.push(Part::Text(path.to_owned(), text, true));
}
