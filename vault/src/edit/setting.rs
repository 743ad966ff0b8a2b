//! Settings of a store while they are changed: a tree, as it is written in the vault.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::edit_error::EditError;
use super::splice::{key_text, string_text};
use crate::index::{Setting, StoreEntry, integer_of, is_setting_key};
use crate::limits::{SETTINGS, STRING_BYTES};
use crate::shown::has_dangerous;

/// What a setting of a store is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// A list.
    List(Vec<SettingValue>),
    /// A table, by key.
    Table(BTreeMap<String, SettingValue>),
}

impl SettingValue {
    /// Reads a value as TOML has it on one line: `"text"`, `5`, `true`, `["a", "b"]`, `{ a = 1 }`.
    ///
    /// None where it is none, or of a kind that no setting has.
    ///
    /// ```
    /// # use strongroom_vault::SettingValue;
    /// assert_eq!(SettingValue::parse("5"), Some(SettingValue::Integer(5)));
    /// assert_eq!(SettingValue::parse("1.5"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(DeValue::parse(text).ok()?.get_ref())
    }

    /// A value as a vault has it.
    pub(super) fn of(value: &DeValue<'_>) -> Option<Self> {
        Some(match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(number) => Self::Integer(integer_of(number)?),
            DeValue::Boolean(truth) => Self::Boolean(*truth),
            DeValue::Array(values) => {
                let values = values.iter().map(|value| Self::of(value.get_ref()));
                Self::List(values.collect::<Option<_>>()?)
            }
            DeValue::Table(table) => Self::Table(tree_of(table)?),
            DeValue::Float(_) | DeValue::Datetime(_) => return None,
        })
    }

    /// As TOML text on one line.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => string_text(text),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(truth) => truth.to_string(),
            Self::List(values) => {
                let values: Vec<String> = values.iter().map(Self::text).collect();
                format!("[{}]", values.join(", "))
            }
            Self::Table(tree) if tree.is_empty() => "{}".to_owned(),
            Self::Table(tree) => {
                let line = |(key, value): (&String, &Self)| {
                    format!("{} = {}", key_text(key), value.text())
                };
                let lines: Vec<String> = tree.iter().map(line).collect();
                format!("{{ {} }}", lines.join(", "))
            }
        }
    }

    /// Takes it apart into settings, each with its path.
    fn flatten(
        &self,
        path: &str,
        settings: &mut Vec<(String, Setting<'static>)>,
    ) -> Result<(), EditError> {
        let bad = |rule| EditError::BadSetting { path: path.to_owned(), rule };
        let setting = match self {
            Self::Table(tree) => return flatten(tree, path, settings),
            Self::Text(text) if text.len() > STRING_BYTES => return Err(bad(LENGTH)),
            Self::Text(text) if has_dangerous(text) => return Err(bad(CONTROL)),
            Self::Text(text) => Setting::Text(text.clone().into()),
            Self::Integer(number) => Setting::Integer(*number),
            Self::Boolean(truth) => Setting::Boolean(*truth),
            Self::List(values) => Setting::List(values.len()),
        };
        if settings.len() == SETTINGS {
            return Err(bad(NUMBER));
        }
        settings.push((path.to_owned(), setting));
        if let Self::List(values) = self {
            for (at, value) in values.iter().enumerate() {
                value.flatten(&format!("{path}.{at}"), settings)?;
            }
        }
        Ok(())
    }
}

fn flatten(
    tree: &BTreeMap<String, SettingValue>,
    above: &str,
    settings: &mut Vec<(String, Setting<'static>)>,
) -> Result<(), EditError> {
    for (key, value) in tree {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        if !is_setting_key(key) {
            return Err(EditError::BadSetting { path, rule: KEY });
        }
        value.flatten(&path, settings)?;
    }
    Ok(())
}

/// A store's settings as a tree; none where one is of a kind that no setting has.
pub(super) fn tree_of(table: &DeTable<'_>) -> Option<BTreeMap<String, SettingValue>> {
    let mut tree = BTreeMap::new();
    for (key, value) in table {
        tree.insert(key.get_ref().to_string(), SettingValue::of(value.get_ref())?);
    }
    Some(tree)
}

/// The store that a tree of settings makes.
pub(super) fn store_of(
    name: &str,
    tree: &BTreeMap<String, SettingValue>,
) -> Result<StoreEntry<'static>, EditError> {
    let Some(SettingValue::Text(kind)) = tree.get("kind") else {
        return Err(EditError::BadSetting { path: "kind".to_owned(), rule: KIND });
    };
    let mut settings = Vec::new();
    flatten(tree, "", &mut settings)?;
    Ok(StoreEntry::new(name.to_owned().into(), kind.clone().into(), settings))
}

/// Sets what a dotted path means in a tree, or takes it out; tables in between come and go with what they hold.
pub(super) fn change(
    tree: &mut BTreeMap<String, SettingValue>,
    path: &str,
    value: Option<&SettingValue>,
) -> Result<(), EditError> {
    let bad = |rule| EditError::BadSetting { path: path.to_owned(), rule };
    change_below(tree, path, value).map_err(bad)
}

fn change_below(
    tree: &mut BTreeMap<String, SettingValue>,
    path: &str,
    value: Option<&SettingValue>,
) -> Result<(), &'static str> {
    let Some((key, rest)) = path.split_once('.') else {
        let is_table = |value: Option<&SettingValue>| matches!(value, Some(SettingValue::Table(_)));
        if value.is_some() && is_table(tree.get(path)) && !is_table(value) {
            return Err(IS_TABLE);
        }
        match value {
            Some(value) => drop(tree.insert(path.to_owned(), value.clone())),
            None => drop(tree.remove(path).ok_or(ABSENT)?),
        }
        return Ok(());
    };
    if value.is_none() && !tree.contains_key(key) {
        return Err(ABSENT);
    }
    let below =
        tree.entry(key.to_owned()).or_insert_with(|| SettingValue::Table(BTreeMap::default()));
    let below = match below {
        SettingValue::Table(below) => below,
        SettingValue::List(_) => return Err(IN_LIST),
        _ => return Err(NO_TABLE),
    };
    change_below(below, rest, value)?;
    if below.is_empty() {
        tree.remove(key);
    }
    Ok(())
}

const KEY: &str = "the parts of its name hold letters, digits, `_` and `-` only";
const KIND: &str = "every store has a `kind`, which is a text";
const LENGTH: &str = "a text has at most 4096 bytes";
const CONTROL: &str = "a text is one line without control characters";
const NUMBER: &str = "a store has at most 256 settings, each element of a list for one";
const IS_TABLE: &str = "it is a table: take that out first, or set what is in it";
const IN_LIST: &str = "a list is set as a whole";
const NO_TABLE: &str = "what stands above it is no table";
const ABSENT: &str = "it is not there";
