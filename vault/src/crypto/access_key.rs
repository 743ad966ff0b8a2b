//! The access key and its text: `strongroom_key_` and 64 characters that a scanner can find and a typo cannot survive.

use std::fmt;

use zeroize::Zeroizing;

use super::encode::{checksum, lower_case_base32};
use super::{NoRandomness, random};
use crate::index::VaultId;
use crate::limits::{CHECK, KEY};

/// A random 256-bit key for one vault, and the first bytes of that vault's id.
///
/// ```
/// # use strongroom_vault::{AccessKey, VaultId};
/// let key = AccessKey::generate(VaultId([7; 16]))?;
/// assert_eq!(AccessKey::parse(&key.to_text())?.to_text(), key.to_text());
/// assert!(AccessKey::parse("strongroom_key_abc").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    vault: [u8; 4],
    bytes: Zeroizing<[u8; KEY]>,
}

impl AccessKey {
    /// A new random key for a vault.
    ///
    /// # Errors
    ///
    /// The operating system gives no random bytes.
    pub fn generate(id: VaultId) -> Result<Self, NoRandomness> {
        let [a, b, c, d, ..] = id.0;
        Ok(Self { vault: [a, b, c, d], bytes: Zeroizing::new(random()?) })
    }

    /// Reads the text of a key; one newline may follow it.
    ///
    /// # Errors
    ///
    /// A text that is no access key, or one with a typo. The error holds nothing of the text.
    pub fn parse(text: &str) -> Result<Self, AccessKeyFault> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(AccessKeyFault::Empty);
        }
        let digits = text.strip_prefix(PREFIX).ok_or(AccessKeyFault::NotAnAccessKey)?;
        if digits.len() != DIGITS {
            return Err(AccessKeyFault::Length(digits.len()));
        }
        let (vault, bytes) = read_digits(PREFIX, digits).ok_or(AccessKeyFault::Mistyped)?;
        Ok(Self { vault, bytes })
    }

    /// The text, in memory that wipes itself.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        key_text(PREFIX, self.vault, &self.bytes)
    }

    /// Whether this is a key of the vault with this id, as far as 32 bits tell.
    #[must_use]
    pub fn is_of(&self, id: VaultId) -> bool {
        id.0.starts_with(&self.vault)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY] {
        &self.bytes
    }
}

/// The text of a key: a prefix, and then the beginning of its vault's id, its bytes and a checksum in base32.
pub(super) fn key_text(
    prefix: &str,
    vault: [u8; VAULT],
    bytes: &Zeroizing<[u8; KEY]>,
) -> Zeroizing<String> {
    let mut payload = Zeroizing::new([0; PAYLOAD]);
    payload[..VAULT].copy_from_slice(&vault);
    payload[VAULT..VAULT + KEY].copy_from_slice(bytes.as_ref());
    let check = checksum(prefix, &payload[..VAULT + KEY]);
    payload[VAULT + KEY..].copy_from_slice(&check);
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + DIGITS));
    text.push_str(prefix);
    lower_case_base32().encode_append(payload.as_ref(), &mut text);
    text
}

/// Reads what [`key_text`] wrote behind the prefix; none where it has another length, or a typo.
pub(super) fn read_digits(
    prefix: &str,
    digits: &str,
) -> Option<([u8; VAULT], Zeroizing<[u8; KEY]>)> {
    if digits.len() != DIGITS {
        return None;
    }
    let mut payload = Zeroizing::new([0; PAYLOAD]);
    lower_case_base32().decode_mut(digits.as_bytes(), payload.as_mut()).ok()?;
    let (head, check) = payload.split_at(VAULT + KEY);
    if check != checksum(prefix, head) {
        return None;
    }
    let (mut vault, mut bytes) = ([0; VAULT], Zeroizing::new([0; KEY]));
    vault.copy_from_slice(&head[..VAULT]);
    bytes.copy_from_slice(&head[VAULT..]);
    Some((vault, bytes))
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey([hidden])")
    }
}

/// Why a text is no access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessKeyFault {
    /// There is nothing, or nothing but white space.
    Empty,
    /// It does not begin with `strongroom_key_`.
    NotAnAccessKey,
    /// Not 64 characters follow, but so many.
    Length(usize),
    /// A character that no key has, or a checksum that does not fit.
    Mistyped,
}

impl fmt::Display for AccessKeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an access key is expected, and there is nothing"),
            Self::NotAnAccessKey => {
                write!(f, "not an access key: one begins with `{PREFIX}`")
            }
            Self::Length(found) => write!(
                f,
                "the access key is truncated or mistyped: {found} characters follow `{PREFIX}`, not {DIGITS}"
            ),
            Self::Mistyped => f.write_str("the access key is mistyped: its checksum does not fit"),
        }
    }
}

impl std::error::Error for AccessKeyFault {}

const PREFIX: &str = crate::shown::KEY_PREFIX;
const DIGITS: usize = 64;
pub(super) const VAULT: usize = 4;
const PAYLOAD: usize = VAULT + KEY + CHECK;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "strongroom_key_l4gdyhsaifbegrcfizduqskkjnge2tspkbiveu2ukvlfowczljnvyxk6l56jvn54";

    #[test]
    fn the_text_of_the_first_vector_is_read_and_written() {
        let key = AccessKey::parse(TEXT).expect("the vector's key");
        assert!(key.bytes().iter().copied().eq(0x40..=0x5f));
        assert_eq!(*key.to_text(), TEXT);
        assert_eq!(AccessKey::parse(&format!("{TEXT}\n")), Ok(key));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        for at in 15..TEXT.len() {
            let mut typo = TEXT.to_owned().into_bytes();
            typo[at] = if typo[at] == b'a' { b'b' } else { b'a' };
            let typo = String::from_utf8(typo).expect("ASCII");
            assert_eq!(AccessKey::parse(&typo), Err(AccessKeyFault::Mistyped), "{at}");
        }
        assert_eq!(AccessKey::parse(&TEXT[..40]), Err(AccessKeyFault::Length(25)));
        assert_eq!(AccessKey::parse(&format!("{TEXT}\n\n")), Err(AccessKeyFault::Length(65)));
        assert_eq!(AccessKey::parse("hunter2"), Err(AccessKeyFault::NotAnAccessKey));
    }
}
