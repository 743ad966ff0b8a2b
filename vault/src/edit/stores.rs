//! Stores in a vault: declared, changed with every reference to them, removed; and references linked to them.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::content::{Unopened, refused};
use super::draft::{Draft, SetOutcome, next_version};
use super::edit_error::EditError;
use super::setting::{SettingValue, change, store_of, tree_of};
use super::splice::{Changes, is_in_line, string_text};
use super::terms::Terms;
use crate::crypto::{DataKey, KeyRing, Place};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::index::{Content, Secret, StoreEntry, Value};
use crate::limits::{STORES, STRING_BYTES};
use crate::name::{check_store_name, fold};
use crate::near::nearest;
use crate::shown::has_dangerous;

/// A reference whose store was changed, and that has no seal for that: the data key of its type was not at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsealed {
    /// The secret.
    pub name: String,
    /// The environment whose own reference it is.
    pub environment: String,
    /// The type of the environment, whose data key seals it.
    pub kind: EnvironmentType,
}

impl Draft<'_, '_> {
    /// Records that a store keeps a value: a reference in place of whatever is there. The same reference again changes
    /// nothing; a changed one has the next version.
    ///
    /// The store may be one that this draft adds. A change of the store is to come before this.
    ///
    /// # Errors
    ///
    /// The name is not allowed or is a second spelling, there is no such store, the reference is too long or holds a control
    /// character, or the data key is of another type.
    pub fn link(
        &mut self,
        key: &DataKey,
        name: &str,
        environment: &Environment,
        place: (&str, &str),
        today: Date,
        terms: impl Into<Terms>,
    ) -> Result<SetOutcome, EditError> {
        self.refer(key, name, environment, place, today, &terms.into(), false)
    }

