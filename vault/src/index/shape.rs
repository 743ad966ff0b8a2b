//! Typed looks into a TOML tree: every wrong type, length, character and number becomes an error with its place.

use std::borrow::Cow;
use std::collections::HashMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::date::Date;
use crate::error::{Fault, ReadError};
use crate::limits::{NUMBER, STRING_BYTES};
use crate::name::{NameFault, fold};
use crate::near::nearest;
use crate::shown::has_dangerous;

pub(crate) type Key<'t> = Spanned<DeString<'t>>;
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// One table, the text it lies in, and what errors call it.
#[derive(Clone, Copy)]
pub(crate) struct Table<'d, 't> {
    pub(crate) text: &'t str,
    pub(crate) tree: &'d DeTable<'t>,
    /// Where an error about the table as a whole points to.
    pub(crate) at: usize,
}

impl<'d, 't> Table<'d, 't> {
    /// A value that must be a table.
    pub(crate) fn of(text: &'t str, value: &'d Value<'t>) -> Result<Self, ReadError> {
        match value.get_ref() {
            DeValue::Table(tree) => Ok(Self { text, tree, at: value.span().start }),
            _ => Err(Fault::WrongShape("a table").at(text, value.span().start)),
        }
    }

    /// The keys and values of this table.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'d Key<'t>, &'d Value<'t>)> {
        self.tree.iter()
    }

    /// The value of a key, if it is there.
    pub(crate) fn get(self, key: &str) -> Option<&'d Value<'t>> {
        self.tree.get(key)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(self, key: &'static str) -> Result<&'d Value<'t>, ReadError> {
        self.get(key).ok_or_else(|| Fault::MissingKey(key).at(self.text, self.at))
    }

    /// Refuses every key that is not among the known ones.
    pub(crate) fn only(self, path: &str, known: &[&str]) -> Result<(), ReadError> {
        for (key, _) in self.entries() {
            if !known.contains(&key.get_ref().as_ref()) {
                return Err(unknown_key(self.text, key, path, known));
            }
        }
        Ok(())
    }

    /// The text of a key that must be there, of [`STRING_BYTES`] at most.
    pub(crate) fn need_text(self, key: &'static str) -> Result<Cow<'t, str>, ReadError> {
        text_of(self.text, self.need(key)?, STRING_BYTES)
    }

    /// The number of a key that must be there.
    pub(crate) fn need_number(self, key: &'static str) -> Result<u32, ReadError> {
        number_of(self.text, self.need(key)?)
    }
}

/// The error for a key that nobody knows.
pub(crate) fn unknown_key(text: &str, key: &Key<'_>, table: &str, known: &[&str]) -> ReadError {
    let near = nearest(key.get_ref(), known.iter().copied()).map(str::to_owned);
    let fault = Fault::UnknownKey { key: key.get_ref().to_string(), table: table.to_owned(), near };
    fault.at(text, key.span().start)
}

/// A string without dangerous characters, of `most` bytes at most.
pub(crate) fn text_of<'t>(
    text: &'t str,
    value: &Value<'t>,
    most: usize,
) -> Result<Cow<'t, str>, ReadError> {
    let at = value.span().start;
    let DeValue::String(string) = value.get_ref() else {
        return Err(Fault::WrongShape("a string").at(text, at));
    };
    if string.len() > most {
        return Err(Fault::TooLong(most).at(text, at));
    }
    if has_dangerous(string) {
        return Err(Fault::ControlCharacter.at(text, at));
    }
    Ok(string.clone())
}

/// Base64url text of a possible number of bytes. Only its form is checked: decoding needs the feature `crypto`.
pub(crate) fn sealed_text<'t>(
    text: &'t str,
    value: &Value<'t>,
    what: &'static str,
    fits: impl Fn(usize) -> bool,
) -> Result<Cow<'t, str>, ReadError> {
    let at = value.span().start;
    let DeValue::String(string) = value.get_ref() else {
        return Err(Fault::WrongShape("a string").at(text, at));
    };
    let Some(bytes) = base64url_bytes(string) else {
        let fault = if has_dangerous(string) { Fault::ControlCharacter } else { Fault::Base64 };
        return Err(fault.at(text, at));
    };
    if !fits(bytes) {
        return Err(Fault::Length(what).at(text, at));
    }
    Ok(string.clone())
}

