//! API keys of applications in a merge: what one side revoked does not come back, and sealing a line again changes nothing.

use toml::de::{DeTable, DeValue};

use super::carry::{Carried, Carry, Decision};
use super::decide::Fate;
use super::entries::{Entry, Read, is_same};
use super::sides::{Side, Sides};
use crate::environment::EnvironmentType;

/// The application of an entry, if it is one of its keys.
pub(super) fn app_of_key(entry: &Entry) -> Option<&str> {
    match entry.path().as_slice() {
        ["apps", name] if !matches!(entry.key.as_str(), "id" | "secret") => Some(name),
        _ => None,
    }
}

/// The type whose data key seals a key's line, as a text has it.
pub(super) fn kind_of_key(read: &Read<'_, '_>, entry: &Entry) -> Option<EnvironmentType> {
    match line_of_key(Some(read), entry)?.get("type")?.get_ref() {
        DeValue::String(word) => EnvironmentType::from_full(word),
        _ => None,
    }
}

fn line_of_key<'d, 't>(read: Option<&Read<'d, 't>>, entry: &Entry) -> Option<&'d DeTable<'t>> {
    match read?.get(entry)?.get_ref() {
        DeValue::Table(line) => Some(line),
        _ => None,
    }
}

fn has_app(read: &Read<'_, '_>, app: &str) -> bool {
    read.get(&Entry::new(&["apps", app], "id")).is_some()
}

impl Sides<'_, '_, '_> {
    /// Whether one side removed an application: whatever the other made of it goes too.
    pub(super) fn is_app_gone(&self, app: &str) -> bool {
        let had = self.base.is_some_and(|base| has_app(base, app));
        had && !(has_app(self.ours, app) && has_app(self.theirs, app))
    }

    /// What the entry of an application becomes.
    pub(super) fn app_fate(&self, entry: &Entry, app: &str) -> Fate {
        if self.is_app_gone(app) {
            return Fate::Gone;
        }
        let is_key = app_of_key(entry).is_some();
        let is_gone = |side: Side| self.of(side).get(entry).is_none();
        if is_key && self.before(entry).is_some() && (is_gone(Side::Ours) || is_gone(Side::Theirs))
        {
            return Fate::Gone;
        }
        if let Some(side) = self.plain(entry) {
            return Fate::Of(side);
        }
        if is_key && self.is_sealed_again(entry) {
            return Fate::Of(self.side_of_app_seal(entry));
        }
        Fate::Open
    }

    /// Whether both sides have a key's line in the same way but for its seal.
    fn is_sealed_again(&self, entry: &Entry) -> bool {
        let [ours, theirs] = [self.ours, self.theirs].map(|read| line_of_key(Some(read), entry));
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return false };
        let mut keys = ours.keys().chain(theirs.keys()).map(|key| key.get_ref().as_ref());
        keys.all(|key: &str| key == "seal" || is_same(ours.get(key), theirs.get(key)))
    }

    /// The side whose seal lies under the data key that there will be; of two under one key either will do.
    fn side_of_app_seal(&self, entry: &Entry) -> Side {
        let kind = kind_of_key(self.ours, entry);
        let rotated = |side| kind.is_some_and(|kind| self.rotated_type(side, kind));
        match (rotated(Side::Ours), rotated(Side::Theirs)) {
            (true, false) => Side::Ours,
            (false, true) => Side::Theirs,
            _ if self.theirs.text(entry) < self.ours.text(entry) => Side::Theirs,
            _ => Side::Ours,
        }
    }
}

impl Decision<'_, '_, '_> {
    /// What only the side that gives way did with the API keys of a type: what it revoked is revoked here too, and what it
    /// made is named, since its seal lies under the data key that goes.
    pub(super) fn carry_app_keys(&self, kind: EnvironmentType, carry: &mut Carry) {
        let was = |entry: &Entry| self.base.is_some_and(|base| base.get(entry).is_some());
        for (entry, _) in self.stays.below(&["apps"]) {
            let Some(app) = app_of_key(entry) else { continue };
            let is_of_kind = kind_of_key(self.stays, entry) == Some(kind);
            if is_of_kind && was(entry) && self.gives_way.get(entry).is_none() {
                carry.taken.insert(entry.clone(), None);
                carry.carried.insert(Carried::RevokedAppKey(app.to_owned(), entry.key.clone()));
            }
        }
        for (entry, _) in self.gives_way.below(&["apps"]) {
            let Some(app) = app_of_key(entry) else { continue };
            let is_of_kind = kind_of_key(self.gives_way, entry) == Some(kind);
            if is_of_kind && !was(entry) && self.stays.get(entry).is_none() {
                let (app, code) = (app.to_owned(), entry.key.clone());
                carry.carried.insert(Carried::LostAppKey { app, code, kind });
            }
        }
    }
}
