//! New holders: their key, what they are granted, and the checks of the roster before that.

use super::deposit_key::put_vouch_of;
use super::draft::Draft;
use super::grant_error::GrantError;
use super::splice::{Changes, string_text};
use crate::crypto::{
    AccessKey, DataKey, HolderKey, HolderKeys, KeyRing, Passphrase, Recipient, RosterKey,
    admission_is_good, base64url, random, seal_grant, seal_kept,
};
use crate::date::Date;
use crate::environment::EnvironmentType;
use crate::index::{Holder, HolderKind, Index, KeyTable, PassphraseCosts, VaultId};
use crate::limits::{
    DELIVERED_BYTES, HOLDERS, PASSPHRASE_CHARACTERS, PASSPHRASE_HOLDERS, SALT, STRING_BYTES,
};
use crate::name::check_plain_name;

/// A holder that is to be added.
#[derive(Debug)]
pub struct NewHolder<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its key is made from.
    pub secret: &'a HolderSecret,
    /// What it may open.
    pub scopes: Scopes,
    /// The day to note.
    pub today: Date,
}

/// What a new holder's key is made from.
#[derive(Debug, Clone)]
pub enum HolderSecret {
    /// A random key for a machine or a developer.
    AccessKey(AccessKey),
    /// A passphrase of 12 characters at least; gets the default costs.
    Passphrase(Passphrase),
    /// A random key that is delivered to a public key.
    PublicKey {
        /// The public key's text, without a comment.
        recipient: String,
        /// The key.
        key: HolderKey,
        /// [`HolderKey::to_delivered`] in a binary age file for the public key.
        delivered: Vec<u8>,
    },
}

/// What a holder may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    /// Environment types.
    pub kinds: Vec<EnvironmentType>,
    /// The roster: adding and removing holders, and so everything.
    pub roster: bool,
}

impl Scopes {
    /// Everything: all types and the roster.
    #[must_use]
    pub fn everything() -> Self {
        Self { kinds: EnvironmentType::ALL.to_vec(), roster: true }
    }
}

impl Draft<'_, '_> {
    /// Adds a holder, granting what is asked for.
    ///
    /// Needs the roster key. Every grant that is there already must have been admitted by the roster and be of the current
    /// key, or nothing is granted: somebody may have slipped a line in.
    ///
    /// # Errors
    ///
    /// See [`GrantError`].
    pub fn add_holder(&mut self, ring: &KeyRing, holder: &NewHolder<'_>) -> Result<(), GrantError> {
        let index = self.index;
        check_new_name(index, holder)?;
        if let Some(removed) = index.removal(holder.name)
            && !self.changes.removes(&["removed"], removed.name())
        {
            return Err(GrantError::WasRemoved(removed.name().to_owned(), removed.on()));
        }
        let (roster, keys) = checked_keys(index, ring, &holder.scopes.kinds, None)?;
        let roster_for = holder.scopes.roster.then_some(roster);
        let key = put_holder(&mut self.changes, index.id(), holder, &keys, roster, roster_for)?;
        put_vouch_of(&mut self.changes, index, ring, holder.name, &key);
        self.added.push((holder.name.to_owned(), key));
        Ok(())
    }

    /// Lets the name of a removed holder be given again. False if none of this name was removed.
    pub fn forget_removal(&mut self, name: &str) -> bool {
        let removed = self.index.removal(name);
        if let Some(removed) = removed {
            self.changes.remove(&["removed"], removed.name());
        }
        removed.is_some()
    }

    /// Gives a holder with a passphrase another one: a new salt, the default costs, and the same grants made anew.
    ///
    /// Needs the roster key, and the same state of the roster as adding a holder.
    ///
    /// # Errors
    ///
    /// See [`GrantError`].
    pub fn change_passphrase(
        &mut self,
        ring: &KeyRing,
        holder: &str,
        passphrase: &Passphrase,
    ) -> Result<(), GrantError> {
        let index = self.index;
        let known = index.holder(holder);
        let known = known.filter(|known| matches!(known.kind(), HolderKind::Passphrase { .. }));
        let holder = known.ok_or(GrantError::NoPassphrase)?;
        let has_grant =
            |kind: &EnvironmentType| index.keys().of_type(*kind).grant(holder.name()).is_some();
        let kinds: Vec<EnvironmentType> =
            EnvironmentType::ALL.into_iter().filter(has_grant).collect();
        let (roster, keys) = checked_keys(index, ring, &kinds, None)?;
        let roster_for = index.keys().roster().grant(holder.name()).map(|_| roster);
        let secret = HolderSecret::Passphrase(passphrase.clone());
        let key = put_key(&mut self.changes, index.id(), holder.name(), &secret)?;
        put_vouch_of(&mut self.changes, index, ring, holder.name(), &key.key.expand(index.id()));
        put_grants(&mut self.changes, index.id(), &key, &keys, roster, roster_for)
    }
}

