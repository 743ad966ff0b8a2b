//! The report for people: a table, and what to do next.

use strongroom_vault::{Environment, EnvironmentType, Index, Shown, nearest};

use super::live::not_given;
use super::opening::Opening;
use super::report::{Report, Row, State};
use crate::error::{Error, listed};
use crate::hints::set_command;
use crate::source::{Declared, Elsewhere, Finding};
use crate::ui::{self, Cell, Table};
use crate::value::Unopened;

/// Prints the table, and what nothing declares.
pub(super) fn data(report: &Report) -> Result<(), Error> {
    if !report.rows.is_empty() {
        let names = report.shown.iter().map(Environment::name);
        let mut table = Table::new(["declared"].into_iter().chain(names).chain(["where"]));
        for row in &report.rows {
            let columns = report.shown.iter().zip(&row.states);
            let cells =
                columns.map(|(environment, state)| cell(*state, report.counts(environment)));
            let name = Cell::from(row.declared.name.as_str());
            table.row([name].into_iter().chain(cells).chain([places(row)]));
        }
        ui::table(&table)?;
    }
    if !report.undeclared.is_empty() {
        let mut table = Table::new(["not declared", "values"]);
        for (name, environments) in &report.undeclared {
            table.row([Cell::from(name.as_str()), Cell::faint(environments.join(", "))]);
        }
        if !report.rows.is_empty() {
            ui::data("\n")?;
        }
        ui::table(&table)?;
    }
    Ok(())
}

fn cell(state: State, counts: bool) -> Cell {
    match state {
        State::Own(version) => Cell::good(format!("✓ {version}")),
        State::OfType => Cell::good("·"),
        State::Optional => Cell::faint("optional"),
        State::Missing if counts => Cell::bad("missing"),
        State::OnlyDeposit(_) if counts => Cell::bad("deposit"),
        State::OtherDataKey if counts => Cell::bad("! missing"),
        State::Missing => Cell::faint("-"),
        State::OnlyDeposit(_) => Cell::faint("deposit"),
        State::OtherDataKey => Cell::faint("!"),
    }
}

fn places(row: &Row) -> Cell {
    let places: Vec<String> = row.declared.places.iter().map(ToString::to_string).collect();
    Cell::faint(places.join(", "))
}

/// Says what the table means, what is wrong besides, and what to type.
pub(super) fn explain(
    index: &Index<'_>,
    report: &Report,
    opening: &Opening,
    unchecked: Option<&str>,
) {
    if !report.rows.is_empty() {
        ui::say(
            "\n✓ own value and its version   · that of the type   - missing, not counted   ! under another data key",
        );
    }
    if let Some(why) = unchecked {
        ui::say(&format!("{why}: only the vault's own values were checked"));
    }
    for Finding { at, message } in &report.unread {
        ui::error(&Error::no(format!("{at}: cannot be read, and was left out: {message}")));
    }
    for Finding { at, message } in &report.faults {
        ui::error(&Error::no(format!("{at}: {message}")));
    }
    for Finding { at, message } in &report.unresolved {
        ui::say(&format!("{at}: {message}"));
    }
    for Elsewhere { package, vault } in &report.elsewhere {
        ui::say(&format!(
            "package `{}` looks for another vault, {}: its secrets are not among these",
            Shown(package),
            vault.display()
        ));
    }
    explain_opening(index, opening);
    // Of secrets there may be nothing to say where only settings are declared.
    let is_silent = report.rows.is_empty() && report.settings.is_declared();
    if report.has_source && !(is_silent && report.unread.is_empty()) {
        summarize(report);
    }
    for text in report.rows.iter().filter_map(Row::is_a_setting) {
        ui::say(&text);
    }
    for (declared, near) in near_misses(report) {
        // Nothing else would ever say so: the program starts, and goes without.
        let none = if declared.is_optional { "\nas it is, the field is always `None`" } else { "" };
        let name = &declared.name;
        ui::say(&format!(
            "`{name}` is declared, and the vault has `{near}`: did you mean it?{none}"
        ));
    }
    explain_deposits(report);
    let commands = commands(report);
    if !commands.is_empty() {
        ui::say(&format!("set what is missing with:\n  {}", commands.join("\n  ")));
    }
}

