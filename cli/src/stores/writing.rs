//! Writing into stores and removing from them: many places side by side, each in one step.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use strongroom_stores::{self as stores, Failure, Limits, Opened, Reference};
use strongroom_vault::StoreEntry;
use zeroize::Zeroizing;

use super::fetching::{failed, parsed, run};
use super::{Asker, Change, Changed, Wanted, Why};
use crate::log;

impl Asker {
    /// Checks that a value can be written to a reference: to the current version, and as a whole.
    pub(crate) fn check_writable(
        &self,
        store: &StoreEntry<'_>,
        reference: &str,
    ) -> Result<(), Why> {
        self.open(store)?;
        whole(reference).map(drop)
    }

    /// Writes a value into a store.
    pub(crate) fn put(&self, wanted: Wanted<'_>, value: &[u8]) -> Result<(), Why> {
        let change = Change { reference: wanted.reference, value: Some(value) };
        let changed = self.change(wanted.store, &[change], &Arc::default(), || ())?;
        match changed.into_iter().next() {
            Some(Changed::Done) => Ok(()),
            Some(Changed::Failed(why)) => Err(why),
            Some(Changed::Untried) | None => Err(failed(&Failure::unreachable("no answer"))),
        }
    }

    /// Makes changes side by side; what became of each, in order. `stop` ends it between two; `ended` is called after each
    /// that was tried. What is not there any more when it is to be removed is as good as removed.
    pub(crate) fn change(
        &self,
        entry: &StoreEntry<'_>,
        changes: &[Change<'_>],
        stop: &Arc<AtomicBool>,
        mut ended: impl FnMut(),
    ) -> Result<Vec<Changed>, Why> {
        let Opened { store, .. } = self.open(entry)?;
        let asked = changes.iter().map(|Change { reference, value }| {
            let reference = whole(reference)?;
            let (name, key) = reference.split(store.keys());
            let value = value.map(|value| Zeroizing::new(value.to_vec()));
            Ok(stores::Change { name: name.to_owned(), key: key.map(str::to_owned), value })
        });
        let asked = asked.collect::<Result<Vec<_>, Why>>()?;
        let at_once = Limits::default().at_once;
        let outcomes = run(stores::change(&store, asked, at_once, stop, |_| ended()))?;
        let outcome = |(change, outcome): (&Change<'_>, stores::Changed)| match outcome {
            stores::Changed::Untried => Changed::Untried,
            stores::Changed::Failed(failure) => match failed(&failure) {
                why if why.is_absent() && change.value.is_none() => Changed::Done,
                why => Changed::Failed(why),
            },
            stores::Changed::Done => {
                log::stored(entry.name(), change.reference, change.value.is_none());
                Changed::Done
            }
        };
        Ok(changes.iter().zip(outcomes).map(outcome).collect())
    }
}

/// A reference that can be written to.
fn whole(text: &str) -> Result<Reference, Why> {
    let reference = parsed(text)?;
    if reference.version().is_some() || reference.path().is_some() {
        let rule = "a value is written as a whole and as the newest, so there is no `@version` and no `#path`";
        return Err(Why::Reference(rule.to_owned()));
    }
    Ok(reference)
}
