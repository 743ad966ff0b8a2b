//! What waits to be accepted, as `list` shows it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strongroom_vault::{Deposit, Environment, Index, fold};

use super::Columns;
use crate::deposits::shown_code;
use crate::error::Error;
use crate::ui::{self, Cell, Table};

/// Deposits by the folded names of their secrets.
pub(super) struct Waiting<'i, 't>(BTreeMap<String, Vec<&'i Deposit<'t>>>);

impl<'i, 't> Waiting<'i, 't> {
    /// The deposits for these environments; for one secret alone, if it is named.
    pub(super) fn of(index: &'i Index<'t>, columns: &Columns, name: Option<&str>) -> Self {
        let folded = name.map(fold);
        let mut waiting: BTreeMap<String, Vec<&Deposit<'t>>> = BTreeMap::new();
        for deposit in index.deposits().waiting() {
            let name = fold(deposit.name());
            let is_named = folded.as_ref().is_none_or(|folded| name == *folded);
            let environment = deposit.environment();
            if is_named && columns.environments.iter().any(|each| each.name() == environment) {
                waiting.entry(name).or_default().push(deposit);
            }
        }
        for of_name in waiting.values_mut() {
            of_name.sort_by_key(|deposit| (deposit.environment(), deposit.left()));
        }
        Self(waiting)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &'i Deposit<'t>> {
        self.0.values().flatten().copied()
    }

    /// The mark of a cell whose environment has a deposit of its own.
    pub(super) fn mark(&self, name: &str, environment: &Environment) -> &'static str {
        let is_for = |deposit: &&Deposit<'_>| deposit.environment() == environment.name();
        if self.of_name(name).iter().any(is_for) { " +" } else { "" }
    }

    /// Prints them below the secrets, and says what they are.
    pub(super) fn table(&self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(["deposit", "environment", "left", "code", "replaces"]);
        for deposit in self.all() {
            let replaces = match deposit.replaces() {
                0 => Cell::faint("nothing"),
                version => Cell::from(format!("version {version}")),
            };
            table.row([
                Cell::from(deposit.name()),
                Cell::from(deposit.environment()),
                Cell::from(deposit.left().to_string()),
                Cell::doubtful(shown_code(deposit)),
                replaces,
            ]);
        }
        ui::data("\n")?;
        ui::table(&table)
    }

    /// Says what a deposit is.
    pub(super) fn explain(&self) {
        if !self.0.is_empty() {
            ui::say("+ a deposit waits: nothing loads it until a holder types: strongroom accept");
        }
    }

    pub(super) fn json(&self, name: &str) -> Vec<Json> {
        let json = |deposit: &&Deposit<'_>| {
            json!({
                "environment": deposit.environment(),
                "left": deposit.left().to_string(),
                "code": shown_code(deposit),
                "replaces": (deposit.replaces() > 0).then(|| deposit.replaces()),
            })
        };
        self.of_name(name).iter().map(json).collect()
    }

    fn of_name(&self, name: &str) -> &[&'i Deposit<'t>] {
        // Seldom does anything wait, and a list has many names.
        if self.0.is_empty() {
            return &[];
        }
        self.0.get(&fold(name)).map(Vec::as_slice).unwrap_or_default()
    }
}
