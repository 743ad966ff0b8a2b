//! Sealing values again: for another name, or under the data key of another type.

use super::content::{SealedAgain, seal_again};
use super::draft::Draft;
use super::edit_error::EditError;
use super::splice::string_text;
use crate::crypto::{DataKey, Place};
use crate::environment::{Environment, EnvironmentType};
use crate::index::{Secret, Value};
use crate::name::{check_secret_name, fold};

impl Draft<'_, '_> {
    /// Gives a secret another name. A name is authenticated, so every value is sealed again; versions, dates, comments and
    /// the order of the file stay. Another spelling of the same name is another name. False if it has this one already.
    ///
    /// Needs the current data key of every type that the secret has a value for, and of every type of the API keys of applications
    /// that may have it: they are led to the new name.
    ///
    /// # Errors
    ///
    /// There is no such secret, the new name is not allowed or belongs to another secret or to a setting, or a value does not open with
    /// these keys; of one in a store, the reference does not fit its seal.
    pub fn rename_secret(
        &mut self,
        keys: &[&DataKey],
        old: &str,
        new: &str,
    ) -> Result<bool, EditError> {
        check_secret_name(new).map_err(EditError::BadName)?;
        let secret = self.index.secret(old).ok_or(EditError::NoSecret)?;
        let name = secret.name();
        if name == new {
            return Ok(false);
        }
        if let Some(other) = self.index.secret(new)
            && fold(name) != fold(new)
        {
            return Err(EditError::SecretExists(other.name().to_owned()));
        }
        if let Some(setting) = self.index.settings().get(new)
            && fold(name) != fold(new)
        {
            return Err(EditError::IsSetting(setting.name().to_owned()));
        }
        for value in secret.values() {
            let key = keys
                .iter()
                .find(|key| key.kind() == value.kind())
                .ok_or(EditError::NeedsDataKey(value.kind()))?;
            let place = Place { name: new, ..Place::of(secret, value) };
            let again = seal_again(self.index, (key, key), (secret, value), place)?;
            self.put_sealed(secret, value, &again);
        }
        self.rename_in_apps(keys, name, new)?;
        self.changes.rename_table(&["secrets", name], new);
        Ok(true)
    }

    /// Gives a named environment another type: its own values are sealed again under the other type's data key; versions
    /// and dates stay. Gives the names of the secrets that have such a value.
    ///
    /// # Errors
    ///
    /// The environment is none that this vault declares by name, the first key is not of its type, or a value does not
    /// open with that key; of one in a store, the reference does not fit its seal.
    pub fn retype_environment(
        &mut self,
        environment: &Environment,
        from: &DataKey,
        to: &DataKey,
    ) -> Result<Vec<String>, EditError> {
        if !self.index.named_environments().contains(environment) {
            return Err(EditError::NotNamed);
        }
        if from.kind() != environment.kind() {
            return Err(EditError::OtherType(from.kind()));
        }
        let mut waiting = self.index.deposits().waiting().iter();
        if let Some(deposit) = waiting.find(|deposit| deposit.environment() == environment.name()) {
            return Err(EditError::DepositWaits(deposit.code().to_owned()));
        }
        let mut again = Vec::new();
        for secret in self.index.secrets() {
            let Some(value) = secret.value(environment.name()) else { continue };
            let place = Place::of(secret, value);
            let sealed = seal_again(self.index, (from, to), (secret, value), place)?;
            self.put_sealed(secret, value, &sealed);
            again.push(secret.name().to_owned());
        }
        let kind: EnvironmentType = to.kind();
        self.changes.put(&["environments"], environment.name(), string_text(kind.as_str()));
        Ok(again)
    }

    /// Replaces the seal of a value, and nothing else of its line.
    pub(super) fn put_sealed(
        &mut self,
        secret: &Secret<'_>,
        value: &Value<'_>,
        (field, sealed): &SealedAgain,
    ) {
        let line = ["secrets", secret.name(), value.environment()];
        self.changes.put(&line, field, string_text(sealed));
    }
}
