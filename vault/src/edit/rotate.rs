//! New data keys: for a rotation, or because a holder is removed. Everything in one save.

use std::collections::HashMap;

use super::content::seal_again;
use super::deposit_key::{NewDepositKey, check_own, put_deposit_key, put_vouches};
use super::draft::Draft;
use super::edit_error::EditError;
use super::grant_error::GrantError;
use super::had::Had;
use super::holder::{HolderSecret, HolderWithKey, check_every_grant, put_key};
use super::splice::{Changes, string_text};
use crate::crypto::{
    AppKeyPlace, DataKey, Expanded, HolderKey, HolderKeys, KeyRing, Place, Recipient, RosterKey,
    Vouchable, VouchedKeys, kept_keys, seal_grant, seal_kept,
};
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::index::{Holder, HolderKind, Index, KeyTable};
use crate::limits::GENERATION;

/// What a rotation is to do. It is decided without a key, shown to a person, and then made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The types that get a new data key.
    pub kinds: Vec<EnvironmentType>,
    /// Whether there is a new roster key, and with it a new key for every holder.
    pub roster: bool,
    /// The holder who loses grants, as spelled in the vault.
    pub removed: Option<String>,
    /// Whether that holder goes altogether, not only from some types.
    pub leaves: bool,
    /// The holders who need a new key, as spelled in the vault. A holder with a passphrase for whom none is given is dropped.
    pub rekeyed: Vec<String>,
}

/// What is made for a rotation beforehand: nothing of it may be asked for while the vault is locked.
#[derive(Debug, Default)]
pub struct NewKeys {
    /// New keys by the names of their holders.
    pub holders: HashMap<String, HolderSecret>,
    /// A new deposit key for each type that gets a new data key.
    pub deposits: Vec<NewDepositKey>,
}

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rotated {
    /// How many values were sealed again.
    pub values: usize,
    /// Holders with a passphrase who are none any more.
    pub dropped: Vec<String>,
}

impl Rotation {
    /// New data keys for some types, and for everybody who has one.
    #[must_use]
    pub fn of_types(kinds: Vec<EnvironmentType>) -> Self {
        Self { kinds, roster: false, removed: None, leaves: false, rekeyed: Vec::new() }
    }

    /// A new roster key, new data keys, and a new key for every holder.
    #[must_use]
    pub fn of_everything(index: &Index<'_>) -> Self {
        let rekeyed = index.holders().iter().map(Holder::name);
        let rekeyed =
            rekeyed.filter(|name| has_any_grant(index, name)).map(str::to_owned).collect();
        let kinds = EnvironmentType::ALL.to_vec();
        Self { kinds, roster: true, removed: None, leaves: false, rekeyed }
    }

    /// What removing a holder takes: altogether, or from some types. `rekey` gives every holder with an access key a new
    /// one even if the removed one had no roster key.
    ///
    /// # Errors
    ///
    /// There is no such holder, now or before, it has no grant for one of these types, or it is the last one of a type or of the roster.
    pub fn of_removal(
        index: &Index<'_>,
        name: &str,
        only: Option<&[EnvironmentType]>,
        rekey: bool,
        had: &Had,
    ) -> Result<Self, GrantError> {
        let holder = index.holder(name).map(Holder::name);
        let name = match holder {
            Some(name) => name,
            None if had.is_any() => name,
            None => return Err(GrantError::NoHolder(name.to_owned())),
        };
        let has_roster = index.keys().roster().grant(name).is_some() || had.roster;
        if has_roster && only.is_some() {
            return Err(GrantError::OpensEverything(name.to_owned()));
        }
        let lost = |kind: &EnvironmentType| only.is_none_or(|kinds| kinds.contains(kind));
        if let Some(kind) = only
            .unwrap_or_default()
            .iter()
            .find(|kind| index.keys().of_type(**kind).grant(name).is_none() && !had.has(**kind))
        {
            return Err(GrantError::NoGrant(name.to_owned(), *kind));
        }
        let mut kinds: Vec<EnvironmentType> =
            EnvironmentType::ALL.into_iter().filter(lost).collect();
        refuse_last(index.keys().roster(), "roster", name)?;
        for kind in &kinds {
            refuse_last(index.keys().of_type(*kind), kind.as_str(), name)?;
        }
        if !has_roster {
            kinds.retain(|kind| has_current(index.keys().of_type(*kind), name) || had.has(*kind));
        }
        let needs_new = |other: &&Holder<'_>| {
            other.name() != name
                && has_any_grant(index, other.name())
                && (has_roster || (rekey && matches!(other.kind(), HolderKind::AccessKey)))
        };
        let rekeyed = index.holders().iter().filter(needs_new);
        let rekeyed = rekeyed.map(|holder| holder.name().to_owned()).collect();
        let removed = Some(name.to_owned());
        Ok(Self { kinds, roster: has_roster, removed, leaves: only.is_none(), rekeyed })
    }

    fn removes(&self, holder: &str) -> bool {
        self.leaves && self.removed.as_deref() == Some(holder)
    }
}

