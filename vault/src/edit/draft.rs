//! A draft: the changes of one command, collected and then made in one go.

use std::fmt;

use super::edit_error::EditError;
use super::splice::{Changes, apply_to, string_text};
use super::terms::{Expiry, Terms};
use crate::crypto::{DataKey, HolderKeys, Place};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::error::Fault;
use crate::index::{Content, Document, Index, Origin, Secret, StoreEntry, Value};
use crate::limits::{NUMBER, STRING_BYTES, VALUE_BYTES};
use crate::name::{check_environment_name, check_secret_name, fold};
use crate::shown::has_dangerous;

/// Changes to a vault that are not made yet.
pub struct Draft<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) index: &'d Index<'t>,
    pub(super) changes: Changes,
    /// Environments that values can be set for: checked once, not for every value of an import.
    settable: Vec<Environment>,
    /// Holders that this draft adds, with their keys: they get a word for the deposit keys too.
    pub(super) added: Vec<(String, HolderKeys)>,
    /// Stores as this draft leaves them: references are sealed for these.
    pub(super) stores: Vec<StoreEntry<'static>>,
}

impl<'d, 't> Draft<'d, 't> {
    /// A draft without changes.
    #[must_use]
    pub fn new(document: &'d Document<'t>, index: &'d Index<'t>) -> Self {
        Self {
            document,
            index,
            changes: Changes::default(),
            settable: Vec::new(),
            added: Vec::new(),
            stores: Vec::new(),
        }
    }

    /// Seals a value for an environment. The same value again changes nothing; a changed one has the next version.
    ///
    /// # Errors
    ///
    /// The name is not allowed or is a second spelling, the value is larger than 1 MiB, or the data key is of another type.
    pub fn set_value(
        &mut self,
        key: &DataKey,
        name: &str,
        environment: &Environment,
        value: &[u8],
        today: Date,
    ) -> Result<SetOutcome, EditError> {
        self.set_value_until(key, name, environment, value, today, Expiry::Unsaid)
    }

    /// As [`Draft::set_value`], and says until when the value is good, and which removed holders know it.
    ///
    /// # Errors
    ///
    /// As [`Draft::set_value`].
    pub fn set_value_until(
        &mut self,
        key: &DataKey,
        name: &str,
        environment: &Environment,
        value: &[u8],
        today: Date,
        terms: impl Into<Terms>,
    ) -> Result<SetOutcome, EditError> {
        let (place, old) = self.place_to_set(key, name, environment)?;
        put_value(&mut self.changes, key, place, old, value, (today, &terms.into()))
    }

    /// Where a value is to be set, as yet without a version, and what stands there.
    pub(super) fn place_to_set<'a>(
        &mut self,
        key: &DataKey,
        name: &'a str,
        environment: &'a Environment,
    ) -> Result<(Place<'a>, Option<&'d Value<'t>>), EditError>
    where
        'd: 'a,
    {
        if key.kind() != environment.kind() {
            return Err(EditError::OtherType(key.kind()));
        }
        check_spelling(self.index, name, environment)?;
        if !self.settable.contains(environment) {
            check_not_retyped(self.index, environment)?;
            self.settable.push(environment.clone());
        }
        let secret = self.index.secret(name);
        let name = secret.map_or(name, |secret| secret.name());
        let old = secret.and_then(|secret| secret.value(environment.name()));
        let place =
            Place { origin: Origin::Vault, name, environment: environment.name(), version: 0 };
        Ok((place, old))
    }

    /// Describes a secret that exists or that this draft creates; an empty text removes the description.
    ///
    /// # Errors
    ///
    /// The text is longer than 4 KiB or holds a control character.
    pub fn set_about(&mut self, name: &str, about: &str) -> Result<(), EditError> {
        check_about(about)?;
        let secret = self.index.secret(name);
        let name = secret.map_or(name, |secret| secret.name());
        if about.is_empty() {
            self.changes.remove(&["secrets", name], "about");
            // A table that loses its last entry would be none to a merge, and one to a reader. One that never had any is
            // neither's to take away: a merge would not see it go.
            let loses =
                |secret: &Secret<'_>| secret.about().is_some() && secret.values().is_empty();
            if secret.is_some_and(loses) {
                self.changes.remove_table(&["secrets", name]);
            }
        } else {
            self.changes.put(&["secrets", name], "about", string_text(about));
        }
        Ok(())
    }

    /// Removes a value; with the last one the secret itself goes. False if there was none.
    pub fn unset_value(&mut self, name: &str, environment: &str) -> bool {
        let Some(secret) = self.index.secret(name) else {
            return false;
        };
        if secret.value(environment).is_none() {
            return false;
        }
        let table = ["secrets", secret.name()];
        self.changes.remove(&table, environment);
        if secret.values().iter().all(|value| self.changes.removes(&table, value.environment())) {
            self.changes.remove_table(&table);
        }
        true
    }

    /// Declares a named environment.
    ///
    /// # Errors
    ///
    /// The name is not allowed, or is a spelling of one that exists.
    pub fn add_environment(&mut self, name: &str, kind: EnvironmentType) -> Result<(), EditError> {
        check_environment_name(name).map_err(EditError::BadName)?;
        let folded = fold(name);
        if let Some(known) =
            self.index.named_environments().iter().find(|known| fold(known.name()) == folded)
        {
            return Err(EditError::EnvironmentExists(known.clone()));
        }
        self.changes.put(&["environments"], name, string_text(kind.as_str()));
        Ok(())
    }

    /// Removes a named environment, its values and settings, and its mention in `[build] check` and `[stores.default]`; gives the names
    /// of the secrets that lose a value.
    pub fn remove_environment(&mut self, environment: &Environment) -> Vec<String> {
        let name = environment.name();
        self.changes.remove(&["environments"], name);
        if self.index.named_environments().iter().all(|known| known.name() == name) {
            self.changes.remove_table(&["environments"]);
        }
        let check = self.index.build_check();
        if check.contains(environment) {
            let others: Vec<String> = check
                .iter()
                .filter(|other| *other != environment)
                .map(|other| string_text(other.name()))
                .collect();
            self.changes.put(&["build"], "check", format!("[{}]", others.join(", ")));
        }
        for deposit in self.index.deposits().waiting() {
            if deposit.environment() == name {
                self.changes.remove(&["deposits", "waiting"], deposit.code());
            }
        }
        self.unset_default_store(environment);
        let losing = self.index.secrets().filter(|secret| secret.value(name).is_some());
        let losing: Vec<String> = losing.map(|secret| secret.name().to_owned()).collect();
        for secret in &losing {
            self.unset_value(secret, name);
        }
        for setting in self.index.settings().iter() {
            self.unset_setting(setting.name(), name);
        }
        losing
    }

    /// The vault's text with all changes made. It was read back: everything else in it is as it was.
    ///
    /// # Errors
    ///
    /// A part to be changed is written in a form that cannot be changed in place; the error has its line.
    pub fn finish(self) -> Result<String, EditError> {
        Ok(apply_to(self.document, &self.changes, |read_back| {
            let index = Index::of(read_back)?;
            // A vault whose table was wrong before can be changed elsewhere.
            if self.index.apps().is_ok() {
                index.apps()?;
            }
            // What a reference was sealed for is what a reader of the text checks it with.
            let is_meant = |store: &StoreEntry<'_>| index.stores().get(store.name()) == Some(store);
            if self.stores.iter().all(is_meant) {
                Ok(())
            } else {
                Err(Fault::WrongShape("[stores] as it was meant").of_file())
            }
        })?)
    }
}

