//! A command without stores: says what to install.

use strongroom_vault::{Plaintext, StoreEntry, StoreKind};

use super::{Asker, Offered, Wanted, Why};

#[expect(clippy::unused_self, reason = "what a command with stores has is called in the same way")]
impl Asker {
    /// The command lines that a store would run.
    pub(crate) fn runs(&self, store: &StoreEntry<'_>) -> Result<Vec<Vec<String>>, Why> {
        Err(not_built(store))
    }

    /// Fetches nothing.
    pub(crate) fn fetch(&self, wanted: &[Wanted<'_>]) -> Vec<Result<Plaintext, Why>> {
        wanted.iter().map(|wanted| Err(not_built(wanted.store))).collect()
    }

    /// The reference of a secret's name.
    pub(crate) fn reference_of(&self, store: &StoreEntry<'_>, _name: &str) -> Result<String, Why> {
        Err(not_built(store))
    }

    /// Checks that a value can be written to a reference.
    pub(crate) fn check_writable(
        &self,
        store: &StoreEntry<'_>,
        _reference: &str,
    ) -> Result<(), Why> {
        Err(not_built(store))
    }

    /// Writes nothing.
    pub(crate) fn put(&self, wanted: Wanted<'_>, _value: &[u8]) -> Result<(), Why> {
        Err(not_built(wanted.store))
    }

    /// Lists nothing.
    pub(crate) fn list(&self, store: &StoreEntry<'_>) -> Result<(Vec<Offered>, Vec<String>), Why> {
        Err(not_built(store))
    }
}

/// What a reference is, is known to a command with stores.
pub(crate) fn check_reference(reference: &str) -> Result<(), Why> {
    if reference.chars().any(char::is_control) {
        return Err(Why::Reference("a reference has no control characters".to_owned()));
    }
    Ok(())
}

fn not_built(store: &StoreEntry<'_>) -> Why {
    match StoreKind::named(store.kind()) {
        Some(kind) => Why::NotBuilt { kind: kind.name, feature: kind.feature },
        None => Why::UnknownKind(store.kind().to_owned()),
    }
}
