//! `[settings]`: what differs between environments and is no secret, plain, for every environment by its name or by default.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use toml::de::DeValue;

use super::secrets::Secrets;
use super::shape::{Table, Value, bad_name, refuse_spellings, text_of, unknown_key};
use super::stores::integer_of;
use super::unknown_environment;
use crate::environment::{Environment, EnvironmentType, flag_of};
use crate::error::{Fault, ReadError};
use crate::limits::{PLAIN_SETTINGS, STRING_BYTES};
use crate::name::{check_secret_name, fold};
use crate::near::nearest;
use crate::shown::Shown;

/// The settings of a vault, found by any spelling of their names.
#[derive(Debug, Default)]
pub struct PlainSettings<'t> {
    settings: Vec<PlainSetting<'t>>,
    by_folded_name: HashMap<String, usize>,
}

/// A setting: a name and the values that it has, for some environments or by default.
#[derive(Debug)]
pub struct PlainSetting<'t> {
    name: Cow<'t, str>,
    about: Option<Cow<'t, str>>,
    values: Vec<PlainValue<'t>>,
}

/// A setting's value, as one line has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainValue<'t> {
    scope: Cow<'t, str>,
    text: Cow<'t, str>,
}

impl<'t> PlainSettings<'t> {
    /// The settings, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &PlainSetting<'t>> {
        self.settings.iter()
    }

    /// The setting of a name, in any spelling.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PlainSetting<'t>> {
        if self.settings.is_empty() {
            return None;
        }
        self.by_folded_name.get(&fold(name)).map(|&at| &self.settings[at])
    }

    /// A setting whose name is so near to this one that it was probably meant.
    #[must_use]
    pub fn near(&self, name: &str) -> Option<&str> {
        nearest(name, self.settings.iter().map(PlainSetting::name))
    }

    /// What a setting has for an environment, as [`PlainSetting::lookup`] has it.
    #[must_use]
    pub fn lookup(&self, name: &str, environment: &Environment) -> Option<&PlainValue<'t>> {
        self.get(name)?.lookup(environment)
    }
}

impl<'t> PlainSetting<'t> {
    /// The name, as spelled in the vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the setting is for.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The values, sorted by what they are for.
    #[must_use]
    pub fn values(&self) -> &[PlainValue<'t>] {
        &self.values
    }

    /// The value of exactly this environment, or of [`PlainValue::DEFAULT`].
    #[must_use]
    pub fn value(&self, scope: &str) -> Option<&PlainValue<'t>> {
        self.values.iter().find(|value| value.scope == scope)
    }

    /// The value that counts for an environment: that of the named environment, else that of its type, else the default.
    #[must_use]
    pub fn lookup(&self, environment: &Environment) -> Option<&PlainValue<'t>> {
        let mut scopes = environment.in_order().into_iter().chain([PlainValue::DEFAULT]);
        scopes.find_map(|scope| self.value(scope))
    }
}

impl PlainValue<'_> {
    /// What a value is for that counts in every environment without one of its own.
    pub const DEFAULT: &'static str = "default";

    /// How people are told what a value is for, as a word of its own: the environment, or `by default`.
    #[must_use]
    pub fn scope_words(scope: &str) -> &str {
        if scope == Self::DEFAULT { "by default" } else { scope }
    }

    /// The environment as in the vault, or [`PlainValue::DEFAULT`].
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The value: one line of text. A number, `true` or `false` that is written without quotes is the text of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What is said of a setting whose text is not of a type, behind its name, and the command that sets it again.
///
/// ```
/// # use strongroom_vault::misfit;
/// let words = misfit("port", ("local", "http"), "u16", "expected a whole number");
/// assert!(words.starts_with("is `http` for `local`, and not valid for `u16`: expected a whole number\n"));
/// assert!(words.ends_with("strongroom setting set --type local port VALUE"));
/// ```
#[must_use]
pub fn misfit(
    name: &str,
    (scope, text): (&str, &str),
    type_text: &str,
    why: impl fmt::Display,
) -> String {
    let (of, flag) = match PlainValue::scope_words(scope) {
        words if scope == PlainValue::DEFAULT => (words.to_owned(), "--default".to_owned()),
        words => (format!("for `{}`", Shown(words)), flag_of(scope)),
    };
    format!(
        "is `{}` {of}, and not valid for `{type_text}`: {why}\n\
         set it again with: strongroom setting set {flag} {} VALUE",
        Shown(text),
        Shown(name)
    )
}

