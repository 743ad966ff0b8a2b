//! What is to be done, and what is not pushed, for people and for programs.

use serde_json::{Value as Json, json};
use strongroom_vault::{Deposit, Environment, Index, Lookup, Secret, Shown, fold};

use super::plan::{Act, End, Plan, Removal, Step};
use crate::error::{Error, listed};
use crate::selection::Selection;
use crate::ui::{self, Cell, Table};

/// Shows what is to be done. What is as it should be is counted.
pub(super) fn show(plan: &Plan<'_, '_>) -> Result<(), Error> {
    let store = plan.store.name();
    let mut table = Table::new(["secret", &*format!("in {store}"), ""]);
    let mut rows = 0;
    for Step { place, act, .. } in &plan.steps {
        let what = match act {
            Act::Create => Cell::good("create"),
            Act::Replace => Cell::doubtful("replace"),
            Act::NotThere => Cell::bad("is not there, and the vault refers to it"),
            Act::Same | Act::InPlace => continue,
        };
        table.row([Cell::from(place.secret.name()), Cell::from(place.reference.as_str()), what]);
        rows += 1;
    }
    for reference in plan.removals() {
        table.row([Cell::faint("-"), Cell::from(reference), Cell::bad("remove")]);
        rows += 1;
    }
    if rows > 0 {
        ui::table(&table)?;
    }
    for (reference, why) in &plan.left {
        ui::say(&format!("{store}:{} is left: {why}", Shown(reference)));
    }
    let count = |is: fn(&Act) -> bool| plan.steps.iter().filter(|step| is(&step.act)).count();
    let parts = [
        (count(|act| *act == Act::Create), "to create"),
        (count(|act| *act == Act::Replace), "to replace"),
        (plan.removed.len(), "to remove"),
        (count(|act| *act == Act::NotThere), "not there"),
        (count(|act| matches!(act, Act::Same | Act::InPlace)), "unchanged"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|it| it.0 > 0).map(|(n, what)| format!("{n} {what}")).collect();
    ui::say(&parts.join(", "));
    Ok(())
}

/// What the vault has no value to push of.
pub(super) struct Unpushed<'i> {
    /// Secrets without a value for the environment.
    missing: Vec<&'i str>,
    /// Secrets for which a value waits to be accepted.
    deposits: Vec<&'i str>,
}

impl<'i> Unpushed<'i> {
    pub(super) fn of(
        index: &'i Index<'_>,
        environment: &Environment,
        selection: &Selection,
    ) -> Self {
        let is_meant = |name: &str| selection.takes(|given| fold(given) == fold(name));
        let deposits = index.deposits().waiting().iter().filter(|deposit| {
            let to = deposit.environment();
            to == environment.name() || to == environment.kind().as_str()
        });
        let mut deposits: Vec<&str> =
            deposits.map(Deposit::name).filter(|name| is_meant(name)).collect();
        deposits.sort_unstable();
        deposits.dedup();
        let waits = |name: &str| deposits.iter().any(|it| fold(it) == fold(name));
        let missing = index
            .secrets()
            .filter(|secret| matches!(index.lookup_in(secret, environment), Lookup::Missing))
            .map(Secret::name)
            .filter(|name| is_meant(name) && !waits(name))
            .collect();
        Self { missing, deposits }
    }

    pub(super) fn say(&self, environment: &Environment) {
        if !self.missing.is_empty() {
            let names = listed(self.missing.iter().copied());
            ui::say(&format!("without a value for {environment}, so not pushed: {names}"));
        }
        if !self.deposits.is_empty() {
            let names = listed(self.deposits.iter().copied());
            let accept = format!("strongroom accept {}", environment.flag());
            ui::say(&format!(
                "a new value waits, and is not pushed: {names}; take it with: {accept}"
            ));
        }
    }
}

/// The same for programs: what is to be done, or with `saved` what was done.
pub(super) fn json(
    plan: &Plan<'_, '_>,
    environment: &Environment,
    unpushed: &Unpushed<'_>,
    is_saved: bool,
) -> Json {
    let values = plan.steps.iter().map(|Step { place, act, end, .. }| {
        let done = match act {
            Act::Create => "created",
            Act::Replace => "replaced",
            Act::Same => "unchanged",
            Act::InPlace => "in-place",
            Act::NotThere => "absent",
        };
        let (change, why) = told(end, done);
        json!({
            "name": place.secret.name(),
            "reference": place.reference,
            "change": change,
            "why": why,
        })
    });
    let removed = plan.removed.iter().map(|Removal { reference, end, .. }| {
        let (change, why) = told(end, "removed");
        json!({ "reference": reference, "change": change, "why": why })
    });
    let left = plan.left.iter().map(|(at, why)| json!({ "reference": at, "why": why }));
    json!({
        "environment": environment.name(),
        "store": plan.store.name(),
        "values": values.collect::<Vec<_>>(),
        "removed": removed.collect::<Vec<_>>(),
        "left": left.collect::<Vec<_>>(),
        "missing": unpushed.missing,
        "deposits": unpushed.deposits,
        "saved": is_saved,
    })
}

fn told<'e>(end: &'e End, done: &'static str) -> (&'static str, Option<&'e str>) {
    match end {
        End::Open | End::Done => (done, None),
        End::Failed(why) => ("failed", Some(why)),
        End::Untried => ("untried", None),
    }
}