/// The roster key and the data keys of some types, if nothing that is granted already forbids to go on.
///
/// A grant of who is granted again may be of an older key, if it was admitted.
pub(super) fn checked_keys<'r>(
    index: &Index<'_>,
    ring: &'r KeyRing,
    kinds: &[EnvironmentType],
    again: Option<&str>,
) -> Result<(&'r RosterKey, Vec<DataKey>), GrantError> {
    let roster = checked_roster(index, ring, None)?;
    let mut keys = Vec::new();
    for &kind in kinds {
        let key = ring.data_key_by_roster(index, kind).ok_or(GrantError::NoDataKey(kind))?;
        let table = index.keys().of_type(kind);
        let current = key.fingerprint().entry_prefix();
        match check_table(index, roster, kind.as_str(), table, &current, None) {
            // If it is the one that is made anew; what comes behind it is looked at all the same.
            Err(GrantError::Suspicious { current: false, .. }) => {
                check_table(index, roster, kind.as_str(), table, &current, again)?;
            }
            checked => checked?,
        }
        keys.push(key);
    }
    Ok((roster, keys))
}

/// The roster key and every data key, if each grant of the vault was admitted and is of its current key; those of a holder
/// who is to be removed are not looked at.
pub(super) fn check_every_grant<'r>(
    index: &Index<'_>,
    ring: &'r KeyRing,
    absent: Option<&str>,
) -> Result<(&'r RosterKey, Vec<DataKey>), GrantError> {
    let roster = checked_roster(index, ring, absent)?;
    let mut keys = Vec::new();
    for kind in EnvironmentType::ALL {
        let table = index.keys().of_type(kind);
        if table.current().is_none() {
            continue;
        }
        let key = ring.data_key_by_roster(index, kind).ok_or(GrantError::NoDataKey(kind))?;
        check_table(
            index,
            roster,
            kind.as_str(),
            table,
            &key.fingerprint().entry_prefix(),
            absent,
        )?;
        keys.push(key);
    }
    Ok((roster, keys))
}

/// The roster key, if every grant of it was admitted and is of this one.
fn checked_roster<'r>(
    index: &Index<'_>,
    ring: &'r KeyRing,
    absent: Option<&str>,
) -> Result<&'r RosterKey, GrantError> {
    let table = index.keys().roster();
    let Some(roster) = ring.roster() else {
        return Err(GrantError::NoRoster {
            holder: ring.holder().to_owned(),
            holders: names(table),
        });
    };
    let mut removed = index.removed().iter().map(crate::index::Removed::name);
    let is_back = |name: &&str| index.holder(name).is_some_and(|it| Some(it.name()) != absent);
    if let Some(name) = removed.find(is_back) {
        return Err(GrantError::CameBack(name.to_owned()));
    }
    check_table(index, roster, "roster", table, &roster.fingerprint().entry_prefix(), absent)?;
    Ok(roster)
}

/// Writes a holder's table and grants; gives its keys.
pub(super) fn put_holder(
    changes: &mut Changes,
    id: VaultId,
    holder: &NewHolder<'_>,
    keys: &[DataKey],
    roster: &RosterKey,
    roster_for: Option<&RosterKey>,
) -> Result<HolderKeys, GrantError> {
    let key = put_key(changes, id, holder.name, holder.secret)?;
    changes.put(&["holders", holder.name], "since", holder.today.to_string());
    put_grants(changes, id, &key, keys, roster, roster_for)?;
    Ok(key.key.expand(id))
}

/// A holder's key, and what is public of it.
pub(super) struct HolderWithKey<'a> {
    pub(super) recipient: Recipient<'a>,
    pub(super) key: HolderKey,
}

