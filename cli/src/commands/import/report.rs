//! What an import says: how much it did, what it skipped, and what other readers may have read.

use serde_json::json;
use strongroom_vault::{Environment, Index, Shown};

use super::plan::{Change, Plan, What};
use crate::error::{Error, listed};
use crate::expiry;
use crate::ui::{self, Cell, Table};
use crate::variables::{is_dangerous, variable_of};

/// One line for each environment: how many of each.
pub(super) fn done(plan: &Plan<'_>, environments: &[Environment]) {
    for (at, environment) in environments.iter().enumerate() {
        let count = |what| plan.changes.iter().filter(|change| change.what[at] == what).count();
        let parts = [
            (count(What::Create), "created"),
            (count(What::Replace), "replaced"),
            (count(What::Unchanged), "unchanged"),
            (count(What::Skip), "skipped"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
        ui::say(&format!("{environment}: {}", parts.join(", ")));
    }
}

/// Values that had a day on which they expire, and have none now.
pub(super) fn without_a_day(index: &Index<'_>, plan: &Plan<'_>, environments: &[Environment]) {
    for change in &plan.changes {
        let replaced =
            environments.iter().zip(&change.what).filter(|(_, what)| **what == What::Replace);
        for (environment, _) in replaced {
            if let Some(lost) = expiry::without_a_day(index, &change.name, environment) {
                ui::say(&lost);
            }
        }
    }
}

/// What would be done, for each secret and environment.
pub(super) fn table(plan: &Plan<'_>, environments: &[Environment]) -> Result<(), Error> {
    let names = environments.iter().map(Environment::name);
    let mut table = Table::new(["secret", "line"].into_iter().chain(names));
    for change in &plan.changes {
        let cells = change.what.iter().map(|what| match what {
            What::Create | What::Replace => Cell::good(what.word()),
            What::Keep => Cell::bad(what.word()),
            What::Unchanged | What::Skip => Cell::faint(what.word()),
        });
        let line = change.entry.at.line.to_string();
        table.row([Cell::from(change.name.as_str()), Cell::from(line)].into_iter().chain(cells));
    }
    ui::table(&table)
}

/// What a real import would need beside the arguments of this one.
pub(super) fn needs(plan: &Plan<'_>) {
    ui::say("nothing was changed");
    if plan.changes.iter().any(|change| change.what.contains(&What::Skip)) {
        ui::say("`skip`: the value is empty; to set it all the same: --allow-empty");
    }
}

/// Names whose empty values were skipped.
pub(super) fn skipped(plan: &Plan<'_>) {
    let empty = plan.changes.iter().filter(|change| change.what.contains(&What::Skip));
    let names: Vec<&str> = empty.map(|change| change.name.as_str()).collect();
    if !names.is_empty() {
        ui::say(&format!(
            "skipped, because the value is empty: {}\nset it all the same with: --allow-empty",
            listed(names)
        ));
    }
}

/// Values that another reader of the format takes for others.
pub(super) fn doubtful(names: &[String], plan: &Plan<'_>, environments: &[Environment]) {
    let imported = plan.changes.iter().filter(|change| names.contains(&change.entry.name));
    let imported: Vec<_> = imported.collect();
    let (Some(first), Some(environment)) = (imported.first(), environments.first()) else { return };
    let lines: Vec<String> = imported
        .iter()
        .map(|change| format!("`{}` (line {})", Shown(&change.name), change.entry.at.line))
        .collect();
    ui::warn(&format!(
        "readers of .env files do not agree about {}\nlook at what was read here with: strongroom get {} {}",
        lines.join(", "),
        environment.flag(),
        Shown(&first.name)
    ));
}

/// Values that `run` and `export` refuse, since their variables can take over a program.
pub(super) fn dangerous(plan: &Plan<'_>) {
    let is_refused = |change: &&Change<'_>| {
        is_dangerous(&variable_of(&change.name)) && !change.what.contains(&What::Skip)
    };
    let refused: Vec<_> = plan.changes.iter().filter(is_refused).collect();
    if refused.is_empty() {
        return;
    }
    let line =
        |change: &&Change<'_>| format!("`{}` (line {})", Shown(&change.name), change.entry.at.line);
    let lines: Vec<String> = refused.iter().map(line).collect();
    let names: Vec<String> = refused.iter().map(|each| Shown(&each.name).to_string()).collect();
    ui::warn(&format!(
        "as variables these can take over a program, so `run` and `export` refuse them: {}\n\
         leave them out there, or of the import, with: --except {}",
        lines.join(", "),
        names.join(",")
    ));
}

/// The plan for programs.
pub(super) fn json(plan: &Plan<'_>, is_saved: bool) -> Result<(), Error> {
    let mut changes = Vec::new();
    for change in &plan.changes {
        for (environment, what) in plan.with(change) {
            changes.push(json!({
                "name": change.name,
                "line": change.entry.at.line,
                "environment": environment.name(),
                "change": what.word(),
            }));
        }
    }
    ui::json(&json!({ "saved": is_saved, "changes": changes }))
}
