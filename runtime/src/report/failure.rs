//! A secret that could not be had: which, why, and what to type next.

use std::borrow::Cow;

use strongroom_vault::search::KEYLESS_VARIABLE;
use strongroom_vault::{Date, Environment, MINE_FILE_NAME, Shown, misfit};

use super::StoreFailure;
use crate::declared::Asked;
use crate::from_secret::InvalidSecret;
use crate::from_setting::InvalidSetting;

/// A secret or a setting that could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFailure {
    field: Cow<'static, str>,
    name: Cow<'static, str>,
    /// The name as the vault spells it, where that differs.
    spelled: Option<String>,
    cause: SecretCause,
    /// Where the value lies that is wrong.
    lies_in: Option<LiesIn>,
}

/// Where a value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LiesIn {
    /// In the vault, for the environment that was asked for or for its type.
    Vault(Environment),
    /// In a store, to which the vault refers for the environment that was asked for or for its type.
    Store { environment: Environment, store: String, reference: String },
    /// In the file of one's own values.
    Mine,
}

impl SecretFailure {
    pub(crate) fn new(
        asked: &Asked,
        spelled: Option<String>,
        cause: SecretCause,
        lies_in: Option<LiesIn>,
    ) -> Self {
        Self { field: asked.field.clone(), name: asked.name.clone(), spelled, cause, lies_in }
    }

    /// The struct's field; one of a nested struct with the way to it: `database.url`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The name of the secret or setting.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it could not be had.
    #[must_use]
    pub fn cause(&self) -> &SecretCause {
        &self.cause
    }
}

/// Why a secret or a setting could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretCause {
    /// It has no value in this environment.
    NoValue {
        /// A secret of the vault whose name is so near that it was probably meant.
        near: Option<String>,
    },
    /// It has no value in this environment, but somebody left one that waits to be accepted. Nothing loads that.
    OnlyDeposit {
        /// The name as whoever left it spelled it.
        name: String,
        /// The day on which it was left, the earliest one if there are several.
        since: Date,
    },
    /// `from_values` was not given one.
    NotGiven,
    /// Its value lies under another data key.
    OtherDataKey,
    /// Its value was altered, or moved from another place.
    Altered,
    /// A store keeps it, and it could not be had from there.
    Store {
        /// The store.
        store: String,
        /// Where it lies in the store.
        reference: String,
        /// Why it could not be had.
        failure: StoreFailure,
    },
    /// It is sealed, and the program says that it has no key.
    Keyless,
    /// It is not valid for the field's type.
    Invalid {
        /// The field's type.
        type_name: &'static str,
        /// What was expected.
        error: InvalidSecret,
    },
    /// The vault has no such setting for this environment, and no default.
    NoSetting {
        /// A setting of the vault whose name is so near that it was probably meant.
        near: Option<String>,
        /// Whether the vault has a secret of this name.
        is_secret: bool,
    },
    /// A setting is not valid for the field's type.
    InvalidSetting {
        /// The field's type.
        type_name: &'static str,
        /// The environment for which the vault has it, or `default`; none where the value is not from a vault.
        scope: Option<String>,
        /// What it is.
        text: String,
        /// What was expected.
        error: InvalidSetting,
    },
}

