//! What the line of a value says beside the value: until when it is good, and which removed holders know it.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::edit_error::EditError;
use super::splice::{Changes, string_text};
use crate::crypto::Place;
use crate::date::Date;
use crate::index::{Content, Value};

/// Until when a value that is set is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Nothing is said: the same value keeps its day, another one has none.
    Unsaid,
    /// For ever.
    Never,
    /// From this day on it counts as expired.
    On(Date),
}

/// What the line of a value that is set is to say beside the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Until when it is good.
    pub expiry: Expiry,
    /// Removed holders who know this very value, so that it is due for change.
    pub known_to: BTreeSet<String>,
}

impl From<Expiry> for Terms {
    fn from(expiry: Expiry) -> Self {
        Self { expiry, known_to: BTreeSet::new() }
    }
}

impl Terms {
    /// The line of a new value.
    pub(super) fn line(&self, version: u32, set: Date, content: &Content<'_>) -> String {
        line(version, set, self.expiry, content, &self.known_to)
    }

    /// Changes the line of a value that stays.
    pub(super) fn put(&self, changes: &mut Changes, place: Place<'_>, old: &Value<'_>) {
        let table = ["secrets", place.name];
        // A key is put into a line, and not taken out of one: the line is written anew.
        if let (Expiry::Never, Some(_)) = (self.expiry, old.expires()) {
            let due = due_with(old, &self.known_to);
            let line = line(old.version(), old.set(), self.expiry, old.content(), &due);
            changes.put(&table, place.environment, line);
            return;
        }
        let line = [table[0], table[1], place.environment];
        if let Expiry::On(day) = self.expiry
            && old.expires() != Some(day)
        {
            changes.put(&line, "expires", day.to_string());
        }
        put_due(changes, &line, old, &self.known_to);
    }
}

impl Draft<'_, '_> {
    /// Says until when a value that is there is good; the value stays. Needs no key: the day is not authenticated.
    ///
    /// # Errors
    ///
    /// There is no such value.
    pub fn set_expiry(
        &mut self,
        name: &str,
        environment: &str,
        expiry: Expiry,
    ) -> Result<(), EditError> {
        let secret = self.index.secret(name).ok_or(EditError::NoSecret)?;
        let value = secret.value(environment).ok_or(EditError::NoSecret)?;
        Terms::from(expiry).put(&mut self.changes, Place::of(secret, value), value);
        Ok(())
    }
}

/// Notes more removed holders in the line of a value that stays.
pub(super) fn put_due(
    changes: &mut Changes,
    line: &[&str],
    value: &Value<'_>,
    known_to: &BTreeSet<String>,
) {
    let is_noted = |name: &String| value.due().iter().any(|known| known == name);
    if !known_to.iter().all(is_noted) {
        changes.put(line, "due", due_text(&due_with(value, known_to)));
    }
}

/// The names of removed holders as TOML text.
pub(super) fn due_text(due: &BTreeSet<String>) -> String {
    let names: Vec<String> = due.iter().map(|name| string_text(name)).collect();
    format!("[{}]", names.join(", "))
}

fn due_with(value: &Value<'_>, more: &BTreeSet<String>) -> BTreeSet<String> {
    value.due().iter().map(ToString::to_string).chain(more.iter().cloned()).collect()
}

fn line(
    version: u32,
    set: Date,
    expiry: Expiry,
    content: &Content<'_>,
    due: &BTreeSet<String>,
) -> String {
    let expires = match expiry {
        Expiry::On(day) => format!("expires = {day}, "),
        Expiry::Unsaid | Expiry::Never => String::new(),
    };
    let due = if due.is_empty() { String::new() } else { format!(", due = {}", due_text(due)) };
    let content = match content {
        Content::Sealed(sealed) => format!("sealed = {}", string_text(sealed)),
        Content::Reference { store, reference, seal } => format!(
            "store = {}, ref = {}, seal = {}",
            string_text(store),
            string_text(reference),
            string_text(seal)
        ),
    };
    format!("{{ version = {version}, set = {set}, {expires}{content}{due} }}")
}
