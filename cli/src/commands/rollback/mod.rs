//! `strongroom rollback`: an earlier version's value, from git's history, as a new version.

mod find;

use serde_json::json;
use strongroom_vault::{
    DataKey, Environment, Expiry, Index, OpenError, Place as SealedFor, Plaintext, Secret,
    SetOutcome, Shown, Terms, check_settable,
};

use self::find::Earlier;
use crate::environments::{One, unchanged};
use crate::error::{Error, Status};
use crate::history::{InGit, still_known};
use crate::keys::Keys;
use crate::session::Place;
use crate::today::today;
use crate::ui::{self, Terminal};

/// Set the value of an earlier version again, from git's history, as a new version
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A version that lies under an earlier data key opens only with the one before the current, and what
lies under that may have been sealed by somebody who was removed: it asks, or wants --yes.

Examples:
  strongroom history --type production github_api_token
  strongroom rollback github_api_token --to 3 --type production")]
pub(crate) struct Args {
    /// The version whose value is set again
    #[arg(long, value_name = "VERSION", value_parser = clap::value_parser!(u32).range(1..))]
    to: u32,

    #[command(flatten)]
    environment: One,

    /// The commit that has it, where two branches had a version of this number
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,

    /// Take a version that lies under the previous data key without asking
    #[arg(long)]
    yes: bool,

    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The secret's name
    name: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    if !args.environment.is_given() {
        return Err(Error::usage("for which environment? name it with --type or --env").with_hint(
            format!(
                "for example: strongroom rollback {} --to {} --type production",
                Shown(&args.name),
                args.to
            ),
        ));
    }
    let environment = args.environment.pick(index)?;
    let name = index.secret(&args.name).map_or(args.name.as_str(), Secret::name);
    check_settable(index, name, &environment)?;
    let file = InGit::of(session.path())?;
    let log = file.log(&["HEAD"])?;
    let found = find::find(args, &session, &file, &log, &environment)?;
    let keys = Keys::of_types(index, [environment.kind()])?;
    let key = keys.current_data_key(index, environment.kind())?;
    let earlier = find::choose(args, index, key, found)?;
    let (value, is_retired) = open(&earlier, index, key, &environment)?;
    crate::log::opened_for(&earlier.place.name, &earlier.place.environment);
    let (of, first) = (&earlier.change, &earlier.origin);
    let again = format!(", first in commit {}", first.short());
    let again = if of.commit == first.commit { "" } else { &again };
    let from = format!("version {} (commit {}, {}{again})", args.to, of.short(), of.day());
    if is_retired && args.dry_run {
        ui::warn(&whose(args, &earlier));
    } else if is_retired && !args.yes {
        agree(args, &earlier, &environment)?;
    }
    let terms = Terms { expiry: Expiry::Unsaid, known_to: earlier.known_to.clone() };
    let set = |draft: &mut strongroom_vault::Draft<'_, '_>, index: &Index<'_>| {
        unchanged(index, &environment)?;
        let key = keys.current_data_key(index, environment.kind())?;
        let terms = terms.clone();
        Ok(draft.set_value_until(key, name, &environment, value.as_bytes(), today(), terms)?)
    };
    let outcome = if args.dry_run { session.rehearse(set)? } else { session.edit(set)? };
    let would = if args.dry_run { "would set" } else { "set" };
    let (version, said) = match outcome {
        SetOutcome::Unchanged => {
            let now = index.secret(name).and_then(|it| it.value(environment.name()));
            let now = now.map_or(0, strongroom_vault::Value::version);
            (now, format!("unchanged {name} for {environment}: it has the value of {from}"))
        }
        SetOutcome::Created => {
            (1, format!("{would} {name} for {environment} to {from}, as version 1"))
        }
        SetOutcome::Updated(version) => {
            (version, format!("{would} {name} for {environment} to {from}, as version {version}"))
        }
    };
    ui::say(&said);
    if let Some(words) = still_known(&earlier.known_to, name) {
        ui::say(&words);
    }
    if args.json {
        ui::json(&json!({
            "name": name,
            "environment": environment.name(),
            "to": args.to,
            "commit": of.commit,
            "author": of.author,
            "first_commit": first.commit,
            "version": version,
            "known_to": earlier.known_to,
            "changed": outcome != SetOutcome::Unchanged,
            "saved": !args.dry_run,
        }))?;
    }
    Ok(Status::Done)
}

/// Opens it with the current data key, or with the one before; says whether it was that.
fn open(
    earlier: &Earlier,
    index: &Index<'_>,
    key: &DataKey,
    environment: &Environment,
) -> Result<(Plaintext, bool), Error> {
    let place = SealedFor {
        origin: strongroom_vault::Origin::Vault,
        name: &earlier.place.name,
        environment: &earlier.place.environment,
        version: earlier.version,
    };
    let (name, version) = (Shown(&earlier.place.name), earlier.version);
    let altered = || {
        Error::cannot(format!(
            "version {version} of `{name}` in commit {} does not open: it was altered\nset the value from where it came: strongroom set",
            earlier.change.short()
        ))
    };
    match key.open(place, &earlier.sealed) {
        Ok(value) => return Ok((value, false)),
        Err(OpenError::Altered) => return Err(altered()),
        Err(OpenError::AnotherDataKey) => {}
    }
    for retired in key.retired(index) {
        match retired.open(place, &earlier.sealed) {
            Ok(value) => return Ok((value, true)),
            Err(OpenError::Altered) => return Err(altered()),
            Err(OpenError::AnotherDataKey) => {}
        }
    }
    Err(Error::cannot(format!(
        "version {version} of `{name}` lies under a data key of `{}` that is gone: only the current one and the one \
         before are kept",
        environment.kind()
    ))
    .with_hint(format!(
        "set the value from where it came: {}",
        crate::hints::set_command(&earlier.place.name, [environment])
    )))
}

/// Asks whether a value that a removed holder may have made is to be set.
fn agree(args: &Args, earlier: &Earlier, environment: &Environment) -> Result<(), Error> {
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage(format!(
            "version {} lies under the previous data key, which a removed holder may have: no terminal to ask at\n\
             take it with: --yes",
            args.to
        )));
    };
    ui::say(&whose(args, earlier));
    let question = format!("set {} for {environment} to it?", earlier.place.name);
    terminal.confirm(&question, Error::no("nothing was changed"))
}

/// Who made what is opened, which may be a removed holder.
fn whose(args: &Args, earlier: &Earlier) -> String {
    let change = &earlier.change;
    format!(
        "version {} lies under the previous data key, which a removed holder may have\n\
         git has it from {}, {}, commit {}: {}",
        args.to,
        change.author,
        change.day(),
        change.short(),
        change.subject
    )
}
