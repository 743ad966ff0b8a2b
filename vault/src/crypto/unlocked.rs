//! The unlocked key and its text: what is kept of a holder key so that nobody is asked twice.

use std::fmt;

use zeroize::Zeroizing;

#[cfg(feature = "edit")]
use super::Code;
use super::encode::{checksum, lower_case_base32};
#[cfg(feature = "edit")]
use super::keys::HolderKey;
use super::keys::{Bytes32, HolderKeys};
use crate::index::VaultId;
use crate::limits::{CHECK, KEY};
use crate::shown::UNLOCKED_PREFIX;

/// The parts of a holder key that open values and vouch for deposit keys: not the one that opens the roster.
///
/// ```
/// # use strongroom_vault::{HolderKey, UnlockedKey, VaultId};
/// let key = UnlockedKey::of(VaultId([7; 16]), &HolderKey::generate()?);
/// assert_eq!(UnlockedKey::parse(&key.to_text()).expect("just written").to_text(), key.to_text());
/// assert!(UnlockedKey::parse("strongroom_unlocked_abc").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UnlockedKey {
    vault: [u8; VAULT],
    types: Bytes32,
    vouches: Bytes32,
}

impl UnlockedKey {
    /// What is kept of a holder key.
    #[must_use]
    #[cfg(feature = "edit")]
    pub fn of(id: VaultId, key: &HolderKey) -> Self {
        let HolderKeys { types, vouches, .. } = key.expand(id);
        let [a, b, c, d, ..] = id.0;
        Self { vault: [a, b, c, d], types, vouches }
    }

    /// Reads the text of a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.strip_prefix(UNLOCKED_PREFIX).filter(|digits| digits.len() == UNLOCKED_DIGITS)?;
        let mut payload = Zeroizing::new([0; PAYLOAD]);
        lower_case_base32().decode_mut(digits.as_bytes(), payload.as_mut()).ok()?;
        let (head, check) = payload.split_at(PAYLOAD - CHECK);
        if check != checksum(UNLOCKED_PREFIX, head) {
            return None;
        }
        let mut key =
            Self { vault: [0; VAULT], types: Bytes32::default(), vouches: Bytes32::default() };
        key.vault.copy_from_slice(&head[..VAULT]);
        key.types.copy_from_slice(&head[VAULT..VAULT + KEY]);
        key.vouches.copy_from_slice(&head[VAULT + KEY..]);
        Some(key)
    }

    /// The text, in memory that wipes itself.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut payload = Zeroizing::new([0; PAYLOAD]);
        payload[..VAULT].copy_from_slice(&self.vault);
        payload[VAULT..VAULT + KEY].copy_from_slice(self.types.as_ref());
        payload[VAULT + KEY..PAYLOAD - CHECK].copy_from_slice(self.vouches.as_ref());
        let check = checksum(UNLOCKED_PREFIX, &payload[..PAYLOAD - CHECK]);
        payload[PAYLOAD - CHECK..].copy_from_slice(&check);
        let mut text =
            Zeroizing::new(String::with_capacity(UNLOCKED_PREFIX.len() + UNLOCKED_DIGITS));
        text.push_str(UNLOCKED_PREFIX);
        lower_case_base32().encode_append(payload.as_ref(), &mut text);
        text
    }

    /// Whether this is a key of the vault with this id, as far as 32 bits tell.
    #[must_use]
    pub fn is_of(&self, id: VaultId) -> bool {
        id.0.starts_with(&self.vault)
    }

    /// The fingerprint of the holder key that it is a part of.
    #[must_use]
    #[cfg(feature = "edit")]
    pub fn fingerprint(&self, id: VaultId, holder: &str) -> Code {
        self.keys().fingerprint(id, holder)
    }

    /// What it opens grants with.
    pub(super) fn keys(&self) -> HolderKeys {
        HolderKeys {
            types: self.types.clone(),
            roster: None,
            #[cfg(feature = "edit")]
            vouches: self.vouches.clone(),
        }
    }
}

impl fmt::Debug for UnlockedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockedKey([hidden])")
    }
}

const VAULT: usize = 4;
const PAYLOAD: usize = VAULT + 2 * KEY + CHECK;
/// The payload's 72 bytes in base32.
const UNLOCKED_DIGITS: usize = 116;

#[cfg(all(test, feature = "edit"))]
mod tests {
    use super::*;

    #[test]
    fn every_changed_character_is_noticed() {
        let id = VaultId([7; 16]);
        let key = UnlockedKey::of(id, &HolderKey::generate().expect("randomness"));
        let text = key.to_text();
        assert_eq!(text.len(), UNLOCKED_PREFIX.len() + 116);
        for at in 0..text.len() {
            let mut typo = text.as_bytes().to_vec();
            typo[at] = if typo[at] == b'a' { b'b' } else { b'a' };
            let typo = String::from_utf8(typo).expect("ASCII");
            assert!(UnlockedKey::parse(&typo).is_none(), "{at}");
            assert!(UnlockedKey::parse(&text[..at]).is_none(), "{at}");
        }
        assert!(UnlockedKey::parse(&format!("{}\n", *text)).is_none());
    }

    #[test]
    fn it_is_of_its_vault_and_has_the_fingerprint_of_its_holder_key() {
        let id = VaultId([7; 16]);
        let whole = HolderKey::generate().expect("randomness");
        let key = UnlockedKey::of(id, &whole);
        assert_eq!(key.fingerprint(id, "dev"), whole.fingerprint(id, "dev"));
        assert!(key.is_of(id) && !key.is_of(VaultId([8; 16])));
        assert!(key.keys().roster.is_none());
    }
}
