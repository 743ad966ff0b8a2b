//! Until when a value is good, as its line says.

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

impl Expiry {
    /// What it is in the line of a new value.
    pub(super) fn in_a_new_line(self) -> String {
        match self {
            Self::On(day) => format!("expires = {day}, "),
            Self::Unsaid | Self::Never => String::new(),
        }
    }

    /// Changes it in the line of a value that stays.
    pub(super) fn put(self, changes: &mut Changes, place: Place<'_>, old: &Value<'_>) {
        let table = ["secrets", place.name];
        match (self, old.content()) {
            (Self::On(day), _) if old.expires() != Some(day) => {
                changes.put(&[table[0], table[1], place.environment], "expires", day.to_string());
            }
            // A key is put into a line, and not taken out of one: the line is written anew.
            (Self::Never, Content::Sealed(sealed)) if old.expires().is_some() => {
                let due: Vec<String> = old.due().iter().map(|name| string_text(name)).collect();
                let due = if due.is_empty() {
                    String::new()
                } else {
                    format!(", due = [{}]", due.join(", "))
                };
                let (version, set) = (old.version(), old.set());
                let line =
                    format!("{{ version = {version}, set = {set}, sealed = \"{sealed}\"{due} }}");
                changes.put(&table, place.environment, line);
            }
            _ => {}
        }
    }
}
