//! The strings of a YAML file, in whichever of its styles, and what is around them.

use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::place::Style;
use super::walk::{Scalar, Walker};
use super::{DEEPEST, too_deep};
use crate::error::ReadError;
use crate::position::Position;
use crate::yaml::explain;

/// Goes through a masked text.
pub(super) fn walk(masked: &str, walker: &mut Walker<'_>) -> Result<(), ReadError> {
    let bytes = Bytes::of(masked);
    for event in Parser::new_from_str(masked) {
        let (event, span) = event.map_err(|error| explain(&error))?;
        if walker.depth() > DEEPEST {
            let at = Position { line: span.start.line().max(1), column: span.start.col() + 1 };
            return Err(too_deep().at(at));
        }
        let start = || bytes.at(span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let from = walker.end;
                let has_properties = anchor != 0 || tag.is_some();
                let found = placed(masked, &bytes, from, span, style, &text, has_properties);
                let (whole, content, style) = found;
                walker.scalar(&Scalar { whole, content, style, text: &text });
            }
            Event::MappingStart(anchor, _) => walker.open(start(), true, anchor != 0),
            Event::SequenceStart(anchor, _) => walker.open(start(), false, anchor != 0),
            Event::MappingEnd | Event::SequenceEnd => {
                let end = bytes.at(span.end);
                walker.close((end > start() && masked[..end].ends_with(['}', ']'])).then_some(end));
            }
            Event::Alias(_) => walker.alias(start()..bytes.at(span.end)),
            Event::DocumentEnd => walker.end_document(),
            Event::StreamEnd => walker.between(masked.len()),
            _ => {}
        }
    }
    Ok(())
}

/// Where a scalar stands: all of it, what of it can hold references, and how it is written.
fn placed(
    masked: &str,
    bytes: &Bytes<'_>,
    from: usize,
    span: Span,
    style: ScalarStyle,
    text: &str,
    has_properties: bool,
) -> (Range<usize>, Range<usize>, Style) {
    let (start, end) = (bytes.at(span.start), bytes.at(span.end));
    let begin = if has_properties { behind_properties(masked, start) } else { start };
    match style {
        ScalarStyle::Plain => {
            // An empty one is told where the next part begins.
            let range = if text.is_empty() { from..from } else { begin..end.max(begin) };
            (range.clone(), range, Style::Anew)
        }
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let is_double = style == ScalarStyle::DoubleQuoted;
            let end = quoted_end(masked.as_bytes(), begin, is_double);
            let style = match is_double {
                // What stands at the edge of a line could be folded away.
                _ if masked[begin..end].contains(['\n', '\r']) => Style::Anew,
                true => Style::Quoted,
                false => Style::Doubled,
            };
            (begin..end, begin..end, style)
        }
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let header = block_header(masked, from);
            let line_end = masked[header..].find('\n').map_or(masked.len(), |at| header + at + 1);
            let first =
                masked[line_end..].lines().find(|line| !line.trim_matches([' ', '\r']).is_empty());
            let indent = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
            let says_indent = masked[header..line_end].bytes().take(3).any(|b| b.is_ascii_digit());
            let content = line_end..block_end(masked, line_end, bytes.next_line_start(span.end));
            let is_literal = style == ScalarStyle::Literal && !says_indent;
            let style = if is_literal { Style::Block(indent) } else { Style::Anew };
            (header..content.end, content, style)
        }
    }
}

/// Behind `&anchor` and `!tag`, and the blanks and comments behind them.
fn behind_properties(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        at = behind_blanks(text, at);
        match text.as_bytes().get(at) {
            Some(b'&') => at += 1 + text[at + 1..].find(ends_anchor).unwrap_or(text.len() - at - 1),
            Some(b'!') => at += text[at..].find(BLANKS).unwrap_or(text.len() - at),
            _ => return at,
        }
    }
}

/// The first character that is none of an anchor's: fewer are than Unicode takes for white.
fn ends_anchor(c: char) -> bool {
    BLANKS.contains(&c) || matches!(c, ',' | '[' | ']' | '{' | '}' | '\0' | '\u{feff}')
}

/// Behind blanks, newlines and comments.
fn behind_blanks(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        at += text[at..].len() - text[at..].trim_start_matches(BLANKS).len();
        if !text[at..].starts_with('#') {
            return at;
        }
        at += text[at..].find('\n').unwrap_or(text.len() - at);
    }
}

/// Where `|` or `>` stands behind the part before it.
fn block_header(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        at = behind_properties(text, at);
        match text.as_bytes().get(at) {
            Some(b':' | b'-' | b'?') => at += 1,
            _ => return at,
        }
    }
}

/// The end of the last line of a block that has something in it, without its newline.
fn block_end(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end.max(start)].trim_end_matches([' ', '\t', '\n', '\r']).len()
}

/// Where a quoted scalar ends, its closing quote included.
fn quoted_end(bytes: &[u8], begin: usize, is_double: bool) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' if is_double => at += 1,
            b'"' if is_double => break,
            b'\'' if !is_double => match bytes.get(at) {
                Some(b'\'') => at += 1,
                _ => break,
            },
            _ => {}
        }
    }
    at.min(bytes.len())
}

/// The bytes at which characters begin: the parser counts characters.
pub(super) struct Bytes<'t> {
    text: &'t str,
    /// Of every [`BLOCK`]th; none where all characters are one byte long.
    starts: Option<Vec<usize>>,
}

impl<'t> Bytes<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let starts = || text.char_indices().step_by(BLOCK).map(|(at, _)| at).collect();
        Self { text, starts: (!text.is_ascii()).then(starts) }
    }

    pub(super) fn at(&self, marker: Marker) -> usize {
        let index = marker.index();
        let Some(starts) = &self.starts else { return index.min(self.text.len()) };
        let Some(start) = starts.get(index / BLOCK) else { return self.text.len() };
        let behind = self.text[*start..].char_indices().nth(index % BLOCK);
        behind.map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The start of the line in which something stands: what a block ends before.
    fn next_line_start(&self, marker: Marker) -> usize {
        let at = self.at(marker);
        if at == self.text.len() {
            return at;
        }
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }
}

/// What YAML takes for blank: no other white character separates anything.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];
/// Characters of a block.
const BLOCK: usize = 64;
