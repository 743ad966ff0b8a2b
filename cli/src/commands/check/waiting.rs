//! What no build and no program counts, and somebody here may want to know of: deposits that wait, and values of one's own.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Deposit, Environment, EnvironmentType, Index, MINE_FILE_NAME, Secret, Shown, Value,
};

use super::opening::Opening;
use crate::deposits::{holders_of, shown_code};
use crate::error::Error;
use crate::own::OwnFile;
use crate::session::Session;
use crate::ui;

/// The deposits of some environments, by who can accept them.
pub(super) struct Waiting<'i, 't> {
    /// A key for their types is here.
    ours: Vec<&'i Deposit<'t>>,
    theirs: Vec<&'i Deposit<'t>>,
}

impl<'i, 't> Waiting<'i, 't> {
    /// The deposits that wait for these environments; for any, if there are none.
    pub(super) fn of(
        index: &'i Index<'t>,
        opening: &mut Opening,
        environments: &[Environment],
    ) -> Self {
        let is_meant = |deposit: &&Deposit<'_>| {
            let has = |each: &Environment| each.name() == deposit.environment();
            environments.is_empty() || environments.iter().any(has)
        };
        let mut waiting: Vec<&Deposit<'t>> =
            index.deposits().waiting().iter().filter(is_meant).collect();
        waiting.sort_by_key(|deposit| (deposit.name(), deposit.environment(), deposit.left()));
        let (ours, theirs) =
            waiting.into_iter().partition(|deposit| opening.has_key(index, deposit.kind()));
        Self { ours, theirs }
    }

    pub(super) fn explain(&self, index: &Index<'_>) {
        if let [first, rest @ ..] = self.ours.as_slice() {
            let (it, word) = match rest {
                [] => ("it", format!(" {}", Shown(first.name()))),
                _ => ("them", String::new()),
            };
            ui::say(&format!(
                "{} for you to accept: {}\nlook at {it} with: strongroom accept{word}",
                wait(&self.ours),
                places(&self.ours),
            ));
        }
        for kind in EnvironmentType::ALL {
            let theirs = self.theirs.iter().copied();
            let of_kind: Vec<&Deposit<'_>> = theirs.filter(|it| it.kind() == kind).collect();
            if !of_kind.is_empty() {
                let (wait, places) = (wait(&of_kind), places(&of_kind));
                ui::say(&format!("{wait} for {} to accept: {places}", holders_of(index, kind)));
            }
        }
    }

    pub(super) fn json(&self) -> Vec<Json> {
        let sides = [(&self.ours, true), (&self.theirs, false)];
        let all =
            sides.into_iter().flat_map(|(side, is_ours)| side.iter().map(move |it| (it, is_ours)));
        let json = |(deposit, is_ours): (&&Deposit<'_>, bool)| {
            json!({
                "name": deposit.name(),
                "environment": deposit.environment(),
                "left": deposit.left().to_string(),
                "code": shown_code(deposit),
                "yours": is_ours,
            })
        };
        all.map(json).collect()
    }
}

fn wait(deposits: &[&Deposit<'_>]) -> String {
    match deposits.len() {
        1 => "a deposit waits".to_owned(),
        count => format!("{count} deposits wait"),
    }
}

fn places(deposits: &[&Deposit<'_>]) -> String {
    let place = |deposit: &&Deposit<'_>| {
        format!("{} for {} (since {})", deposit.name(), deposit.environment(), deposit.left())
    };
    deposits.iter().map(place).collect::<Vec<_>>().join(", ")
}

/// The values of one's own that count for some environments, each by secret and environment.
#[derive(Default)]
pub(super) struct Own {
    all: Vec<(String, String)>,
    /// Those that lie under another data key: no program starts with one.
    left: Vec<(String, String)>,
}

impl Own {
    /// A file of them that cannot be used is told, and has none: the vault is what is checked.
    pub(super) fn of(session: &Session<'_>, counted: &[Environment]) -> Self {
        let Some(local) = counted.iter().find(|each| each.kind() == EnvironmentType::Local) else {
            return Self::default();
        };
        Self::read(session, local).unwrap_or_else(|error| {
            ui::warn(error.text());
            Self::default()
        })
    }

    fn read(session: &Session<'_>, local: &Environment) -> Result<Self, Error> {
        let file = OwnFile::read(session, local)?;
        let Some(mine) = file.open(&session.index)? else { return Ok(Self::default()) };
        let place = |(secret, value): (&Secret<'_>, &Value<'_>)| {
            (secret.name().to_owned(), value.environment().to_owned())
        };
        let all =
            mine.secrets().flat_map(|secret| secret.values().iter().map(move |it| (secret, it)));
        let left = mine.left_behind(&session.index);
        Ok(Self { all: all.map(place).collect(), left: left.map(place).collect() })
    }

    /// Says which there are, and warns of those that do not count.
    pub(super) fn explain(&self) {
        let listed = |places: &[(String, String)]| {
            let places =
                places.iter().map(|(name, environment)| format!("{name} for {environment}"));
            places.collect::<Vec<_>>().join(", ")
        };
        if !self.all.is_empty() {
            ui::say(&format!(
                "your own, in {MINE_FILE_NAME}, which beat the vault's here and count for nobody else: {}",
                listed(&self.all)
            ));
        }
        if !self.left.is_empty() {
            ui::warn(&format!(
                "your own, under another data key: {}\nafter a rotation seal them again: strongroom reseal",
                listed(&self.left)
            ));
        }
    }

    pub(super) fn json(&self) -> Vec<Json> {
        let json = |(name, environment): &(String, String)| json!({ "name": name, "environment": environment });
        self.all.iter().map(json).collect()
    }
}
