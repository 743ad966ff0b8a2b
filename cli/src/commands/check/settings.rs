//! Declared settings × environment: which the vault has, which it lacks, and which are none of their type.

use serde_json::{Map, Value as Json, json};
use strongroom_vault::{
    Environment, Index, PlainSetting, PlainValue, Shown, fold, misfit, nearest,
};

use crate::error::{Error, listed};
use crate::hints::set_setting_command;
use crate::source::{Declared, Setting};
use crate::ui::{self, Cell, Table};

/// What the check found of settings.
#[derive(Debug, Default)]
pub(super) struct Settings {
    rows: Vec<Row>,
    /// Settings that nothing declares; empty where not all that could declare them is known.
    undeclared: Vec<String>,
    shown: Vec<Environment>,
    counted: Vec<Environment>,
}

/// A declared setting, with a state for each environment shown.
#[derive(Debug)]
struct Row {
    declared: Declared,
    states: Vec<State>,
    /// The secret of that name, where the vault has one and no setting: nothing sets the setting then.
    secret: Option<String>,
}

/// What a declared setting has for an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// A value, that of this line.
    Found(String),
    /// No value, and the program needs none.
    Optional,
    /// No value.
    Missing,
    /// A value that is none of the field's type.
    Misfit(Misfit),
}

/// A line of the vault whose value is none of the field's type.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Misfit {
    scope: String,
    text: String,
    type_text: String,
    expected: String,
}

impl Settings {
    pub(super) fn new(
        index: &Index<'_>,
        declared: Vec<Setting>,
        knows_all: bool,
        shown: &[Environment],
        counted: &[Environment],
    ) -> Self {
        let known: Vec<String> = declared.iter().map(|it| fold(&it.declared.name)).collect();
        let names = index.settings().iter().map(PlainSetting::name);
        let undeclared = names.filter(|name| knows_all && !known.contains(&fold(name)));
        Self {
            undeclared: undeclared.map(str::to_owned).collect(),
            rows: declared.into_iter().map(|setting| Row::of(index, setting, shown)).collect(),
            shown: shown.to_vec(),
            counted: counted.to_vec(),
        }
    }

    /// How many settings are missing or do not fit in at least one counted environment.
    pub(super) fn wrong(&self) -> usize {
        self.rows.iter().filter(|row| self.counting(row).any(|(_, it)| !it.is_fine())).count()
    }

    /// Whether any setting is declared.
    pub(super) fn is_declared(&self) -> bool {
        !self.rows.is_empty()
    }

    /// What a row has in the environments that count.
    fn counting<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = (&'r Environment, &'r State)> {
        let columns = self.shown.iter().zip(&row.states);
        columns.filter(|(environment, _)| self.counted.contains(environment))
    }

    /// Prints the table, behind that of secrets if there is one.
    pub(super) fn data(&self, is_first: bool) -> Result<(), Error> {
        let mut tables = Vec::new();
        if !self.rows.is_empty() {
            let names = self.shown.iter().map(Environment::name);
            let head = ["declared setting"].into_iter().chain(names).chain(["where"]);
            let mut table = Table::new(head);
            for row in &self.rows {
                let cells = self.shown.iter().zip(&row.states).map(|(environment, state)| {
                    state.cell(environment, self.counted.contains(environment))
                });
                let places: Vec<String> =
                    row.declared.places.iter().map(ToString::to_string).collect();
                let name = Cell::from(row.declared.name.as_str());
                let places = Cell::faint(places.join(", "));
                table.row([name].into_iter().chain(cells).chain([places]));
            }
            tables.push(table);
        }
        if !self.undeclared.is_empty() {
            let mut table = Table::new(["setting that is not declared"]);
            for name in &self.undeclared {
                table.row([Cell::from(name.as_str())]);
            }
            tables.push(table);
        }
        for (at, table) in tables.iter().enumerate() {
            if at > 0 || !is_first {
                ui::data("\n")?;
            }
            ui::table(table)?;
        }
        Ok(())
    }

    /// Says what is missing or wrong, and what to type.
    pub(super) fn explain(&self) {
        if self.rows.is_empty() {
            return;
        }
        ui::say(
            "\n✓ own value   · that of the type, or by default   - missing, not counted   ! not of the field's type",
        );
        for text in self.faults() {
            ui::error(&Error::no(text));
        }
        let counted = listed(self.counted.iter().map(Environment::name));
        let plural = if self.rows.len() == 1 { "setting" } else { "settings" };
        ui::say(&format!(
            "{} {plural} declared, {} missing or wrong for {counted}",
            self.rows.len(),
            self.wrong()
        ));
        for row in &self.rows {
            let is_unknown =
                row.states.iter().all(|it| matches!(it, State::Missing | State::Optional));
            let free = self.undeclared.iter().map(String::as_str);
            if is_unknown && let Some(near) = nearest(&row.declared.name, free) {
                let name = &row.declared.name;
                ui::say(&format!(
                    "the setting `{name}` is declared, and the vault has `{near}`: did you mean it?"
                ));
            }
        }
        let commands: Vec<String> = self.rows.iter().filter_map(|row| self.command(row)).collect();
        for text in self.rows.iter().filter_map(Row::is_a_secret) {
            ui::say(&text);
        }
        if !commands.is_empty() {
            ui::say(&format!(
                "set the settings that are missing with:\n  {}",
                commands.join("\n  ")
            ));
        }
    }

