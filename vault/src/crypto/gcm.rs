//! `seal[key](context, bytes)` and `open`: AES-256-GCM (NIST SP 800-38D) in place.
//!
//! Nonces are random, 96 bits: one key must not seal more than 2^32 times.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, Nonce, Tag};

use super::{Altered, NoRandomness, random};
use crate::limits::{NONCE, TAG};

/// Encrypts bytes in place under a fresh nonce; gives nonce and tag.
pub(crate) fn seal(
    cipher: &Aes256Gcm,
    context: &[u8],
    bytes: &mut [u8],
) -> Result<([u8; NONCE], [u8; TAG]), NoRandomness> {
    let nonce = random()?;
    Ok((nonce, seal_with(cipher, &nonce, context, bytes)))
}

/// As [`seal`] under a given nonce, which must never have been used with this key.
pub(crate) fn seal_with(
    cipher: &Aes256Gcm,
    nonce: &[u8; NONCE],
    context: &[u8],
    bytes: &mut [u8],
) -> [u8; TAG] {
    cipher
        .encrypt_inout_detached(&Nonce::from(*nonce), context, bytes.into())
        .expect("a value is far below AES-GCM's 64 GiB")
        .into()
}

/// Decrypts bytes in place, if key, nonce, context, bytes and tag are those of one [`seal`].
pub(crate) fn open(
    cipher: &Aes256Gcm,
    nonce: &[u8; NONCE],
    context: &[u8],
    bytes: &mut [u8],
    tag: &[u8; TAG],
) -> Result<(), Altered> {
    cipher
        .decrypt_inout_detached(&Nonce::from(*nonce), context, bytes.into(), &Tag::from(*tag))
        .map_err(|_| Altered)
}