/// What was counted, in two lines at most.
fn summarize(report: &Report) {
    let counted = listed(report.counted.iter().map(Environment::name));
    let incomplete = report.incomplete();
    let is_some = !incomplete.is_empty() && incomplete.len() < report.counted.len();
    let (lacking, counted) = if is_some {
        (listed(incomplete), format!("\ncounted: {counted}"))
    } else {
        (counted, String::new())
    };
    let unread = match report.unread.len() {
        0 => String::new(),
        1 => "; 1 file could not be read".to_owned(),
        unread => format!("; {unread} files could not be read"),
    };
    let declared = report.rows.len();
    ui::say(&format!(
        "{declared} declared, {} missing for {lacking}{unread}{counted}",
        report.missing()
    ));
}

fn explain_opening(index: &Index<'_>, opening: &Opening) {
    for fault in &opening.key_faults {
        ui::error(&Error::cannot(fault));
    }
    for (name, environment, why) in &opening.unopened {
        if matches!(why, Unopened::NotGiven { .. }) {
            ui::error(&not_given(name, environment, why));
            continue;
        }
        let own = index.environment(environment);
        let again = own.map(|own| set_command(name, [&own])).unwrap_or_default();
        ui::error(&Error::cannot(format!(
            "`{}` for `{}` is {why}\nrestore the line from git, or set it again with: {again}",
            Shown(name),
            Shown(environment)
        )));
    }
    if opening.opened > 0 {
        let plural = if opening.opened == 1 { "value opens" } else { "values open" };
        ui::say(&format!("{} {plural}", opening.opened));
    }
    if opening.fitting > 0 {
        let fit = if opening.fitting == 1 {
            "reference fits its seal"
        } else {
            "references fit their seals"
        };
        ui::say(&format!("{} {fit}", opening.fitting));
    }
    if !opening.without_key.is_empty() {
        let kinds = opening.without_key.iter().map(|kind| EnvironmentType::as_str(*kind));
        ui::say(&format!("values for {} were not opened: no key for them here", listed(kinds)));
    }
}

/// Says what only waits to be accepted.
fn explain_deposits(report: &Report) {
    for row in &report.rows {
        let waits: Vec<String> = report
            .waiting(row)
            .map(|(environment, left)| format!("`{environment}` (since {left})"))
            .collect();
        if !waits.is_empty() {
            ui::say(&format!(
                "`{}` has only a deposit for {}\na holder types: strongroom accept {}",
                row.declared.name,
                waits.join(", "),
                row.declared.spelled
            ));
        }
    }
}

/// Declared secrets that the vault does not have, each with one that nothing declares and that is
/// spelled much alike.
fn near_misses(report: &Report) -> impl Iterator<Item = (&Declared, &str)> {
    let free = || report.undeclared.iter().map(|(name, _)| name.as_str());
    let unknown = report.rows.iter().filter(|row| row.states.iter().all(|state| !state.is_value()));
    unknown.filter_map(move |row| {
        nearest(&row.declared.name, free()).map(|near| (&row.declared, near))
    })
}

/// One command for each secret that has no value, and one for each value under another data key:
/// those of several environments are seldom the same.
fn commands(report: &Report) -> Vec<String> {
    let mut commands = Vec::new();
    for row in report.rows.iter().filter(|row| row.is_a_setting().is_none()) {
        let name = &row.declared.spelled;
        let mut missing = report.lacking(row, State::Missing).peekable();
        if missing.peek().is_some() {
            commands.push(set_command(name, missing));
        }
        let lacking = report.lacking(row, State::OtherDataKey);
        commands.extend(lacking.map(|environment| set_command(name, [environment])));
    }
    commands
}
