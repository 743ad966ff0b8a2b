//! What an entry becomes: one side's, something of both, or a conflict.

use super::entries::{Entry, is_same};
use super::sides::{Side, Sides};
use super::value;
use crate::environment::EnvironmentType;

/// What an entry becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// What this side has, which may be nothing.
    Of(Side),
    /// This text, which neither side has.
    Text(String),
    /// Nothing.
    Gone,
    /// A person has to say.
    Open,
}

impl Sides<'_, '_, '_> {
    /// What an entry becomes that the sides have in different ways, and that no group takes along.
    pub(super) fn fate(&self, entry: &Entry) -> Fate {
        match entry.path().as_slice() {
            ["secrets", _] if entry.key != "about" => value::fate(self, entry),
            ["holders", name] if self.is_gone(name) => Fate::Gone,
            ["keys", _] => self.grant_fate(entry),
            ["deposits", word] if EnvironmentType::from_full(word).is_some() => {
                let [public, private] =
                    ["public", "private"].map(|key| Entry::new(&["deposits", word], key));
                Fate::Of(self.deposit_side(&public, &private, word))
            }
            ["apps", name] => self.app_fate(entry, name),
            ["removed"] => self.removal(entry),
            ["deposits", "older"] | ["retired", _] => self.either(entry),
            ["build"] if entry.key == "check" => self.check(entry),
            _ => self.plain(entry).map_or(Fate::Open, Fate::Of),
        }
    }

    /// The side that changed an entry; none where both did.
    pub(super) fn plain(&self, entry: &Entry) -> Option<Side> {
        if self.kept(Side::Ours, entry) {
            Some(Side::Theirs)
        } else if self.kept(Side::Theirs, entry) {
            Some(Side::Ours)
        } else {
            None
        }
    }

    /// Whether a holder is none any more: what one side removed does not come back from the other.
    pub(super) fn is_gone(&self, holder: &str) -> bool {
        let by_hand = |side: Side| {
            let had = self.base.is_some_and(|base| base.index.holder(holder).is_some());
            had && self.of(side).index.holder(holder).is_none()
                && !self.holder_changed(side.other(), holder)
        };
        [Side::Ours, Side::Theirs]
            .into_iter()
            .any(|side| self.removed(side, holder) || by_hand(side))
    }

    /// A grant goes with its holder's key: one that was made for another does not open.
    fn grant_fate(&self, entry: &Entry) -> Fate {
        let holder = entry.key.as_str();
        if self.is_gone(holder) {
            return Fate::Gone;
        }
        let changed = [Side::Ours, Side::Theirs].map(|side| self.holder_changed(side, holder));
        match (self.plain(entry), changed) {
            (_, [true, false]) => Fate::Of(Side::Ours),
            (_, [false, true]) => Fate::Of(Side::Theirs),
            (Some(side), _) => Fate::Of(side),
            (None, _) => Fate::Of(self.newer_grant(entry)),
        }
    }

    fn newer_grant(&self, entry: &Entry) -> Side {
        let of = |side| {
            let keys = self.of(side).index.keys();
            let kind = entry.table.get(1).and_then(|word| EnvironmentType::from_full(word));
            let table = kind.map_or(keys.roster(), |kind| keys.of_type(kind));
            let grant = table.grant(&entry.key)?;
            // Of two grants of one key either will do; that the order of the sides does not matter is worth a rule.
            Some((grant.generation(), std::cmp::Reverse(grant.sealed().to_owned())))
        };
        if of(Side::Ours) >= of(Side::Theirs) { Side::Ours } else { Side::Theirs }
    }

    /// Whose deposit key of a type counts.
    pub(super) fn deposit_side(&self, public: &Entry, private: &Entry, word: &str) -> Side {
        let kept = |side| self.kept(side, public) && self.kept(side, private);
        let rotated = |side| {
            EnvironmentType::from_full(word).is_some_and(|kind| self.rotated_type(side, kind))
        };
        match (rotated(Side::Ours), rotated(Side::Theirs)) {
            (true, false) => Side::Ours,
            (false, true) => Side::Theirs,
            _ if kept(Side::Ours) => Side::Theirs,
            _ if kept(Side::Theirs) => Side::Ours,
            _ => self.side_of_first_keys(),
        }
    }

    /// The side whose deposit keys count where both made first ones: one side for all types, since a holder's word is for
    /// all of them.
    fn side_of_first_keys(&self) -> Side {
        let public = |side| {
            let deposits = self.of(side).index.deposits();
            let of_type = |kind| deposits.key(kind).map(|key| key.public().to_owned());
            EnvironmentType::ALL.map(of_type)
        };
        if public(Side::Theirs) > public(Side::Ours) { Side::Theirs } else { Side::Ours }
    }

    /// What both sides wrote in their own way, and where either will do: what is there rather than nothing.
    fn either(&self, entry: &Entry) -> Fate {
        let text = |side| self.of(side).text(entry);
        Fate::Of(self.plain(entry).unwrap_or_else(|| {
            match (text(Side::Ours), text(Side::Theirs)) {
                (None, Some(_)) => Side::Theirs,
                (Some(ours), Some(theirs)) if theirs < ours => Side::Theirs,
                _ => Side::Ours,
            }
        }))
    }

    /// That a holder was removed is forgotten only by who added it again: nobody's key is needed to delete a line.
    fn removal(&self, entry: &Entry) -> Fate {
        let forgot = |side| {
            let read = self.of(side);
            read.get(entry).is_none() && read.index.holder(&entry.key).is_none()
        };
        match [Side::Ours, Side::Theirs].map(forgot) {
            [true, false] => Fate::Of(Side::Theirs),
            [false, true] => Fate::Of(Side::Ours),
            _ => self.either(entry),
        }
    }

    /// `[build] check`: a set, so what each side added comes and what each took out goes.
    fn check(&self, entry: &Entry) -> Fate {
        if let Some(side) = self.plain(entry) {
            return Fate::Of(side);
        }
        let words = |read: Option<&super::entries::Read<'_, '_>>| -> Vec<String> {
            let check = read.map(|read| read.index.build_check()).unwrap_or_default();
            check.iter().map(|it| it.name().to_owned()).collect()
        };
        let (before, ours, theirs) =
            (words(self.base), words(Some(self.ours)), words(Some(self.theirs)));
        let mut merged = ours.clone();
        merged.extend(theirs.iter().filter(|word| !ours.contains(word)).cloned());
        merged.retain(|word| {
            !before.contains(word) || (ours.contains(word) && theirs.contains(word))
        });
        let merged: Vec<String> =
            merged.iter().map(|word| crate::edit::splice::string_text(word)).collect();
        Fate::Text(format!("[{}]", merged.join(", ")))
    }

    /// The text that an entry becomes.
    pub(super) fn text(&self, entry: &Entry, fate: &Fate) -> Option<String> {
        match fate {
            Fate::Of(side) => self.of(*side).text(entry),
            Fate::Text(text) => Some(text.clone()),
            Fate::Gone => None,
            Fate::Open => self.ours.text(entry),
        }
    }

    /// Whether both sides have an entry in the same way.
    pub(super) fn agree(&self, entry: &Entry) -> bool {
        is_same(self.ours.get(entry), self.theirs.get(entry))
    }
}
