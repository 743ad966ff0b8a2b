//! `strongroom push`: makes a store hold what the vault holds for an environment.

mod carry_out;
mod places;
mod plan;
mod prune;
mod report;

use std::path::Path;

use strongroom_vault::{Environment, Expired, Index, Plaintext, Shown, ShownPath, StoreEntry};

use self::carry_out::carry_out;
use self::places::Places;
use self::plan::Plan;
use self::report::{Unpushed, json, show};
use crate::environments::One;
use crate::error::{Error, Status};
use crate::expiry;
use crate::git::{Answer, FileInTree};
use crate::keys::Keys;
use crate::reveal;
use crate::selection::{Chosen, Selection, Undone};
use crate::session::{Place, Session};
use crate::stores::{self, Asker};
use crate::ui::{self, Terminal};

/// Make a store hold what the vault holds for an environment
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom push --to STORE <--type TYPE | --env NAME> [OPTIONS]",
    after_help = "\
Writes every value that the store lacks or has another for, at the secret's own name, as `set --store` does. What is
equal is left. The vault is not changed, and values of your own (set --mine) are never pushed. Values are opened and the store is read before anything is written, side by
side; whatever stops it half way, the same command does the rest.

With --prune what lies within the store's bounds (its prefix, namespace or folder) and is no longer in the vault is
removed, after every value is written. Nothing is removed that the vault refers to.

Exit status: 0; 1 with --dry-run if there is something to do, or if there is nothing to push; 3 if something could not
be opened, read or written.

Examples:
  strongroom push --to cluster --env staging --dry-run
  strongroom push --to cluster --env staging
  strongroom push --to cluster --type production --prune --yes"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// The store; the default one of the environment if not said
    #[arg(long, value_name = "STORE")]
    to: Option<String>,

    #[command(flatten)]
    selection: Selection,

    /// Remove what the store has and the vault does not
    #[arg(long)]
    prune: bool,

    /// Do not ask before something is removed
    #[arg(long, requires = "prune")]
    yes: bool,

    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    if args.prune && !args.selection.is_everything() {
        return Err(Error::usage(
            "--prune looks at everything that the store has, so it goes with neither --only nor --except\n\
             push those first, and then everything with --prune",
        ));
    }
    if stores::is_keyless() {
        return Err(Error::cannot(
            "STRONGROOM_KEYLESS says that no key is here, and only who has it can push\n\
             unset STRONGROOM_KEYLESS where a key is at hand",
        ));
    }
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let example = "strongroom push --to STORE --type production";
    let environment = args.environment.need(index, example)?;
    let example = format!("strongroom push {} --to STORE", environment.flag());
    let store = stores::named_or_default(index, args.to.as_deref(), &environment, &example)?;
    if !args.dry_run {
        reveal::permit_into(store)?;
    }
    let chosen = args.selection.choose(index, None, &environment, UNDONE, |_| false)?;
    if chosen.is_empty() {
        return Err(nothing_to_push(&environment, args.prune));
    }
    refuse_expired(index, &environment, &chosen)?;
    let asker = Asker::of(&session);
    let places = Places::of(&session, &asker, store, &environment, &chosen)?;
    if args.prune {
        prune::refuse_unbounded(&asker, store)?;
    }
    let mut keys = Keys::of_types(index, [environment.kind()])?;
    stores::refuse_doubtful(index, &mut keys, &asker, store, &[environment.kind()], None)?;
    let values = open(&session, &keys, &environment, chosen, &places, args)?;
    let mut plan = Plan::of(&asker, places, values)?;
    if args.prune {
        prune::add_to(&mut plan, &session, &asker, &environment)?;
    }
    let unpushed = Unpushed::of(index, &environment, &args.selection);
    if !args.json {
        show(&plan)?;
    }
    unpushed.say(&environment);
    let is_carried_out = !args.dry_run && plan.has_something_to_do();
    if is_carried_out {
        agree(&plan, args)?;
    }
    let failure =
        if is_carried_out { carry_out(&mut plan, &asker, &environment) } else { Ok(()) }.err();
    if is_carried_out {
        warn_if_not_ignored(&session, store);
    }
    if args.json {
        ui::json(&json(&plan, &environment, &unpushed, is_carried_out))?;
    }
    match failure.or_else(|| plan.not_there(&environment)) {
        Some(failure) => Err(failure),
        None if args.dry_run && plan.has_something_to_do() => {
            ui::say("nothing was changed");
            Ok(Status::No)
        }
        None => Ok(Status::Done),
    }
}

