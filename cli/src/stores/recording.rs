//! Recording that a store keeps a value.

use strongroom_vault::{Content, Draft, Environment, Index, SetOutcome, StoreEntry, Terms};

use super::unchanged;
use crate::environments;
use crate::error::Error;
use crate::keys::Keys;
use crate::today::today;

/// A reference that is to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct Link<'a> {
    pub(crate) name: &'a str,
    pub(crate) environment: &'a Environment,
    pub(crate) store: &'a StoreEntry<'a>,
    pub(crate) reference: &'a str,
    pub(crate) terms: Terms,
    /// Whether another value was written there.
    pub(crate) is_new_value: bool,
}

impl Link<'_> {
    /// Records it in a vault as it is now.
    pub(crate) fn record(
        &self,
        draft: &mut Draft<'_, '_>,
        index: &Index<'_>,
        keys: &Keys,
    ) -> Result<SetOutcome, Error> {
        environments::unchanged(index, self.environment)?;
        unchanged(index, self.store)?;
        let key = keys.current_data_key(index, self.environment.kind())?;
        let place = (self.store.name(), self.reference);
        let (name, environment, terms) = (self.name, self.environment, self.terms.clone());
        Ok(if self.is_new_value {
            draft.link_new_value(key, name, environment, place, today(), terms)?
        } else {
            draft.link(key, name, environment, place, today(), terms)?
        })
    }
}

/// The secrets, each with an environment, that refer to exactly this.
pub(crate) fn who_refers<'i>(
    index: &'i Index<'_>,
    store: &str,
    reference: &str,
) -> Vec<(&'i str, &'i str)> {
    let mut found = Vec::new();
    for secret in index.secrets() {
        for value in secret.values() {
            if let Content::Reference { store: to, reference: at, .. } = value.content()
                && (to.as_ref(), at.as_ref()) == (store, reference)
            {
                found.push((secret.name(), value.environment()));
            }
        }
    }
    found
}

/// Whether a reference leads to a place, perhaps to a version of it or into its JSON.
pub(crate) fn leads_to(reference: &str, place: &str) -> bool {
    match reference.strip_prefix(place) {
        Some(rest) => rest.is_empty() || rest.starts_with(['@', '#']),
        // Where a secret has one key, it need not be named.
        None => place
            .strip_prefix(reference)
            .is_some_and(|rest| rest.strip_prefix('/').is_some_and(|key| !key.contains('/'))),
    }
}
