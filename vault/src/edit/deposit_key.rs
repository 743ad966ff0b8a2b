//! The keys that deposits are left under, and the word of the roster for them.

use zeroize::Zeroizing;

use super::draft::Draft;
use super::edit_error::EditError;
use super::holder::check_every_grant;
use super::splice::{Changes, string_text};
use crate::crypto::{DataKey, HolderKeys, KeyRing, Vouchable, VouchedKeys, kept_keys};
use crate::environment::EnvironmentType;
use crate::index::{DepositKey, Holder, Index, VaultId};

/// A new deposit key for a type: an age key of its own.
pub struct NewDepositKey {
    /// The type.
    pub kind: EnvironmentType,
    /// The public half: `age1…`.
    pub recipient: String,
    /// The private half: `AGE-SECRET-KEY-1…`.
    pub identity: Zeroizing<String>,
}

impl std::fmt::Debug for NewDepositKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewDepositKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Draft<'_, '_> {
    /// Writes a deposit key for each type that has none, and gives every holder, those that this draft adds too, a word for
    /// those that count.
    ///
    /// Needs the roster key, and the same state of the roster as adding a holder.
    ///
    /// # Errors
    ///
    /// A grant that the roster did not admit or that is stale, a deposit key that somebody swapped, a key that is none, or no
    /// randomness.
    pub fn add_deposit_keys(
        &mut self,
        ring: &KeyRing,
        made: &[NewDepositKey],
    ) -> Result<(), EditError> {
        let index = self.index;
        let (roster, keys) = check_every_grant(index, ring, None)?;
        let mut public: Vec<Vouchable<'_>> = Vec::new();
        for key in &keys {
            let known = index.deposits().key(key.kind());
            if let Some(known) = known {
                check_own(index, key, known)?;
                public.push((key.kind(), Some(key.fingerprint()), known.public()));
            } else if let Some(made) = made.iter().find(|made| made.kind == key.kind()) {
                put_deposit_key(&mut self.changes, key, made)?;
                public.push((key.kind(), Some(key.fingerprint()), &made.recipient));
            }
        }
        if public.is_empty() {
            return Ok(());
        }
        let known = index.holders().iter();
        let known: Vec<_> = known
            .filter_map(|holder| Some((holder.name(), kept_keys(roster, index, holder)?)))
            .collect();
        let added = self.added.iter().map(|(name, keys)| (name.as_str(), keys));
        let all = known.iter().map(|(name, keys)| (*name, keys)).chain(added);
        put_vouches(&mut self.changes, index.id(), &VouchedKeys::new(public), all);
        Ok(())
    }
}

/// The holders whose word for the deposit keys is another than the roster would give them now, or who have none.
///
/// Empty without the roster key, and for a vault without deposit keys. A holder whose `kept` does not count is left out:
/// nobody can give it a word.
#[must_use]
pub fn holders_without_word(index: &Index<'_>, ring: &KeyRing) -> Vec<String> {
    let vouched = VouchedKeys::of(index);
    let (Some(roster), false) = (ring.roster(), vouched.is_empty()) else { return Vec::new() };
    let is_without = |holder: &&Holder<'_>| {
        let keys = kept_keys(roster, index, holder);
        keys.is_some_and(|keys| {
            Some(vouched.vouch(index.id(), holder.name(), &keys).as_str()) != holder.vouch()
        })
    };
    index.holders().iter().filter(is_without).map(|holder| holder.name().to_owned()).collect()
}

pub(super) fn put_deposit_key(
    changes: &mut Changes,
    key: &DataKey,
    made: &NewDepositKey,
) -> Result<(), EditError> {
    let private = key
        .seal_deposit_key(&made.recipient, &made.identity)?
        .ok_or(EditError::NoDepositKey(made.kind))?;
    let table = ["deposits", made.kind.as_str()];
    changes.put(&table, "public", string_text(&made.recipient));
    changes.put(&table, "private", string_text(&private));
    Ok(())
}

/// Refuses a deposit key that is none of its type's data key, or that is an earlier one: a word for it would make a swapped
/// one count. The private half of an earlier one lies under the data key too, so that it alone tells nothing.
pub(super) fn check_own(
    index: &Index<'_>,
    key: &DataKey,
    known: &DepositKey<'_>,
) -> Result<(), EditError> {
    if index.deposits().is_earlier(known) || key.open_deposit_key(known).is_err() {
        return Err(EditError::DepositKeySwapped(key.kind()));
    }
    Ok(())
}

/// Gives a holder a word for the deposit keys that a vault has, unless one of them was swapped.
pub(super) fn put_vouch_of(
    changes: &mut Changes,
    index: &Index<'_>,
    ring: &KeyRing,
    name: &str,
    keys: &HolderKeys,
) {
    let public: Vec<&DepositKey<'_>> =
        EnvironmentType::ALL.into_iter().filter_map(|kind| index.deposits().key(kind)).collect();
    let is_own = |known: &&DepositKey<'_>| {
        let key = ring.data_key_by_roster(index, known.kind());
        key.is_some_and(|key| check_own(index, &key, known).is_ok())
    };
    if !public.is_empty() && public.iter().all(is_own) {
        put_vouches(changes, index.id(), &VouchedKeys::of(index), [(name, keys)].into_iter());
    }
}

/// Gives holders a word for these deposit keys.
pub(super) fn put_vouches<'a>(
    changes: &mut Changes,
    id: VaultId,
    vouched: &VouchedKeys<'_>,
    holders: impl Iterator<Item = (&'a str, &'a HolderKeys)>,
) {
    for (name, keys) in holders {
        let vouch = vouched.vouch(id, name, keys);
        changes.put(&["holders", name], "vouch", string_text(&vouch));
    }
}
