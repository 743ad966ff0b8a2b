//! The strings of a TOML file: what its own reader takes for keys and for values.

use std::ops::Range;

use toml_parser::decoder::Encoding;
use toml_parser::parser::{EventReceiver, RecursionGuard, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};

use super::place::Style;
use super::walk::{Scalar, Walker};

/// Goes through a masked text. What is no TOML is for its reader to say.
pub(super) fn walk(masked: &str, walker: &mut Walker<'_>) {
    let tokens = Source::new(masked).lex().into_vec();
    let mut receiver = Receiver { masked, walker };
    let mut guarded = RecursionGuard::new(&mut receiver, DEEPEST);
    parse_document(&tokens, &mut guarded, &mut Silent);
}

struct Receiver<'a, 't, 'w> {
    masked: &'a str,
    walker: &'w mut Walker<'t>,
}

impl Receiver<'_, '_, '_> {
    fn string(&mut self, span: Span, encoding: Option<Encoding>, is_key: bool) {
        let range: Range<usize> = span.start()..span.end();
        let Some(raw) = self.masked.get(range.clone()) else { return };
        let raw = Raw::new_unchecked(raw, encoding, span);
        let (style, quotes) = match encoding {
            // Bare keys have no references, since no letter of one can be in them; values that are bare are no strings.
            None if !is_key => return self.walker.bare(range),
            None => (Style::Anew, 0),
            Some(Encoding::BasicString) => (Style::Quoted, 1),
            // What is blank behind a `\` at the end of a line is skipped, values too.
            Some(Encoding::MlBasicString) if skips_blanks(raw.as_str()) => (Style::Anew, LINES),
            Some(Encoding::MlBasicString) => (Style::QuotedLines, LINES),
            Some(Encoding::LiteralString) => (Style::Raw, 1),
            Some(Encoding::MlLiteralString) => (Style::RawLines, LINES),
        };
        let mut text = std::borrow::Cow::Borrowed("");
        // What has no reference is never written anew.
        if self.walker.is_met_before(range.end) {
            if is_key {
                raw.decode_key(&mut text, &mut Silent);
            } else {
                let _kind = raw.decode_scalar(&mut text, &mut Silent);
            }
        }
        let content = range.start + quotes..range.end;
        self.walker.string(&Scalar { whole: range, content, style, text: &text }, is_key);
    }
}

impl EventReceiver for Receiver<'_, '_, '_> {
    fn simple_key(&mut self, span: Span, kind: Option<Encoding>, _error: &mut dyn ErrorSink) {
        self.string(span, kind, true);
    }

    fn scalar(&mut self, span: Span, kind: Option<Encoding>, _error: &mut dyn ErrorSink) {
        self.string(span, kind, false);
    }
}

fn skips_blanks(raw: &str) -> bool {
    raw.split('\\').skip(1).any(|behind| behind.starts_with([' ', '\t', '\r', '\n']))
}

/// Errors are told by the reader that makes a table.
struct Silent;

impl ErrorSink for Silent {
    fn report_error(&mut self, _error: ParseError) {}
}

/// Deeper than any file that its reader takes.
const DEEPEST: u32 = 128;
/// Bytes of the quotes of several lines.
const LINES: usize = 3;
