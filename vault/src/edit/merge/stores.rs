//! Stores in a merge: one is of one side as a whole, since the seals of its references cover every setting of it.

use super::MergeNote;
use super::entries::{Becomes, Entry};
use super::sides::Sides;
use super::subject::Subject;
use super::value::value_of;
use crate::environment::EnvironmentType;
use crate::index::{Content, Index, StoreEntry};
use crate::name::fold;

/// A store that both sides changed, or one removed and the other changed.
pub(super) fn subject(name: &str) -> Subject {
    Subject::Entry(vec!["stores".to_owned()], name.to_owned())
}

/// Whether a subject is a store, which takes all of its settings along.
pub(super) fn is_store(subject: &Subject) -> bool {
    matches!(subject, Subject::Entry(table, _) if table.as_slice() == ["stores"])
}

/// The name of the store that an entry is a setting of.
pub(super) fn store_of_entry(entry: &Entry) -> Option<&str> {
    match entry.path().as_slice() {
        ["stores", name] if *name != "default" => Some(name),
        _ => None,
    }
}

/// The store to which both sides have the same reference at the same version: their seals go with the store.
pub(super) fn store_of_seals<'i>(
    entry: &Entry,
    ours: &'i Index<'_>,
    theirs: &Index<'_>,
) -> Option<&'i str> {
    let (a, b) = (value_of(ours, entry)?, value_of(theirs, entry)?);
    let is_same = a.version() == b.version();
    match (a.content(), b.content()) {
        (
            Content::Reference { store, reference: a, .. },
            Content::Reference { store: b_store, reference: b, .. },
        ) if is_same && (store, a) == (b_store, b) => Some(store),
        _ => None,
    }
}

impl Sides<'_, '_, '_> {
    /// Whether both sides made something of a store, and not the same.
    pub(super) fn store_clash(&self, name: &str) -> bool {
        let before = self.base.and_then(|base| any_spelling(base.index, name));
        let [ours, theirs] = [self.ours, self.theirs].map(|read| any_spelling(read.index, name));
        ours != theirs && ours != before && theirs != before
    }
}

fn any_spelling<'i, 't>(index: &'i Index<'t>, name: &str) -> Option<&'i StoreEntry<'t>> {
    index.stores().iter().find(|store| fold(store.name()) == fold(name))
}

/// Takes defaults out that name what is none any more: a store, or an environment.
pub(super) fn dropped_defaults(sides: &Sides<'_, '_, '_>, taken: &mut Becomes) -> Vec<MergeNote> {
    let mut notes = Vec::new();
    for side in [sides.ours, sides.theirs] {
        for (environment, store) in side.index.stores().defaults() {
            let entry = Entry::new(&["stores", "default"], environment);
            let merged = taken.0.get(&entry).cloned().unwrap_or_else(|| sides.ours.text(&entry));
            let is_declared = EnvironmentType::from_full(environment).is_some()
                || taken.has(sides.ours, &Entry::new(&["environments"], environment));
            let is_there = taken.has(sides.ours, &Entry::new(&["stores", store], "kind"));
            if merged.is_some() && merged == side.text(&entry) && !(is_declared && is_there) {
                taken.set(&entry, None);
                let (environment, store) = (environment.to_owned(), store.to_owned());
                notes.push(MergeNote::DefaultDropped { environment, store });
            }
        }
    }
    notes
}

/// The references whose seals were made for another store than the one that is there now: by secret and environment.
pub(super) fn unfit(merged: &Index<'_>, sides: [&Index<'_>; 2]) -> Vec<(String, String)> {
    let mut unfit = Vec::new();
    for secret in merged.secrets() {
        for value in secret.values() {
            let Content::Reference { store, seal, .. } = value.content() else { continue };
            let entry = Entry::new(&["secrets", secret.name()], value.environment());
            // What neither side has was sealed again for what is there.
            let mut sealed_by = sides.into_iter().filter(|side| {
                value_of(side, &entry).is_some_and(|value| {
                    matches!(value.content(), Content::Reference { seal: other, .. } if other == seal)
                })
            });
            let Some(first) = sealed_by.next() else { continue };
            let is_for = |side: &Index<'_>| side.stores().get(store) == merged.stores().get(store);
            let is_there = merged.stores().get(store).is_some();
            let was_there = first.stores().get(store).is_some();
            let fits = is_there && (is_for(first) || sealed_by.any(is_for));
            if !fits && (is_there || was_there) {
                unfit.push((secret.name().to_owned(), value.environment().to_owned()));
            }
        }
    }
    unfit
}
