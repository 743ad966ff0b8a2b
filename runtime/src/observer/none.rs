//! A program that watches nothing.

use strongroom_vault::search::KeyPlace;
use strongroom_vault::{Plaintext, VaultFile};
use zeroize::Zeroizing;

/// Does nothing.
#[derive(Clone, Copy, Default)]
pub(crate) struct Observer;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "a program that watches something has another observer"
)]
impl Observer {
    pub(crate) fn reads(&self, _file: &VaultFile) {}

    pub(crate) fn has(&self, _position: usize, _value: &Plaintext) {}

    pub(crate) fn key_of(&self, _place: &KeyPlace) -> Option<Zeroizing<String>> {
        None
    }

    pub(crate) fn keep_key(&self, _place: KeyPlace, _text: Zeroizing<String>) {}

    #[cfg(feature = "stores")]
    pub(crate) fn runtime(&self) -> Option<tokio::runtime::Handle> {
        None
    }
}
