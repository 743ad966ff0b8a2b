//! Bytes as Google's APIs carry them in JSON: base64, with a checksum beside it.

use super::crc32c::crc32c;
use crate::base64;
use crate::json::{self, Members};
use crate::store::Value;

/// Why there are no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damaged {
    /// It is no base64.
    Form,
    /// The checksum is another one.
    Checksum,
}

/// The bytes below a name, empty where there are none; they must have the checksum below another name, if it is there.
pub(crate) fn bytes(members: &Members<'_>, name: &str, checksum: &str) -> Result<Value, Damaged> {
    let text = match members.get(name) {
        Some(raw) => json::value(raw).ok_or(Damaged::Form)?,
        // An empty field is left out of such JSON.
        None => Value::default(),
    };
    let bytes = unbase64(&text).ok_or(Damaged::Form)?;
    match members.get(checksum) {
        // A number of 64 bits, which such JSON writes as a string.
        Some(raw) => match raw.get().trim_matches('"').parse::<u64>() {
            Ok(sum) if sum == u64::from(crc32c(&bytes)) => Ok(bytes),
            _ => Err(Damaged::Checksum),
        },
        None => Ok(bytes),
    }
}

/// The bytes of base64, with its `=` at the end or without; none for what is no base64.
pub(crate) fn unbase64(text: &[u8]) -> Option<Value> {
    if text.ends_with(b"=") { base64::decode(text) } else { base64::decode_unpadded(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<u8>, Damaged> {
        let members = json::of(body.as_bytes()).expect("JSON");
        bytes(&members, "data", "dataCrc32c").map(|bytes| bytes.to_vec())
    }

    #[test]
    fn bytes_have_the_checksum_that_stands_beside_them() {
        let sum = crc32c(b"hunter2");
        assert_eq!(
            read(&format!(r#"{{"data":"aHVudGVyMg==","dataCrc32c":"{sum}"}}"#)),
            Ok(b"hunter2".to_vec())
        );
        assert_eq!(
            read(&format!(r#"{{"data":"aHVudGVyMg==","dataCrc32c":{sum}}}"#)),
            Ok(b"hunter2".to_vec())
        );
        assert_eq!(read(r#"{"data":"aHVudGVyMg\u003d="}"#), Ok(b"hunter2".to_vec()));
        assert_eq!(read(r#"{"data":"aHVudGVyMg"}"#), Ok(b"hunter2".to_vec()));
        assert_eq!(read("{}"), Ok(Vec::new()));
        for (damaged, body) in [
            (Damaged::Checksum, r#"{"data":"aHVudGVyMg==","dataCrc32c":"1"}"#),
            (Damaged::Checksum, r#"{"data":"aHVudGVyMg==","dataCrc32c":""}"#),
            (Damaged::Checksum, r#"{"dataCrc32c":"1"}"#),
            (Damaged::Form, r#"{"data":"hunter2!"}"#),
            (Damaged::Form, r#"{"data":null}"#),
        ] {
            assert_eq!(read(body), Err(damaged), "{body}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        for length in 0..40 {
            let bytes: Vec<u8> = (0..length).map(|number| 255 - number).collect();
            let decoded = unbase64(base64::encode(&bytes).as_bytes());
            assert_eq!(decoded.as_deref(), Some(&bytes), "{length}");
        }
    }
}
