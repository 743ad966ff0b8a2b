//! Whether what is put into a file reads back from there: tried with values that need care, before any secret is opened.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::mask::{Mask, Piece, plain};
use super::walk::Edit;
use super::yaml::Bytes;
use super::{Format, Template};
use crate::reference::What;

/// Where a value would not read back as it is, if anywhere, or where something else would change with it.
pub(super) fn misread(template: &Template<'_>) -> Option<usize> {
    let mask = template.mask.as_ref().filter(|_| !template.edits.is_empty())?;
    let misread = |value: &&str| {
        let written = template.write(|_| value.as_bytes()).ok()?;
        let written = std::str::from_utf8(written.as_bytes()).ok()?;
        let written = written.strip_prefix('\u{feff}').unwrap_or(written);
        let comparison = Comparison { template, mask, value };
        // The strings of JSON and TOML lie where their own readers say; of YAML that is worked out.
        match template.format {
            Format::Text => None,
            Format::Json => crate::json::check(written).err().map(|_| 0),
            Format::Toml => crate::toml::check(written).err().map(|_| 0),
            Format::Yaml => comparison.first_difference(written),
        }
    };
    let at = VALUES.iter().find_map(misread)?;
    // What is read otherwise because of a value stands behind it.
    let starts = template.edits.iter().map(|edit| edit.range().start);
    starts.clone().take_while(|start| *start <= at).last().or(starts.min())
}

struct Comparison<'a> {
    template: &'a Template<'a>,
    mask: &'a Mask,
    /// Of every secret.
    value: &'a str,
}

impl Comparison<'_> {
    /// Where in the masked text stands what is read otherwise in the written one.
    fn first_difference(&self, written: &str) -> Option<usize> {
        let masked = self.mask.text();
        let bytes = Bytes::of(masked);
        let mut replaced = self.template.edits.iter().filter_map(|edit| match edit {
            Edit::Replace { range, .. } => Some(range.start),
            Edit::Fill { .. } => None,
        });
        let mut next_replaced = replaced.next();
        let mut before = Parser::new_from_str(masked);
        let mut after = Parser::new_from_str(written);
        while let Some(Ok((event, span))) = before.next() {
            let (start, end) = (bytes.at(span.start), bytes.at(span.end));
            let is_replaced = |at: &usize| (start..end).contains(at);
            let is_same = if let (Event::Scalar(..), true) =
                (&event, next_replaced.as_ref().is_some_and(is_replaced))
            {
                next_replaced = replaced.next();
                skip_node(&mut before);
                is_text(after.next(), "value") && is_text(after.next(), self.value)
            } else {
                match after.next() {
                    Some(Ok((written, _))) => self.is_same(&event, &written),
                    _ => event == Event::StreamEnd,
                }
            };
            if !is_same {
                return Some(start);
            }
        }
        None
    }

    fn is_same(&self, masked: &Event<'_>, written: &Event<'_>) -> bool {
        let is_anchored = |anchor: &usize| *anchor != 0;
        match (masked, written) {
            (
                Event::Scalar(text, style, anchor, tag),
                Event::Scalar(new, _, new_anchor, new_tag),
            ) => {
                self.with_values(text, *style) == new.as_ref()
                    && is_anchored(anchor) == is_anchored(new_anchor)
                    && tag == new_tag
            }
            (Event::MappingStart(anchor, tag), Event::MappingStart(new_anchor, new_tag))
            | (Event::SequenceStart(anchor, tag), Event::SequenceStart(new_anchor, new_tag)) => {
                is_anchored(anchor) == is_anchored(new_anchor) && tag == new_tag
            }
            // Anchors are counted, and those of a `secretKeyRef` are gone.
            (Event::Alias(_), Event::Alias(_)) => true,
            _ => masked == written,
        }
    }

    /// What a masked text says with its values.
    fn with_values(&self, text: &str, style: ScalarStyle) -> String {
        let items = &self.template.items;
        let said = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Item(number) => match items[number].what {
                What::Secret(_) => self.value.to_owned(),
                what @ What::Literal(_) if style == ScalarStyle::DoubleQuoted => {
                    plain(what).unwrap_or_default()
                }
                What::Literal(text) => text.to_owned(),
                What::Malformed => String::new(),
            },
        };
        self.mask.pieces(text, items).into_iter().map(said).collect()
    }
}

/// Goes behind a scalar, or behind the end of a mapping or a list.
fn skip_node<'t>(parser: &mut Parser<'t, StrInput<'t>>) {
    let mut depth = 0_usize;
    while let Some(Ok((event, _))) = parser.next() {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
            Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_text(event: Option<Result<(Event<'_>, Span), ScanError>>, text: &str) -> bool {
    matches!(event, Some(Ok((Event::Scalar(said, ..), _))) if said == text)
}

/// What every style of a string carries, though some with escapes; and what none but double quotes does.
const VALUES: [&str; 2] = ["v'\"\\: #{v", "\nv'\"\\: #{\u{7f}\n"];
