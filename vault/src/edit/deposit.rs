//! Deposits in a vault: left, accepted, dropped; and values that a merge left under the previous data key.

use std::collections::BTreeSet;

use super::content::{Opened, Unopened, refused, seal_again};
use super::draft::{Draft, check_settable};
use super::edit_error::EditError;
use super::splice::string_text;
use super::terms::put_due;
use crate::crypto::{
    Code, DataKey, DepositPlace, OpenError, Place, Plaintext, base64url, deposit_code,
};
use crate::date::Date;
use crate::environment::Environment;
use crate::index::{Index, Lookup, Removed, Secret, Value};
use crate::limits::{DEPOSIT_BYTES, DEPOSITS};

impl Draft<'_, '_> {
    /// Leaves a deposit, given as an age file of [`DepositPlace::with_value`]; gives its code.
    ///
    /// # Errors
    ///
    /// The name is not allowed or is a second spelling, a thousand deposits wait already, or the file is larger than a
    /// deposit may be.
    pub fn put_deposit(
        &mut self,
        environment: &Environment,
        place: DepositPlace<'_>,
        age_file: &[u8],
        today: Date,
    ) -> Result<Code, EditError> {
        check_settable(self.index, place.name, environment)?;
        if self.index.deposits().waiting().len() >= DEPOSITS {
            return Err(EditError::TooManyDeposits);
        }
        let sealed = base64url(age_file);
        if sealed.len() > DEPOSIT_BYTES {
            return Err(EditError::DepositTooLong(sealed.len()));
        }
        let code = deposit_code(self.index.id(), age_file);
        let replaces = match place.replaces {
            0 => String::new(),
            version => format!("replaces = {version}, "),
        };
        let line = format!(
            "{{ name = {}, environment = {}, {replaces}left = {today}, sealed = \"{sealed}\" }}",
            string_text(place.name),
            string_text(place.environment),
        );
        self.changes.put(&["deposits", "waiting"], &code.plain(), line);
        Ok(code)
    }

    /// Drops a deposit, accepted or not. False if there is none of this code.
    pub fn drop_deposit(&mut self, code: &str) -> bool {
        let waits = self.index.deposits().waiting().iter().any(|deposit| deposit.code() == code);
        if waits {
            self.changes.remove(&["deposits", "waiting"], code);
        }
        waits
    }

    /// Seals a value again, under the current data key, that a merge left under the previous one; its version and its date
    /// stay. Whoever was removed may know it, as may those of `known_to`, so it is noted as due for change. False if it lies
    /// under the current one already.
    ///
    /// # Security
    ///
    /// Who was removed knows the previous key. A person has to look at where the value comes from before this.
    ///
    /// # Errors
    ///
    /// There is no such value, or neither key opens it; of one in a store, the reference does not fit its seal.
    pub fn reseal_value(
        &mut self,
        key: &DataKey,
        retired: &[DataKey],
        name: &str,
        environment: &str,
        known_to: &BTreeSet<String>,
    ) -> Result<bool, EditError> {
        let secret = self.index.secret(name).ok_or(EditError::NoSecret)?;
        let value = secret.value(environment).ok_or(EditError::NoSecret)?;
        let place = Place::of(secret, value);
        let another = Unopened::Seal(OpenError::AnotherDataKey);
        match Opened::of(key, self.index, place, value.content()) {
            Ok(_) => return Ok(false),
            Err(why) if why == another => {}
            Err(why) => return Err(refused(secret, value, why)),
        }
        let lies_under = value.content().fingerprint_text();
        let mut retired = retired.iter();
        let old = retired.find(|old| old.fingerprint().entry_prefix() == lies_under);
        let old = old.ok_or_else(|| refused(secret, value, another))?;
        let sealed = seal_again(self.index, (old, key), (secret, value), place)?;
        self.put_sealed(secret, value, &sealed);
        let line = ["secrets", secret.name(), environment];
        let removed = self.index.removed().iter().map(Removed::name);
        let removed = removed.filter(|name| self.index.holder(name).is_none()).map(str::to_owned);
        let known_to: BTreeSet<String> = known_to.iter().cloned().chain(removed).collect();
        put_due(&mut self.changes, &line, value, &known_to);
        Ok(true)
    }
}

/// Opens with whichever of these keys a value lies under.
pub(super) fn open_retired(
    retired: &[DataKey],
    place: Place<'_>,
    sealed: &str,
) -> Result<Plaintext, OpenError> {
    let mut opened = retired.iter().map(|key| key.open(place, sealed));
    opened
        .find(|opened| *opened != Err(OpenError::AnotherDataKey))
        .unwrap_or(Err(OpenError::AnotherDataKey))
}

/// The values that lie under another than their type's current data key.
pub fn left_behind<'i, 't>(
    index: &'i Index<'t>,
) -> impl Iterator<Item = (&'i Secret<'t>, &'i Value<'t>)> {
    let values =
        index.secrets().flat_map(|secret| secret.values().iter().map(move |value| (secret, value)));
    values.filter(|(secret, value)| {
        index.environment(value.environment()).is_ok_and(|environment| {
            matches!(index.lookup_in(secret, &environment), Lookup::OtherDataKey(_))
        })
    })
}
