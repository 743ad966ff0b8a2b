//! A vault whose keys are at hand, so that values can be set, opened and granted in it.

use std::sync::LazyLock;

use strongroom_vault::{AccessKey, HolderSecret, NewHolder, NewVault, Scopes, VaultId, new_vault};

use crate::changes::TODAY;

/// The vault, with one holder and nothing in it.
pub static OURS: LazyLock<NewVault> = LazyLock::new(|| {
    let id = VaultId([7; 16]);
    let secret = HolderSecret::AccessKey(AccessKey::generate(id).expect("randomness"));
    let scopes = Scopes::everything();
    let holder = NewHolder { name: "fuzz-owner", secret: &secret, scopes, today: TODAY };
    new_vault(id, &holder).expect("a new vault")
});
