//! JSON as Go's encoder writes it, which is what every client of Dapr was tried with: sorted names, `<`, `>` and `&` escaped, a
//! newline at the end.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

/// `{"name":"value"}`, in memory that is taken once, so that no copy of a value is left behind.
pub(super) fn object(members: &BTreeMap<String, Zeroizing<String>>) -> Zeroizing<Vec<u8>> {
    let length = members.iter().map(|(key, value)| room(key) + room(value) + 4).sum::<usize>();
    let mut out = Zeroizing::new(Vec::with_capacity(length + 3));
    put_object(&mut out, members);
    out.push(b'\n');
    out
}

/// An object between what stands before and behind it, in memory that is taken once.
pub(super) fn enclosed(
    before: &str,
    members: &BTreeMap<String, Zeroizing<String>>,
    behind: &str,
) -> Zeroizing<Vec<u8>> {
    let length = members.iter().map(|(key, value)| room(key) + room(value) + 4).sum::<usize>();
    let mut out = Zeroizing::new(Vec::with_capacity(before.len() + length + 3 + behind.len()));
    out.extend_from_slice(before.as_bytes());
    put_object(&mut out, members);
    out.extend_from_slice(behind.as_bytes());
    out
}

/// `{"name":{"key":"value"}}`
pub(super) fn objects(
    members: &BTreeMap<String, BTreeMap<String, Zeroizing<String>>>,
) -> Zeroizing<Vec<u8>> {
    let inner = |(key, value): (&String, &Zeroizing<String>)| room(key) + room(value) + 4;
    let length =
        members.iter().map(|(name, keys)| room(name) + 5 + keys.iter().map(inner).sum::<usize>());
    let mut out = Zeroizing::new(Vec::with_capacity(length.sum::<usize>() + 3));
    out.push(b'{');
    for (number, (name, keys)) in members.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        put_text(&mut out, name);
        out.push(b':');
        put_object(&mut out, keys);
    }
    out.extend_from_slice(b"}\n");
    out
}

/// A text as JSON has it.
pub(super) fn text(text: &str) -> String {
    let mut out = Vec::with_capacity(room(text));
    put_text(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}

fn put_object(out: &mut Vec<u8>, members: &BTreeMap<String, Zeroizing<String>>) {
    out.push(b'{');
    for (number, (key, value)) in members.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        put_text(out, key);
        out.push(b':');
        put_text(out, value);
    }
    out.push(b'}');
}

/// How many bytes a text has as JSON.
fn room(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        b'<' | b'>' | b'&' | 0..=31 => 6,
        // U+2028 and U+2029 are three bytes, and six as an escape.
        0xE2 => 4,
        _ => 1,
    };
    text.bytes().map(escaped).sum::<usize>() + 2
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let short: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            8 => b"\\b",
            12 => b"\\f",
            b'<' => b"\\u003c",
            b'>' => b"\\u003e",
            b'&' => b"\\u0026",
            0xE2 if bytes[at..].starts_with(&[0xE2, 0x80, 0xA8]) => b"\\u2028",
            0xE2 if bytes[at..].starts_with(&[0xE2, 0x80, 0xA9]) => b"\\u2029",
            0..=31 => b"",
            _ => {
                at += 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        if short.is_empty() {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        } else {
            out.extend_from_slice(short);
        }
        at += if byte == 0xE2 { 3 } else { 1 };
        from = at;
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_go_does_it_and_read_back() {
        assert_eq!(
            text("<a href=\"x\">&\\\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}"),
            "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}\""
        );
        assert_eq!(text("é\u{2028}\u{2029}\u{202a}â"), "\"é\\u2028\\u2029\u{202a}â\"");
        for odd in ["", "\u{2027}", "a\u{0}b", "🦀", "â\u{2028}"] {
            assert_eq!(serde_json::from_str::<String>(&text(odd)).expect("JSON"), odd);
        }
    }

    #[test]
    fn what_is_written_never_moves() {
        let value = Zeroizing::new("<\u{2028}\u{1}\"é".repeat(100));
        let members = BTreeMap::from([("a<b".to_owned(), value)]);
        let written = object(&members);
        assert!(written.capacity() - written.len() < written.len(), "the room was reckoned");
        let all = BTreeMap::from([("n".to_owned(), members)]);
        let read: serde_json::Value = serde_json::from_slice(&objects(&all)).expect("JSON");
        assert_eq!(read["n"]["a<b"].as_str().map(str::len), Some(800));
    }
}
