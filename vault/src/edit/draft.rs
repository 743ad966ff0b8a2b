//! A draft: the changes of one command, collected and then made in one go.

use std::fmt;

use super::grant_error::GrantError;
use super::splice::{Changes, apply, key_text, string_text};
use super::terms::{Expiry, Terms};
use crate::crypto::{DataKey, HolderKeys, NoRandomness, OpenError, Place};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType, flag_of};
use crate::error::ReadError;
use crate::index::{Content, Document, Index, Origin, Value};
use crate::limits::{DEPOSIT_BYTES, DEPOSITS, NUMBER, STRING_BYTES, VALUE_BYTES};
use crate::name::{NameFault, check_environment_name, check_secret_name, fold};
use crate::shown::{Shown, has_dangerous};

/// Changes to a vault that are not made yet.
pub struct Draft<'d, 't> {
    document: &'d Document<'t>,
    pub(super) index: &'d Index<'t>,
    pub(super) changes: Changes,
    /// Environments that values can be set for: checked once, not for every value of an import.
    settable: Vec<Environment>,
    /// Holders that this draft adds, with their keys: they get a word for the deposit keys too.
    pub(super) added: Vec<(String, HolderKeys)>,
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
        put_value(&mut self.changes, key, place, old, value, (today, &terms.into()))
    }

    /// Describes a secret that exists or that this draft creates; an empty text removes the description.
    ///
    /// # Errors
    ///
    /// The text is longer than 4 KiB or holds a control character.
    pub fn set_about(&mut self, name: &str, about: &str) -> Result<(), EditError> {
        if about.len() > STRING_BYTES {
            return Err(EditError::AboutTooLong);
        }
        if has_dangerous(about) {
            return Err(EditError::AboutControl);
        }
        let name = self.index.secret(name).map_or(name, |secret| secret.name());
        if about.is_empty() {
            self.changes.remove(&["secrets", name], "about");
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

    /// Removes a named environment, its values, and its mention in `[build] check`; gives the names of the secrets that lose
    /// a value.
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
        let losing = self.index.secrets().filter(|secret| secret.value(name).is_some());
        let losing: Vec<String> = losing.map(|secret| secret.name().to_owned()).collect();
        for secret in &losing {
            self.unset_value(secret, name);
        }
        losing
    }

    /// The vault's text with all changes made. It was read back: everything else in it is as it was.
    ///
    /// # Errors
    ///
    /// A part to be changed is written in a form that cannot be changed in place; the error has its line.
    pub fn finish(self) -> Result<String, EditError> {
        Ok(apply(self.document, &self.changes)?)
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
    let version = match old {
        None => 1,
        Some(old) => {
            if let Content::Sealed(sealed) = old.content()
                && key
                    .open(Place { version: old.version(), ..place }, sealed)
                    .is_ok_and(|before| before.as_bytes() == value)
            {
                terms.put(changes, place, old);
                return Ok(SetOutcome::Unchanged);
            }
            if old.version() == NUMBER {
                return Err(EditError::NoMoreVersions);
            }
            old.version() + 1
        }
    };
    let sealed = key.seal(Place { version, ..place }, value)?;
    let line = terms.line(version, today, &sealed);
    changes.put(&["secrets", place.name], place.environment, line);
    Ok(if old.is_none() { SetOutcome::Created } else { SetOutcome::Updated(version) })
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

/// Refuses a name that is not allowed, or that would be a second spelling.
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
        _ => Ok(()),
    }
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

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// The name breaks a rule.
    BadName(NameFault),
    /// The name is another spelling of a secret that exists.
    SecondSpelling {
        /// The secret, as spelled in the vault.
        existing: String,
        /// The environment that was meant.
        environment: Environment,
    },
    /// The environment has values under the key of another type.
    Retyped {
        /// The environment, with the type that it is declared with.
        environment: Environment,
        /// The type whose key its values lie under.
        was: EnvironmentType,
    },
    /// An environment of this name exists.
    EnvironmentExists(Environment),
    /// The value has so many bytes, more than 1 MiB.
    ValueTooLong(usize),
    /// The description is longer than 4 KiB.
    AboutTooLong,
    /// The description holds a control or bidirectional character.
    AboutControl,
    /// The data key at hand is of this type, not of the environment's.
    OtherType(EnvironmentType),
    /// The value was set 2^31 − 1 times.
    NoMoreVersions,
    /// The vault has no secret of this name.
    NoSecret,
    /// A secret of this name exists; as spelled in the vault.
    SecretExists(String),
    /// The vault declares no named environment like this.
    NotNamed,
    /// No data key of this type was given, and a value needs it.
    NeedsDataKey(EnvironmentType),
    /// A value does not open, so it cannot be sealed again.
    Unopened {
        /// The secret.
        name: String,
        /// The environment whose own value it is.
        environment: String,
        /// Why it does not open.
        why: OpenError,
    },
    /// A store keeps the value, and what the vault has instead cannot be sealed for another place.
    InStore {
        /// The secret.
        name: String,
        /// The environment whose own value it is.
        environment: String,
        /// The store.
        store: String,
    },
    /// As many deposits wait as a vault takes.
    TooManyDeposits,
    /// The deposit has so many characters, more than 1.5 MiB.
    DepositTooLong(usize),
    /// A deposit waits for the environment whose type is to change.
    DepositWaits(String),
    /// A key was rotated 2^24 − 1 times.
    NoMoreGenerations,
    /// No new deposit key was given for this type.
    NoDepositKey(EnvironmentType),
    /// The deposit key of this type does not open with the type's data key: it is none that was made for it.
    DepositKeySwapped(EnvironmentType),
    /// A deposit waits, and an earlier deposit key of this type does not open.
    DepositKeyAltered(EnvironmentType),
    /// Grants cannot be made.
    Grant(GrantError),
    /// The operating system gave no random bytes.
    NoRandomness,
    /// The vault cannot be read, or cannot be changed in place.
    Vault(ReadError),
}