/// Makes a holder's key and writes what is public of it.
pub(super) fn put_key<'a>(
    changes: &mut Changes,
    id: VaultId,
    name: &'a str,
    secret: &HolderSecret,
) -> Result<HolderWithKey<'a>, GrantError> {
    let path = ["holders", name];
    let (kind, key, public) = match secret {
        HolderSecret::AccessKey(key) => {
            (HolderKind::AccessKey.as_str(), HolderKey::of_access_key(id, key), Vec::new())
        }
        HolderSecret::Passphrase(passphrase) => {
            if passphrase.characters() < PASSPHRASE_CHARACTERS {
                return Err(GrantError::ShortPassphrase(passphrase.characters()));
            }
            let salt: [u8; SALT] = random()?;
            let costs = PassphraseCosts::default();
            let mut public = salt.to_vec();
            let named = [
                ("memory_kib", costs.memory_kib),
                ("passes", costs.passes),
                ("lanes", costs.lanes),
            ];
            for (named, cost) in named {
                public.extend_from_slice(&cost.to_be_bytes());
                changes.put(&path, named, cost.to_string());
            }
            changes.put(&path, "salt", string_text(&base64url(&salt)));
            let key = HolderKey::of_passphrase(id, passphrase, &salt, costs)
                .map_err(|_| GrantError::NoMemory)?;
            ("passphrase", key, public)
        }
        HolderSecret::PublicKey { recipient, key, delivered } => {
            let delivered = base64url(delivered);
            if recipient.len() > STRING_BYTES {
                return Err(GrantError::TooLong("a public key", STRING_BYTES));
            }
            if delivered.len() > DELIVERED_BYTES {
                return Err(GrantError::TooLong("what is delivered to it", DELIVERED_BYTES));
            }
            changes.put(&path, "recipient", string_text(recipient));
            changes.put(&path, "delivered", string_text(&delivered));
            ("age", key.clone(), recipient.as_bytes().to_vec())
        }
    };
    changes.put(&path, "kind", string_text(kind));
    Ok(HolderWithKey { recipient: Recipient { name, kind, public }, key })
}

/// Keeps a holder's key for the roster, and writes the grants.
fn put_grants(
    changes: &mut Changes,
    id: VaultId,
    HolderWithKey { recipient, key }: &HolderWithKey<'_>,
    keys: &[DataKey],
    roster: &RosterKey,
    roster_for: Option<&RosterKey>,
) -> Result<(), GrantError> {
    let name = recipient.name;
    changes.put(&["holders", name], "kept", string_text(&seal_kept(roster, key, recipient)?));
    let holder_keys = key.expand(id);
    for key in keys {
        let scope = key.kind().as_str();
        let grant = seal_grant(scope, &key.key, &holder_keys, recipient, roster)?;
        changes.put(&["keys", scope], name, string_text(&grant));
    }
    if let Some(granted) = roster_for {
        let grant = seal_grant("roster", &granted.key, &holder_keys, recipient, roster)?;
        changes.put(&["keys", "roster"], name, string_text(&grant));
    }
    Ok(())
}

fn check_new_name(index: &Index<'_>, holder: &NewHolder<'_>) -> Result<(), GrantError> {
    check_plain_name(holder.name).map_err(GrantError::BadName)?;
    if let Some(known) = index.holder(holder.name) {
        return Err(GrantError::Exists(known.name().to_owned()));
    }
    if index.holders().len() >= HOLDERS {
        return Err(GrantError::TooMany("holders", HOLDERS));
    }
    if let HolderSecret::PublicKey { recipient, .. } = holder.secret {
        let has_it = |known: &&Holder<'_>| matches!(known.kind(), HolderKind::Age { recipient: own, .. } if own == recipient);
        if let Some(known) = index.holders().iter().find(has_it) {
            return Err(GrantError::SamePublicKey(known.name().to_owned()));
        }
    }
    let is_passphrase =
        |holder: &&Holder<'_>| matches!(holder.kind(), HolderKind::Passphrase { .. });
    if matches!(holder.secret, HolderSecret::Passphrase(_))
        && index.holders().iter().filter(is_passphrase).count() >= PASSPHRASE_HOLDERS
    {
        return Err(GrantError::TooMany("holders with a passphrase", PASSPHRASE_HOLDERS));
    }
    Ok(())
}

/// Checks that every grant of a table was admitted and is of the key at hand.
fn check_table(
    index: &Index<'_>,
    roster: &RosterKey,
    scope: &str,
    table: &KeyTable<'_>,
    fingerprint: &str,
    absent: Option<&str>,
) -> Result<(), GrantError> {
    for grant in table.grants().iter().filter(|grant| Some(grant.holder()) != absent) {
        let cause = |current| GrantError::Suspicious {
            scope: scope.to_owned(),
            holder: grant.holder().to_owned(),
            current,
        };
        let recipient = index.holder(grant.holder()).and_then(Recipient::of);
        if !recipient.is_some_and(|recipient| admission_is_good(roster, scope, &recipient, grant)) {
            return Err(cause(true));
        }
        if grant.fingerprint_text() != fingerprint {
            return Err(cause(false));
        }
    }
    Ok(())
}

fn names(table: &KeyTable<'_>) -> Vec<String> {
    table.grants().iter().map(|grant| grant.holder().to_owned()).collect()
}
