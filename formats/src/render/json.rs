//! The strings of a JSON file, and what is around them.

use super::place::Style;
use super::walk::{Scalar, Walker};
use super::{DEEPEST, too_deep};
use crate::error::ReadError;
use crate::json::text as text_of_value;
use crate::position::Lines;

/// Goes through a masked text. One that is no JSON gives parts that mean nothing, and no panic.
///
/// # Errors
///
/// Deeper nesting than any reader takes, before memory goes to it.
pub(super) fn walk(masked: &str, walker: &mut Walker<'_>) -> Result<(), ReadError> {
    let bytes = masked.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                let text = text_of_value(&masked[start..at]).unwrap_or_default();
                let text = std::str::from_utf8(&text).unwrap_or_default();
                let range = start..at;
                let style = Style::Quoted;
                walker.scalar(&Scalar { whole: range.clone(), content: range, style, text });
            }
            b'{' | b'[' if walker.depth() == DEEPEST => {
                let at = Lines::of(masked.as_bytes()).position(start);
                return Err(too_deep().at(at));
            }
            b'{' | b'[' => walker.open(start, *byte == b'{', false),
            b'}' | b']' => walker.close(Some(at)),
            b',' | b':' => {}
            byte if byte.is_ascii_whitespace() => {}
            _ => {
                let is_part = |b: &u8| !b.is_ascii_whitespace() && !b"\"{}[],:".contains(b);
                at += bytes[at..].iter().take_while(|b| is_part(b)).count();
                walker.bare(start..at);
            }
        }
    }
    walker.end_document();
    Ok(())
}

/// Where a string ends that began before this place, its closing quote included.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => at += 1,
            _ => {}
        }
    }
    at.min(bytes.len())
}