    /// As [`Draft::link`], where another value was written into the store: the same reference has the next version too, and
    /// whoever knew the value before knows it no more.
    ///
    /// # Errors
    ///
    /// Those of [`Draft::link`].
    pub fn link_new_value(
        &mut self,
        key: &DataKey,
        name: &str,
        environment: &Environment,
        place: (&str, &str),
        today: Date,
        terms: impl Into<Terms>,
    ) -> Result<SetOutcome, EditError> {
        self.refer(key, name, environment, place, today, &terms.into(), true)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what the two above take, and which of them it is"
    )]
    fn refer(
        &mut self,
        key: &DataKey,
        name: &str,
        environment: &Environment,
        (store, reference): (&str, &str),
        today: Date,
        terms: &Terms,
        is_new_value: bool,
    ) -> Result<SetOutcome, EditError> {
        if reference.len() > STRING_BYTES || has_dangerous(reference) {
            return Err(EditError::BadReference);
        }
        let (place, old) = self.place_to_set(key, name, environment)?;
        let index = self.index;
        let added = self.stores.iter().find(|added| added.name() == store);
        let declared = added.or_else(|| index.stores().get(store));
        let declared = declared.ok_or_else(|| self.unknown_store(store))?;
        if let Some(old) = old
            && !is_new_value
            && let Content::Reference { store: old_store, reference: old_reference, seal } =
                old.content()
            && (old_store.as_ref(), old_reference.as_ref()) == (store, reference)
        {
            let place = Place { version: old.version(), ..place };
            if key.open_reference(place, declared, reference, seal).is_ok() {
                terms.put(&mut self.changes, place, old);
                return Ok(SetOutcome::Unchanged);
            }
        }
        let version = next_version(old)?;
        let seal = key.seal_reference(Place { version, ..place }, declared, reference)?;
        let content = Content::Reference {
            store: store.into(),
            reference: reference.into(),
            seal: seal.into(),
        };
        let line = terms.line(version, today, &content);
        self.changes.put(&["secrets", place.name], place.environment, line);
        Ok(if old.is_none() { SetOutcome::Created } else { SetOutcome::Updated(version) })
    }

    /// Declares a store.
    ///
    /// # Errors
    ///
    /// The name is not allowed, or is a spelling of one that exists; a setting is not allowed; there are a thousand stores.
    pub fn add_store(
        &mut self,
        name: &str,
        kind: &str,
        settings: &[(String, SettingValue)],
    ) -> Result<(), EditError> {
        check_store_name(name).map_err(EditError::BadStoreName)?;
        let stores = self.index.stores();
        let mut known = stores.iter().map(StoreEntry::name);
        if let Some(known) = known.find(|known| fold(known) == fold(name)) {
            return Err(EditError::StoreExists(known.to_owned()));
        }
        if stores.iter().len() == STORES {
            return Err(EditError::TooManyStores);
        }
        let kind = SettingValue::Text(kind.to_owned());
        let mut tree = BTreeMap::from([("kind".to_owned(), kind)]);
        for (path, value) in settings {
            change(&mut tree, path, Some(value))?;
        }
        let added = store_of(name, &tree)?;
        for (key, value) in &tree {
            self.changes.put(&["stores", name], key, value.text());
        }
        self.stores.push(added);
        Ok(())
    }

    /// Changes settings of a store, each by its dotted path: none takes it out. A list is set as a whole.
    ///
    /// A seal covers every setting of its store, so each reference to it is sealed again, with the data keys of the ring,
    /// once its seal was found to fit what is there. Gives those that no key at hand seals: they fit no more.
    ///
    /// # Errors
    ///
    /// There is no such store, a setting is not allowed, or a reference does not fit its seal as it is.
    pub fn change_store(
        &mut self,
        ring: &KeyRing,
        name: &str,
        settings: &[(String, Option<SettingValue>)],
    ) -> Result<Vec<Unsealed>, EditError> {
        let before = self.index.stores().get(name).ok_or_else(|| self.unknown_store(name))?;
        let written = self.written(name).ok_or_else(|| self.unknown_store(name))?;
        let DeValue::Table(table) = written.get_ref() else { return Err(self.unknown_store(name)) };
        let mut tree = tree_of(table).unwrap_or_default();
        for (path, value) in settings {
            change(&mut tree, path, value.as_ref())?;
        }
        let after = store_of(name, &tree)?;
        if after == *before {
            return Ok(Vec::new());
        }
        let unsealed = self.seal_for(ring, before, &after)?;
        if is_in_line(self.document.text, written) {
            self.changes.put(&["stores"], name, SettingValue::Table(tree).text());
        } else {
            put_changes(&mut self.changes, self.document.text, &["stores", name], table, &tree);
        }
        self.stores.retain(|store| store.name() != name);
        self.stores.push(after);
        Ok(unsealed)
    }

    /// Removes a store, and its mention in `[stores.default]`; gives the environments that had it as their default.
    ///
    /// # Errors
    ///
    /// There is no such store, or references name it that this draft does not remove: all of them are listed.
    pub fn remove_store(&mut self, name: &str) -> Result<Vec<String>, EditError> {
        if self.index.stores().get(name).is_none() {
            return Err(self.unknown_store(name));
        }
        let references: Vec<(String, String)> = self
            .references_to(name)
            .filter(|(secret, value)| {
                !self.changes.removes(&["secrets", secret.name()], value.environment())
            })
            .map(|(secret, value)| (secret.name().to_owned(), value.environment().to_owned()))
            .collect();
        if !references.is_empty() {
            return Err(EditError::StoreInUse { store: name.to_owned(), references });
        }
        self.changes.remove_table(&["stores", name]);
        let defaults = self.index.stores().defaults().filter(|(_, store)| *store == name);
        let defaults: Vec<String> = defaults.map(|(word, _)| word.to_owned()).collect();
        self.remove_defaults(&defaults);
        Ok(defaults)
    }

    /// Says which store is meant for an environment where nobody names one.
    ///
    /// # Errors
    ///
    /// There is no such store.
    pub fn set_default_store(
        &mut self,
        environment: &Environment,
        store: &str,
    ) -> Result<(), EditError> {
        let is_added = self.stores.iter().any(|added| added.name() == store);
        if !is_added && self.index.stores().get(store).is_none() {
            return Err(self.unknown_store(store));
        }
        self.changes.put(&["stores", "default"], environment.name(), string_text(store));
        Ok(())
    }

    /// Takes that back. False if no store was named for exactly this environment.
    pub fn unset_default_store(&mut self, environment: &Environment) -> bool {
        let is_there = self.index.stores().default_of(environment.name()).is_some();
        if is_there {
            self.remove_defaults(&[environment.name().to_owned()]);
        }
        is_there
    }

    fn remove_defaults(&mut self, environments: &[String]) {
        let table = ["stores", "default"];
        for environment in environments {
            self.changes.remove(&table, environment);
        }
        let mut defaults = self.index.stores().defaults();
        if !environments.is_empty()
            && defaults.all(|(environment, _)| self.changes.removes(&table, environment))
        {
            self.changes.remove_table(&table);
        }
    }

    /// Seals every reference to a store for that as it will be.
    fn seal_for(
        &mut self,
        ring: &KeyRing,
        before: &StoreEntry<'_>,
        after: &StoreEntry<'_>,
    ) -> Result<Vec<Unsealed>, EditError> {
        let index = self.index;
        let (mut unsealed, mut again) = (Vec::new(), Vec::new());
        for (secret, value) in self.references_to(before.name()) {
            let Content::Reference { reference, seal, .. } = value.content() else { continue };
            let Ok(key) = ring.data_key(index, value.kind()) else {
                unsealed.push(Unsealed {
                    name: secret.name().to_owned(),
                    environment: value.environment().to_owned(),
                    kind: value.kind(),
                });
                continue;
            };
            let place = Place::of(secret, value);
            key.open_reference(place, before, reference, seal)
                .map_err(|why| refused(secret, value, Unopened::Seal(why)))?;
            again.push((secret, value, key.seal_reference(place, after, reference)?));
        }
        for (secret, value, seal) in again {
            self.put_sealed(secret, value, &("seal", seal));
        }
        Ok(unsealed)
    }

    fn unknown_store(&self, name: &str) -> EditError {
        let known = self.index.stores().iter().map(StoreEntry::name);
        let near = nearest(name, known).map(str::to_owned);
        EditError::UnknownStore { name: name.to_owned(), near }
    }
}

