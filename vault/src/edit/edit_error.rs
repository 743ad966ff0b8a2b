//! Why a change to a vault cannot be made, and what to do about it.

use std::fmt;

use super::grant_error::GrantError;
use super::splice::key_text;
use crate::crypto::{NoRandomness, OpenError};
use crate::environment::{Environment, EnvironmentType, flag_of};
use crate::error::ReadError;
use crate::limits::{
    APP_KEYS, APPS, DEPOSIT_BYTES, DEPOSITS, PLAIN_SETTINGS, STORES, STRING_BYTES, VALUE_BYTES,
};
use crate::name::NameFault;
use crate::shown::Shown;

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
    /// The name breaks a rule for applications.
    BadAppName(NameFault),
    /// The vault has no application of this name.
    NoApp {
        /// The name.
        name: String,
        /// One that was probably meant.
        near: Option<String>,
    },
    /// An application of this name exists; as spelled in the vault.
    AppExists(String),
    /// The application of this name has the id.
    SameAppId(String),
    /// The application has no such API key.
    NoAppKey {
        /// The application.
        app: String,
        /// The key's code.
        code: String,
    },
    /// The seal of an API key does not fit, so it cannot be sealed again.
    AppKeyUnfit {
        /// The application.
        app: String,
        /// The key's code.
        code: String,
        /// Why it does not fit.
        why: OpenError,
    },
    /// There are 1,000 applications.
    TooManyApps,
    /// The application of this name has 64 API keys.
    TooManyAppKeys(String),
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
    /// A reference is to a store that the vault does not declare.
    NoStore {
        /// The secret.
        name: String,
        /// The environment whose own reference it is.
        environment: String,
        /// The store.
        store: String,
    },
    /// The seal of a reference does not fit, so it cannot be sealed again.
    Unfit {
        /// The secret.
        name: String,
        /// The environment whose own reference it is.
        environment: String,
        /// The store.
        store: String,
        /// Why it does not fit.
        why: OpenError,
    },
    /// The reference is longer than 4 KiB, or holds a control or bidirectional character.
    BadReference,
    /// The name of a store breaks a rule.
    BadStoreName(NameFault),
    /// A store of this name exists; as spelled in the vault.
    StoreExists(String),
    /// The vault declares no store of this name; one that is near.
    UnknownStore {
        /// The name.
        name: String,
        /// A known one that was probably meant.
        near: Option<String>,
    },
    /// References name the store that is to be removed: each by secret and environment.
    StoreInUse {
        /// The store.
        store: String,
        /// The references.
        references: Vec<(String, String)>,
    },
    /// As many stores are declared as a vault takes.
    TooManyStores,
    /// A setting of a store cannot be this, or cannot be there.
    BadSetting {
        /// The dotted path.
        path: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A setting's text has so many bytes, more than 4 KiB.
    SettingTooLong(usize),
    /// A setting's text holds a control or bidirectional character: it is not one line.
    SettingControl,
    /// The vault has no setting of this name.
    NoSetting,
    /// A setting of this name exists; as spelled in the vault.
    SettingExists(String),
    /// A setting is to have the name of a secret; as spelled in the vault.
    IsSecret(String),
    /// A secret is to have the name of a setting; as spelled in the vault.
    IsSetting(String),
    /// As many settings are there as a vault takes.
    TooManySettings,
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
            Self::BadName(fault) | Self::BadStoreName(fault) => fault.fmt(f),
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
            Self::NoStore { .. }
            | Self::Unfit { .. }
            | Self::BadReference
            | Self::StoreExists(_)
            | Self::UnknownStore { .. }
            | Self::StoreInUse { .. }
            | Self::TooManyStores
            | Self::BadSetting { .. } => self.explain_store(f),
            Self::BadAppName(_)
            | Self::NoApp { .. }
            | Self::AppExists(_)
            | Self::SameAppId(_)
            | Self::NoAppKey { .. }
            | Self::AppKeyUnfit { .. }
            | Self::TooManyApps
            | Self::TooManyAppKeys(_) => self.explain_app(f),
            Self::SettingTooLong(_)
            | Self::SettingControl
            | Self::NoSetting
            | Self::SettingExists(_)
            | Self::IsSecret(_)
            | Self::IsSetting(_)
            | Self::TooManySettings => self.explain_setting(f),
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

impl EditError {
    /// What is wrong with an application or one of its keys.
    fn explain_app(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadAppName(fault) => {
                write!(f, "this cannot be the name of an application: {fault}")
            }
            Self::NoApp { name, near } => {
                write!(f, "there is no application `{}`", Shown(name))?;
                match near {
                    Some(near) => write!(f, "\ndid you mean `{}`?", Shown(near)),
                    None => f.write_str("\nsee those that exist with: strongroom app list"),
                }
            }
            Self::AppExists(name) => write!(
                f,
                "there is an application `{0}` already\nsee it with: strongroom app list {0}",
                Shown(name)
            ),
            Self::SameAppId(name) => write!(
                f,
                "the application `{0}` has this id\nsee it with: strongroom app list {0}",
                Shown(name)
            ),
            Self::NoAppKey { app, code } => write!(
                f,
                "the application `{0}` has no key `{1}`\nsee those that it has with: strongroom app key list {0}",
                Shown(app),
                Shown(code)
            ),
            Self::AppKeyUnfit { app, code, why: OpenError::AnotherDataKey } => write!(
                f,
                "the API key `{1}` of `{0}` was sealed under an earlier data key, and counts no more\ntake it away, and make another one: strongroom app key revoke {0} {1}",
                Shown(app),
                Shown(code)
            ),
            Self::AppKeyUnfit { app, code, why: OpenError::Altered } => write!(
                f,
                "the seal of the API key `{1}` of `{0}` does not fit: somebody changed its line, or made it without the data key\nlook who did it (git log -p strongroom.toml), then restore the line, or take it away: strongroom app key revoke {0} {1}",
                Shown(app),
                Shown(code)
            ),
            Self::TooManyApps => write!(f, "a vault has at most {APPS} applications"),
            Self::TooManyAppKeys(name) => write!(
                f,
                "the application `{0}` has {APP_KEYS} API keys, and may have no more\ntake one away that is not used: strongroom app key revoke {0} CODE",
                Shown(name)
            ),
            _ => Ok(()),
        }
    }

    /// What is wrong with a setting, or with a name that one has.
    fn explain_setting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SettingTooLong(length) => write!(
                f,
                "the setting has {length} bytes, and a vault takes {STRING_BYTES} at most\nkeep it in a file, and the file's name in the setting"
            ),
            Self::SettingControl => f.write_str(
                "a setting is one line without control characters\nkeep longer texts in a file, and the file's name in the setting",
            ),
            Self::NoSetting => f.write_str(
                "there is no such setting\nsee those that exist with: strongroom setting list",
            ),
            Self::SettingExists(name) => write!(
                f,
                "there is a setting `{0}` already\nsee it with: strongroom setting list {0}",
                Shown(name)
            ),
            Self::IsSecret(name) => write!(
                f,
                "`{0}` is a secret, and a setting cannot have its name\nsee it with: strongroom list {0}",
                Shown(name)
            ),
            Self::IsSetting(name) => write!(
                f,
                "`{0}` is a setting, and a secret cannot have its name\nsee it with: strongroom setting list {0}",
                Shown(name)
            ),
            Self::TooManySettings => write!(f, "a vault has at most {PLAIN_SETTINGS} settings"),
            _ => Ok(()),
        }
    }

    /// What is wrong with a store, or with a reference to one.
    fn explain_store(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStore { name, environment, store } => write!(
                f,
                "the reference `{0}` for `{1}` is to the store `{2}`, and there is no [stores.{2}]\ndeclare it with: strongroom store add {2} --kind KIND\nor link it elsewhere: strongroom link {3} {0} STORE:REFERENCE",
                Shown(name),
                Shown(environment),
                Shown(store),
                flag_of(environment)
            ),
            Self::Unfit { name, environment, why: why @ OpenError::AnotherDataKey, .. } => write!(
                f,
                "cannot check the reference `{0}` for `{1}`: {why}\nlook who wrote the line, then seal it again: strongroom reseal {0}",
                Shown(name),
                Shown(environment)
            ),
            Self::Unfit { name, environment, store, .. } => write!(
                f,
                "the seal of the reference `{0}` for `{1}` does not fit: it, or a setting of the store `{2}`, was changed\nlook who did it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link {3} {0} {2}:REFERENCE",
                Shown(name),
                Shown(environment),
                Shown(store),
                flag_of(environment)
            ),
            Self::BadReference => write!(
                f,
                "a reference is one line of at most {STRING_BYTES} bytes without control characters"
            ),
            Self::StoreExists(name) => write!(
                f,
                "there is a store `{}` already\nsee it with: strongroom store list",
                Shown(name)
            ),
            Self::UnknownStore { name, near } => {
                write!(f, "there is no store `{}`", Shown(name))?;
                match near {
                    Some(near) => write!(f, "\ndid you mean `{}`?", Shown(near)),
                    None => f.write_str("\nsee those that exist with: strongroom store list"),
                }
            }
            Self::StoreInUse { store, references } => {
                let count = references.len();
                let are = if count == 1 { "reference is" } else { "references are" };
                write!(f, "{count} {are} to the store `{}`:", Shown(store))?;
                for (name, environment) in references {
                    write!(f, "\n{} for {}", Shown(name), Shown(environment))?;
                }
                f.write_str("\nset or link them elsewhere first: strongroom set, strongroom link, strongroom unset")
            }
            Self::TooManyStores => write!(f, "a vault has at most {STORES} stores"),
            Self::BadSetting { path, rule } => {
                write!(f, "the setting `{}` is not allowed: {rule}", Shown(path))
            }
            _ => Ok(()),
        }
    }
}

impl std::error::Error for EditError {}
