//! A vault's text as entries: what stands in one line and is merged as one thing.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::edit::splice::{Changes, key_text, same, string_text};
use crate::error::ReadError;
use crate::index::{Document, Index};

/// Where an entry stands: its table and its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) table: Vec<String>,
    pub(super) key: String,
}

impl Entry {
    pub(super) fn new(table: &[&str], key: &str) -> Self {
        Self { table: table.iter().map(|part| (*part).to_owned()).collect(), key: key.to_owned() }
    }

    /// The parts of its table's path.
    pub(super) fn path(&self) -> Vec<&str> {
        self.table.iter().map(String::as_str).collect()
    }
}

/// What stands there.
pub(super) type Stands<'d, 't> = &'d Spanned<DeValue<'t>>;

/// One of the texts that are merged, read.
pub(super) struct Read<'d, 't> {
    pub(super) document: &'d Document<'t>,
    pub(super) index: &'d Index<'t>,
    pub(super) entries: BTreeMap<Entry, Stands<'d, 't>>,
}

impl<'d, 't> Read<'d, 't> {
    pub(super) fn of(document: &'d Document<'t>, index: &'d Index<'t>) -> Self {
        let mut entries = BTreeMap::new();
        for (key, value) in &document.root {
            let name = key.get_ref().as_ref();
            let DeValue::Table(table) = value.get_ref() else { continue };
            // The id of both is the same, and so is the format.
            if name == "strongroom" {
                continue;
            }
            for (key, value) in table {
                match value.get_ref() {
                    DeValue::Table(inner) if !ONE_LEVEL.contains(&name) => {
                        let path = [name, key.get_ref().as_ref()];
                        for (key, value) in inner {
                            entries.insert(Entry::new(&path, key.get_ref()), value);
                        }
                    }
                    _ => drop(entries.insert(Entry::new(&[name], key.get_ref()), value)),
                }
            }
        }
        Self { document, index, entries }
    }

    pub(super) fn get(&self, entry: &Entry) -> Option<Stands<'d, 't>> {
        self.entries.get(entry).copied()
    }

    /// The entry as TOML text on one line.
    pub(super) fn text(&self, entry: &Entry) -> Option<String> {
        self.get(entry).map(|value| self.text_of(value))
    }

    /// A value as TOML text on one line, as it is written here where that is possible.
    pub(super) fn text_of(&self, value: &Spanned<DeValue<'_>>) -> String {
        let written = self.document.text.get(value.span()).unwrap_or_default();
        let is_table = matches!(value.get_ref(), DeValue::Table(_));
        // A table may have a header of its own or be made of dotted keys.
        if written.contains('\n') || (is_table && !written.starts_with('{')) {
            return line_of(value.get_ref());
        }
        written.to_owned()
    }

    /// Every entry of some tables: those whose path begins so.
    pub(super) fn below(
        &self,
        path: &[&str],
    ) -> impl Iterator<Item = (&Entry, Stands<'d, 't>)> + use<'_, 'd, 't> {
        let from = Entry::new(path, "");
        self.entries
            .range(from.clone()..)
            .take_while(move |(entry, _)| entry.table.starts_with(&from.table))
            .map(|(entry, value)| (entry, *value))
    }
}

/// Whether an entry is the same on two sides; both may have none.
pub(super) fn is_same(a: Option<Stands<'_, '_>>, b: Option<Stands<'_, '_>>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a.get_ref(), b.get_ref()),
        _ => false,
    }
}

/// Every entry of these texts, once.
pub(super) fn all<'a>(texts: &[&'a Read<'_, '_>]) -> BTreeSet<&'a Entry> {
    texts.iter().flat_map(|read| read.entries.keys()).collect()
}

/// What entries of a text become; none is removal.
#[derive(Default)]
pub(super) struct Becomes(pub(super) BTreeMap<Entry, Option<String>>);

impl Becomes {
    pub(super) fn set(&mut self, entry: &Entry, text: Option<String>) {
        self.0.insert(entry.clone(), text);
    }

    /// What an entry of a text is after this.
    pub(super) fn has(&self, read: &Read<'_, '_>, entry: &Entry) -> bool {
        self.0.get(entry).map_or_else(|| read.entries.contains_key(entry), Option::is_some)
    }

    /// As changes to a text; a table without an entry left goes.
    pub(super) fn changes(&self, read: &Read<'_, '_>) -> Changes {
        let mut changes = Changes::default();
        let mut losing: BTreeSet<&[String]> = BTreeSet::new();
        for (entry, text) in &self.0 {
            match text {
                Some(text) => changes.put(&entry.path(), &entry.key, text.clone()),
                None if read.entries.contains_key(entry) => {
                    changes.remove(&entry.path(), &entry.key);
                    losing.insert(&entry.table);
                }
                None => {}
            }
        }
        for table in losing {
            let path: Vec<&str> = table.iter().map(String::as_str).collect();
            let own = read.below(&path).filter(|(entry, _)| entry.table == table);
            if own.into_iter().all(|(entry, _)| !self.has(read, entry)) {
                changes.remove_table(&path);
            }
        }
        changes
    }
}

/// Parses and reads a text of a vault.
pub(super) fn with_read<T>(
    text: &str,
    then: impl FnOnce(&Read<'_, '_>) -> T,
) -> Result<T, ReadError> {
    let document = Document::parse(text)?;
    let index = Index::of(&document)?;
    Ok(then(&Read::of(&document, &index)))
}

/// A value on one line.
pub(super) fn line_of(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => string_text(text),
        DeValue::Integer(number) => match number.radix() {
            16 => format!("0x{}", number.as_str()),
            8 => format!("0o{}", number.as_str()),
            2 => format!("0b{}", number.as_str()),
            _ => number.as_str().to_owned(),
        },
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| line_of(value.get_ref())).collect();
            format!("[{}]", values.join(", "))
        }
        DeValue::Table(table) => table_line(table, &[]),
    }
}

/// A table in braces, with some keys as given instead; those come at their places.
pub(super) fn table_line(table: &DeTable<'_>, instead: &[(&str, Option<String>)]) -> String {
    let mut keys: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
    keys.extend(instead.iter().map(|(key, _)| *key).filter(|key| !table.contains_key(*key)));
    let place = |key: &&str| VALUE_KEYS.iter().position(|known| known == key);
    keys.sort_by_key(|key| place(key).unwrap_or(VALUE_KEYS.len()));
    let written = keys.into_iter().filter_map(|key| {
        let text = match instead.iter().find(|(other, _)| *other == key) {
            Some((_, text)) => text.clone()?,
            None => line_of(table.get(key)?.get_ref()),
        };
        Some(format!("{} = {text}", key_text(key)))
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", written.join(", ")) }
}

/// Tables whose keys are entries, even where what stands there is a table itself.
const ONE_LEVEL: [&str; 3] = ["build", "environments", "removed"];

/// The order of the keys of a value.
const VALUE_KEYS: [&str; 8] =
    ["version", "set", "expires", "sealed", "store", "ref", "seal", "due"];