impl<'d, 't> Draft<'d, 't> {
    /// The references to a store.
    fn references_to<'n>(
        &self,
        store: &'n str,
    ) -> impl Iterator<Item = (&'d Secret<'t>, &'d Value<'t>)> + use<'n, 'd, 't> {
        let values = |secret: &'d Secret<'t>| secret.values().iter().map(move |it| (secret, it));
        self.index.secrets().flat_map(values).filter(move |(_, value)| {
            matches!(value.content(), Content::Reference { store: named, .. } if named == store)
        })
    }

    /// A store as it is written.
    fn written(&self, name: &str) -> Option<&'d Spanned<DeValue<'t>>> {
        let document = self.document;
        match document.root.get("stores")?.get_ref() {
            DeValue::Table(stores) => stores.get(name),
            _ => None,
        }
    }
}

/// Notes how a table that is written in lines of its own becomes a tree. What stands within a line is written anew.
fn put_changes(
    changes: &mut Changes,
    text: &str,
    path: &[&str],
    table: &DeTable<'_>,
    tree: &BTreeMap<String, SettingValue>,
) {
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        let below = [path, &[key]].concat();
        let has_lines = matches!(value.get_ref(), DeValue::Table(_)) && !is_in_line(text, value);
        match (value.get_ref(), tree.get(key)) {
            (DeValue::Table(table), Some(SettingValue::Table(tree))) if has_lines => {
                put_changes(changes, text, &below, table, tree);
            }
            (before, Some(after)) if SettingValue::of(before).as_ref() != Some(after) => {
                changes.put(path, key, after.text());
            }
            (_, Some(_)) => {}
            (_, None) if has_lines => changes.remove_table(&below),
            (_, None) => changes.remove(path, key),
        }
    }
    for (key, value) in tree.iter().filter(|(key, _)| !table.contains_key(key.as_str())) {
        changes.put(path, key, value.text());
    }
}
