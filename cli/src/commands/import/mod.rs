//! `strongroom import`: the values of another program's file, all in one save or none.

mod foreign;
mod input;
mod leftover;
mod names;
mod plan;
mod report;

use std::path::PathBuf;

use strongroom_vault::{Draft, Environment, Index};

use self::input::{Format, Input};
use self::plan::Plan;
use crate::environments::Several;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::selection::Selection;
use crate::session::Place;
use crate::today::today;
use crate::ui::{self, Progress};
use crate::value::kinds_of;

/// Set the values that a file of another program holds
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom import [--type TYPES] [--env NAMES] [OPTIONS] [FILE]",
    after_help = "\
Everything is set in one save, or nothing is. A name that is a spelling of a secret, or the variable that
`run` gives one, sets that secret; any other becomes a new secret. Tables and Kubernetes Secrets are groups.
Nothing in a value is expanded.

The format is that of the file's name: .env, .env.*, *.env, *.json, *.yaml, *.yml, *.toml; else name it.

JSON: {\"saved\": true | false, \"changes\": [{\"name\", \"line\", \"environment\", \"change\": \"create\" | \"replace\" |
  \"keep\" | \"unchanged\" | \"skip\"}]}, where \"keep\" needs --replace and \"skip\" needs --allow-empty

Examples:
  strongroom import .env --type local --dry-run             shows what it would do
  strongroom import .env --type local,dev
  kubectl get secret -o yaml | strongroom import --format kubernetes --type prod
  printenv ENCORE_APP_SECRETS | strongroom import --format encore --env staging"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Take the file for this: dotenv, json, yaml, toml, kubernetes, encore
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Option<Format>,

    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Replace values that are there and differ
    #[arg(long)]
    replace: bool,

    /// Set empty values too, which are skipped otherwise
    #[arg(long)]
    allow_empty: bool,

    #[command(flatten)]
    selection: Selection,

    #[arg(
        long,
        value_name = "NAME",
        help = "Take the keys of this Kubernetes Secret for names without a group"
    )]
    name: Option<String>,

    /// Print JSON, as below
    #[arg(long)]
    json: bool,

    /// The file; without one, or with -, standard input
    file: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let input = Input::of(args.file.as_deref(), args.format, args.name.as_deref())?;
    let example = format!("strongroom import --type local {}", input.argument());
    let environments = args.environments.need(&session.index, &example)?;
    let read = input.read()?;
    if read.entries.is_empty() {
        ui::say(&format!("{} holds no values", input.described()));
        return Ok(Status::Done);
    }
    let keys = Keys::of_types(&session.index, kinds_of(&environments))?;
    let make = |draft: &mut Draft<'_, '_>, index: &Index<'_>| {
        let plan = Plan::of(index, &keys, &environments, &read.entries, args, &input)?;
        if !args.dry_run {
            plan.refuse_replacing(args, &input)?;
        }
        set_all(&plan, draft, index, &keys, &environments)?;
        Ok(plan)
    };
    let plan = if args.dry_run { session.rehearse(make)? } else { session.edit(make)? };
    if args.json {
        report::json(&plan, !args.dry_run)?;
    } else if args.dry_run {
        report::table(&plan, &environments)?;
        report::needs(&plan);
    } else {
        report::done(&plan, &environments);
        report::without_a_day(&session.index, &plan, &environments);
        report::skipped(&plan);
    }
    report::doubtful(&read.doubtful, &plan, &environments);
    report::dangerous(&plan);
    if args.dry_run {
        plan.refuse_replacing(args, &input)?;
    }
    if let (false, Some(path)) = (args.dry_run, input.path()) {
        leftover::hint(path);
    }
    Ok(Status::Done)
}

/// Puts everything that is to be created or replaced into the draft.
fn set_all(
    plan: &Plan<'_>,
    draft: &mut Draft<'_, '_>,
    index: &Index<'_>,
    keys: &Keys,
    environments: &[Environment],
) -> Result<(), Error> {
    let progress = Progress::new("sealing", plan.changes.len());
    for change in &plan.changes {
        for (environment, what) in environments.iter().zip(&change.what) {
            if what.is_written() {
                let key = keys.current_data_key(index, environment.kind())?;
                let value = &change.entry.value;
                draft.set_value(key, &change.name, environment, value, today())?;
            }
        }
        progress.step();
    }
    Ok(())
}
