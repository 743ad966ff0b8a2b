//! `[secrets]`: which secret has a value in which environment.

use std::borrow::Cow;
use std::collections::HashMap;

use toml::de::DeValue;

use super::keys::FINGERPRINT_TEXT;
use super::shape::{
    self, Table, bad_name, date_of, number_of, refuse_spellings, sealed_text, text_of, unknown_key,
};
use super::unknown_environment;
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::error::{Fault, ReadError};
use crate::limits::{PADDING, REFERENCE_SEAL, REMOVED, STRING_BYTES, TAG, VALUE_BYTES, VALUE_HEAD};
use crate::name::{check_plain_name, check_secret_name, fold};

/// A secret: a name with at most one value for each environment.
#[derive(Debug)]
pub struct Secret<'t> {
    pub(super) origin: Origin,
    pub(super) name: Cow<'t, str>,
    pub(super) about: Option<Cow<'t, str>>,
    pub(super) values: Vec<Value<'t>>,
    pub(super) at: usize,
}

/// The file that a secret stands in. What is sealed for one does not open in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The vault.
    Vault,
    /// The mine file beside it, with a developer's own values.
    Mine,
}

impl<'t> Secret<'t> {
    /// The file that it stands in.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The name, as spelled in the vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in somebody's words.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The values, sorted by the names of their environments.
    #[must_use]
    pub fn values(&self) -> &[Value<'t>] {
        &self.values
    }

    /// The value of exactly this environment: no named environment falls back to its type here.
    #[must_use]
    pub fn value(&self, environment: &str) -> Option<&Value<'t>> {
        self.values.iter().find(|value| value.environment == environment)
    }
}

/// A secret's value for one environment: what is readable of it.
#[derive(Debug)]
pub struct Value<'t> {
    pub(super) environment: Cow<'t, str>,
    pub(super) kind: EnvironmentType,
    pub(super) version: u32,
    pub(super) set: Date,
    pub(super) expires: Option<Date>,
    pub(super) due: Vec<Cow<'t, str>>,
    pub(super) content: Content<'t>,
}

impl<'t> Value<'t> {
    /// The environment's name as in the vault: a type's full name, or that of a named environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The environment's type: its data key seals this value.
    #[must_use]
    pub fn kind(&self) -> EnvironmentType {
        self.kind
    }

    /// Counts how often this value was set, from 1; authenticated by the seal.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The day on which it was set; not authenticated.
    #[must_use]
    pub fn set(&self) -> Date {
        self.set
    }

    /// The day from which on it counts as expired; not authenticated. An expired value is a value all the same: what to do
    /// about it is for the build and for `strongroom check`.
    #[must_use]
    pub fn expires(&self) -> Option<Date> {
        self.expires
    }

    /// Whether it counts as expired on a day.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| expires <= today)
    }

    /// Removed holders who could read it, and who know it until it is changed where it came from; not authenticated.
    #[must_use]
    pub fn due(&self) -> &[Cow<'t, str>] {
        &self.due
    }

    /// The sealed value or the reference.
    #[must_use]
    pub fn content(&self) -> &Content<'t> {
        &self.content
    }
}

/// Where a value is: here, sealed, or in a store.
#[derive(Debug)]
pub enum Content<'t> {
    /// The sealed value as base64url text.
    Sealed(Cow<'t, str>),
    /// A store that keeps the value.
    Reference {
        /// The store's name.
        store: Cow<'t, str>,
        /// Where it is in the store.
        reference: Cow<'t, str>,
        /// The seal over store, reference and settings, as base64url text.
        seal: Cow<'t, str>,
    },
}

impl Content<'_> {
    /// Version and fingerprint as text: under which data key this lies.
    #[must_use]
    pub fn fingerprint_text(&self) -> &str {
        let (Self::Sealed(sealed) | Self::Reference { seal: sealed, .. }) = self;
        sealed.get(..FINGERPRINT_TEXT).unwrap_or_default()
    }
}

/// What a secret has for an environment.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'i, 't> {
    /// A value under the type's current data key.
    Found(&'i Value<'t>),
    /// A value under another data key: it counts as missing.
    OtherDataKey(&'i Value<'t>),
    /// No value.
    Missing,
}

/// The secrets of a file, found by any spelling of their names.
#[derive(Debug)]
pub(super) struct Secrets<'t> {
    secrets: Vec<Secret<'t>>,
    by_folded_name: HashMap<String, usize>,
}

impl<'t> Secrets<'t> {
    /// Reads `[secrets]`; two spellings of one name are an error.
    pub(super) fn read(
        root: Table<'_, 't>,
        environments: &[Environment],
        origin: Origin,
    ) -> Result<Self, ReadError> {
        let mut secrets = Vec::new();
        if let Some(value) = root.get("secrets") {
            let table = Table::of(root.text, value)?;
            secrets.reserve(table.tree.len());
            for (key, value) in table.entries() {
                let name = key.get_ref();
                let at = key.span().start;
                check_secret_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
                let table = Table::of(root.text, value)?;
                secrets.push(Secret { origin, ..read_secret(table, name, at, environments)? });
            }
        }
        let places: Vec<_> = secrets.iter().map(|secret| (secret.name(), secret.at)).collect();
        let by_folded_name = refuse_spellings(root.text, &places)?;
        Ok(Self { secrets, by_folded_name })
    }

