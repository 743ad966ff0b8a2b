//! What the store has to lose: nothing outside of its bounds, nothing that the vault refers to, and never everything.

use std::collections::HashSet;

use strongroom_vault::{Environment, Index, Shown, StoreEntry, check_secret_name};

use super::places::refused;
use super::plan::{Act, Plan, Removal};
use crate::error::Error;
use crate::session::Session;
use crate::stores::{Asker, Listing, Offered, Sameness};

/// Refuses a store whose settings keep it within nothing: it would lose everything that its login can see.
pub(super) fn refuse_unbounded(asker: &Asker, store: &StoreEntry<'_>) -> Result<(), Error> {
    let name = Shown(store.name());
    match asker.bounds(store) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Error::usage(format!(
            "nothing is removed from the store `{name}`: its settings keep it within no part of the system that is the vault's \
             own, so everything else in it would go\n\
             give it a prefix, a namespace or a folder of its own, where its kind has one: strongroom store set {name} \
             SETTING=VALUE\n\
             or push without --prune"
        ))),
        Err(why) => Err(refused(store, &why)
            .with_hint("nothing was written: when that is settled, type the same command")),
    }
}

/// Adds what is to be removed to a plan.
pub(super) fn add_to(
    plan: &mut Plan<'_, '_>,
    session: &Session<'_>,
    asker: &Asker,
    environment: &Environment,
) -> Result<(), Error> {
    let store = plan.store;
    let Listing { offered, unnamed } = asker.list_own(store).map_err(|why| {
        Error::cannot(format!(
            "cannot list what the store `{}` has, so nothing was written: {why}",
            Shown(store.name())
        ))
        .with_hints(why.next(store.name()))
    })?;
    // What the vault refers to is looked at by itself: it may lead to a version, or into a value.
    let pushed: HashSet<&str> = plan.steps.iter().map(|step| &*step.place.reference).collect();
    let is_pushed = |offered: &Offered| pushed.contains(offered.reference.as_str());
    let sameness = Sameness::of(session.path(), &session.index, store);
    let (mut removed, mut left) = (Vec::new(), Vec::new());
    let no_reference = "it has `#` in its name, or `/` in that of its key, so no push wrote it";
    left.extend(unnamed.into_iter().map(|name| (name, no_reference.to_owned())));
    for offered in offered.into_iter().filter(|offered| !is_pushed(offered)) {
        match why_left(&session.index, &sameness, asker, store, environment, &offered) {
            Some(why) => left.push((offered.reference, why)),
            None => removed.push(Removal::of(offered.reference)),
        }
    }
    let is_there = |act: &Act| !matches!(act, Act::Create | Act::NotThere);
    (plan.removed, plan.left) = (removed, left);
    plan.make_way();
    // What makes way for a value is told by that to be the vault's.
    let is_emptied = plan.removed.iter().any(|removal| !removal.makes_way);
    if is_emptied && !plan.steps.iter().any(|step| is_there(&step.act)) {
        let names: Vec<&str> = plan.removals().collect();
        return Err(Error::usage(format!(
            "nothing was written: the store `{0}` has nothing of what would be pushed for `{environment}`, and would lose all \
             that it has: {1}\n\
             if it is the right one, push once without --prune, and then again with it",
            Shown(store.name()),
            some_of(&names)
        )));
    }
    Ok(())
}

/// Why something is not removed; none for what a push may have written and nobody needs.
fn why_left(
    index: &Index<'_>,
    sameness: &Sameness<'_, '_>,
    asker: &Asker,
    store: &StoreEntry<'_>,
    environment: &Environment,
    Offered { reference, name }: &Offered,
) -> Option<String> {
    if let Some(referrer) = sameness.referrer(reference) {
        let (secret, environment) = (Shown(referrer.secret), Shown(referrer.environment));
        return Some(format!("`{secret}` for `{environment}` refers to it"));
    }
    if let Some(other) = sameness.nested(reference) {
        return Some(format!("it lies within the store `{}`", Shown(other)));
    }
    if index.deposits().waiting_for(name, environment).next().is_some() {
        return Some("a value for it waits to be accepted".to_owned());
    }
    let own = || asker.reference_of(store, name);
    if check_secret_name(name).is_err() || own().as_ref() != Ok(reference) {
        return Some("no secret would lie there, so no push wrote it".to_owned());
    }
    None
}

/// The first few of some names.
fn some_of(names: &[&str]) -> String {
    let shown: Vec<String> =
        names.iter().take(NAMED).map(|name| format!("`{}`", Shown(name))).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// How many are named.
const NAMED: usize = 5;
