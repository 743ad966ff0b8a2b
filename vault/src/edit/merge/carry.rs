//! What only the side that gives way has under its data keys: it is opened with them and sealed again, or named.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeValue;

use super::entries::{Entry, Read, table_line};
use super::knowing::Unsure;
use super::settle::SettleError;
use super::sides::is_set;
use super::subject::{Groups, Subject};
use super::value::value_of;
use crate::crypto::{DataKey, Place};
use crate::edit::content::Opened;
use crate::edit::splice::string_text;
use crate::edit::terms::due_text;
use crate::environment::EnvironmentType;
use crate::index::{Content, Current, Index, Value};

/// The data keys of one type on both sides.
#[derive(Debug, Clone, Copy)]
pub struct BothKeys<'k> {
    /// The one that stays.
    pub stays: &'k DataKey,
    /// The one that gives way.
    pub gives_way: &'k DataKey,
}

/// What became of something that only the side that gives way has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Carried {
    /// A value was sealed again under the key that stays: by secret and environment.
    Value(String, String),
    /// A value was removed on the side that gives way, and so here: by secret and environment.
    Removal(String, String),
    /// Values that both sides set are a conflict of their own now: by secret and environment.
    Conflict(String, String),
    /// The value that stays has a new version, since the other one had that number or a higher one: by secret and environment.
    Renumbered(String, String),
    /// Such a value has the version that it had, since the data key of its type is not here.
    NotRenumbered {
        /// The secret.
        name: String,
        /// The environment.
        environment: String,
        /// The type of the environment, whose key would seal it under a new version.
        kind: EnvironmentType,
    },
    /// A value could not be carried over, and is to be set again.
    LostValue {
        /// The secret.
        name: String,
        /// The environment.
        environment: String,
        /// The type of the environment, whose keys would open it.
        kind: EnvironmentType,
        /// Why not.
        why: NotCarried,
        /// Whether the side that stays has a value there.
        stays: bool,
    },
    /// The deposit key of the side that gives way is an earlier one now, for what was left under it.
    DepositKey(EnvironmentType),
    /// What was left under the deposit key of the side that gives way may not be opened any more.
    LostDeposits(EnvironmentType),
    /// A holder was granted a type on the side that gives way only.
    LostGrant(String, EnvironmentType),
    /// A holder was added on the side that gives way only.
    LostHolder(String),
    /// An API key was revoked on the side that gives way, and so here: by application and code.
    RevokedAppKey(String, String),
    /// An API key was made on the side that gives way only, under the data key that goes.
    LostAppKey {
        /// The application.
        app: String,
        /// The key's code.
        code: String,
        /// The type in which it counted.
        kind: EnvironmentType,
    },
    /// A reference does not fit its seal: its store is as the other side left it. By secret and environment.
    UnfitReference(String, String),
}

/// Why a value is not carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotCarried {
    /// The data keys of both sides are not here.
    NoKeys,
    /// It does not open; of one in a store, the reference does not fit its seal.
    Unopened,
    /// It is kept in a store that the side that stays has not, or has with other settings.
    OtherStore,
    /// The other side spells the secret otherwise, or has no such environment of this type.
    NoPlace,
    /// Its data key was there before the sides parted, or was given up: who was removed since can have made it.
    OlderKey,
}

/// What the entries of the deciding side become beyond what it has.
#[derive(Default)]
pub(super) struct Carry {
    /// Their text; none is removal.
    pub(super) taken: BTreeMap<Entry, Option<String>>,
    /// What the other side has where both set something.
    pub(super) disputed: BTreeMap<Entry, Option<String>>,
    pub(super) carried: BTreeSet<Carried>,
    pub(super) known_to: BTreeSet<String>,
    pub(super) unsure: BTreeSet<Unsure>,
}

/// The sides of a decision about data keys, and which keys it is about.
pub(super) struct Decision<'s, 'd, 't> {
    pub(super) base: Option<&'s Read<'d, 't>>,
    /// The side that stays and the one that gives way, as they were before the merge.
    pub(super) originals: Option<[&'s Index<'t>; 2]>,
    /// Who was granted which type in any commit, where somebody looked.
    pub(super) granted: Option<&'s BTreeSet<(EnvironmentType, String)>>,
    pub(super) stays: &'s Read<'d, 't>,
    pub(super) gives_way: &'s Read<'d, 't>,
    pub(super) groups: &'s Groups,
    pub(super) subjects: &'s [Subject],
}

