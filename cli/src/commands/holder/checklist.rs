//! The list of what a removed holder knows, to be ticked off: all of it, or what is left.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use strongroom_vault::{Content, EnvironmentType, Index, Rotation, Shown, Value, fold};

use crate::error::Error;
use crate::ui;

/// What a holder who was removed knows, by environment, in the order of the environments.
pub(super) struct Checklist<'i>(Vec<InEnvironment<'i>>);

struct InEnvironment<'i> {
    environment: String,
    secrets: Vec<Known<'i>>,
}

/// A secret that the holder knows, with what is particular about it.
struct Known<'i> {
    name: &'i str,
    notes: Vec<String>,
}

impl<'i> Checklist<'i> {
    /// All that was readable, where a holder is removed by these new keys.
    pub(super) fn of_removal(index: &'i Index<'_>, rotation: &Rotation, holder: &str) -> Self {
        let could_read = |kind: EnvironmentType| {
            rotation.kinds.contains(&kind)
                || (rotation.leaves && index.keys().of_type(kind).grant(holder).is_some())
        };
        let environments = index.environments().filter(|each| could_read(each.kind()));
        let environments = environments.map(|each| InEnvironment::of(index, each.name()));
        Self(environments.filter(|each| !each.secrets.is_empty()).collect())
    }

    /// What is left of that: the values that are marked as known to a holder.
    pub(super) fn due(index: &'i Index<'_>, holder: &str) -> Self {
        let environments = index.environments().map(|each| {
            let values = index.secrets().filter_map(|secret| {
                let value = secret.value(each.name())?;
                let is_due = value.due().iter().any(|name| fold(name) == fold(holder));
                is_due.then(|| Known { name: secret.name(), notes: note(value) })
            });
            InEnvironment { environment: each.name().to_owned(), secrets: values.collect() }
        });
        Self(environments.filter(|each| !each.secrets.is_empty()).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Prints it as a list to tick off.
    pub(super) fn print(&self) -> Result<(), Error> {
        let mut text = String::new();
        for InEnvironment { environment, secrets } in &self.0 {
            let _ = writeln!(text, "{environment}");
            for Known { name, notes } in secrets {
                let notes = notes.iter().map(|note| format!("  ({note})"));
                let _ = writeln!(text, "  [ ] {name}{}", notes.collect::<String>());
            }
        }
        ui::data(&text)
    }

    pub(super) fn to_json(&self) -> Json {
        let known = |known: &Known<'_>| json!({ "name": known.name, "notes": known.notes });
        let each = |each: &InEnvironment<'_>| {
            let secrets: Vec<Json> = each.secrets.iter().map(known).collect();
            json!({ "environment": each.environment, "secrets": secrets })
        };
        self.0.iter().map(each).collect()
    }
}

impl<'i> InEnvironment<'i> {
    fn of(index: &'i Index<'_>, environment: &str) -> Self {
        let values = index
            .secrets()
            .filter_map(|secret| Some((secret.name(), secret.value(environment)?)))
            .map(|(name, value)| Known { name, notes: note(value) });
        let mut secrets: Vec<Known<'_>> = values.collect();
        let waiting = index.deposits().waiting().iter();
        for deposit in waiting.filter(|waiting| waiting.environment() == environment) {
            let note = format!("a deposit of {} waits", deposit.left());
            match secrets.iter_mut().find(|known| known.name == deposit.name()) {
                Some(known) => known.notes.push(note),
                None => secrets.push(Known { name: deposit.name(), notes: vec![note] }),
            }
        }
        Self { environment: environment.to_owned(), secrets }
    }
}

fn note(value: &Value<'_>) -> Vec<String> {
    match value.content() {
        Content::Sealed(_) => Vec::new(),
        Content::Reference { store, .. } => vec![format!("in the store {}", Shown(store))],
    }
}