    /// Secrets whose names were checked when they were read elsewhere.
    #[cfg(feature = "crypto")]
    pub(super) fn of(secrets: Vec<Secret<'t>>) -> Self {
        let names = secrets.iter().map(|secret| fold(secret.name()));
        let by_folded_name = names.zip(0..).collect();
        Self { secrets, by_folded_name }
    }

    /// All of them, sorted by name.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Secret<'t>> {
        self.secrets.iter()
    }

    /// The secret of a name, in any spelling.
    pub(super) fn get(&self, name: &str) -> Option<&Secret<'t>> {
        self.by_folded_name.get(&fold(name)).map(|&at| &self.secrets[at])
    }
}

fn read_secret<'t>(
    table: Table<'_, 't>,
    name: &Cow<'t, str>,
    at: usize,
    environments: &[Environment],
) -> Result<Secret<'t>, ReadError> {
    let mut about = None;
    let mut values = Vec::with_capacity(table.tree.len());
    for (key, value) in table.entries() {
        let environment = key.get_ref();
        if environment == "about" {
            about = Some(text_of(table.text, value, STRING_BYTES)?);
            continue;
        }
        let kind = EnvironmentType::from_full(environment)
            .or_else(|| {
                environments
                    .iter()
                    .find(|known| known.name() == environment.as_ref())
                    .map(Environment::kind)
            })
            .ok_or_else(|| match value.get_ref() {
                DeValue::Table(_) => {
                    unknown_environment(environment, environments).at(table.text, key.span().start)
                }
                _ => unknown_key(table.text, key, &format!("secrets.{name}"), &["about"]),
            })?;
        values.push(read_value(table.text, value, environment.clone(), kind, key.span().start)?);
    }
    Ok(Secret { origin: Origin::Vault, name: name.clone(), about, values, at })
}

fn read_value<'t>(
    text: &'t str,
    value: &shape::Value<'t>,
    environment: Cow<'t, str>,
    kind: EnvironmentType,
    at: usize,
) -> Result<Value<'t>, ReadError> {
    let table = Table::of(text, value)?;
    let (mut expires, mut due) = (None, Vec::new());
    let (mut version, mut set, mut sealed, mut store, mut reference, mut seal) =
        (None, None, None, None, None, None);
    for (key, value) in table.entries() {
        match key.get_ref().as_ref() {
            "version" => version = Some(number_of(text, value)?),
            "set" => set = Some(date_of(text, value)?),
            "sealed" => sealed = Some(sealed_text(text, value, "a sealed value", fits_value)?),
            "store" => {
                let name = text_of(text, value, STRING_BYTES)?;
                check_plain_name(&name)
                    .map_err(|fault| bad_name(text, &name, fault, value.span().start))?;
                store = Some(name);
            }
            "ref" => reference = Some(text_of(text, value, STRING_BYTES)?),
            "seal" => {
                seal = Some(sealed_text(text, value, "a seal", |bytes| bytes == REFERENCE_SEAL)?);
            }
            "due" => due = read_due(text, value)?,
            "expires" => expires = Some(date_of(text, value)?),
            _ => {
                return Err(unknown_key(
                    text,
                    key,
                    &format!("the value for {environment}"),
                    &KNOWN,
                ));
            }
        }
    }
    let missing = |key| Fault::MissingKey(key).at(text, at);
    let content = match (sealed, store) {
        (Some(_), Some(_)) => {
            return Err(Fault::WrongShape("either `sealed` or `store`, not both,").at(text, at));
        }
        (Some(sealed), None) => match (reference, seal) {
            (None, None) => Content::Sealed(sealed),
            _ => {
                return Err(Fault::WrongShape(
                    "`ref` and `seal` only beside `store`; nothing else",
                )
                .at(text, at));
            }
        },
        (None, Some(store)) => Content::Reference {
            store,
            reference: reference.ok_or_else(|| missing("ref"))?,
            seal: seal.ok_or_else(|| missing("seal"))?,
        },
        (None, None) => return Err(missing("sealed")),
    };
    Ok(Value {
        environment,
        kind,
        version: version.ok_or_else(|| missing("version"))?,
        set: set.ok_or_else(|| missing("set"))?,
        expires,
        due,
        content,
    })
}

/// The names in `due`.
fn read_due<'t>(text: &'t str, value: &shape::Value<'t>) -> Result<Vec<Cow<'t, str>>, ReadError> {
    let at = value.span().start;
    let DeValue::Array(names) = value.get_ref() else {
        return Err(Fault::WrongShape("a list of removed holders").at(text, at));
    };
    if names.len() > REMOVED {
        return Err(Fault::TooMany("removed holders", REMOVED).at(text, at));
    }
    let read = |name: &shape::Value<'t>| {
        let name_text = text_of(text, name, STRING_BYTES)?;
        check_plain_name(&name_text)
            .map_err(|fault| bad_name(text, &name_text, fault, name.span().start))?;
        Ok(name_text)
    };
    names.iter().map(read).collect()
}

/// Whether so many bytes can be a sealed value; whether its padding is right shows on opening.
fn fits_value(bytes: usize) -> bool {
    (VALUE_HEAD + TAG..=VALUE_HEAD + VALUE_BYTES + PADDING + TAG).contains(&bytes)
}

const KNOWN: [&str; 8] = ["version", "set", "expires", "due", "sealed", "store", "ref", "seal"];
