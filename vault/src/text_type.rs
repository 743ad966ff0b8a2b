//! How a setting's text is read as one of Rust's own types: the build knows them by name, and loading reads them.

use std::time::Duration;

/// A type of Rust that a text can be read as.
///
/// ```
/// # use strongroom_vault::TextType;
/// let port = TextType::named("u16").expect("a type");
/// assert!(port.fits("8080") && !port.fits("65536"));
/// assert_eq!(port.expected(), "a whole number from 0 to 65535");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextType {
    /// `String`, `PathBuf`: any text.
    Text,
    /// `bool`.
    Bool,
    /// `char`.
    Char,
    /// `u8`.
    U8,
    /// `u16`.
    U16,
    /// `u32`.
    U32,
    /// `u64`.
    U64,
    /// `u128`.
    U128,
    /// `usize`, as it is where this is compiled.
    Usize,
    /// `i8`.
    I8,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `i128`.
    I128,
    /// `isize`, as it is where this is compiled.
    Isize,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `std::time::Duration`.
    Duration,
}

impl TextType {
    /// The type that a name means.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "String" | "PathBuf" => Self::Text,
            "bool" => Self::Bool,
            "char" => Self::Char,
            "u8" => Self::U8,
            "u16" => Self::U16,
            "u32" => Self::U32,
            "u64" => Self::U64,
            "u128" => Self::U128,
            "usize" => Self::Usize,
            "i8" => Self::I8,
            "i16" => Self::I16,
            "i32" => Self::I32,
            "i64" => Self::I64,
            "i128" => Self::I128,
            "isize" => Self::Isize,
            "f32" => Self::F32,
            "f64" => Self::F64,
            "Duration" => Self::Duration,
            _ => return None,
        })
    }

    /// What an error says is expected.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "UTF-8 text",
            Self::Bool => "`true` or `false`",
            Self::Char => "a single character",
            Self::U8 => "a whole number from 0 to 255",
            Self::U16 => "a whole number from 0 to 65535",
            Self::U32 => "a whole number from 0 to 2^32 − 1",
            Self::U64 => "a whole number from 0 to 2^64 − 1",
            Self::U128 => "a whole number from 0 to 2^128 − 1",
            Self::Usize => "a whole number, not negative",
            Self::I8 => "a whole number from −128 to 127",
            Self::I16 => "a whole number from −32768 to 32767",
            Self::I32 => "a whole number from −2^31 to 2^31 − 1",
            Self::I64 => "a whole number from −2^63 to 2^63 − 1",
            Self::I128 => "a whole number from −2^127 to 2^127 − 1",
            Self::Isize => "a whole number",
            Self::F32 | Self::F64 => "a number",
            Self::Duration => "a time such as `250ms`, `30s` or `1h30m`",
        }
    }

    /// Whether a text can be read as this type.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Bool => text.parse::<bool>().is_ok(),
            Self::Char => text.parse::<char>().is_ok(),
            Self::U8 => text.parse::<u8>().is_ok(),
            Self::U16 => text.parse::<u16>().is_ok(),
            Self::U32 => text.parse::<u32>().is_ok(),
            Self::U64 => text.parse::<u64>().is_ok(),
            Self::U128 => text.parse::<u128>().is_ok(),
            Self::Usize => text.parse::<usize>().is_ok(),
            Self::I8 => text.parse::<i8>().is_ok(),
            Self::I16 => text.parse::<i16>().is_ok(),
            Self::I32 => text.parse::<i32>().is_ok(),
            Self::I64 => text.parse::<i64>().is_ok(),
            Self::I128 => text.parse::<i128>().is_ok(),
            Self::Isize => text.parse::<isize>().is_ok(),
            Self::F32 => text.parse::<f32>().is_ok(),
            Self::F64 => text.parse::<f64>().is_ok(),
            Self::Duration => duration_of(text).is_some(),
        }
    }
}

/// The elements of a list that is written with commas; an empty text has none. Blanks around an element are not part of it.
/// What stands between two commas, or behind the last, is an element also where that is nothing.
///
/// ```
/// # use strongroom_vault::list_of;
/// assert_eq!(list_of("a, b").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(list_of("a,,b,").collect::<Vec<_>>(), ["a", "", "b", ""]);
/// assert_eq!(list_of(" ").count(), 0);
/// ```
pub fn list_of(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim();
    let some = (!text.is_empty()).then_some(text);
    some.into_iter().flat_map(|text| text.split(',').map(str::trim))
}

/// What an error says is expected of an element of a list at a position, from 0.
#[must_use]
pub fn expected_in_list(expected: &str, position: usize, element: &str) -> String {
    let nothing = if element.is_empty() { ", where nothing stands" } else { "" };
    format!("{expected} as element {} of a list with commas{nothing}", position + 1)
}

/// A time as people write it: whole numbers, each with its unit, the largest first.
///
/// ```
/// # use std::time::Duration;
/// # use strongroom_vault::duration_of;
/// assert_eq!(duration_of("1h30m"), Some(Duration::from_secs(90 * 60)));
/// assert_eq!(duration_of("250ms"), Some(Duration::from_millis(250)));
/// assert_eq!(duration_of("30"), None);
/// ```
#[must_use]
pub fn duration_of(text: &str) -> Option<Duration> {
    let (mut rest, mut units, mut all) = (text, UNITS.iter(), Duration::ZERO);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let number: u64 = rest[..digits].parse().ok()?;
        let unit = &rest[digits..digits + letters];
        // What was passed over is larger, and cannot come any more.
        let (_, nanoseconds) = units.find(|(name, _)| *name == unit)?;
        let part = u128::from(number).checked_mul(*nanoseconds)?;
        all = all.checked_add(duration_from(part)?)?;
        rest = &rest[digits + letters..];
    }
    Some(all)
}

fn duration_from(nanoseconds: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanoseconds / SECOND).ok()?;
    let below = u32::try_from(nanoseconds % SECOND).ok()?;
    Some(Duration::new(seconds, below))
}

/// Nanoseconds of a second.
const SECOND: u128 = 1_000_000_000;

/// The units of time with their nanoseconds, the largest first.
const UNITS: [(&str, u128); 7] = [
    ("d", 24 * 60 * 60 * SECOND),
    ("h", 60 * 60 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_units_each_once_and_the_largest_first() {
        for (text, nanoseconds) in [
            ("0s", 0),
            ("1d2h3m4s5ms6us7ns", 93_784_005_006_007),
            ("90m", 90 * 60 * SECOND),
            ("007s", 7 * SECOND),
        ] {
            assert_eq!(duration_of(text), duration_from(nanoseconds), "{text}");
        }
        let most = format!("{}s999999999ns", u64::MAX);
        assert_eq!(duration_of(&most), Some(Duration::MAX));
        let more = format!("{}s1000000000ns", u64::MAX);
        for text in [
            "",
            "5",
            "s",
            "-5s",
            "+5s",
            "5 s",
            " 5s",
            "1.5s",
            "5s5s",
            "5m1h",
            "5S",
            "5µs",
            "5sec",
            "5m 3s",
            "٣s",
            "18446744073709551616s",
            "18446744073709551615d",
            more.as_str(),
        ] {
            assert_eq!(duration_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_has_what_stands_between_commas() {
        for (text, elements) in [
            ("", &[][..]),
            ("  ", &[]),
            ("a", &["a"]),
            ("a,b , c d", &["a", "b", "c d"]),
            ("a,,b", &["a", "", "b"]),
            ("a,", &["a", ""]),
        ] {
            assert_eq!(list_of(text).collect::<Vec<_>>(), elements, "{text}");
        }
    }
}
