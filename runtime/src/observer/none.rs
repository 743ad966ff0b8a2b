//! A program that watches nothing.

use strongroom_vault::{Plaintext, VaultFile};

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

    #[cfg(feature = "stores")]
    pub(crate) fn runtime(&self) -> Option<tokio::runtime::Handle> {
        None
    }
}