    /// The command that sets what a row lacks.
    fn command(&self, row: &Row) -> Option<String> {
        let missing: Vec<&Environment> = self
            .counting(row)
            .filter(|(_, state)| **state == State::Missing)
            .map(|(environment, _)| environment)
            .collect();
        (!missing.is_empty() && row.secret.is_none())
            .then(|| set_setting_command(&row.declared.spelled, missing))
    }

    /// What is wrong with values that count, each line of the vault once for each type.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for row in &self.rows {
            for (_, state) in self.counting(row) {
                let State::Misfit(misfit) = state else { continue };
                let fault = misfit.words(&row.declared);
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        faults
    }

    /// For `run --check`: each setting that is missing or wrong, with what to do.
    pub(super) fn refusals(&self) -> Vec<String> {
        let missing = self.rows.iter().filter_map(|row| {
            let is_missing = self.counting(row).any(|(_, state)| *state == State::Missing);
            if let Some(text) = row.is_a_secret().filter(|_| is_missing) {
                return Some(text);
            }
            let command = self.command(row)?;
            let name = Shown(&row.declared.name);
            Some(format!("the setting `{name}` has no value; set one with: {command}"))
        });
        missing.chain(self.faults()).collect()
    }

    pub(super) fn json(&self) -> Vec<Json> {
        let row = |row: &Row| {
            let states = self.shown.iter().zip(&row.states);
            let values: Map<String, Json> = states
                .map(|(environment, state)| {
                    (environment.name().to_owned(), state.word(environment).into())
                })
                .collect();
            json!({
                "name": row.declared.name,
                "optional": row.declared.is_optional,
                "places": row.declared.places.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "values": values,
            })
        };
        self.rows.iter().map(row).collect()
    }

    pub(super) fn undeclared(&self) -> &[String] {
        &self.undeclared
    }
}

impl Row {
    fn of(index: &Index<'_>, setting: Setting, shown: &[Environment]) -> Self {
        let states = shown.iter().map(|environment| State::of(index, &setting, environment));
        let secret = index.secret(&setting.declared.name);
        let secret = secret.filter(|_| index.settings().get(&setting.declared.name).is_none());
        let secret = secret.map(|secret| secret.name().to_owned());
        Self { states: states.collect(), declared: setting.declared, secret }
    }

    /// What to say of a setting that the vault has as a secret: `setting set` would be refused.
    fn is_a_secret(&self) -> Option<String> {
        let secret = Shown(self.secret.as_ref()?);
        Some(format!(
            "`{secret}` is a secret in the vault, and no setting\n\
             declare it in a struct with #[strongroom::secrets]"
        ))
    }
}

impl State {
    fn of(index: &Index<'_>, setting: &Setting, environment: &Environment) -> Self {
        let Some(value) = index.settings().lookup(&setting.declared.name, environment) else {
            return if setting.declared.is_optional { Self::Optional } else { Self::Missing };
        };
        let misfit = setting.types.iter().find_map(|(reads, type_text)| {
            Some(Misfit {
                expected: reads.expected(value.text())?,
                scope: value.scope().to_owned(),
                text: value.text().to_owned(),
                type_text: type_text.clone(),
            })
        });
        misfit.map_or_else(|| Self::Found(value.scope().to_owned()), Self::Misfit)
    }

    fn is_fine(&self) -> bool {
        matches!(self, Self::Found(_) | Self::Optional)
    }

    /// The stable word for `--json`.
    fn word(&self, environment: &Environment) -> &'static str {
        match self {
            Self::Found(scope) if scope == environment.name() => "own",
            Self::Found(scope) if scope == PlainValue::DEFAULT => "default",
            Self::Found(_) => "type",
            Self::Optional => "optional",
            Self::Missing => "missing",
            Self::Misfit(_) => "invalid",
        }
    }

    fn cell(&self, environment: &Environment, counts: bool) -> Cell {
        match self {
            Self::Found(scope) if scope == environment.name() => Cell::good("✓"),
            Self::Found(_) => Cell::good("·"),
            Self::Optional => Cell::faint("optional"),
            Self::Missing if counts => Cell::bad("missing"),
            Self::Missing => Cell::faint("-"),
            Self::Misfit(_) if counts => Cell::bad("! wrong"),
            Self::Misfit(_) => Cell::faint("!"),
        }
    }
}

impl Misfit {
    fn words(&self, declared: &Declared) -> String {
        let Self { scope, text, type_text, expected } = self;
        let why = format_args!("expected {expected}");
        let words = misfit(&declared.spelled, (scope, text), type_text, why);
        format!("the setting `{}` {words}", declared.name)
    }
}
