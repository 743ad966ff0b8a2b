//! The report for people: where something was found, and what to do next.

use std::slice;

use strongroom_vault::{Environment, Shown};

use crate::error::{Error, listed};
use crate::hints::{set_command, typed};
use crate::scan::keys::KeyKind;
use crate::scan::wanted::{Owner, Wanted};
use crate::scan::{Finding, Place, Report, What};
use crate::ui;

/// Prints what was found, a line each.
pub(super) fn found(wanted: &Wanted, report: &Report) -> Result<(), Error> {
    for finding in &report.found {
        let what = match finding.what {
            What::Value(number, spelling) => {
                format!("{}, {spelling}", named(&wanted.values[number]))
            }
            What::Key(kind) => kind.to_string(),
        };
        ui::data(&format!("{}: {what}\n", position(finding)))?;
    }
    Ok(())
}

/// Says what was looked at and what was not, and what to do.
pub(super) fn explain(wanted: &Wanted, report: &Report, is_staged: bool) {
    if report.further > 0 {
        ui::say(&format!("and {} more", report.further));
    }
    for fault in &wanted.key_faults {
        ui::warn(fault);
    }
    for (place, why) in &report.unread {
        ui::warn(&format!("cannot read {}: {why}", path(place)));
    }
    let found_nothing = report.found.is_empty();
    let is_quiet = is_staged && found_nothing;
    if !is_quiet {
        not_looked_for(wanted);
        not_looked_into(report);
    }
    if has_no_key(wanted) {
        ui::say("no key here opens a value: only access keys and age identities were looked for");
    } else if !wanted.closed.is_empty() {
        let vaults = wanted.closed.join(", ");
        ui::say(&format!("not looked for, since no key for them is here: the values of {vaults}"));
    } else if !(is_quiet || wanted.without_key.is_empty()) {
        let kinds = listed(wanted.without_key.iter().map(|kind| kind.as_str()));
        ui::say(&format!("not looked for, since no key for them is here: the values of {kinds}"));
    }
    match (found_nothing, is_staged) {
        (true, true) => {}
        (true, false) => ui::say(&format!(
            "nothing found in {}; looked for {}",
            counted(report.files, "file"),
            counted(wanted.values.len(), "value")
        )),
        (false, _) => advise(wanted, report, is_staged),
    }
}

fn advise(wanted: &Wanted, report: &Report, is_staged: bool) {
    ui::say(if is_staged {
        "\ntake it out of the files and stage them again, or commit all the same with: git commit --no-verify"
    } else {
        "\ntake it out of these files"
    });
    let mut values: Vec<(OfVault<'_>, Vec<&Environment>)> = Vec::new();
    for owner in report.found.iter().flat_map(|finding| owners_of(wanted, finding)) {
        let of = (owner.secret.as_str(), owner.vault.as_deref());
        match values.iter_mut().find(|(other, _)| *other == of) {
            None => values.push((of, vec![&owner.environment])),
            Some((_, environments)) if environments.contains(&&owner.environment) => {}
            Some((_, environments)) => environments.push(&owner.environment),
        }
    }
    if !values.is_empty() {
        ui::say(
            "what was committed, pushed or shared before is known: change it where it comes from, then:",
        );
        for ((secret, vault), environments) in values.iter().take(COMMANDS) {
            let there = vault
                .map(|vault| format!(" --vault {}", typed(vault.as_ref())))
                .unwrap_or_default();
            ui::say(&format!("  {}{there}", set_command(secret, environments.iter().copied())));
        }
        if values.len() > COMMANDS {
            ui::say(&format!("  and so for {} more", values.len() - COMMANDS));
        }
    }
    let is_api_key = |finding: &Finding| matches!(finding.what, What::Key(KeyKind::App));
    if report.found.iter().any(is_api_key) {
        ui::say(
            "an API key that was committed, pushed or shared gives its application's secret: revoke it, with: strongroom app key revoke",
        );
    }
    let is_key = |finding: &&Finding| matches!(finding.what, What::Key(_));
    if report.found.iter().filter(is_key).any(|finding| !is_api_key(finding)) {
        ui::say(
            "a key that was committed, pushed or shared opens all that its holder can open: replace it",
        );
    }
}

fn not_looked_for(wanted: &Wanted) {
    if !wanted.ordinary.is_empty() {
        let names: Vec<String> = wanted
            .ordinary
            .iter()
            .map(|(owner, why)| format!("{} ({why})", named(slice::from_ref(owner))))
            .collect();
        let count = counted(names.len(), "value");
        ui::say(&format!("not looked for: {count}: {}", names.join(", ")));
    }
    for (owner, why) in &wanted.unopened {
        ui::say(&format!("not looked for: {}: {why}", named(slice::from_ref(owner))));
    }
}

fn not_looked_into(report: &Report) {
    for (place, how) in &report.closed {
        ui::say(&format!("not looked into: {}: {how}", path(place)));
    }
}

/// Whether not one type could be opened, so that no value was looked for.
fn has_no_key(wanted: &Wanted) -> bool {
    wanted.values.is_empty() && wanted.ordinary.is_empty() && !wanted.without_key.is_empty()
}

fn owners_of<'w>(wanted: &'w Wanted, finding: &Finding) -> &'w [Owner] {
    match finding.what {
        What::Value(number, _) => &wanted.values[number],
        What::Key(_) => &[],
    }
}

/// `app.zip, config/.env:3`, or `app, byte 4096`.
fn position(finding: &Finding) -> String {
    let path = path(&finding.place);
    match finding.position.line {
        Some(line) => format!("{path}:{line}"),
        None => format!("{path}, byte {}", finding.position.offset),
    }
}

fn path(place: &Place) -> String {
    let members = place.members.iter().map(|member| format!(", {}", Shown(member)));
    [place.file.clone()].into_iter().chain(members).collect()
}

/// Whose value it is; the environments of one secret are told together.
fn named(owners: &[Owner]) -> String {
    let mut told: Vec<(String, Option<&str>, Vec<&str>)> = Vec::new();
    for owner in owners {
        let own = if owner.is_own { "your own value of " } else { "" };
        let secret = format!("{own}`{}`", Shown(&owner.secret));
        let vault = owner.vault.as_deref();
        let is_it = |(other, of, _): &&mut (String, Option<&str>, Vec<&str>)| {
            *other == secret && *of == vault
        };
        match told.iter_mut().find(is_it) {
            Some((_, _, environments)) => environments.push(owner.environment.name()),
            None => told.push((secret, vault, vec![owner.environment.name()])),
        }
    }
    let told = told.into_iter().map(|(secret, vault, environments)| {
        let of = vault.map(|vault| format!(" of {vault}")).unwrap_or_default();
        format!("{secret}{of} for {}", listed(environments))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How many commands are shown.
const COMMANDS: usize = 5;

/// A secret, and its vault where there are several.
type OfVault<'w> = (&'w str, Option<&'w str>);
