//! Settings in a vault: set, removed and renamed; no key is needed.

use super::draft::{Draft, check_about};
use super::edit_error::EditError;
use super::splice::string_text;
use crate::environment::Environment;
use crate::index::{PlainSetting, PlainValue};
use crate::limits::{PLAIN_SETTINGS, STRING_BYTES};
use crate::name::{check_secret_name, fold};
use crate::shown::has_dangerous;

/// What setting a setting did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainOutcome {
    /// There was no value of exactly this environment.
    Created,
    /// The value was replaced.
    Updated,
    /// The same text was there: the line stays as it is.
    Unchanged,
}

impl<'d, 't> Draft<'d, 't> {
    /// Sets a setting for an environment, or by default where none is given. The same text again changes nothing, however it is
    /// written there.
    ///
    /// # Errors
    ///
    /// The name is not allowed, belongs to a secret, or is a second spelling; the text is longer than 4 KiB or not one line;
    /// there are 10,000 settings.
    pub fn set_setting(
        &mut self,
        name: &str,
        environment: Option<&Environment>,
        text: &str,
    ) -> Result<PlainOutcome, EditError> {
        let setting = self.setting_to_set(name)?;
        if text.len() > STRING_BYTES {
            return Err(EditError::SettingTooLong(text.len()));
        }
        if has_dangerous(text) {
            return Err(EditError::SettingControl);
        }
        let scope = environment.map_or(PlainValue::DEFAULT, Environment::name);
        let old = setting.and_then(|setting| setting.value(scope));
        if old.is_some_and(|old| old.text() == text) {
            return Ok(PlainOutcome::Unchanged);
        }
        let name = setting.map_or(name, PlainSetting::name);
        self.changes.put(&["settings", name], scope, string_text(text));
        Ok(if old.is_none() { PlainOutcome::Created } else { PlainOutcome::Updated })
    }

    /// Describes a setting that exists or that this draft creates; an empty text removes the description.
    ///
    /// # Errors
    ///
    /// As [`Draft::set_setting`] of the name, and as [`Draft::set_about`] of the text.
    pub fn set_setting_about(&mut self, name: &str, about: &str) -> Result<(), EditError> {
        let setting = self.setting_to_set(name)?;
        check_about(about)?;
        let name = setting.map_or(name, PlainSetting::name);
        if about.is_empty() {
            self.changes.remove(&["settings", name], "about");
            let loses = |it: &PlainSetting<'_>| it.about().is_some() && it.values().is_empty();
            if setting.is_some_and(loses) {
                self.changes.remove_table(&["settings", name]);
            }
        } else {
            self.changes.put(&["settings", name], "about", string_text(about));
        }
        Ok(())
    }

    /// Removes the value of a setting for exactly this environment, or [`PlainValue::DEFAULT`]; with the last one the setting itself
    /// goes. False if there was none.
    pub fn unset_setting(&mut self, name: &str, scope: &str) -> bool {
        let Some(setting) = self.index.settings().get(name) else {
            return false;
        };
        if setting.value(scope).is_none() {
            return false;
        }
        let table = ["settings", setting.name()];
        self.changes.remove(&table, scope);
        if setting.values().iter().all(|value| self.changes.removes(&table, value.scope())) {
            self.remove_setting(name);
        }
        true
    }

    /// Removes a setting with its values and its description. False if there is none.
    pub fn remove_setting(&mut self, name: &str) -> bool {
        let Some(setting) = self.index.settings().get(name) else {
            return false;
        };
        let table = ["settings", setting.name()];
        for value in setting.values() {
            self.changes.remove(&table, value.scope());
        }
        if setting.about().is_some() {
            self.changes.remove(&table, "about");
        }
        self.changes.remove_table(&table);
        true
    }

    /// Gives a setting another name; another spelling of the same name is another name. False if it has this one already.
    ///
    /// # Errors
    ///
    /// There is no such setting, or the new name is not allowed, or belongs to another setting or to a secret.
    pub fn rename_setting(&mut self, old: &str, new: &str) -> Result<bool, EditError> {
        check_secret_name(new).map_err(EditError::BadName)?;
        let setting = self.index.settings().get(old).ok_or(EditError::NoSetting)?;
        if setting.name() == new {
            return Ok(false);
        }
        if fold(setting.name()) != fold(new) {
            if let Some(other) = self.index.settings().get(new) {
                return Err(EditError::SettingExists(other.name().to_owned()));
            }
            if let Some(secret) = self.index.secret(new) {
                return Err(EditError::IsSecret(secret.name().to_owned()));
            }
        }
        self.changes.rename_table(&["settings", setting.name()], new);
        Ok(true)
    }

    /// The setting of a name that is to have a value; none if it would be a new one. Where it exists, any spelling will do.
    fn setting_to_set(&self, name: &str) -> Result<Option<&'d PlainSetting<'t>>, EditError> {
        check_secret_name(name).map_err(EditError::BadName)?;
        let index = self.index;
        let settings = index.settings();
        let Some(setting) = settings.get(name) else {
            return match self.index.secret(name) {
                Some(secret) => Err(EditError::IsSecret(secret.name().to_owned())),
                None if settings.iter().len() == PLAIN_SETTINGS => Err(EditError::TooManySettings),
                None => Ok(None),
            };
        };
        Ok(Some(setting))
    }
}