impl From<NoRandomness> for EditError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl From<GrantError> for EditError {
    fn from(error: GrantError) -> Self {
        Self::Grant(error)
    }
}

impl From<ReadError> for EditError {
    fn from(error: ReadError) -> Self {
        Self::Vault(error)
    }
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(fault) => fault.fmt(f),
            Self::SecondSpelling { existing, environment } => write!(
                f,
                "the secret exists as `{existing}`, and keeps that spelling\nset it with: strongroom set {} {}",
                environment.flag(),
                key_text(existing).trim_matches('"')
            ),
            Self::Retyped { environment, was } => write!(
                f,
                "`{environment}` is declared as `{}`, and has values under the key of `{was}`: somebody changed its type\nfind out who (git log -p strongroom.toml) and restore the line, or unset those values first",
                environment.kind()
            ),
            Self::EnvironmentExists(known) => {
                write!(f, "the environment `{known}` exists, with the type {}", known.kind())
            }
            Self::ValueTooLong(length) => write!(
                f,
                "the value has {length} bytes, and a vault takes {VALUE_BYTES} at most\nkeep large files in a store"
            ),
            Self::AboutTooLong => write!(f, "a description has at most {STRING_BYTES} bytes"),
            Self::AboutControl => {
                f.write_str("a description is one line without control characters")
            }
            Self::OtherType(kind) => write!(f, "the data key is one of `{kind}`"),
            Self::NoMoreVersions => f.write_str("this value has no further version number"),
            Self::NoSecret => f.write_str("there is no such secret\nsee those that exist with: strongroom list"),
            Self::SecretExists(name) => write!(f, "there is a secret `{0}` already\nsee it with: strongroom list {0}", Shown(name)),
            Self::NotNamed => f.write_str("there is no such named environment\nsee those that exist with: strongroom env list"),
            Self::NeedsDataKey(kind) => write!(f, "the data key of `{kind}` is needed"),
            Self::Unopened { name, environment, why: why @ OpenError::AnotherDataKey } => write!(
                f,
                "cannot open `{0}` for `{1}`: {why}\nlook who wrote the line, then seal it again: strongroom reseal {0}",
                Shown(name),
                Shown(environment)
            ),
            Self::Unopened { name, environment, why } => write!(
                f,
                "cannot open `{0}` for `{1}`: {why}\nrestore the line from git, or remove it with: strongroom unset {2} {0}",
                Shown(name),
                Shown(environment),
                flag_of(environment)
            ),
            Self::InStore { name, environment, store } => write!(
                f,
                "`{}` for `{}` is kept in the store `{}`, and this version cannot seal its reference again",
                Shown(name),
                Shown(environment),
                Shown(store)
            ),
            Self::TooManyDeposits => write!(
                f,
                "{DEPOSITS} deposits wait, and a vault takes no more\na holder accepts or drops them: strongroom accept, strongroom reject"
            ),
            Self::DepositTooLong(length) => write!(
                f,
                "the deposit has {length} characters, and a vault takes {DEPOSIT_BYTES} at most\nkeep large files in a store"
            ),
            Self::DepositWaits(code) => write!(
                f,
                "a deposit waits there ({}), and it is sealed for the type as it is now\naccept or drop it first: strongroom accept, strongroom reject",
                Shown(code)
            ),
            Self::NoMoreGenerations => f.write_str("this key has no further generation number"),
            Self::NoDepositKey(kind) => write!(f, "no deposit key was made for `{kind}`"),
            Self::DepositKeySwapped(kind) => write!(
                f,
                "the deposit key of `{kind}` was altered or swapped: it is not the one that was made\n\
                 look who did it (git log -p strongroom.toml), and restore [deposits.{kind}]"
            ),
            Self::DepositKeyAltered(kind) => write!(
                f,
                "an earlier deposit key of `{kind}` was altered, and deposits wait that may need it\n\
                 restore [deposits] from git, or drop what waits: strongroom reject --all --type {kind}"
            ),
            Self::Grant(error) => error.fmt(f),
            Self::NoRandomness => NoRandomness.fmt(f),
            Self::Vault(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EditError {}
