//! Sealed values: place and version authenticated, length hidden by padding.

use zeroize::Zeroizing;

use super::encode::{Lp, base64url, from_base64url, from_base64url_any};
use super::keys::{DataKey, ENTRY_VERSION};
use super::{NoRandomness, OpenError, Plaintext, gcm};
use crate::index::{Origin, Secret, Value};
use crate::limits::{FINGERPRINT, NONCE, PADDING, TAG, VALUE_HEAD};

/// Where a value stands. A sealed value opens there and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file.
    pub origin: Origin,
    /// The secret's name, as spelled in the vault.
    pub name: &'a str,
    /// The environment, as spelled in the vault: a type's full name, or that of a named environment.
    pub environment: &'a str,
    /// Counts how often the value was set.
    pub version: u32,
}

impl<'a> Place<'a> {
    /// Where a secret's value stands.
    #[must_use]
    pub fn of(secret: &'a Secret<'_>, value: &'a Value<'_>) -> Self {
        let (origin, name) = (secret.origin(), secret.name());
        Self { origin, name, environment: value.environment(), version: value.version() }
    }
}

impl DataKey {
    /// `seal[data key](place, value)`
    ///
    /// AES-256-GCM (NIST SP 800-38D) under a fresh random nonce, the value padded to a multiple of 32 bytes. The place is
    /// authenticated, so a sealed value opens nowhere else. One data key must not seal more than 2^32 values.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<String, NoRandomness> {
        self.seal_as(&self.context(place), pad(value))
    }

    /// Seals bytes as they are, in the form of a value.
    pub(super) fn seal_as(
        &self,
        context: &Lp,
        mut bytes: Zeroizing<Vec<u8>>,
    ) -> Result<String, NoRandomness> {
        let (nonce, tag) = gcm::seal(&self.key.cipher, context.bytes(), &mut bytes)?;
        Ok(self.entry(nonce, &bytes, tag))
    }

    /// Opens what [`DataKey::seal`] gave, as base64url text.
    ///
    /// # Errors
    ///
    /// The text lies under another data key, or it was changed or moved. Nothing of the value is given then.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Plaintext, OpenError> {
        let mut body = self.open_as(&self.context(place), sealed)?;
        let length = unpadded_length(&body).ok_or(OpenError::Altered)?;
        body.truncate(length);
        Ok(body.into())
    }

    /// Opens what [`DataKey::seal_as`] gave.
    pub(super) fn open_as(
        &self,
        context: &Lp,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if sealed.len() < HEAD_TEXT || !sealed.is_ascii() {
            return Err(OpenError::Altered);
        }
        let (head, body) = sealed.split_at(HEAD_TEXT);
        let head: [u8; VALUE_HEAD] = from_base64url(head).ok_or(OpenError::Altered)?;
        if head[0] != ENTRY_VERSION {
            return Err(OpenError::Altered);
        }
        if head[1..=FINGERPRINT] != self.key.fingerprint.0 {
            return Err(OpenError::AnotherDataKey);
        }
        let body = from_base64url_any(body).ok_or(OpenError::Altered)?;
        // From here on the buffer is to hold the value, and must be wiped whatever happens.
        let mut body = Zeroizing::new(body);
        let length = body.len().checked_sub(TAG).ok_or(OpenError::Altered)?;
        let (mut nonce, mut tag) = ([0; NONCE], [0; TAG]);
        nonce.copy_from_slice(&head[1 + FINGERPRINT..]);
        tag.copy_from_slice(&body[length..]);
        body.truncate(length);
        gcm::open(&self.key.cipher, &nonce, context.bytes(), &mut body, &tag)
            .map_err(|_| OpenError::Altered)?;
        Ok(body)
    }

    fn context(&self, place: Place<'_>) -> Lp {
        let label = match place.origin {
            Origin::Vault => "value",
            Origin::Mine => "mine",
        };
        Lp::new(label)
            .part(&self.key.id.0)
            .text(self.kind.as_str())
            .text(place.environment)
            .text(place.name)
            .number(place.version)
    }

    fn entry(&self, nonce: [u8; NONCE], sealed: &[u8], tag: [u8; TAG]) -> String {
        let mut entry = Vec::with_capacity(VALUE_HEAD + sealed.len() + TAG);
        entry.push(ENTRY_VERSION);
        entry.extend_from_slice(&self.key.fingerprint.0);
        entry.extend_from_slice(&nonce);
        entry.extend_from_slice(sealed);
        entry.extend_from_slice(&tag);
        base64url(&entry)
    }
}

