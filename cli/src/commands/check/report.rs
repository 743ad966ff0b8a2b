//! Declared × environment: who has a value, and which values nothing declares.

use std::collections::BTreeSet;

use strongroom_vault::{Date, Deposit, Environment, Index, Lookup, Secret, Shown, fold};

use super::settings::Settings;
use crate::source::{Declarations, Declared, Elsewhere, Finding};

/// What the check found.
pub(super) struct Report {
    /// The environments of the columns.
    pub(super) shown: Vec<Environment>,
    /// Those that decide whether something is missing.
    pub(super) counted: Vec<Environment>,
    pub(super) rows: Vec<Row>,
    pub(super) settings: Settings,
    /// Secrets that nothing declares, with the environments of their own values; empty without
    /// source code, and where a file that could declare them was not read.
    pub(super) undeclared: Vec<(String, Vec<String>)>,
    pub(super) faults: Vec<Finding>,
    pub(super) unread: Vec<Finding>,
    /// Nested structs whose secrets are not known.
    pub(super) unresolved: Vec<Finding>,
    /// Packages that declare for another vault.
    pub(super) elsewhere: Vec<Elsewhere>,
    pub(super) has_source: bool,
}

/// A declared secret, with a state for each environment shown.
pub(super) struct Row {
    pub(super) declared: Declared,
    pub(super) states: Vec<State>,
    /// The setting of that name, where the vault has one and no secret: nothing sets the secret then.
    pub(super) setting: Option<String>,
}

/// What a declared secret has for an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// A value of its own, of this version.
    Own(u32),
    /// The value of the environment's type.
    OfType,
    /// No value, and the build needs none.
    Optional,
    /// No value.
    Missing,
    /// No value, but one that was left on this day and waits to be accepted.
    OnlyDeposit(Date),
    /// A value that counts as missing.
    OtherDataKey,
}

impl State {
    /// The stable word for `--json`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Own(_) => "own",
            Self::OfType => "type",
            Self::Optional => "optional",
            Self::Missing => "missing",
            Self::OnlyDeposit(_) => "deposit",
            Self::OtherDataKey => "other-data-key",
        }
    }

    /// Whether there is a value, whether it counts or not, or one that waits.
    pub(super) fn is_value(self) -> bool {
        matches!(self, Self::Own(_) | Self::OfType | Self::OnlyDeposit(_) | Self::OtherDataKey)
    }

    pub(super) fn is_fine(self) -> bool {
        !matches!(self, Self::Missing | Self::OnlyDeposit(_) | Self::OtherDataKey)
    }
}

impl Row {
    /// What to say of a secret that the vault has as a setting: `set` would be refused.
    pub(super) fn is_a_setting(&self) -> Option<String> {
        let has_no_value = |state: &State| matches!(state, State::Missing | State::Optional);
        let setting = self.setting.as_ref().filter(|_| self.states.iter().all(has_no_value))?;
        let (declared, setting) = (&self.declared.spelled, Shown(setting));
        Some(format!(
            "`{}` is a setting in the vault, and no secret\n\
             declare it in a struct with #[strongroom::settings]\n\
             or, if it is secret: strongroom setting unset --all {setting}, and then: strongroom set {declared}",
            self.declared.name
        ))
    }
}

