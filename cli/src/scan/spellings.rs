//! How a value may be written elsewhere: as it is, in base64, in hexadecimal digits, escaped for a URL or for JSON.
//!
//! Every spelling is made in memory that is reserved beforehand, so that it never moves and is wiped whole.

use std::fmt;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};
use zeroize::Zeroizing;

/// What a spelling is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    Plain,
    Line,
    Base64,
    Hex,
    Url,
    Json,
}

impl Spelling {
    /// The stable word for `--json`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Line => "line",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Url => "url",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Line => "a line of it",
            Self::Base64 => "base64",
            Self::Hex => "hexadecimal",
            Self::Url => "URL-escaped",
            Self::Json => "JSON-escaped",
        })
    }
}

/// Gives every spelling of a value, the plain one first; some may be the same bytes.
pub(crate) fn each(value: &[u8], mut take: impl FnMut(Spelling, &[u8])) {
    take(Spelling::Plain, value);
    if let Some(line) = telling_line(value) {
        take(Spelling::Line, line);
    }
    for alphabet in [&BASE64_NOPAD, &BASE64URL_NOPAD] {
        for before in 0..3 {
            base64(value, alphabet, before, |text| take(Spelling::Base64, text));
        }
    }
    for digits in [&HEXLOWER, &HEXUPPER] {
        take(Spelling::Hex, &encoded(value, digits));
    }
    for style in &URL_STYLES {
        take(Spelling::Url, &url(value, style));
    }
    if let Ok(text) = std::str::from_utf8(value) {
        for style in 0..JSON_STYLES {
            take(Spelling::Json, &json(text, style));
        }
    }
}

/// The line of a text of several lines by which it is known again where its lines are indented, as in
/// YAML. Keys of one kind begin alike, so it is one of the later half.
fn telling_line(value: &[u8]) -> Option<&[u8]> {
    let lines: Vec<&[u8]> = value.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).collect();
    let later = &lines[lines.len() / 2..];
    let longest = later.iter().rev().max_by_key(|line| line.len())?;
    (lines.len() > 1 && longest.len() >= TELLING).then_some(longest)
}

/// What base64 makes of a value that stands behind so many other bytes (modulo 3): the characters that
/// depend on the value alone.
fn base64(value: &[u8], alphabet: &Encoding, before: usize, take: impl FnOnce(&[u8])) {
    let mut shifted = Zeroizing::new(Vec::with_capacity(before + value.len()));
    shifted.resize(before, 0);
    shifted.extend_from_slice(value);
    let text = encoded(&shifted, alphabet);
    let first = (before * 8).div_ceil(6);
    let end = shifted.len() * 8 / 6;
    take(&text[first..end]);
}

fn encoded(bytes: &[u8], encoding: &Encoding) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(vec![0; encoding.encode_len(bytes.len())]);
    encoding.encode_mut(bytes, &mut text);
    text
}

/// Which bytes a writer of URLs leaves alone beside letters and digits, and how it writes others.
struct UrlStyle {
    kept: &'static [u8],
    space: &'static [u8],
    digits: &'static [u8; 16],
}

impl UrlStyle {
    const fn new(kept: &'static [u8], space: &'static [u8], digits: &'static [u8; 16]) -> Self {
        Self { kept, space, digits }
    }
}

/// As RFC 3986 has it, `encodeURIComponent`, `encodeURI`, Python's `quote`, and forms.
const URL_STYLES: [UrlStyle; 10] = [
    UrlStyle::new(b"-._~", b"%20", UPPER),
    UrlStyle::new(b"-._~", b"%20", LOWER),
    UrlStyle::new(b"-._~!*'()", b"%20", UPPER),
    UrlStyle::new(b"-._~!*'()", b"%20", LOWER),
    UrlStyle::new(b"-._~!*'();/?:@&=+$,#", b"%20", UPPER),
    UrlStyle::new(b"-._~!*'();/?:@&=+$,#", b"%20", LOWER),
    UrlStyle::new(b"-._~/", b"%20", UPPER),
    UrlStyle::new(b"-._~/", b"%20", LOWER),
    UrlStyle::new(b"-._*", b"+", UPPER),
    UrlStyle::new(b"-._~", b"+", UPPER),
];

fn url(value: &[u8], style: &UrlStyle) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(value.len() * 3));
    for &b in value {
        if b.is_ascii_alphanumeric() || style.kept.contains(&b) {
            text.push(b);
        } else if b == b' ' {
            text.extend_from_slice(style.space);
        } else {
            text.push(b'%');
            text.push(style.digits[usize::from(b >> 4)]);
            text.push(style.digits[usize::from(b & 15)]);
        }
    }
    text
}

/// Each bit of a style is something that some writers of JSON do and others do not.
const JSON_STYLES: u8 = 16;
const ESCAPES_SLASH: u8 = 1;
const ASCII_ONLY: u8 = 2;
/// For JSON inside of HTML, as Go and .NET write it.
const ESCAPES_HTML: u8 = 4;
const UPPER_DIGITS: u8 = 8;

fn json(value: &str, style: u8) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(value.len() * 6));
    let digits = if style & UPPER_DIGITS == 0 { LOWER } else { UPPER };
    for c in value.chars() {
        let short = match c {
            '"' => Some(b'"'),
            '\\' => Some(b'\\'),
            '\n' => Some(b'n'),
            '\r' => Some(b'r'),
            '\t' => Some(b't'),
            '\u{8}' => Some(b'b'),
            '\u{c}' => Some(b'f'),
            '/' if style & ESCAPES_SLASH != 0 => Some(b'/'),
            _ => None,
        };
        let is_html = matches!(c, '<' | '>' | '&' | '\'');
        if let Some(letter) = short {
            text.extend_from_slice(&[b'\\', letter]);
        } else if c < ' '
            || (style & ESCAPES_HTML != 0 && is_html)
            || (style & ASCII_ONLY != 0 && !c.is_ascii())
        {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.extend_from_slice(b"\\u");
                for shift in [12, 8, 4, 0] {
                    text.push(digits[usize::from(*unit >> shift & 15)]);
                }
            }
        } else {
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    text
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// Bytes of a line that tells a value.
const TELLING: usize = 32;
