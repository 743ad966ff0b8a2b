//! Grants for a holder who is there: more types, the roster, and those that a merge left under an older key.

use super::deposit_key::put_vouch_of;
use super::draft::Draft;
use super::grant_error::GrantError;
use super::holder::checked_keys;
use super::splice::string_text;
use crate::crypto::{KeyRing, Recipient, kept_keys, seal_grant};
use crate::environment::EnvironmentType;

impl Draft<'_, '_> {
    /// Gives a holder who is there more types; a grant that it has of an older key is made anew. Its word for the deposit
    /// keys is made anew too.
    ///
    /// Needs the roster key, and the same state of the roster as adding a holder. The holder's key is the one that the
    /// roster keeps, if it opens the grants that the holder has.
    ///
    /// # Errors
    ///
    /// See [`GrantError`]. A holder whose name was removed, and whose lines came back, is refused.
    pub fn grant_types(
        &mut self,
        ring: &KeyRing,
        holder: &str,
        kinds: &[EnvironmentType],
    ) -> Result<(), GrantError> {
        self.grant(ring, holder, kinds, false)
    }

    /// Gives a holder who is there everything: all types and the roster, with the key that it has.
    ///
    /// # Errors
    ///
    /// As [`Draft::grant_types`].
    pub fn grant_roster(&mut self, ring: &KeyRing, holder: &str) -> Result<(), GrantError> {
        self.grant(ring, holder, &EnvironmentType::ALL, true)
    }

    fn grant(
        &mut self,
        ring: &KeyRing,
        holder: &str,
        kinds: &[EnvironmentType],
        with_roster: bool,
    ) -> Result<(), GrantError> {
        let index = self.index;
        let known = index.holder(holder).ok_or_else(|| GrantError::NoHolder(holder.to_owned()))?;
        if let Some(removed) = index.removal(known.name()) {
            return Err(GrantError::WasRemoved(removed.name().to_owned(), removed.on()));
        }
        let (roster, keys) = checked_keys(index, ring, kinds, Some(known.name()))?;
        let no_kept = || GrantError::NoKept(known.name().to_owned());
        let recipient = Recipient::of(known).ok_or_else(no_kept)?;
        let holder_keys = kept_keys(roster, index, known).ok_or_else(no_kept)?;
        for key in &keys {
            let scope = key.kind().as_str();
            let current = key.fingerprint().entry_prefix();
            let grant = index.keys().of_type(key.kind()).grant(known.name());
            if grant.is_some_and(|grant| grant.fingerprint_text() == current) {
                continue;
            }
            let grant = seal_grant(scope, &key.key, &holder_keys, &recipient, roster)?;
            self.changes.put(&["keys", scope], known.name(), string_text(&grant));
        }
        // A grant of the roster that is there is of this key: it was checked.
        if with_roster && index.keys().roster().grant(known.name()).is_none() {
            let grant = seal_grant("roster", &roster.key, &holder_keys, &recipient, roster)?;
            self.changes.put(&["keys", "roster"], known.name(), string_text(&grant));
        }
        put_vouch_of(&mut self.changes, index, ring, known.name(), &holder_keys);
        Ok(())
    }
}
