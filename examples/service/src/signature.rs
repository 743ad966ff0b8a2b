//! Who sent a message: its HMAC-SHA256 under a key that the sender has too.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::secrets::WebhookKey;

/// Whether a header, `sha256=` and 64 hexadecimal digits, is the signature of this body. Takes as long for a wrong signature
/// as for a right one.
pub(crate) fn is_signed(key: &WebhookKey, body: &[u8], header: &str) -> bool {
    let Some(digits) = header.strip_prefix("sha256=") else { return false };
    let Ok(signature) = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()) else { return false };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

/// Whether two tokens are the same. Their hashes are compared: how long that takes says nothing of the tokens.
pub(crate) fn is_same(token: &str, other: &str) -> bool {
    Sha256::digest(token) == Sha256::digest(other)
}

#[cfg(test)]
mod tests {
    use strongroom::{FromSecret, Plaintext};

    use super::*;

    /// RFC 4231, test case 6: the key is longer than SHA-256's block.
    #[test]
    fn a_published_signature_is_one() {
        let key = WebhookKey::from_secret(Plaintext::from(vec![0xaa; 131])).expect("a long key");
        let body = b"Test Using Larger Than Block-Size Key - Hash Key First";
        let signature = "sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54";
        assert!(is_signed(&key, body, signature));
        assert!(is_signed(&key, body, &signature.to_uppercase().replace("SHA256", "sha256")));
        assert!(!is_signed(&key, b"another body", signature));
        for header in ["", "sha256=", "sha256=60", &signature[7..], &signature[..70], "sha1=60"] {
            assert!(!is_signed(&key, body, header), "{header}");
        }
    }
}
