//! Opening grants: a data key, sealed under one holder's key.

use aes_gcm::Aes256Gcm;
use zeroize::Zeroizing;

use super::encode::{Lp, from_base64url};
use super::keys::{Bytes32, ENTRY_VERSION, Expanded, HolderKeys, ROSTER, cipher};
use super::{Altered, gcm};
use crate::index::{Grant, VaultId};
use crate::limits::{FINGERPRINT, GRANT, GRANT_HEAD, GRANT_SEALED, KEY, NONCE, TAG};

/// Opens a holder's grant. The admission is not looked at: only the holder or the roster can have made what opens.
pub(crate) fn open_grant(
    id: VaultId,
    scope: &str,
    holder: &HolderKeys,
    kind: &str,
    grant: &Grant<'_>,
) -> Result<Expanded, Altered> {
    let bytes: [u8; GRANT] = from_base64url(grant.sealed()).ok_or(Altered)?;
    let (header, sealed) = bytes[..GRANT_SEALED].split_at(GRANT_HEAD);
    let context = context(id, scope, grant.holder(), kind, header);
    let opener = opener(holder, scope).ok_or(Altered)?;
    let key = open_with(&cipher(opener), &context, sealed)?;
    let key = Expanded::new(id, scope, key, grant.generation());
    if header[0] == ENTRY_VERSION && header[1..=FINGERPRINT] == key.fingerprint.0 {
        Ok(key)
    } else {
        Err(Altered)
    }
}

/// The part of a holder key that seals the grants of a scope, if it is at hand.
pub(super) fn opener<'a>(holder: &'a HolderKeys, scope: &str) -> Option<&'a Bytes32> {
    if scope == ROSTER { holder.roster.as_ref() } else { Some(&holder.types) }
}

/// What a grant authenticates.
pub(super) fn context(id: VaultId, scope: &str, holder: &str, kind: &str, header: &[u8]) -> Lp {
    Lp::new("grant").part(&id.0).text(scope).text(holder).text(kind).part(header)
}

/// Opens nonce ‖ 32 bytes ‖ tag.
pub(super) fn open_with(
    cipher: &Aes256Gcm,
    context: &Lp,
    sealed: &[u8],
) -> Result<Bytes32, Altered> {
    let (mut nonce, mut key, mut tag) = ([0; NONCE], Zeroizing::new([0; KEY]), [0; TAG]);
    nonce.copy_from_slice(&sealed[..NONCE]);
    key.copy_from_slice(&sealed[NONCE..NONCE + KEY]);
    tag.copy_from_slice(&sealed[NONCE + KEY..]);
    gcm::open(cipher, &nonce, context.bytes(), key.as_mut(), &tag)?;
    Ok(key)
}