fn has_current(table: &KeyTable<'_>, holder: &str) -> bool {
    let generation = table.current().map(crate::index::Current::generation);
    table.grant(holder).is_some_and(|grant| Some(grant.generation()) == generation)
}

/// Whether a holder has a grant of any key. Whoever has none gets no new key either: anybody can write a table into the file.
fn has_any_grant(index: &Index<'_>, holder: &str) -> bool {
    let keys = index.keys();
    let types = EnvironmentType::ALL.map(|kind| keys.of_type(kind));
    types.into_iter().chain([keys.roster()]).any(|table| table.grant(holder).is_some())
}

/// Refuses to leave a key without anybody who can open it.
fn refuse_last(table: &KeyTable<'_>, scope: &str, holder: &str) -> Result<(), GrantError> {
    let others = table
        .grants()
        .iter()
        .any(|grant| grant.holder() != holder && has_current(table, grant.holder()));
    if has_current(table, holder) && !others {
        return Err(GrantError::Last { scope: scope.to_owned(), holder: holder.to_owned() });
    }
    Ok(())
}

/// The keys of the vault while they change: what was, and what is to be.
struct Turn<'i, 't> {
    index: &'i Index<'t>,
    rotation: &'i Rotation,
    roster: &'i RosterKey,
    new_roster: Option<RosterKey>,
    /// By type: the key that is current before, and the one after, if that is another.
    keys: Vec<(DataKey, Option<DataKey>)>,
}

/// A holder who stays, with its keys after the rotation.
struct Staying<'i, 't> {
    holder: &'i Holder<'t>,
    recipient: Recipient<'i>,
    keys: HolderKeys,
    /// The holder key itself, if it is a new one.
    new: Option<HolderKey>,
}

impl Draft<'_, '_> {
    /// Makes new keys as decided: new data keys, grants for everybody who stays, every value of these types sealed again,
    /// the previous data key kept under the new one, and a new deposit key.
    ///
    /// Needs the roster key. Every grant but those of the holder who is removed must have been admitted by the roster and be
    /// of the current key; whoever has none in a table gets none.
    ///
    /// # Errors
    ///
    /// A grant that the roster did not admit or that is stale, a value that does not open with its type's current data key or a
    /// reference that does not fit its seal, a holder whose new key was not given, or no randomness. Nothing is changed then. As for a
    /// reference, the seal of each API key must fit.
    pub fn rotate(
        &mut self,
        ring: &KeyRing,
        rotation: &Rotation,
        new: &NewKeys,
        today: Date,
    ) -> Result<Rotated, EditError> {
        let index = self.index;
        let absent = rotation.removed.as_deref();
        let (roster, current) = check_every_grant(index, ring, absent)?;
        let mut keys = Vec::new();
        for key in current {
            let next = rotation.kinds.contains(&key.kind()).then(|| next_data_key(index, &key));
            keys.push((key, next.transpose()?));
        }
        let new_roster = rotation.roster.then(|| next_roster_key(index, roster)).transpose()?;
        let turn = Turn { index, rotation, roster, new_roster, keys };
        let (staying, dropped) = turn.staying(new, &mut self.changes)?;
        turn.put_grants(&staying, &mut self.changes)?;
        turn.take_out(&dropped, today, &mut self.changes);
        turn.put_retired(&mut self.changes)?;
        turn.put_deposit_keys(new, &staying, &mut self.changes)?;
        let values = self.seal_under_new_keys(&turn)?;
        Ok(Rotated { values, dropped })
    }

    /// Seals every value of a type again under the type's new key, at the same place and version.
    fn seal_under_new_keys(&mut self, turn: &Turn<'_, '_>) -> Result<usize, EditError> {
        let mut sealed_again = 0;
        for secret in self.index.secrets() {
            for value in secret.values() {
                let Some((old, Some(new))) =
                    turn.keys.iter().find(|(old, _)| old.kind() == value.kind())
                else {
                    continue;
                };
                let place = Place::of(secret, value);
                let sealed = seal_again(self.index, (old, new), (secret, value), place)?;
                self.put_sealed(secret, value, &sealed);
                let line = ["secrets", secret.name(), value.environment()];
                if let Some(name) = turn.rotation.removed.as_deref()
                    && !value.due().iter().any(|known| known == name)
                {
                    let due = value.due().iter().map(AsRef::as_ref).chain([name]);
                    let due: Vec<String> = due.map(string_text).collect();
                    self.changes.put(&line, "due", format!("[{}]", due.join(", ")));
                }
                sealed_again += 1;
            }
        }
        self.seal_app_keys_under_new_keys(turn)?;
        Ok(sealed_again)
    }