/// How many bytes a value of this length has when padded: all that its sealed form tells.
#[must_use]
pub const fn padded_length(length: usize) -> usize {
    (length / PADDING + 1) * PADDING
}

/// The value, `80`, and zeros up to the next multiple of 32.
pub(super) fn pad(value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut padded = Zeroizing::new(Vec::with_capacity(padded_length(value.len())));
    padded.extend_from_slice(value);
    padded.push(MARK);
    padded.resize(padded_length(value.len()), 0);
    padded
}

/// The length of the value in a padded buffer, if the padding is what [`pad`] writes.
pub(super) fn unpadded_length(padded: &[u8]) -> Option<usize> {
    if !padded.len().is_multiple_of(PADDING) {
        return None;
    }
    let mark = padded.iter().rposition(|&byte| byte != 0)?;
    (padded[mark] == MARK && padded.len() - mark <= PADDING).then_some(mark)
}

const MARK: u8 = 0x80;

/// Characters of a value's head: 21 bytes.
const HEAD_TEXT: usize = VALUE_HEAD * 4 / 3;

#[cfg(test)]
mod tests {
    use super::super::keys::Expanded;
    use super::*;
    use crate::environment::EnvironmentType;
    use crate::index::VaultId;

    fn key() -> DataKey {
        let id = VaultId::from_hex("5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d").expect("32 digits");
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
        let kind = EnvironmentType::Development;
        DataKey { kind, key: Expanded::new(id, kind.as_str(), Zeroizing::new(bytes), 1) }
    }

    const PLACE: Place<'_> = Place {
        origin: Origin::Vault,
        name: "github_api_token",
        environment: "staging",
        version: 1,
    };

    #[test]
    fn the_first_vector_is_made_byte_for_byte() {
        let key = key();
        assert_eq!(key.fingerprint().to_string(), "9c62dc85ee5a59d1");
        assert_eq!(key.fingerprint().entry_prefix(), "AZxi3IXuWlnR");
        let mut padded = pad(b"hunter2");
        let mut nonce = [0; NONCE];
        nonce.iter_mut().zip(0xa0..).for_each(|(byte, count)| *byte = count);
        let tag = gcm::seal_with(&key.key.cipher, &nonce, key.context(PLACE).bytes(), &mut padded);
        let sealed = key.entry(nonce, &padded, tag);
        assert_eq!(
            sealed,
            "AZxi3IXuWlnRoKGio6SlpqeoqaqrHPfreNlPNRTSvJBpgT0lk4kqhdeHkwIHCP2I5Ao2-L-MvaooPpFKXk9JMleotJC9"
        );
        assert_eq!(key.open(PLACE, &sealed).expect("just sealed").as_bytes(), b"hunter2");
    }

    #[test]
    fn a_value_opens_at_its_own_place_only() {
        let key = key();
        let sealed = key.seal(PLACE, b"hunter2").expect("randomness");
        for moved in [
            Place { name: "github-api-token", ..PLACE },
            Place { environment: "development", ..PLACE },
            Place { version: 2, ..PLACE },
        ] {
            assert_eq!(key.open(moved, &sealed), Err(OpenError::Altered), "{moved:?}");
        }
    }

    #[test]
    fn a_value_of_ones_own_opens_in_its_own_file_only() {
        let key = key();
        let mine = Place { origin: Origin::Mine, ..PLACE };
        let (shared, own) = (key.seal(PLACE, b"a"), key.seal(mine, b"b"));
        let (shared, own) = (shared.expect("randomness"), own.expect("randomness"));
        assert_eq!(key.open(mine, &own).expect("just sealed").as_bytes(), b"b");
        assert_eq!(key.open(PLACE, &own), Err(OpenError::Altered));
        assert_eq!(key.open(mine, &shared), Err(OpenError::Altered));
    }

    #[test]
    fn what_is_no_sealed_text_is_altered_whatever_its_length() {
        let key = key();
        for length in 0..64 {
            // Of one byte a character, and of characters across every boundary.
            for text in ["A".repeat(length), format!("A{}", "é".repeat(length))] {
                assert_eq!(key.open(PLACE, &text), Err(OpenError::Altered), "{text}");
            }
        }
    }

    #[test]
    fn every_padding_but_one_is_refused() {
        for length in [0, 1, 31, 32, 33, 1000] {
            let value = vec![0x80; length];
            assert_eq!(unpadded_length(&pad(&value)), Some(length));
        }
        let mut long = [0; 64];
        long[10] = MARK;
        for bad in [&[][..], &[0; 32], &[0x80; 31], &[1; 32], &long] {
            assert_eq!(unpadded_length(bad), None);
        }
    }
}
