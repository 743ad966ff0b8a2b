//! The previous data key, sealed under the current one: for accepting, rolling back and repairing, never for loading.

use zeroize::Zeroizing;

use super::encode::{Lp, base64url, from_base64url};
use super::grant::open_with;
use super::keys::{ENTRY_VERSION, Expanded};
use super::{Altered, DataKey, NoRandomness, gcm};
use crate::index::{Index, Retired};
use crate::limits::{FINGERPRINT, KEPT};

impl DataKey {
    /// `retired = 01 ‖ this key's fingerprint ‖ seal[this key](previous K)`
    pub(crate) fn seal_retired(&self, previous: &Self) -> Result<String, NoRandomness> {
        let mut sealed = Zeroizing::new(*previous.key.bytes);
        let context = self.retired_context(previous.key.fingerprint.0);
        let (nonce, tag) = gcm::seal(&self.key.cipher, context.bytes(), sealed.as_mut())?;
        let mut retired = Vec::with_capacity(KEPT);
        retired.push(ENTRY_VERSION);
        retired.extend_from_slice(&self.key.fingerprint.0);
        retired.extend_from_slice(&nonce);
        retired.extend_from_slice(sealed.as_ref());
        retired.extend_from_slice(&tag);
        Ok(base64url(&retired))
    }

    /// The previous data keys of this key's type, as far as they are sealed under this one. Their generation is not known
    /// any more: it is 0.
    ///
    /// # Security
    ///
    /// Who was removed knows these keys. What opens with one of them was sealed by anybody who had it, then or later: a
    /// person has to look at it before it is sealed again.
    #[must_use]
    pub fn retired(&self, index: &Index<'_>) -> Vec<Self> {
        let of_kind = index.retired().iter().filter(|retired| retired.kind() == self.kind);
        of_kind.filter_map(|retired| self.open_retired(retired).ok()).collect()
    }

    fn open_retired(&self, retired: &Retired<'_>) -> Result<Self, Altered> {
        let bytes: [u8; KEPT] = from_base64url(retired.sealed()).ok_or(Altered)?;
        let (head, sealed) = bytes.split_at(1 + FINGERPRINT);
        if head[0] != ENTRY_VERSION || head[1..] != self.key.fingerprint.0 {
            return Err(Altered);
        }
        let mut fingerprint = [0; FINGERPRINT];
        data_encoding::HEXLOWER
            .decode_mut(retired.fingerprint().as_bytes(), &mut fingerprint)
            .map_err(|_| Altered)?;
        let key = open_with(&self.key.cipher, &self.retired_context(fingerprint), sealed)?;
        let key = Expanded::new(self.key.id, self.kind.as_str(), key, 0);
        if key.fingerprint.0 == fingerprint {
            Ok(Self { kind: self.kind, key })
        } else {
            Err(Altered)
        }
    }

    fn retired_context(&self, previous: [u8; FINGERPRINT]) -> Lp {
        Lp::new("retired").part(&self.key.id.0).text(self.kind.as_str()).part(&previous)
    }
}
