//! Recording that a store keeps a value, and checking that the store is the one that others vouched for.

use strongroom_vault::{
    Content, Draft, Environment, Index, SetOutcome, Shown, StoreEntry, Terms, flag_of,
};

use super::{Why, checked, unchanged};
use crate::environments;
use crate::error::Error;
use crate::keys::Keys;
use crate::today::today;
use crate::value::Unopened;

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

/// Refuses to ask a store anything that is no longer what others sealed references to: somebody without a key may have led it
/// elsewhere, and would be told a value or a token. Where there is no reference yet, there is nothing to compare with.
///
/// Whoever seals the reference of a secret again that does not fit was told so, and has looked.
pub(crate) fn refuse_doubtful(
    index: &Index<'_>,
    keys: &mut Keys,
    store: &StoreEntry<'_>,
    repaired: Option<&str>,
) -> Result<(), Error> {
    let mut doubt = None;
    for secret in index.secrets() {
        for value in secret.values() {
            let Content::Reference { store: to, reference, .. } = value.content() else { continue };
            if to != store.name() {
                continue;
            }
            // What is wrong with a key of another type is not what this is about.
            let _ = keys.try_type(index, value.kind());
            let Some(key) = keys.data_key(index, value.kind()) else { continue };
            if let Err(Unopened::NotGiven { why: Why::Seal, .. }) =
                checked(index, Some(key), secret, value)
            {
                if repaired == Some(secret.name()) {
                    return Ok(());
                }
                doubt.get_or_insert((secret, value, reference));
            }
        }
    }
    let Some((secret, value, reference)) = doubt else { return Ok(()) };
    Err(Error::cannot(format!(
        "the store `{0}` was not asked: the seal of `{1}` for `{2}`, which is at `{3}` there, does not fit, so a setting of the \
         store may have been changed by somebody without the key\n\
         look who did it (git log -p strongroom.toml), then restore the line, or link it again: \
         strongroom link {4} {1} {0}:REFERENCE",
        Shown(store.name()),
        Shown(secret.name()),
        Shown(value.environment()),
        Shown(reference),
        flag_of(value.environment())
    )))
}