/// Reads `[settings]`, beside the secrets.
pub(super) fn read<'t>(
    root: Table<'_, 't>,
    environments: &[Environment],
    secrets: &Secrets<'_>,
) -> Result<PlainSettings<'t>, ReadError> {
    let Some(value) = root.get("settings") else {
        return Ok(PlainSettings::default());
    };
    let (mut settings, mut places) = (Vec::new(), Vec::new());
    for (key, value) in Table::of(root.text, value)?.entries() {
        let (name, at) = (key.get_ref(), key.span().start);
        check_secret_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
        if settings.len() == PLAIN_SETTINGS {
            return Err(Fault::TooMany("settings", PLAIN_SETTINGS).at(root.text, at));
        }
        places.push((name.as_ref(), at));
        settings.push(read_setting(Table::of(root.text, value)?, name, environments)?);
    }
    let by_folded_name = refuse_spellings(root.text, &places)?;
    refuse_secrets(root.text, &places, secrets)?;
    Ok(PlainSettings { settings, by_folded_name })
}

/// Refuses a name that is both of a secret and of a setting: nobody could say which of the two is meant.
fn refuse_secrets(
    text: &str,
    settings: &[(&str, usize)],
    secrets: &Secrets<'_>,
) -> Result<(), ReadError> {
    for (setting, at) in settings {
        let Some(secret) = secrets.get(setting) else { continue };
        let secret_first = secret.at < *at;
        let (first, second) = if secret_first { (secret.at, *at) } else { (*at, secret.at) };
        let line = text[..first].matches('\n').count() + 1;
        let (secret, setting) = (secret.name().to_owned(), (*setting).to_owned());
        let fault = Fault::SecretAndSetting { secret, setting, secret_first, line };
        return Err(fault.at(text, second));
    }
    Ok(())
}

fn read_setting<'t>(
    table: Table<'_, 't>,
    name: &Cow<'t, str>,
    environments: &[Environment],
) -> Result<PlainSetting<'t>, ReadError> {
    let mut about = None;
    let mut values = Vec::with_capacity(table.tree.len());
    for (key, value) in table.entries() {
        let scope = key.get_ref();
        if scope == "about" {
            about = Some(text_of(table.text, value, STRING_BYTES)?);
            continue;
        }
        let is_known = scope == PlainValue::DEFAULT
            || EnvironmentType::from_full(scope).is_some()
            || environments.iter().any(|known| known.name() == scope.as_ref());
        if !is_known {
            let own = ["about", PlainValue::DEFAULT];
            if nearest(scope, own).is_some() {
                return Err(unknown_key(table.text, key, &format!("settings.{name}"), &own));
            }
            let fault = unknown_environment(scope, environments);
            return Err(fault.at(table.text, key.span().start));
        }
        values.push(PlainValue { scope: scope.clone(), text: plain_text(table.text, value)? });
    }
    Ok(PlainSetting { name: name.clone(), about, values })
}

/// A value as text: what a person writes without quotes counts as if it had some.
fn plain_text<'t>(text: &'t str, value: &Value<'t>) -> Result<Cow<'t, str>, ReadError> {
    let at = value.span().start;
    match value.get_ref() {
        DeValue::Integer(number) => match integer_of(number) {
            Some(number) => Ok(number.to_string().into()),
            None => Err(Fault::WrongShape(INTEGER).at(text, at)),
        },
        DeValue::Float(number) if number.as_str().len() > STRING_BYTES => {
            Err(Fault::TooLong(STRING_BYTES).at(text, at))
        }
        DeValue::Float(number) => Ok(number.as_str().to_owned().into()),
        DeValue::Boolean(truth) => Ok(if *truth { "true" } else { "false" }.into()),
        DeValue::String(_) => text_of(text, value, STRING_BYTES),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            Err(Fault::WrongShape(VALUE).at(text, at))
        }
    }
}

const VALUE: &str = "a text in quotes, a number, true or false (of a list, one text with commas)";
const INTEGER: &str = "a whole number of 64 bits, or any other one in quotes,";
