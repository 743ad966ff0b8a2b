//! How a holder with a public key gets its holder key: what is inside the age file `delivered`, and what a person compares.
//!
//! The age file itself is made and opened by the command; nothing here knows age.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encode::{Lp, from_base64url_any};
use super::keys::{Bytes32, HolderKey, HolderKeys};
use super::{Altered, Code};
use crate::index::{Holder, HolderKind, VaultId};
use crate::limits::KEY;

impl HolderKey {
    /// What an age file delivers: `lp("delivered", id, HOLDER, H)`.
    #[must_use]
    pub fn to_delivered(&self, id: VaultId, holder: &str) -> Zeroizing<Vec<u8>> {
        let head = head(id, holder);
        let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + KEY));
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(self.0.as_ref());
        bytes
    }

    /// Reads what [`HolderKey::to_delivered`] gave, for the same vault and the same holder.
    ///
    /// # Errors
    ///
    /// It is anything else: another holder's, another vault's, or not made for this at all.
    pub fn from_delivered(id: VaultId, holder: &str, bytes: &[u8]) -> Result<Self, Altered> {
        let key = bytes.strip_prefix(head(id, holder).as_slice()).ok_or(Altered)?;
        let mut own = Bytes32::default();
        if key.len() != KEY {
            return Err(Altered);
        }
        own.copy_from_slice(key);
        Ok(Self(own))
    }

    /// The fingerprint that whoever adds a holder passes on, and the holder compares at its first unlocking.
    #[must_use]
    pub fn fingerprint(&self, id: VaultId, holder: &str) -> Code {
        self.expand(id).fingerprint(id, holder)
    }
}

impl HolderKeys {
    /// `HMAC(hk[64..96], lp("holder-fingerprint", id, HOLDER))`, its first 80 bits.
    pub(super) fn fingerprint(&self, id: VaultId, holder: &str) -> Code {
        let compared = Lp::new("holder-fingerprint").part(&id.0).text(holder);
        let mac = Hmac::<Sha256>::new_from_slice(self.vouches.as_ref())
            .expect("HMAC takes keys of any length")
            .chain_update(compared.bytes());
        Code::of(&mac.finalize().into_bytes())
    }
}

impl Holder<'_> {
    /// The age file that delivers its key to a holder with a public key; none for other kinds.
    #[must_use]
    pub fn delivered(&self) -> Option<Vec<u8>> {
        match self.kind() {
            HolderKind::Age { delivered, .. } => from_base64url_any(delivered),
            HolderKind::AccessKey | HolderKind::Passphrase { .. } => None,
        }
    }
}

/// Everything before the key itself, its length included.
fn head(id: VaultId, holder: &str) -> Vec<u8> {
    let with_key = Lp::new("delivered").part(&id.0).text(holder).part(&[0; KEY]);
    let bytes = with_key.bytes();
    bytes[..bytes.len() - KEY].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: VaultId = VaultId([7; 16]);

    #[test]
    fn what_is_delivered_opens_for_its_vault_and_its_holder_only() {
        let key = HolderKey::generate().expect("randomness");
        let delivered = key.to_delivered(ID, "dev");
        let read = HolderKey::from_delivered(ID, "dev", &delivered).expect("just made");
        assert_eq!(read.0, key.0);
        assert!(HolderKey::from_delivered(ID, "guest", &delivered).is_err());
        assert!(HolderKey::from_delivered(VaultId([8; 16]), "dev", &delivered).is_err());
        for length in 0..delivered.len() {
            assert!(HolderKey::from_delivered(ID, "dev", &delivered[..length]).is_err());
        }
        let longer = [delivered.as_slice(), &[0]].concat();
        assert!(HolderKey::from_delivered(ID, "dev", &longer).is_err());
    }

    #[test]
    fn a_fingerprint_belongs_to_one_key_one_vault_and_one_holder() {
        let key = HolderKey::generate().expect("randomness");
        let own = key.fingerprint(ID, "dev");
        assert_eq!(own, key.fingerprint(ID, "dev"));
        assert_ne!(own, key.fingerprint(ID, "guest"));
        assert_ne!(own, key.fingerprint(VaultId([8; 16]), "dev"));
        assert_ne!(own, HolderKey::generate().expect("randomness").fingerprint(ID, "dev"));
    }
}
