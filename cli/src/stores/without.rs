//! A command without stores: says what to install.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use strongroom_vault::{Plaintext, StoreEntry, StoreKind};

use super::{Asker, Change, Changed, Listing, Wanted, Why};

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

    /// What a reference is, is known to a command with stores.
    pub(crate) fn check_reference(
        &self,
        _store: &StoreEntry<'_>,
        reference: &str,
    ) -> Result<(), Why> {
        if reference.chars().any(char::is_control) {
            return Err(Why::Reference("a reference has no control characters".to_owned()));
        }
        Ok(())
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

    /// Changes nothing.
    pub(crate) fn change(
        &self,
        store: &StoreEntry<'_>,
        _changes: &[Change<'_>],
        _stop: &Arc<AtomicBool>,
        _ended: impl FnMut(),
    ) -> Result<Vec<Changed>, Why> {
        Err(not_built(store))
    }

    /// Lists nothing.
    pub(crate) fn list(&self, store: &StoreEntry<'_>) -> Result<Listing, Why> {
        Err(not_built(store))
    }

    /// Lists nothing.
    pub(crate) fn list_own(&self, store: &StoreEntry<'_>) -> Result<Listing, Why> {
        Err(not_built(store))
    }

    /// Knows no bounds.
    pub(crate) fn bounds(&self, store: &StoreEntry<'_>) -> Result<Option<String>, Why> {
        Err(not_built(store))
    }
}

fn not_built(store: &StoreEntry<'_>) -> Why {
    match StoreKind::named(store.kind()) {
        Some(kind) => Why::NotBuilt { kind: kind.name, feature: kind.feature },
        None => Why::UnknownKind(store.kind().to_owned()),
    }
}