/// Values in clear, in a folder that somebody could commit.
fn warn_if_not_ignored(session: &Session<'_>, store: &StoreEntry<'_>) {
    let Some(path) = store.text("path").filter(|_| store.kind() == "directory") else { return };
    let folder = session.path().parent().unwrap_or(Path::new(".")).join(path);
    let shown = ShownPath(&folder);
    match FileInTree::of(&folder.join("secret")).is_exposed() {
        Answer::No => {}
        Answer::Yes => ui::warn(&format!(
            "git does not ignore {shown}, where the values lie in clear\nadd it to .gitignore"
        )),
        Answer::Unknown(why) => ui::warn(&format!(
            "nobody can tell whether git ignores {shown}, where the values lie in clear: {why}\n\
             see that it is in .gitignore"
        )),
    }
}

fn nothing_to_push(environment: &Environment, is_pruning: bool) -> Error {
    let error =
        Error::no(format!("there is nothing to push: no secret has a value for `{environment}`"));
    if is_pruning {
        return error.with_hint("nothing was removed: a store is never emptied by a push");
    }
    error
}

/// With `[build] expired = "deny"` a value that has expired stops a build, a `check`, and what hands values out for good.
fn refuse_expired(
    index: &Index<'_>,
    environment: &Environment,
    chosen: &[Chosen<'_, '_>],
) -> Result<(), Error> {
    if index.build_expired() != Expired::Deny {
        expiry::remind(index, chosen.iter().map(Chosen::sealed));
        return Ok(());
    }
    let is_pushed = |name: &str| chosen.iter().any(|each| each.sealed().0.name() == name);
    let mut expired = expiry::expiring(index, std::slice::from_ref(environment));
    expired.retain(|each| each.is_expired() && is_pushed(&each.name));
    if expired.is_empty() {
        return Ok(());
    }
    expiry::warn(index, &expired);
    let names: Vec<&str> = expired.iter().map(|each| each.name.as_str()).collect();
    Err(Error::no(format!(
        "nothing was written: [build] expired = \"deny\" holds expired values back\nleave them out with: --except {}",
        Shown(&names.join(","))
    )))
}

/// Opens the values that are to be written; the answer has none for what lies in the store already.
fn open(
    session: &Session<'_>,
    keys: &Keys,
    environment: &Environment,
    chosen: Vec<Chosen<'_, '_>>,
    places: &Places<'_, '_>,
    args: &Args,
) -> Result<Vec<Option<Plaintext>>, Error> {
    places.check_seals(&session.index, keys)?;
    let is_in_place: Vec<bool> = places.are_in_place().collect();
    let mut flags = is_in_place.iter();
    let written: Vec<Chosen<'_, '_>> =
        chosen.into_iter().filter(|_| flags.next() == Some(&false)).collect();
    let values = args.selection.open_with(keys, session, environment, &written, UNDONE)?;
    let mut values = values.into_iter();
    Ok(is_in_place.iter().map(|is| if *is { None } else { values.next() }).collect())
}

fn agree(plan: &Plan<'_, '_>, args: &Args) -> Result<(), Error> {
    if plan.removals().next().is_none() || args.yes {
        return Ok(());
    }
    let mut terminal = Terminal::of_person().ok_or_else(|| {
        Error::usage(
            "no terminal to ask at, and something is to be removed: nothing was changed\n\
             do it with: --yes, without --prune, or only look with: --dry-run",
        )
    })?;
    let count = plan.removals().count();
    let question = match count {
        1 => "remove 1 value from the store, after the others are written?".to_owned(),
        _ => format!("remove {count} values from the store, after the others are written?"),
    };
    terminal.confirm(&question, Error::no("nothing was changed"))
}

const UNDONE: Undone = Undone("nothing was written");
