//! A text in which letters stand in place of references, as many as each had: then any parser reads it, and every place in
//! it is the same.

use std::collections::HashSet;
use std::ops::Range;

use crate::reference::{Found, What};

/// The masked text of a file.
#[derive(Debug)]
pub(super) struct Mask {
    text: String,
    mark: String,
}

/// A part of a text that was masked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// The reference with this number.
    Item(usize),
}

impl Mask {
    /// Masks what was found; none where every mark stands in the text itself, which no honest file has.
    pub(super) fn of(text: &str, items: &[Found<'_>]) -> Option<Self> {
        let taken: HashSet<&[u8]> = text
            .as_bytes()
            .windows(MARK)
            .filter(|three| three.iter().all(|byte| is_letter(*byte)))
            .collect();
        let mark = marks().find(|mark| !taken.contains(mark.as_bytes()))?;
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        for (number, item) in items.iter().enumerate() {
            let Range { start, end } = item.span.clone();
            masked.push_str(&text[from..start]);
            masked.push_str(&mark);
            let mut rest = number;
            for _ in 0..DIGITS {
                masked.push(char::from(b'0' + u8::try_from(rest % 10).unwrap_or(0)));
                rest /= 10;
            }
            masked.extend(std::iter::repeat_n('x', (end - start).saturating_sub(MARK + DIGITS)));
            from = end;
        }
        masked.push_str(&text[from..]);
        Some(Self { text: masked, mark })
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The parts of a text that a parser made of some of it.
    pub(super) fn pieces<'a>(&self, text: &'a str, items: &[Found<'_>]) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(&self.mark) {
            let digits = rest.get(at + MARK..at + MARK + DIGITS).unwrap_or_default();
            let number = digits.bytes().rev().fold(0, |all, b| all * 10 + usize::from(b - b'0'));
            let Some(item) = items.get(number) else { break };
            pieces.push(Piece::Text(&rest[..at]));
            pieces.push(Piece::Item(number));
            rest = rest.get(at + item.span.len()..).unwrap_or_default();
        }
        pieces.push(Piece::Text(rest));
        pieces
    }
}

/// What a literal says where nothing is escaped: in a string of JSON its quotes are.
pub(super) fn plain(what: What<'_>) -> Option<String> {
    match what {
        What::Literal(text) => Some(text.replace("\\\"", "\"")),
        _ => None,
    }
}

/// Three letters that cannot overlap themselves.
fn marks() -> impl Iterator<Item = String> {
    let letters = || LETTERS.chars();
    letters()
        .flat_map(move |a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])))
        .filter(|[a, b, c]| a != b && b != c && a != c)
        .map(String::from_iter)
}

fn is_letter(byte: u8) -> bool {
    LETTERS.as_bytes().contains(&byte)
}

/// Letters of which no word is made.
const LETTERS: &str = "qzjvwkbghpmfldcnrst";
/// Bytes of a mark.
const MARK: usize = 3;
/// Digits of a number: the shortest reference, the beginning of a malformed one, has nine bytes.
const DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::find_all;

    #[test]
    fn every_place_stays_and_the_parts_come_back() {
        let text = "qzj ü ${secret:a}, {{ secret \"b\" }}$${secret:c}";
        let items: Vec<_> = find_all(text).collect();
        let mask = Mask::of(text, &items).expect("a mark that is free");
        assert_eq!(mask.text().len(), text.len());
        assert!(!mask.text().contains(['$', '{', '"', '}']), "{}", mask.text());
        let pieces = mask.pieces(mask.text(), &items);
        assert_eq!(
            pieces,
            [
                Piece::Text("qzj ü "),
                Piece::Item(0),
                Piece::Text(", "),
                Piece::Item(1),
                Piece::Text(""),
                Piece::Item(2),
                Piece::Text("")
            ]
        );
    }
}
