//! Several deposits for one place: only one of them can be accepted.

use strongroom_vault::{Code, Deposit, Index, Shown, fold};

use super::candidate::has_moved_on;
use crate::deposits::shown_code;
use crate::error::Error;
use crate::ui::{self, Terminal};

/// The deposits for the place of this one, itself among them.
pub(super) fn of<'i, 't>(
    index: &'i Index<'t>,
    deposit: &Deposit<'_>,
) -> impl Iterator<Item = &'i Deposit<'t>> {
    index.deposits().waiting().iter().filter(|other| is_rival(deposit, other))
}

/// Whether two deposits are for one place; one is so with itself.
pub(super) fn is_rival(one: &Deposit<'_>, other: &Deposit<'_>) -> bool {
    place_of(one) == place_of(other)
}

/// Leaves one deposit for each place, or none: at a terminal somebody chooses, else it is an error.
pub(super) fn settle<'i, 't>(
    index: &Index<'_>,
    chosen: &[&'i Deposit<'t>],
    mut terminal: Option<&mut Terminal>,
) -> Result<Vec<&'i Deposit<'t>>, Error> {
    let mut settled = Vec::with_capacity(chosen.len());
    // They are sorted by place.
    for rivals in chosen.chunk_by(|one, other| is_rival(one, other)) {
        match (rivals, terminal.as_deref_mut()) {
            ([only], _) => settled.push(*only),
            (rivals, Some(terminal)) => settled.extend(ask(rivals, terminal)?),
            (rivals, None) => {
                let needs_force = rivals.iter().any(|rival| has_moved_on(index, rival));
                let force = if needs_force { " --force" } else { "" };
                return Err(Error::usage(format!(
                    "{}\naccept one with: strongroom accept CODE --yes{force}",
                    listed(rivals)
                )));
            }
        }
    }
    Ok(settled)
}

fn ask<'i, 't>(
    rivals: &[&'i Deposit<'t>],
    terminal: &mut Terminal,
) -> Result<Option<&'i Deposit<'t>>, Error> {
    ui::say(&listed(rivals));
    loop {
        let typed = terminal.ask("which one? (its code, or nothing to leave them all) ")?;
        if typed.is_empty() {
            return Ok(None);
        }
        let code = Code::parse(&typed).map(|code| code.plain());
        let meant = rivals.iter().find(|rival| Some(rival.code()) == code.as_deref());
        match meant {
            Some(rival) => return Ok(Some(*rival)),
            None => ui::say("none of these has that code"),
        }
    }
}

fn listed(rivals: &[&Deposit<'_>]) -> String {
    let first = rivals.first();
    let (name, environment) = first.map_or(("", ""), |first| (first.name(), first.environment()));
    let mut words = format!(
        "{} deposits wait for `{}` in `{}`, and one of them can be accepted:",
        rivals.len(),
        Shown(name),
        Shown(environment)
    );
    for rival in rivals {
        words = format!("{words}\n  {}  left {}", shown_code(rival), rival.left());
    }
    words
}

fn place_of(deposit: &Deposit<'_>) -> (String, String) {
    (fold(deposit.name()), deposit.environment().to_owned())
}