    /// Seals every API key of a type again under the type's new key.
    fn seal_app_keys_under_new_keys(&mut self, turn: &Turn<'_, '_>) -> Result<(), EditError> {
        let apps = self.index.apps()?;
        for app in apps.iter() {
            for line in app.keys() {
                let mut keys = turn.keys.iter();
                if let Some((old, Some(new))) = keys.find(|(old, _)| old.kind() == line.kind()) {
                    let place = AppKeyPlace::of(app, line);
                    self.seal_app_key_again((old, new), (app, line), place)?;
                }
            }
        }
        Ok(())
    }
}

fn next_data_key(index: &Index<'_>, key: &DataKey) -> Result<DataKey, EditError> {
    let generation = next_generation(key.generation())?;
    Ok(DataKey::generate(index.id(), key.kind(), generation)?)
}

fn next_roster_key(index: &Index<'_>, roster: &RosterKey) -> Result<RosterKey, EditError> {
    let generation = next_generation(roster.key.generation)?;
    Ok(RosterKey::generate(index.id(), generation)?)
}

fn next_generation(generation: u32) -> Result<u32, EditError> {
    if generation >= GENERATION { Err(EditError::NoMoreGenerations) } else { Ok(generation + 1) }
}

impl<'i, 't> Turn<'i, 't> {
    /// The roster key after the rotation.
    fn roster_after(&self) -> &RosterKey {
        self.new_roster.as_ref().unwrap_or(self.roster)
    }

    /// The data key of a type after the rotation, and whether it is a new one.
    fn after(&self, kind: EnvironmentType) -> Option<(&DataKey, bool)> {
        let (old, new) = self.keys.iter().find(|(old, _)| old.kind() == kind)?;
        Some(new.as_ref().map_or((old, false), |new| (new, true)))
    }

    /// Who stays, each with its keys; and who is dropped, for want of a new passphrase.
    fn staying(
        &self,
        new: &NewKeys,
        changes: &mut Changes,
    ) -> Result<(Vec<Staying<'i, 't>>, Vec<String>), EditError> {
        let (mut staying, mut dropped) = (Vec::new(), Vec::new());
        for holder in self.index.holders() {
            let name = holder.name();
            if self.rotation.removes(name) {
                continue;
            }
            if !self.rotation.rekeyed.iter().any(|rekeyed| rekeyed == name) {
                let opened = Recipient::of(holder).and_then(|recipient| {
                    Some((kept_keys(self.roster, self.index, holder)?, recipient))
                });
                // Whoever has no grant has nothing to lose; whoever has one must keep it.
                let Some((keys, recipient)) = opened else {
                    if has_any_grant(self.index, name) {
                        return Err(GrantError::NoKept(name.to_owned()).into());
                    }
                    continue;
                };
                staying.push(Staying { holder, recipient, keys, new: None });
                continue;
            }
            let Some(secret) = new.holders.get(name) else {
                if matches!(holder.kind(), HolderKind::Passphrase { .. }) {
                    dropped.push(name.to_owned());
                    continue;
                }
                return Err(GrantError::NoNewKey(name.to_owned()).into());
            };
            let HolderWithKey { recipient, key } = put_key(changes, self.index.id(), name, secret)?;
            let keys = key.expand(self.index.id());
            staying.push(Staying { holder, recipient, keys, new: Some(key) });
        }
        Ok((staying, dropped))
    }

    /// Writes what changes of the grants of those who stay.
    fn put_grants(
        &self,
        staying: &[Staying<'_, '_>],
        changes: &mut Changes,
    ) -> Result<(), EditError> {
        let roster = self.roster_after();
        for each in staying {
            let name = each.holder.name();
            let mut put = |scope: &str, key: &Expanded| -> Result<(), EditError> {
                let grant = seal_grant(scope, key, &each.keys, &each.recipient, roster)?;
                changes.put(&["keys", scope], name, string_text(&grant));
                Ok(())
            };
            let remade = each.new.is_some() || self.new_roster.is_some();
            for (old, new) in &self.keys {
                let scope = old.kind().as_str();
                let table = self.index.keys().of_type(old.kind());
                let loses = self.rotation.removed.as_deref() == Some(name)
                    && self.rotation.kinds.contains(&old.kind());
                if table.grant(name).is_some() && !loses && (remade || new.is_some()) {
                    put(scope, &new.as_ref().unwrap_or(old).key)?;
                }
            }
            if self.index.keys().roster().grant(name).is_some() && remade {
                put("roster", &roster.key)?;
            }
            if let Some(key) = &each.new {
                let kept = seal_kept(roster, key, &each.recipient)?;
                changes.put(&["holders", name], "kept", string_text(&kept));
            }
        }
        Ok(())
    }

