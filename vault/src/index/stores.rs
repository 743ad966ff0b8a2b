//! `[stores]`: the systems that keep values which the vault only refers to, each with the settings that a seal covers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use toml::de::{DeInteger, DeTable, DeValue};

use super::shape::{Key, Table, Value, bad_form, bad_name, refuse_spellings, text_of};
use super::unknown_environment;
use crate::environment::{Environment, EnvironmentType};
use crate::error::{Fault, ReadError};
use crate::limits::{SETTINGS, STORES, STRING_BYTES};
use crate::name::check_store_name;

/// The stores that a vault declares, and which of them is meant where nobody names one.
#[derive(Debug, Default)]
pub struct Stores<'t> {
    stores: Vec<StoreEntry<'t>>,
    /// By environment, as spelled in the vault.
    defaults: Vec<DefaultStore<'t>>,
}

/// An environment, and the store that is meant for it.
type DefaultStore<'t> = (Cow<'t, str>, Cow<'t, str>);

/// A store: its name, what kind of system it is, and how that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreEntry<'t> {
    name: Cow<'t, str>,
    kind: Cow<'t, str>,
    settings: Vec<(String, Setting<'t>)>,
}

/// One setting, or one element of a setting that is a list or a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting<'t> {
    /// A text.
    Text(Cow<'t, str>),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// A list of so many elements, each of which has a path of its own: this one, a dot, and its number from 0.
    List(usize),
}

impl<'t> Stores<'t> {
    /// The stores, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &StoreEntry<'t>> {
        self.stores.iter()
    }

    /// The store of exactly this name: stores have one spelling, as the systems behind them do.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&StoreEntry<'t>> {
        let found = self.stores.binary_search_by(|store| store.name.as_ref().cmp(name));
        found.ok().map(|at| &self.stores[at])
    }

    /// The store that `[stores.default]` names for an environment, or else for its type. It fills in what a command leaves
    /// out: no value is looked for there.
    #[must_use]
    pub fn default_for(&self, environment: &Environment) -> Option<&StoreEntry<'t>> {
        let named = |word: &str| self.default_of(word);
        self.get(named(environment.name()).or_else(|| named(environment.kind().as_str()))?)
    }

    /// The lines of `[stores.default]`: a full type or a named environment, and the name of a store.
    pub fn defaults(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.defaults.iter().map(|(environment, store)| (environment.as_ref(), store.as_ref()))
    }

    /// What the line of exactly this environment or type says.
    pub(crate) fn default_of(&self, environment: &str) -> Option<&str> {
        let mut defaults = self.defaults();
        defaults.find(|(known, _)| *known == environment).map(|(_, store)| store)
    }
}

impl<'t> StoreEntry<'t> {
    /// A store of settings that were checked.
    #[cfg(feature = "edit")]
    pub(crate) fn new(
        name: Cow<'t, str>,
        kind: Cow<'t, str>,
        mut settings: Vec<(String, Setting<'t>)>,
    ) -> Self {
        settings.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Self { name, kind, settings }
    }

    /// The name, as spelled in the vault.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of system it is. A vault takes any word: which kinds there are is for the programs that fetch.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Every setting, `kind` too, by its dotted path; sorted by path, bytewise. This is what a reference's seal covers.
    #[must_use]
    pub fn settings(&self) -> &[(String, Setting<'t>)] {
        &self.settings
    }

    /// The setting of a dotted path.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<&Setting<'t>> {
        let found = self.settings.binary_search_by(|(known, _)| known.as_str().cmp(path));
        found.ok().map(|at| &self.settings[at].1)
    }

    /// A text; none where the setting is absent or something else.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.setting(path)? {
            Setting::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number; none where the setting is absent or something else.
    #[must_use]
    pub fn integer(&self, path: &str) -> Option<i64> {
        match self.setting(path)? {
            Setting::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// True or false; none where the setting is absent or something else.
    #[must_use]
    pub fn boolean(&self, path: &str) -> Option<bool> {
        match self.setting(path)? {
            Setting::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A list of texts; none where the setting is absent or something else.
    #[must_use]
    pub fn list(&self, path: &str) -> Option<Vec<&str>> {
        match self.setting(path)? {
            Setting::List(length) => {
                (0..*length).map(|at| self.text(&format!("{path}.{at}"))).collect()
            }
            _ => None,
        }
    }

    /// The names of the settings but `kind`, each once: those of a table within count as one, the table's.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<&str> {
        let first = |(path, _): &'_ (String, _)| path.find('.').unwrap_or(path.len());
        let keys = self.settings.iter().map(|setting| &setting.0[..first(setting)]);
        keys.filter(|key| *key != "kind").collect()
    }
}

/// Reads `[stores]`.
pub(super) fn read<'t>(
    root: Table<'_, 't>,
    environments: &[Environment],
) -> Result<Stores<'t>, ReadError> {
    let Some(value) = root.get("stores") else {
        return Ok(Stores::default());
    };
    let (mut stores, mut places, mut defaults) = (Vec::new(), Vec::new(), None);
    for (key, value) in Table::of(root.text, value)?.entries() {
        let (name, at) = (key.get_ref(), key.span().start);
        let table = Table::of(root.text, value)?;
        if name == "default" {
            defaults = Some(table);
            continue;
        }
        check_store_name(name).map_err(|fault| bad_name(root.text, name, fault, at))?;
        if stores.len() == STORES {
            return Err(Fault::TooMany("stores", STORES).at(root.text, at));
        }
        places.push((name.as_ref(), at));
        stores.push(read_store(table, name.clone())?);
    }
    refuse_spellings(root.text, &places)?;
    let mut stores = Stores { stores, defaults: Vec::new() };
    if let Some(table) = defaults {
        stores.defaults = read_defaults(table, &stores, environments)?;
    }
    Ok(stores)
}

/// `[stores.default]`.
fn read_defaults<'t>(
    table: Table<'_, 't>,
    stores: &Stores<'t>,
    environments: &[Environment],
) -> Result<Vec<DefaultStore<'t>>, ReadError> {
    let read = |(key, value): (&Key<'t>, &Value<'t>)| {
        let environment = key.get_ref();
        let is_known = EnvironmentType::from_full(environment).is_some()
            || environments.iter().any(|known| known.name() == environment.as_ref());
        if !is_known {
            let fault = unknown_environment(environment, environments);
            return Err(fault.at(table.text, key.span().start));
        }
        let store = text_of(table.text, value, STRING_BYTES)?;
        if stores.get(&store).is_none() {
            let fault = Fault::UnknownStore(store.into_owned());
            return Err(fault.at(table.text, value.span().start));
        }
        Ok((environment.clone(), store))
    };
    table.entries().map(read).collect()
}