/// A whole number from 1 to 2^31 − 1.
pub(crate) fn number_of(text: &str, value: &Value<'_>) -> Result<u32, ReadError> {
    let fault = match value.get_ref() {
        DeValue::Integer(integer) => match u32::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if (1..=NUMBER).contains(&number) => return Ok(number),
            _ => Fault::Number,
        },
        DeValue::Float(_) => Fault::Number,
        _ => Fault::WrongShape("a whole number"),
    };
    Err(fault.at(text, value.span().start))
}

/// The error for a name that breaks a rule.
pub(crate) fn bad_name(text: &str, name: &str, fault: NameFault, at: usize) -> ReadError {
    let fault = if has_dangerous(name) {
        Fault::ControlCharacter
    } else {
        Fault::BadName(name.to_owned(), fault)
    };
    fault.at(text, at)
}

/// The error for a key that must have another form than it has.
pub(crate) fn bad_form(text: &str, key: &str, wanted: &'static str, at: usize) -> ReadError {
    let fault =
        if has_dangerous(key) { Fault::ControlCharacter } else { Fault::WrongShape(wanted) };
    fault.at(text, at)
}

/// Refuses two spellings of one name among names and their places, given in any order.
///
/// Gives the position of each name by what it folds to.
pub(crate) fn refuse_spellings(
    text: &str,
    names: &[(&str, usize)],
) -> Result<HashMap<String, usize>, ReadError> {
    let mut positions = HashMap::with_capacity(names.len());
    for (position, named) in names.iter().enumerate() {
        if let Some(other) = positions.insert(fold(named.0), position) {
            let mut both = [names[other], *named];
            both.sort_by_key(|(_, at)| *at);
            let [(first, _), (second, at)] = both;
            return Err(Fault::TwoSpellings(first.to_owned(), second.to_owned()).at(text, at));
        }
    }
    Ok(positions)
}

/// A date without time.
pub(crate) fn date_of(text: &str, value: &Value<'_>) -> Result<Date, ReadError> {
    match value.get_ref() {
        DeValue::Datetime(when) if when.time.is_none() => when.date,
        _ => None,
    }
    .map(|date| Date { year: date.year, month: date.month, day: date.day })
    .ok_or_else(|| Fault::WrongShape("a date such as 2026-11-20").at(text, value.span().start))
}

/// How many bytes a base64url text without padding stands for; none if it is not such a text.
fn base64url_bytes(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Most of a vault is such text. Unoptimised, as a macro runs this, an iterator takes three times as long as this loop.
    let (mut at, mut all, mut last) = (0, 0, 0);
    while at < bytes.len() {
        last = DIGITS[bytes[at] as usize];
        all |= last;
        at += 1;
    }
    match bytes.len() % 4 {
        _ if all >= 64 => None,
        0 => Some(bytes.len() / 4 * 3),
        2 if last & 0b1111 == 0 => Some(bytes.len() / 4 * 3 + 1),
        3 if last & 0b11 == 0 => Some(bytes.len() / 4 * 3 + 2),
        _ => None,
    }
}

/// The six bits of one base64url digit.
pub(crate) const fn base64url_digit(b: u8) -> Option<u8> {
    let digit = DIGITS[b as usize];
    if digit < 64 { Some(digit) } else { None }
}

/// The digits by their bytes; what is no digit is above all of them, in a bit that no digit has.
///
/// Not a constant: unoptimised, each look would copy all of it.
static DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut at = 0u8;
    while at < 64 {
        digits[alphabet[at as usize] as usize] = at;
        at += 1;
    }
    digits
};