    /// Takes out the grants of who is removed or dropped, and their tables.
    fn take_out(&self, dropped: &[String], today: Date, changes: &mut Changes) {
        let keys = self.index.keys();
        let mut take = |table: &KeyTable<'_>, scope: &str, name: &str| {
            if table.grant(name).is_some() {
                changes.remove(&["keys", scope], name);
            }
        };
        let leaving = self.rotation.removed.as_deref().into_iter();
        for name in leaving.chain(dropped.iter().map(String::as_str)) {
            let entirely = self.rotation.removes(name) || dropped.iter().any(|other| other == name);
            for kind in EnvironmentType::ALL {
                if entirely || self.rotation.kinds.contains(&kind) {
                    take(keys.of_type(kind), kind.as_str(), name);
                }
            }
            if entirely {
                take(keys.roster(), "roster", name);
            }
        }
        for name in dropped.iter().map(String::as_str) {
            changes.remove_table(&["holders", name]);
        }
        if let Some(name) = self.rotation.removed.as_deref().filter(|_| self.rotation.leaves) {
            changes.remove_table(&["holders", name]);
            changes.put(&["removed"], name, format!("{{ on = {today} }}"));
        }
    }

    /// Keeps the previous data keys under the new ones; what was kept before that goes.
    fn put_retired(&self, changes: &mut Changes) -> Result<(), EditError> {
        for (old, new) in &self.keys {
            let Some(new) = new else { continue };
            let table = ["retired", old.kind().as_str()];
            for retired in self.index.retired() {
                if retired.kind() == old.kind() {
                    changes.remove(&table, retired.fingerprint());
                }
            }
            let sealed = new.seal_retired(old)?;
            changes.put(&table, &old.fingerprint().to_string(), string_text(&sealed));
        }
        Ok(())
    }

    /// Writes the new deposit keys, keeps the earlier ones that what waits may need, and gives the word of everybody who
    /// stays for those that count now.
    fn put_deposit_keys(
        &self,
        new: &NewKeys,
        staying: &[Staying<'_, '_>],
        changes: &mut Changes,
    ) -> Result<(), EditError> {
        let deposits = self.index.deposits();
        let mut public: Vec<Vouchable<'_>> = Vec::new();
        for kind in EnvironmentType::ALL {
            let Some((key, is_new)) = self.after(kind) else { continue };
            let made = new.deposits.iter().find(|made| made.kind == kind);
            let known = deposits.key(kind);
            match (made, known) {
                (Some(made), known) if is_new || known.is_none() => {
                    put_deposit_key(changes, key, made)?;
                    public.push((kind, Some(key.fingerprint()), &made.recipient));
                }
                (_, Some(_)) if is_new => return Err(EditError::NoDepositKey(kind)),
                (_, Some(known)) => {
                    check_own(self.index, key, known)?;
                    public.push((kind, Some(key.fingerprint()), known.public()));
                }
                (_, None) => {}
            }
            if is_new {
                self.keep_older(kind, key, changes)?;
            }
        }
        if public.is_empty() {
            return Ok(());
        }
        let all = staying.iter().map(|each| (each.holder.name(), &each.keys));
        put_vouches(changes, self.index.id(), &VouchedKeys::new(public), all);
        Ok(())
    }

    /// Seals the private halves of a type's earlier deposit keys under its new data key. The one that counted until now is
    /// always kept: somebody may have left a deposit under it that is not merged yet.
    fn keep_older(
        &self,
        kind: EnvironmentType,
        key: &DataKey,
        changes: &mut Changes,
    ) -> Result<(), EditError> {
        let deposits = self.index.deposits();
        let old = self.keys.iter().find(|(old, _)| old.kind() == kind).map(|(old, _)| old);
        let waits = deposits.waiting().iter().any(|deposit| deposit.kind() == kind);
        let older = deposits.older().iter().filter(|older| older.kind() == kind);
        let last = deposits.key(kind);
        for known in older.clone().chain(last) {
            let is_last = last.is_some_and(|last| last.public() == known.public());
            let opened = old.and_then(|old| old.open_deposit_key(known).ok());
            match opened {
                Some(identity) if waits || is_last => {
                    let private = key
                        .seal_deposit_key(known.public(), &identity)?
                        .ok_or(EditError::NoDepositKey(kind))?;
                    let entry = format!("{{ type = \"{kind}\", private = \"{private}\" }}");
                    changes.put(&["deposits", "older"], known.public(), entry);
                }
                None if waits => return Err(EditError::DepositKeyAltered(kind)),
                _ => changes.remove(&["deposits", "older"], known.public()),
            }
        }
        Ok(())
    }
}
