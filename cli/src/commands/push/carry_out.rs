//! Does what is to be done: first every value is written, then what is too much is removed. What lies in the way of a value
//! goes between the two, once all others are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use strongroom_vault::{Environment, Plaintext, Shown};

use super::places::refused;
use super::plan::{Act, End, Plan, Removal};
use crate::error::{Error, listed};
use crate::stores::{Asker, Change, Changed};
use crate::system;
use crate::ui::{self, Progress};

/// Carries a plan out, as far as it goes, and says what was done. The error says what was not.
pub(super) fn carry_out(
    plan: &mut Plan<'_, '_>,
    asker: &Asker,
    environment: &Environment,
) -> Result<(), Error> {
    let stop = system::asked_to_stop();
    let turns = [Turn::Free, Turn::InTheWay];
    let result = turns.into_iter().try_for_each(|turn| {
        // What makes way goes in the second turn, before what waits for it.
        if turn == Turn::InTheWay {
            remove(plan, asker, &stop, turn)?;
        }
        write(plan, asker, &stop, turn, environment)
    });
    let result = result.and_then(|()| remove(plan, asker, &stop, Turn::Free));
    if result.is_err() {
        plan.leave_the_rest();
    }
    if result.is_ok() || !stop.load(Ordering::SeqCst) {
        return result;
    }
    // Whoever stops it wants to know how far it came.
    if let Err(error) = &result {
        ui::error(error);
    }
    Err(Error::interrupted())
}

/// When something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Of values: nothing is in their way. Of what goes: it is in no value's way.
    Free,
    /// What lies in the way of a value, and the value.
    InTheWay,
}

fn write(
    plan: &mut Plan<'_, '_>,
    asker: &Asker,
    stop: &Arc<AtomicBool>,
    turn: Turn,
    environment: &Environment,
) -> Result<(), Error> {
    let written = (0..plan.steps.len()).filter(|&at| plan.steps[at].act.writes());
    let (waiting, free): (Vec<usize>, Vec<usize>) =
        written.partition(|&at| plan.waits(&plan.steps[at]));
    let (steps, later) = match turn {
        Turn::Free => (free, waiting),
        Turn::InTheWay => (waiting, Vec::new()),
    };
    let changes: Vec<Change<'_>> = steps
        .iter()
        .map(|&at| {
            let one = &plan.steps[at];
            let value = one.value.as_ref().map(Plaintext::as_bytes);
            Change { reference: &one.place.reference, value }
        })
        .filter(|change| change.value.is_some())
        .collect();
    let ends = made(plan, asker, &changes, stop, "writing")?;
    let store = plan.store.name();
    let mut undone = Undone::default();
    for (at, end) in steps.into_iter().zip(ends) {
        let one = &plan.steps[at];
        let (name, place) = (one.place.secret.name(), &one.place.reference);
        match &end {
            End::Done => {
                let did = if one.act == Act::Create { "created" } else { "replaced" };
                ui::say(&format!("{did} {name} at {store}:{place}"));
            }
            End::Failed(why) => {
                undone.failed.push(format!("`{}` at `{}`: {why}", Shown(name), Shown(place)));
                undone.hints.extend(plan.way(one, environment));
            }
            End::Open | End::Untried => undone.untried.push(name.to_owned()),
        }
        plan.steps[at].end = end;
    }
    if !undone.is_empty() {
        let names = later.iter().map(|&at| plan.steps[at].place.secret.name().to_owned());
        undone.untried.extend(names);
    }
    let rest = match turn {
        _ if plan.removed.is_empty() => "",
        Turn::Free => "\nnothing was removed",
        Turn::InTheWay => "\nnothing else was removed",
    };
    undone.into_result(plan, "written into", rest)
}

fn remove(
    plan: &mut Plan<'_, '_>,
    asker: &Asker,
    stop: &Arc<AtomicBool>,
    turn: Turn,
) -> Result<(), Error> {
    let is_now = |removal: &Removal| removal.makes_way == (turn == Turn::InTheWay);
    let changes: Vec<Change<'_>> = plan
        .removed
        .iter()
        .filter(|removal| is_now(removal))
        .map(|removal| Change { reference: &removal.reference, value: None })
        .collect();
    let ends = made(plan, asker, &changes, stop, "removing")?;
    let store = plan.store.name();
    let mut undone = Undone::default();
    let removed = plan.removed.iter_mut().filter(|removal| is_now(removal));
    for (removal, end) in removed.zip(ends) {
        let place = &removal.reference;
        match &end {
            End::Done => ui::say(&format!("removed {store}:{place}")),
            End::Failed(why) => undone.failed.push(format!("`{}`: {why}", Shown(place))),
            End::Open | End::Untried => undone.untried.push(place.clone()),
        }
        removal.end = end;
    }
    undone.into_result(plan, "removed from", "")
}

/// Makes changes; how far each came, in order.
fn made(
    plan: &Plan<'_, '_>,
    asker: &Asker,
    changes: &[Change<'_>],
    stop: &Arc<AtomicBool>,
    doing: &'static str,
) -> Result<Vec<End>, Error> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let progress = Progress::new(doing, changes.len());
    let outcomes = asker.change(plan.store, changes, stop, || progress.step());
    drop(progress);
    let end = |changed: Changed| match changed {
        Changed::Done => End::Done,
        Changed::Failed(why) => End::Failed(why.to_string()),
        Changed::Untried => End::Untried,
    };
    Ok(outcomes.map_err(|why| refused(plan.store, &why))?.into_iter().map(end).collect())
}

/// What was not done.
#[derive(Default)]
struct Undone {
    failed: Vec<String>,
    untried: Vec<String>,
    hints: Vec<String>,
}

impl Undone {
    fn is_empty(&self) -> bool {
        self.failed.is_empty() && self.untried.is_empty()
    }

    fn into_result(self, plan: &Plan<'_, '_>, done: &str, rest: &str) -> Result<(), Error> {
        let (failed, untried) = (self.failed.len(), self.untried.len());
        if failed + untried == 0 {
            return Ok(());
        }
        let all = match done {
            "written into" => plan.steps.iter().filter(|step| step.act.writes()).count(),
            _ => plan.removed.len(),
        };
        let was = if failed + untried == 1 { "was" } else { "were" };
        let mut text = format!(
            "{} of {all} values {was} not {done} the store `{}`",
            failed + untried,
            Shown(plan.store.name())
        );
        for line in &self.failed {
            text = format!("{text}\n{line}");
        }
        if untried > 0 {
            let names = listed(self.untried.iter().map(String::as_str));
            text = format!("{text}\nnot tried: {names}");
        }
        let again =
            "when that is settled, the same command does the rest: what is done already is left";
        let mut hints = self.hints;
        hints.dedup();
        Err(Error::cannot(format!("{text}{rest}\n{again}")).with_hints(hints))
    }
}