impl Decision<'_, '_, '_> {
    /// Carries over what can be: the keys at hand open it, or it needs none.
    pub(super) fn carry(&self, keys: &[BothKeys<'_>]) -> Result<Carry, SettleError> {
        let mut carry = Carry::default();
        if self.kinds().next().is_none() {
            return Ok(carry);
        }
        let values = |read: &Read<'_, '_>| -> Vec<Entry> {
            let all = read.below(&["secrets"]).filter(|(entry, _)| entry.key != "about");
            all.map(|(entry, _)| entry.clone()).collect()
        };
        let mut entries = values(self.gives_way);
        entries.extend(values(self.stays));
        let entries: BTreeSet<Entry> = entries.into_iter().collect();
        for entry in entries.iter().filter(|entry| self.is_decided(entry)) {
            self.carry_value(entry, keys, &mut carry)?;
        }
        for kind in self.kinds() {
            self.carry_deposit_key(kind, keys, &mut carry)?;
            self.note_grants(kind, &mut carry);
            self.carry_app_keys(kind, &mut carry);
        }
        if self.subjects.contains(&Subject::Roster) {
            let new = self.gives_way.index.holders().iter().map(crate::index::Holder::name);
            let is_lost = |name: &&str| {
                let was = self.base.is_some_and(|base| base.index.holder(name).is_some());
                !was && self.stays.index.holder(name).is_none()
                    && self.stays.index.removal(name).is_none()
            };
            carry.carried.extend(new.filter(is_lost).map(|it| Carried::LostHolder(it.to_owned())));
        }
        Ok(carry)
    }

    /// The types whose data key is decided about.
    fn kinds(&self) -> impl Iterator<Item = EnvironmentType> + use<'_> {
        EnvironmentType::ALL.into_iter().filter(|kind| {
            let all = self.subjects.contains(&Subject::Roster);
            let is_meant = all || self.subjects.contains(&Subject::Keys(*kind));
            is_meant && prefix(self.stays.index, *kind) != prefix(self.gives_way.index, *kind)
        })
    }

    fn is_decided(&self, entry: &Entry) -> bool {
        let subject = self.groups.subject(entry, self.stays, self.gives_way);
        matches!(subject, Subject::Roster | Subject::Keys(_)) && self.subjects.contains(&subject)
    }

    fn carry_value(
        &self,
        entry: &Entry,
        keys: &[BothKeys<'_>],
        carry: &mut Carry,
    ) -> Result<(), SettleError> {
        let before = self.base.and_then(|base| value_of(base.index, entry));
        let [here, there] = [self.stays, self.gives_way].map(|read| value_of(read.index, entry));
        let [set_here, set_there] = match self.base {
            Some(_) => [is_set(before, here), is_set(before, there)],
            // Without what both began with, the versions say who set it.
            None => match (here.map(Value::version), there.map(Value::version)) {
                (Some(here), Some(there)) => [here >= there, there >= here],
                (here, there) => [here.is_some(), there.is_some()],
            },
        };
        if !set_there || (here.is_none() && there.is_none()) {
            return Ok(());
        }
        let (name, environment) = (entry.table[1].clone(), entry.key.clone());
        let Some(there) = there else {
            // Without what both began with, who has none removed nothing.
            if set_here {
                carry.disputed.insert(entry.clone(), None);
                carry.carried.insert(Carried::Conflict(name, environment));
            } else {
                carry.taken.insert(entry.clone(), None);
                carry.carried.insert(Carried::Removal(name, environment));
            }
            return Ok(());
        };
        let kind = there.kind();
        let sealed = match self.seal_again(entry, there, here.filter(|_| set_here), keys)? {
            Ok(Some(sealed)) => sealed,
            // Both set the same value.
            Ok(None) => return Ok(()),
            Err(why) => {
                let stays = here.is_some();
                let lost = Carried::LostValue { name, environment, kind, why, stays };
                carry.carried.insert(lost);
                return Ok(());
            }
        };
        let text = self.line(entry, there, &sealed);
        carry.known_to.extend(self.knowing(kind));
        carry.unsure.extend(self.unsure(kind));
        if set_here {
            carry.disputed.insert(entry.clone(), text);
            carry.carried.insert(Carried::Conflict(name, environment));
        } else {
            carry.taken.insert(entry.clone(), text);
            carry.carried.insert(Carried::Value(name, environment));
        }
        Ok(())
    }

    /// The sealed text of a value under the key that stays; none if it is the value that stands there.
    fn seal_again(
        &self,
        entry: &Entry,
        value: &Value<'_>,
        here: Option<&Value<'_>>,
        keys: &[BothKeys<'_>],
    ) -> Result<Result<Option<String>, NotCarried>, SettleError> {
        let (name, kind) = (entry.table[1].as_str(), value.kind());
        let (stays, gives_way) = (self.stays.index, self.gives_way.index);
        let has_place = stays.environment(&entry.key).is_ok_and(|it| it.kind() == kind)
            && stays.secret(name).is_none_or(|secret| secret.name() == name);
        let (true, Some(secret)) = (has_place, gives_way.secret(name)) else {
            return Ok(Err(NotCarried::NoPlace));
        };
        // A store that only one side changed is merged already: the seal is for that of before.
        let sealed_in = self.originals.map_or(gives_way, |[_, original]| original);
        if let Content::Reference { store, .. } = value.content()
            && stays.stores().get(store) != sealed_in.stores().get(store)
        {
            return Ok(Err(NotCarried::OtherStore));
        }
        // It does not lie under its own side's key either: that is for `reseal`, there as here.
        if Some(value.content().fingerprint_text()) != prefix(gives_way, kind) {
            let (Content::Sealed(sealed) | Content::Reference { seal: sealed, .. }) =
                value.content();
            return Ok(Ok(Some(sealed.to_string())));
        }
        if self.is_older(kind) {
            return Ok(Err(NotCarried::OlderKey));
        }
        let mut of_kind = keys.iter().filter(|both| both.stays.kind() == kind);
        let Some(both) = of_kind.next() else { return Ok(Err(NotCarried::NoKeys)) };
        let place = Place::of(secret, value);
        let Ok(opened) = Opened::of(both.gives_way, sealed_in, place, value.content()) else {
            return Ok(Err(NotCarried::Unopened));
        };
        if let (Some(here), Some(secret)) = (here, stays.secret(name)) {
            let place = Place::of(secret, here);
            if Opened::of(both.stays, stays, place, here.content()).as_ref() == Ok(&opened) {
                return Ok(Ok(None));
            }
        }
        let sealed = opened.seal(both.stays, stays, place).map_err(SettleError::Sealing)?;
        Ok(sealed.map(|(_, sealed)| Some(sealed)).ok_or(NotCarried::OtherStore))
    }

    /// The line of a value that was sealed again: as the side that gives way has it, and due for who was removed.
    fn line(&self, entry: &Entry, value: &Value<'_>, sealed: &str) -> Option<String> {
        let DeValue::Table(table) = self.gives_way.get(entry)?.get_ref() else { return None };
        let mut due: BTreeSet<String> = value.due().iter().map(ToString::to_string).collect();
        due.extend(self.due_for(value.kind()));
        let due = (!due.is_empty()).then(|| due_text(&due));
        let field = match value.content() {
            Content::Sealed(_) => "sealed",
            Content::Reference { .. } => "seal",
        };
        Some(table_line(table, &[(field, Some(string_text(sealed))), ("due", due)]))
    }

    /// Keeps the deposit key that gives way as an earlier one, while something waits that may have been left under it.
    fn carry_deposit_key(
        &self,
        kind: EnvironmentType,
        keys: &[BothKeys<'_>],
        carry: &mut Carry,
    ) -> Result<(), SettleError> {
        let [stays, gives_way] = [self.stays, self.gives_way].map(|read| read.index.deposits());
        let Some(key) = gives_way.key(kind) else { return Ok(()) };
        let is_known = stays.key(kind).is_some_and(|known| known.public() == key.public())
            || stays.is_earlier(key);
        if is_known || !gives_way.waiting().iter().any(|deposit| deposit.kind() == kind) {
            return Ok(());
        }
        let mut of_kind = keys.iter().filter(|both| both.stays.kind() == kind);
        let both = of_kind.next().filter(|_| !self.is_older(kind));
        let opened = both.and_then(|both| {
            let identity = both.gives_way.open_deposit_key(key).ok()?;
            Some(both.stays.seal_deposit_key(key.public(), &identity))
        });
        match opened.transpose().map_err(SettleError::Sealing)?.flatten() {
            Some(private) => {
                let private = string_text(&private);
                carry.taken.insert(
                    Entry::new(&["deposits", "older"], key.public()),
                    Some(format!("{{ type = \"{kind}\", private = {private} }}")),
                );
                // Whoever knows the data key can have put a deposit key of their own under it.
                carry.known_to.extend(self.knowing(kind));
                carry.unsure.extend(self.unsure(kind));
                carry.carried.insert(Carried::DepositKey(kind));
            }
            None => drop(carry.carried.insert(Carried::LostDeposits(kind))),
        }
        Ok(())
    }

    /// Notes who was granted the type on the side that gives way only.
    fn note_grants(&self, kind: EnvironmentType, carry: &mut Carry) {
        let table = |read: &Read<'_, '_>, holder: &str| {
            read.index.keys().of_type(kind).grant(holder).is_some()
        };
        for holder in self.gives_way.index.keys().of_type(kind).holders() {
            let was = self.base.is_some_and(|base| table(base, holder));
            let is_holder = self.stays.index.holder(holder).is_some();
            if is_holder && !was && !table(self.stays, holder) {
                carry.carried.insert(Carried::LostGrant(holder.to_owned(), kind));
            }
        }
    }
}

pub(super) fn prefix<'i>(index: &'i Index<'_>, kind: EnvironmentType) -> Option<&'i str> {
    index.keys().of_type(kind).current().map(Current::fingerprint_text)
}
