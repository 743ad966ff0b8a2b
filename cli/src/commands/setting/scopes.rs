//! For what a setting is set: environments, or every one without a value of its own.

use strongroom_vault::{Environment, Index, PlainValue};

use crate::environments::{Several, unchanged};
use crate::error::Error;

/// Any number of environments, and the default.
#[derive(Debug, clap::Args)]
pub(super) struct Scopes {
    #[command(flatten)]
    environments: Several,

    /// Every environment without a value of its own
    #[arg(long)]
    default: bool,
}

impl Scopes {
    /// Whether none was named.
    pub(super) fn is_empty(&self) -> bool {
        self.environments.is_empty() && !self.default
    }

    /// Those that were named, the default first; at least one is needed. `example` is the command with one.
    pub(super) fn need(&self, index: &Index<'_>, example: &str) -> Result<Vec<Scope>, Error> {
        let environments = if self.default {
            self.environments.pick(index)?
        } else {
            let hint = "or for every environment without a value of its own: --default";
            self.environments
                .need(index, example)
                .map_err(|error| if self.is_empty() { error.with_hint(hint) } else { error })?
        };
        let default = self.default.then_some(Scope(None));
        let named = environments.into_iter().map(|environment| Scope(Some(environment)));
        Ok(default.into_iter().chain(named).collect())
    }
}

/// An environment; none is the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope(pub(super) Option<Environment>);

impl Scope {
    /// The key of the vault.
    pub(super) fn key(&self) -> &str {
        self.0.as_ref().map_or(PlainValue::DEFAULT, Environment::name)
    }

    /// As it is said of a value: `for local`, `by default`.
    pub(super) fn words(&self) -> String {
        match &self.0 {
            Some(environment) => format!("for {environment}"),
            None => "by default".to_owned(),
        }
    }

    /// Checks that a vault that was read again still means the same.
    pub(super) fn unchanged(&self, index: &Index<'_>) -> Result<(), Error> {
        self.0.as_ref().map_or(Ok(()), |environment| unchanged(index, environment))
    }
}