fn read_store<'t>(table: Table<'_, 't>, name: Cow<'t, str>) -> Result<StoreEntry<'t>, ReadError> {
    let kind = table.need_text("kind")?;
    let mut reader = Reader { text: table.text, path: String::new(), settings: Vec::new() };
    reader.read_table(table.tree)?;
    let mut settings = reader.settings;
    settings.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(StoreEntry { name, kind, settings })
}

/// Takes a store's table apart into settings with their paths.
struct Reader<'t> {
    text: &'t str,
    path: String,
    settings: Vec<(String, Setting<'t>)>,
}

impl<'t> Reader<'t> {
    /// Reads what a table holds. One without anything in it is no setting.
    fn read_table(&mut self, table: &DeTable<'t>) -> Result<(), ReadError> {
        for (key, value) in table {
            if !is_setting_key(key.get_ref()) {
                return Err(bad_form(self.text, key.get_ref(), SETTING_KEY, key.span().start));
            }
            self.read_at(key.get_ref(), value)?;
        }
        Ok(())
    }

    fn read_at(&mut self, key: &str, value: &Value<'t>) -> Result<(), ReadError> {
        let above = self.path.len();
        if above > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        self.read(value)?;
        self.path.truncate(above);
        Ok(())
    }

    fn read(&mut self, value: &Value<'t>) -> Result<(), ReadError> {
        let at = value.span().start;
        let setting = match value.get_ref() {
            DeValue::Table(table) => return self.read_table(table),
            DeValue::String(_) => Setting::Text(text_of(self.text, value, STRING_BYTES)?),
            DeValue::Integer(number) => Setting::Integer(
                integer_of(number).ok_or_else(|| Fault::WrongShape(INTEGER).at(self.text, at))?,
            ),
            DeValue::Boolean(truth) => Setting::Boolean(*truth),
            DeValue::Array(values) => Setting::List(values.len()),
            DeValue::Float(_) | DeValue::Datetime(_) => {
                return Err(Fault::WrongShape(SETTING).at(self.text, at));
            }
        };
        if self.settings.len() == SETTINGS {
            return Err(Fault::TooMany("settings in one store", SETTINGS).at(self.text, at));
        }
        self.settings.push((self.path.clone(), setting));
        if let DeValue::Array(values) = value.get_ref() {
            for (at, value) in values.iter().enumerate() {
                self.read_at(&at.to_string(), value)?;
            }
        }
        Ok(())
    }
}

/// A whole number of TOML.
pub(crate) fn integer_of(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// Whether a key can be a setting's: it has no dot, so that a path can be read in one way only.
pub(crate) fn is_setting_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

const SETTING_KEY: &str = "a setting's name of letters, digits, `_` and `-`";
const SETTING: &str = "a text, a whole number, true, false, or a list or table of those";
const INTEGER: &str = "a whole number of 64 bits";
