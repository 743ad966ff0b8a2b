//! What `set` did, for `--json`.

use serde_json::{Value as Json, json};
use strongroom_vault::{Code, Environment, SetOutcome};

/// The values that were set, one for each environment.
#[derive(Debug)]
pub(super) struct Done<'n> {
    name: &'n str,
    values: Vec<Json>,
}

impl<'n> Done<'n> {
    pub(super) fn new(name: &'n str) -> Self {
        Self { name, values: Vec::new() }
    }

    pub(super) fn add(&mut self, environment: &Environment, outcome: SetOutcome) {
        let change = match outcome {
            SetOutcome::Created => "created",
            SetOutcome::Updated(_) => "updated",
            SetOutcome::Unchanged => "unchanged",
        };
        self.values
            .push(json!({ "environment": environment.name(), "change": change, "code": null }));
    }

    /// A deposit, with its code.
    pub(super) fn left(&mut self, environment: &Environment, code: Code) {
        self.values.push(json!({
            "environment": environment.name(),
            "change": "deposit",
            "code": code.to_string(),
        }));
    }

    pub(super) fn json(&self, mine: bool) -> Json {
        json!({ "name": self.name, "mine": mine, "values": self.values })
    }
}