impl SecretFailure {
    /// What a failure says: the cause, and the next command on a line of its own.
    ///
    /// `chosen` is the environment that was asked for.
    pub(super) fn explain(&self, chosen: Option<&Environment>) -> String {
        // A command takes no second spelling.
        let name = self.spelled.as_deref().unwrap_or(&self.name);
        let flag = match (&self.lies_in, chosen) {
            (Some(LiesIn::Vault(environment) | LiesIn::Store { environment, .. }), _)
            | (_, Some(environment)) => environment.flag(),
            _ => String::new(),
        };
        let set = || match (&self.lies_in, chosen) {
            (Some(LiesIn::Mine), _) => {
                format!(
                    "strongroom set --mine {name} (or remove it: strongroom unset --mine {name})"
                )
            }
            (Some(LiesIn::Store { environment, store, .. }), _) => {
                format!("strongroom set {} --store {} {name}", environment.flag(), Shown(store))
            }
            (Some(LiesIn::Vault(environment)), _) | (None, Some(environment)) => {
                format!("strongroom set {} {name}", environment.flag())
            }
            (None, None) => format!("strongroom set {name}"),
        };
        match &self.cause {
            SecretCause::NoValue { near: None } => format!("has no value\nset one with: {}", set()),
            SecretCause::NoValue { near: Some(near) } => format!(
                "has no value; there is a secret `{}`: is that it?\nset one with: {}",
                Shown(near),
                set()
            ),
            SecretCause::OnlyDeposit { name, since } => format!(
                "has no value, only a deposit that waits (since {since})\n\
                 a holder types: strongroom accept {}\nor set one with: {}",
                Shown(name),
                set()
            ),
            SecretCause::NotGiven => "was not given to `from_values`".to_owned(),
            SecretCause::OtherDataKey if self.lies_in == Some(LiesIn::Mine) => format!(
                "is sealed under another data key in {MINE_FILE_NAME}: a rotation leaves it so\n\
                 seal it again: strongroom reseal {name}\nor set it again with: {}",
                set()
            ),
            SecretCause::OtherDataKey => format!(
                "is sealed under another data key: a merge with a rotation, an edited [environments], or an altered line\n\
                 look who set it, then seal it again: strongroom reseal {name}\n\
                 or set another value with: {}",
                set()
            ),
            SecretCause::Altered if self.lies_in == Some(LiesIn::Mine) => {
                format!("was altered in {MINE_FILE_NAME}\nset it again with: {}", set())
            }
            SecretCause::Altered => format!(
                "was altered: its value was changed, or moved here from another name, environment, version or vault\n\
                 restore its line from git (git log -p strongroom.toml), or set it again with: {}",
                set()
            ),
            SecretCause::Store { store, reference, failure } => {
                failure.explain(store, reference, &flag, name)
            }
            SecretCause::Keyless => format!(
                "is sealed in the vault, and the program is without a key (Loader::keyless or {KEYLESS_VARIABLE})\n\
                 give it a key, or keep the value in a store: strongroom set {flag} --store STORE {name}"
            ),
            SecretCause::Invalid { type_name, error } => match &self.lies_in {
                Some(LiesIn::Store { store, reference, .. }) => format!(
                    "is at `{}` in the store `{}`, and not valid for `{type_name}`: {error}\nset it there with: {}",
                    Shown(reference),
                    Shown(store),
                    set()
                ),
                _ => {
                    format!("is not valid for `{type_name}`: {error}\nset it again with: {}", set())
                }
            },
            SecretCause::NoSetting { near, is_secret } => {
                explain_no_setting(near.as_deref(), *is_secret, &flag, name)
            }
            SecretCause::InvalidSetting { type_name, scope, text, error } => {
                explain_invalid(type_name, scope.as_deref(), text, error, name)
            }
        }
    }
}

fn explain_no_setting(near: Option<&str>, is_secret: bool, flag: &str, name: &str) -> String {
    let set = format!("set one with: strongroom setting set {flag} {name} VALUE");
    match near {
        _ if is_secret => {
            "is a secret in the vault, and no setting\ndeclare it in a struct with #[strongroom::secrets]"
                .to_owned()
        }
        Some(near) => {
            format!("has no value; there is a setting `{}`: is that it?\n{set}", Shown(near))
        }
        None => format!("has no value\n{set}"),
    }
}

fn explain_invalid(
    type_name: &str,
    scope: Option<&str>,
    text: &str,
    error: &InvalidSetting,
    name: &str,
) -> String {
    match scope {
        Some(scope) => misfit(name, (scope, text), type_name, error),
        None => format!("is `{}`, and not valid for `{type_name}`: {error}", Shown(text)),
    }
}