impl Report {
    pub(super) fn new(
        index: &Index<'_>,
        declarations: Option<Declarations>,
        counted: Vec<Environment>,
        shown: Vec<Environment>,
    ) -> Self {
        let has_source = declarations.is_some();
        let Declarations { secrets, settings, faults, unread, unresolved, elsewhere } =
            declarations.unwrap_or_default();
        let knows_all = has_source && unread.is_empty() && unresolved.is_empty();
        let declared: BTreeSet<String> = secrets.iter().map(|each| fold(&each.name)).collect();
        let undeclared = index
            .secrets()
            .filter(|secret| knows_all && !declared.contains(&fold(secret.name())))
            .map(|secret| (secret.name().to_owned(), own_environments(index, secret)))
            .collect();
        // Of settings nothing is nested.
        let knows_settings = has_source && unread.is_empty();
        let settings = Settings::new(index, settings, knows_settings, &shown, &counted);
        let rows = secrets
            .into_iter()
            .map(|declared| {
                let state = |environment| state(index, &declared, environment);
                let setting = index.settings().get(&declared.name);
                let setting = setting.filter(|_| index.secret(&declared.name).is_none());
                let setting = setting.map(|setting| setting.name().to_owned());
                Row { states: shown.iter().map(state).collect(), declared, setting }
            })
            .collect();
        Self {
            shown,
            counted,
            rows,
            settings,
            undeclared,
            faults,
            unread,
            unresolved,
            elsewhere,
            has_source,
        }
    }

    /// Whether an environment decides about the exit status.
    pub(super) fn counts(&self, environment: &Environment) -> bool {
        self.counted.contains(environment)
    }

    /// The counted environments in which a row has no value, by state.
    pub(super) fn lacking<'r>(
        &'r self,
        row: &'r Row,
        state: State,
    ) -> impl Iterator<Item = &'r Environment> {
        let columns = self.shown.iter().zip(&row.states);
        columns
            .filter(move |(environment, found)| **found == state && self.counts(environment))
            .map(|(environment, _)| environment)
    }

    /// The counted environments for which a row has only a deposit, each with the day on which it was left.
    pub(super) fn waiting<'r>(
        &'r self,
        row: &'r Row,
    ) -> impl Iterator<Item = (&'r Environment, Date)> {
        let columns = self.shown.iter().zip(&row.states);
        columns.filter(|(environment, _)| self.counts(environment)).filter_map(
            |(environment, state)| match state {
                State::OnlyDeposit(left) => Some((environment, *left)),
                _ => None,
            },
        )
    }

    /// How many declared secrets have no value in at least one counted environment.
    pub(super) fn missing(&self) -> usize {
        let is_missing = |row: &&Row| {
            let mut columns = self.shown.iter().zip(&row.states);
            columns.any(|(environment, state)| !state.is_fine() && self.counts(environment))
        };
        self.rows.iter().filter(is_missing).count()
    }

    /// The counted environments in which something has no value.
    pub(super) fn incomplete(&self) -> Vec<&str> {
        let lacks = |environment: &&Environment| {
            let column = self.shown.iter().position(|shown| shown == *environment);
            let state = |row: &Row| column.and_then(|column| row.states.get(column).copied());
            self.rows.iter().filter_map(state).any(|state| !state.is_fine())
        };
        self.counted.iter().filter(lacks).map(Environment::name).collect()
    }

    /// Whether everything that is declared is there, and declared well, as far as every file shows.
    pub(super) fn is_fine(&self) -> bool {
        let is_missing = self.missing() > 0 || self.settings.wrong() > 0;
        !is_missing && self.faults.is_empty() && self.unread.is_empty()
    }
}

fn state(index: &Index<'_>, declared: &Declared, environment: &Environment) -> State {
    match index.lookup(&declared.name, environment) {
        Lookup::Found(value) if value.environment() == environment.name() => {
            State::Own(value.version())
        }
        Lookup::Found(_) => State::OfType,
        Lookup::OtherDataKey(_) => State::OtherDataKey,
        Lookup::Missing if declared.is_optional => State::Optional,
        Lookup::Missing => {
            let waiting = index.deposits().waiting_for(&declared.name, environment);
            let oldest = waiting.map(Deposit::left).min();
            oldest.map_or(State::Missing, State::OnlyDeposit)
        }
    }
}

fn own_environments(index: &Index<'_>, secret: &Secret<'_>) -> Vec<String> {
    index
        .environments()
        .filter(|environment| secret.value(environment.name()).is_some())
        .map(|environment| environment.name().to_owned())
        .collect()
}
