//! Who can know a data key that gives way, so that what lies under it may be theirs: everybody of whom it is not certain
//! that the side that stays has them still.

use std::collections::BTreeSet;

use super::carry::{Decision, prefix};
use super::subject::is_other;
use crate::crypto::Fingerprint;
use crate::environment::EnvironmentType;
use crate::index::{Current, Index, Removed};
use crate::search::Generations;

/// Why it is not certain who knows a data key that gives way, whoever the vaults name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unsure {
    /// git keeps no sides of a merge: somebody may have written the markers.
    NoMerge,
    /// Both sides began with nothing that shows who had a key.
    NoBase,
    /// What git keeps of the merge shows no such conflict.
    NoConflict,
    /// The roster key is another one too, so it does not show whether a holder is the one of before.
    Roster,
}

impl Decision<'_, '_, '_> {
    /// Why nothing that the vaults say about a key that gives way is certain.
    pub(super) fn unsure(&self, kind: EnvironmentType) -> Option<Unsure> {
        let Some([stays, gives_way]) = self.originals else { return Some(Unsure::NoMerge) };
        let Some(base) = self.base else { return Some(Unsure::NoBase) };
        let roster = |index: &Index<'_>| {
            is_other(index.keys().roster().current(), base.index.keys().roster().current())
        };
        if roster(stays) || roster(gives_way) {
            return Some(Unsure::Roster);
        }
        let before = prefix(base.index, kind);
        let is_new = |index: &Index<'_>| before.is_some() && prefix(index, kind) != before;
        let is_of_merge = prefix(stays, kind) == prefix(self.stays.index, kind)
            && prefix(gives_way, kind) == prefix(self.gives_way.index, kind);
        let is_shown = is_of_merge && is_new(stays) && is_new(gives_way);
        (!is_shown).then_some(Unsure::NoConflict)
    }

    /// Whether a key that gives way was there before the sides parted, or was given up: who was removed since has it.
    pub(super) fn is_older(&self, kind: EnvironmentType) -> bool {
        let generation = |index: &Index<'_>| Generations::shown_by(index).of(kind);
        let base = self.base.map(|base| base.index);
        if base.is_some_and(|base| generation(self.gives_way.index) <= generation(base)) {
            return true;
        }
        let fingerprint = prefix(self.gives_way.index, kind).and_then(Fingerprint::of_entry);
        let fingerprint = fingerprint.map(|it| it.to_string());
        let original = self.originals.map(|[stays, _]| stays);
        let vaults = base.into_iter().chain([self.stays.index]).chain(original);
        vaults.flat_map(Index::retired).any(|retired| {
            retired.kind() == kind && Some(retired.fingerprint()) == fingerprint.as_deref()
        })
    }

    /// Who can know the key that gives way, and is not for certain the same holder of that type on the side that stays.
    pub(super) fn knowing(&self, kind: EnvironmentType) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for vault in self.vaults() {
            let keys = vault.keys();
            let granted = keys.of_type(kind).holders().chain(keys.roster().holders());
            names.extend(
                granted.chain(vault.removed().iter().map(Removed::name)).map(str::to_owned),
            );
        }
        let ever = self.granted.into_iter().flatten();
        names.extend(ever.filter(|(of, _)| *of == kind).map(|(_, name)| name.clone()));
        names.retain(|name| !self.is_same_holder(kind, name));
        names
    }

    /// Of these, for whom what is sealed again is due for change: who was removed, or has the type no more.
    pub(super) fn due_for(&self, kind: EnvironmentType) -> BTreeSet<String> {
        let mut names = self.knowing(kind);
        let had = |name: &str| {
            self.base.is_some_and(|base| base.index.keys().of_type(kind).grant(name).is_some())
                && self.staying().any(|vault| vault.keys().of_type(kind).grant(name).is_none())
        };
        names.retain(|name| self.is_removed(name) || had(name));
        names
    }

    fn is_same_holder(&self, kind: EnvironmentType, name: &str) -> bool {
        let is_there = |vault: &Index<'_>| {
            let holder = vault.holder(name);
            holder.is_some_and(|it| vault.keys().of_type(kind).grant(it.name()).is_some())
        };
        // Who was removed and added again has another key, and somebody else may have the one of before.
        let kept = |vault: &Index<'_>| {
            let roster = vault.keys().roster().current().map(Current::fingerprint_text)?;
            Some((roster.to_owned(), vault.holder(name)?.kept().to_owned()))
        };
        let stays = kept(self.stays.index);
        let is_other = self.vaults().any(|vault| {
            let (Some((roster, kept)), Some((of, stays))) = (kept(vault), &stays) else {
                return false;
            };
            roster == *of && kept != *stays
        });
        self.staying().all(is_there) && !is_other && !self.is_removed(name)
    }

    fn is_removed(&self, name: &str) -> bool {
        self.vaults().any(|vault| vault.removal(name).is_some())
    }

    /// Every vault that says something about who had a key.
    fn vaults(&self) -> impl Iterator<Item = &Index<'_>> {
        let base = self.base.map(|base| base.index);
        let gives_way = self.originals.map(|[_, gives_way]| gives_way);
        base.into_iter().chain(self.staying()).chain([self.gives_way.index]).chain(gives_way)
    }

    /// The side that stays, as it was before the merge and as it is now.
    fn staying(&self) -> impl Iterator<Item = &Index<'_>> {
        [self.stays.index].into_iter().chain(self.originals.map(|[stays, _]| stays))
    }
}
