//! Base64 of values: into and out of memory that wipes itself, and one text only for the same bytes.

#[cfg(any(feature = "aws-kms", feature = "google", feature = "vault-transit"))]
use data_encoding::BASE64;
use data_encoding::BASE64_NOPAD;
#[cfg(any(feature = "aws-kms", feature = "google", feature = "vault-transit"))]
use zeroize::Zeroizing;

use crate::store::Value;

/// Bytes in base64, with `=` at the end where it belongs.
#[cfg(any(feature = "aws-kms", feature = "google", feature = "vault-transit"))]
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    // Room for all of it, so that the memory never moves.
    let mut text = Zeroizing::new(String::with_capacity(BASE64.encode_len(bytes.len())));
    BASE64.encode_append(bytes, &mut text);
    text
}

/// The bytes of base64 that has `=` at its end where it belongs; none for what is no base64.
pub(crate) fn decode(text: &[u8]) -> Option<Value> {
    let ending = match text {
        _ if !text.len().is_multiple_of(4) => return None,
        [.., b'=', b'='] => 2,
        [.., b'='] => 1,
        _ => 0,
    };
    decode_unpadded(&text[..text.len() - ending])
}

/// The bytes of base64 without `=` at its end; none for what is no base64.
pub(crate) fn decode_unpadded(text: &[u8]) -> Option<Value> {
    let mut bytes = Value::new(vec![0; BASE64_NOPAD.decode_len(text.len()).ok()?]);
    let length = BASE64_NOPAD.decode_mut(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_text_of_some_bytes_is_read() {
        for (text, bytes) in [("", &b""[..]), ("YQ==", b"a"), ("YWI=", b"ab"), ("YWJj", b"abc")] {
            assert_eq!(
                decode(text.as_bytes()).as_deref().map(Vec::as_slice),
                Some(bytes),
                "{text}"
            );
        }
        for text in [
            "YQ", "YQ=", "YQ===", "YWI", "YR==", "YWJ=", "=", "==", "====", "YQ==YQ==", "YWJj====",
            "YWJj\n", "Y W=", "_-8=", "YQ%3D",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }
}
