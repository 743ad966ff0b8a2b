//! `strongroom env`: declares, lists, retypes and removes named environments. Only `retype` needs keys.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    EditError, Environment, EnvironmentType, Index, PlainSetting, Secret, Shown,
    check_environment_name,
};

use crate::environments::{kind_of, unchanged};
use crate::error::{Error, Status, listed};
use crate::keys::Keys;
use crate::session::Place;
use crate::ui::{self, Cell, Table, Terminal};

/// Add, list, retype and remove named environments
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Add(Add),
    List(List),
    Retype(Retype),
    Remove(Remove),
}

/// Declare a named environment: its own values beat those of its type
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom env add staging --type dev")]
pub(crate) struct Add {
    /// The environment's name
    name: String,

    /// Its type: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// List all environments with the number of their own values
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom env list")]
pub(crate) struct List {
    /// Print JSON: [{"name", "type", "values"}]
    #[arg(long)]
    json: bool,
}

/// Give a named environment another type; its own values are sealed again under that type's key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs the keys of both types. Programs that were built for the environment must be built again.

Example: strongroom env retype staging --type preview")]
pub(crate) struct Retype {
    /// The environment's name
    name: String,

    /// Its new type: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPE")]
    kind: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// Remove a named environment with all of its own values
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom env remove staging")]
pub(crate) struct Remove {
    /// The environment's name
    name: String,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Add(args) => add(&args, place),
        Command::List(args) => list(&args, place),
        Command::Retype(args) => retype(&args, place),
        Command::Remove(args) => remove(&args, place),
    }
}

fn add(args: &Add, place: &Place) -> Result<Status, Error> {
    if let Some(kind) = EnvironmentType::from_word(&args.name) {
        return Err(Error::usage(format!(
            "`{}` is an environment already: a type\nset a value for it with: strongroom set --type {kind} NAME",
            args.name
        )));
    }
    check_environment_name(&args.name).map_err(|fault| Error::bad_name("an environment", fault))?;
    let found = place.read()?;
    let session = found.open()?;
    let kind = kind_of(&session.index, &args.kind)?;
    session.edit(|draft, _| {
        draft.add_environment(&args.name, kind).map_err(|error| match error {
            EditError::BadName(fault) => Error::bad_name("an environment", fault),
            error => error.into(),
        })
    })?;
    ui::say(&format!("added {0} with the type {kind}: it has the values of {kind}", args.name));
    ui::say(&format!("give it one of its own with: strongroom set --env {} NAME", args.name));
    if args.json {
        ui::json(&json!({ "name": args.name, "type": kind.as_str() }))?;
    }
    Ok(Status::Done)
}

fn list(args: &List, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    if args.json {
        let json = |each: Environment| {
            json!({
                "name": each.name(),
                "type": each.kind().as_str(),
                "values": own_values(index, &each).len(),
            })
        };
        ui::json(&index.environments().map(json).collect())?;
        return Ok(Status::Done);
    }
    let mut table = Table::new(["environment", "type", "own values"]);
    for environment in index.environments() {
        table.row([
            Cell::from(environment.name()),
            Cell::from(environment.kind().as_str()),
            Cell::from(own_values(index, &environment).len().to_string()),
        ]);
    }
    ui::table(&table)?;
    Ok(Status::Done)
}

fn retype(args: &Retype, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let environment = named(index, &args.name, "given another one")?;
    let (was, kind) = (environment.kind(), kind_of(index, &args.kind)?);
    if was == kind {
        ui::say(&format!("unchanged {environment}: its type is {kind} already"));
        if args.json {
            ui::json(&retyped(&environment, kind, &[]))?;
        }
        return Ok(Status::Done);
    }
    let keys = Keys::of_types(index, [was, kind])?;
    let again = session.edit(|draft, index| {
        unchanged(index, &environment)?;
        let key = |kind| keys.current_data_key(index, kind);
        Ok(draft.retype_environment(&environment, key(was)?, key(kind)?)?)
    })?;
    ui::say(&match again.as_slice() {
        [] => format!("{environment} has the type {kind} now; it had no values of its own"),
        again => format!(
            "{environment} has the type {kind} now, and its values of {} are sealed again",
            listed(again.iter().map(String::as_str))
        ),
    });
    ui::say(&format!("secrets without a value of its own have that of {kind} there, not of {was}"));
    say_who_reads(index, was, kind);
    if args.json {
        ui::json(&retyped(&environment, kind, &again))?;
    }
    Ok(Status::Done)
}

/// Who opens a retyped environment now, and who did before.
fn retyped(environment: &Environment, kind: EnvironmentType, again: &[String]) -> Json {
    json!({ "name": environment.name(), "type": kind.as_str(), "sealed_again": again })
}

fn say_who_reads(index: &Index<'_>, was: EnvironmentType, kind: EnvironmentType) {
    let opens = |kind: EnvironmentType| -> Vec<&str> {
        let has_grant = |holder: &&str| {
            let keys = index.keys();
            keys.of_type(kind).grant(holder).is_some() || keys.roster().grant(holder).is_some()
        };
        index.holders().iter().map(strongroom_vault::Holder::name).filter(has_grant).collect()
    };
    let (before, now) = (opens(was), opens(kind));
    ui::say(&format!("who can read it now: {}", listed(now.iter().copied())));
    let lost: Vec<&str> = before.into_iter().filter(|holder| !now.contains(holder)).collect();
    if !lost.is_empty() {
        ui::say(&format!(
            "not any more: {}; what they could read they may have kept",
            listed(lost.iter().copied())
        ));
    }
}

fn remove(args: &Remove, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environment = named(&session.index, &args.name, "removed")?;
    let going = own_values(&session.index, &environment);
    if !going.is_empty() && !args.yes {
        ui::say(&format!(
            "with `{environment}` go its values of {}",
            listed(going.iter().copied())
        ));
        let mut terminal = Terminal::of_person()
            .ok_or_else(|| Error::usage("no terminal to ask at\nremove them with: --yes"))?;
        terminal.confirm(&format!("remove {environment}?"), Error::no("nothing was removed"))?;
    }
    let (secrets, settings) = session.edit(|draft, index| {
        let environment = named(index, &args.name, "removed")?;
        if !args.yes && own_values(index, &environment) != going {
            return Err(Error::cannot("its values changed meanwhile: try again"));
        }
        let settings = index.settings().iter();
        let settings = settings.filter(|setting| setting.value(environment.name()).is_some());
        let settings: Vec<String> = settings.map(|setting| setting.name().to_owned()).collect();
        Ok((draft.remove_environment(&environment), settings))
    })?;
    let gone: Vec<&str> = secrets.iter().chain(&settings).map(String::as_str).collect();
    ui::say(&match gone.as_slice() {
        [] => format!("removed {environment}, which had no values of its own"),
        gone => format!("removed {environment} and its values of {}", listed(gone.iter().copied())),
    });
    if args.json {
        ui::json(&json!({
            "name": environment.name(),
            "secrets": secrets,
            "settings": settings,
        }))?;
    }
    Ok(Status::Done)
}

/// The named environment that a word means, which is to be changed so.
fn named(index: &Index<'_>, word: &str, changed: &str) -> Result<Environment, Error> {
    let environment = index.environment(word).map_err(|unknown| {
        let error = Error::no(format!("there is no environment `{}`", Shown(word)));
        match unknown.near {
            Some(near) => error.with_hint(format!("did you mean `{near}`?")),
            None => error.with_hint("see those that exist with: strongroom env list"),
        }
    })?;
    if environment.is_named() {
        Ok(environment)
    } else {
        Err(Error::usage(format!("`{environment}` is a type: it cannot be {changed}")))
    }
}

/// The names of the secrets and settings that have a value of exactly this environment.
fn own_values<'i>(index: &'i Index<'_>, environment: &Environment) -> Vec<&'i str> {
    let name = environment.name();
    let secrets = index.secrets().filter(|secret| secret.value(name).is_some());
    let settings = index.settings().iter().filter(|setting| setting.value(name).is_some());
    secrets.map(Secret::name).chain(settings.map(PlainSetting::name)).collect()
}
