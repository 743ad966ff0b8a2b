//! `strongroom rollback`: an earlier version's value, from git's history, as a new version.

use serde_json::json;
use strongroom_vault::{
    Content, DataKey, Environment, Index, OpenError, Place as SealedFor, Plaintext, Secret,
    SetOutcome, Shown, check_settable, fold,
};

use crate::environments::{One, unchanged};
use crate::error::{Error, Status};
use crate::history::{Blobs, Change, InGit, Log, SHALLOW};
use crate::keys::Keys;
use crate::session::{Place, Session};
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
    let earlier = find(args, &session, &file, &log, &environment)?;
    let keys = Keys::of_types(index, [environment.kind()])?;
    let key = keys.current_data_key(index, environment.kind())?;
    let (value, is_retired) = open(&earlier, index, key, &environment)?;
    crate::log::opened_for(&earlier.name, &earlier.environment);
    let of = &earlier.change;
    let from = format!("version {} (commit {}, {})", args.to, of.short(), of.day());
    if is_retired && !args.yes && !args.dry_run {
        agree(args, &earlier, &environment)?;
    }
    let set = |draft: &mut strongroom_vault::Draft<'_, '_>, index: &Index<'_>| {
        unchanged(index, &environment)?;
        let key = keys.current_data_key(index, environment.kind())?;
        Ok(draft.set_value(key, name, &environment, value.as_bytes(), today())?)
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
    if args.json {
        ui::json(&json!({
            "name": name,
            "environment": environment.name(),
            "to": args.to,
            "commit": of.commit,
            "author": of.author,
            "version": version,
            "changed": outcome != SetOutcome::Unchanged,
            "saved": !args.dry_run,
        }))?;
    }
    Ok(Status::Done)
}

/// A version of the past: the commit that made it, how it was spelled and how it is sealed.
struct Earlier {
    change: Change,
    name: String,
    environment: String,
    version: u32,
    sealed: String,
}

/// Looks through the history for the version that is meant.
fn find(
    args: &Args,
    session: &Session<'_>,
    file: &InGit,
    log: &Log,
    environment: &Environment,
) -> Result<Earlier, Error> {
    let mut blobs = Blobs::of(file)?;
    // By how it is sealed: the oldest commit that has it made it, and the log begins with the newest.
    let mut found: Vec<Earlier> = Vec::new();
    let mut versions = Vec::new();
    for change in &log.changes {
        let Some(text) = change.after.as_ref().map(|blob| blobs.text(blob)).transpose()?.flatten()
        else {
            continue;
        };
        let Ok(then) = Index::read(&text) else { continue };
        if then.id() != session.index.id() {
            continue;
        }
        let Some(secret) = then.secret(&args.name) else { continue };
        let mut values = secret.values().iter();
        let is_it = |name: &str| fold(name) == fold(environment.name());
        let Some(value) = values.find(|value| is_it(value.environment())) else { continue };
        if !versions.contains(&value.version()) {
            versions.push(value.version());
        }
        let Content::Sealed(sealed) = value.content() else { continue };
        let is_meant = args.commit.as_ref().is_none_or(|id| change.commit.starts_with(id.as_str()));
        if value.version() == args.to && is_meant {
            let earlier = Earlier {
                change: change.clone(),
                name: secret.name().to_owned(),
                environment: value.environment().to_owned(),
                version: value.version(),
                sealed: sealed.to_string(),
            };
            match found.iter_mut().find(|known| known.sealed == earlier.sealed) {
                Some(known) => *known = earlier,
                None => found.push(earlier),
            }
        }
    }
    // The same value, sealed again under a new data key, is no other version.
    prefer_current(&session.index, environment, &mut found);
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            let commits: Vec<String> = found
                .iter()
                .chain([&last])
                .map(|it| {
                    format!("{} ({}, {})", it.change.short(), it.change.author, it.change.day())
                })
                .collect();
            Err(Error::usage(format!(
                "`{}` has had several values as version {}: in {}",
                Shown(&args.name),
                args.to,
                Shown(&commits.join(", "))
            ))
            .with_hint("say which with: --commit COMMIT"))
        }
        (None, _) => Err(missing(args, log, &versions)),
    }
}

/// Where one of them lies under the current data key, only those that do.
fn prefer_current(index: &Index<'_>, environment: &Environment, found: &mut Vec<Earlier>) {
    let current = index.keys().of_type(environment.kind()).current();
    let is_current = |earlier: &Earlier| {
        current.is_some_and(|current| earlier.sealed.starts_with(current.fingerprint_text()))
    };
    if found.iter().any(is_current) {
        found.retain(is_current);
    }
}

fn missing(args: &Args, log: &Log, versions: &[u32]) -> Error {
    let mut versions = versions.to_vec();
    versions.sort_unstable();
    let name = Shown(&args.name);
    let error = if versions.is_empty() {
        Error::no(format!(
            "git's history has no value of `{name}` there\nsee what there is with: strongroom history {name}"
        ))
    } else {
        let versions: Vec<String> = versions.iter().map(u32::to_string).collect();
        let versions = versions.join(", ");
        Error::no(format!(
            "git's history has no version {} of `{name}` there, only: {versions}\nsee them with: strongroom history {name}",
            args.to
        ))
    };
    if log.is_shallow { error.with_hint(SHALLOW) } else { error }
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
        name: &earlier.name,
        environment: &earlier.environment,
        version: earlier.version,
    };
    let (name, version) = (Shown(&earlier.name), earlier.version);
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
        crate::hints::set_command(&earlier.name, [environment])
    )))
}

/// Asks whether a value that a removed holder may have made is to be set.
fn agree(args: &Args, earlier: &Earlier, environment: &Environment) -> Result<(), Error> {
    let change = &earlier.change;
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage(format!(
            "version {} lies under the previous data key, which a removed holder may have: no terminal to ask at\n\
             take it with: --yes",
            args.to
        )));
    };
    ui::say(&format!(
        "version {} lies under the previous data key, which a removed holder may have\n\
         git has it from {}, {}, commit {}: {}",
        args.to,
        change.author,
        change.day(),
        change.short(),
        change.subject
    ));
    let question = format!("set {} for {environment} to it?", earlier.name);
    if terminal.agrees(&question)? { Ok(()) } else { Err(Error::no("nothing was changed")) }
}