impl fmt::Debug for Draft<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").finish_non_exhaustive()
    }
}

/// Puts a value into a file under its next version, whatever version the place has; the same value again changes nothing.
pub(super) fn put_value(
    changes: &mut Changes,
    key: &DataKey,
    place: Place<'_>,
    old: Option<&Value<'_>>,
    value: &[u8],
    (today, terms): (Date, &Terms),
) -> Result<SetOutcome, EditError> {
    if value.len() > VALUE_BYTES {
        return Err(EditError::ValueTooLong(value.len()));
    }
    if let Some(old) = old
        && let Content::Sealed(sealed) = old.content()
        && key
            .open(Place { version: old.version(), ..place }, sealed)
            .is_ok_and(|before| before.as_bytes() == value)
    {
        terms.put(changes, place, old);
        return Ok(SetOutcome::Unchanged);
    }
    let version = next_version(old)?;
    let sealed = Content::Sealed(key.seal(Place { version, ..place }, value)?.into());
    let line = terms.line(version, today, &sealed);
    changes.put(&["secrets", place.name], place.environment, line);
    Ok(if old.is_none() { SetOutcome::Created } else { SetOutcome::Updated(version) })
}

/// The version of what replaces a value.
pub(super) fn next_version(old: Option<&Value<'_>>) -> Result<u32, EditError> {
    match old.map(Value::version) {
        None => Ok(1),
        Some(NUMBER) => Err(EditError::NoMoreVersions),
        Some(version) => Ok(version + 1),
    }
}

/// Checks whether a value could be set, before anybody is asked for it.
///
/// # Errors
///
/// The name is not allowed, or it is another spelling of a secret that has no value there yet: a secret keeps the spelling
/// that was set first.
pub fn check_settable(
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
) -> Result<(), EditError> {
    check_spelling(index, name, environment)?;
    check_not_retyped(index, environment)
}

/// Refuses a name that is not allowed, that would be a second spelling, or that belongs to a setting.
fn check_spelling(
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
) -> Result<(), EditError> {
    check_secret_name(name).map_err(EditError::BadName)?;
    match index.secret(name) {
        Some(secret) if secret.name() != name && secret.value(environment.name()).is_none() => {
            Err(EditError::SecondSpelling {
                existing: secret.name().to_owned(),
                environment: environment.clone(),
            })
        }
        Some(_) => Ok(()),
        None => match index.settings().get(name) {
            Some(setting) => Err(EditError::IsSetting(setting.name().to_owned())),
            None => Ok(()),
        },
    }
}

/// Refuses a description that is too long or no line.
pub(super) fn check_about(about: &str) -> Result<(), EditError> {
    if about.len() > STRING_BYTES {
        return Err(EditError::AboutTooLong);
    }
    if has_dangerous(about) {
        return Err(EditError::AboutControl);
    }
    Ok(())
}

/// Refuses an environment some of whose values lie under the current key of another type: somebody changed its type, and
/// what is sealed for it now would be readable by the holders of that.
fn check_not_retyped(index: &Index<'_>, environment: &Environment) -> Result<(), EditError> {
    if !environment.is_named() {
        return Ok(());
    }
    let keys = index.keys();
    let others = EnvironmentType::ALL.into_iter().filter(|kind| *kind != environment.kind());
    for value in index.secrets().filter_map(|secret| secret.value(environment.name())) {
        let lies_under = value.content().fingerprint_text();
        let is_of = |kind: &EnvironmentType| {
            keys.of_type(*kind).current().is_some_and(|key| key.fingerprint_text() == lies_under)
        };
        if let Some(was) = others.clone().find(is_of) {
            return Err(EditError::Retyped { environment: environment.clone(), was });
        }
    }
    Ok(())
}

/// What setting a value did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOutcome {
    /// There was no value.
    Created,
    /// The value was replaced; its version now.
    Updated(u32),
    /// The same value was there: the line stays as it is.
    Unchanged,
}
