//! `strongroom run`: a program with an environment's secrets as variables, or no program at all.

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use strongroom_vault::search::{KEY_VARIABLES, check_vault_permissions};
use strongroom_vault::{
    Content, ENVIRONMENT_VARIABLE, Environment, Index, Lookup, Plaintext, Secret, Shown, Value,
};

use crate::commands::check;
use crate::environments::One;
use crate::error::{Error, Status};
use crate::exec::{become_program, variable_value};
use crate::hints::{no_secret, set_command};
use crate::keys::Keys;
use crate::session::{Place, Session};
use crate::ui;
use crate::value::{Unopened, open};
use crate::variables::{clashes, is_dangerous, variable_of};

/// Run a program with the secrets of an environment as variables
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom run [--type TYPE | --env NAME] [OPTIONS] -- COMMAND [ARGUMENTS]",
    after_help = "\
A variable is called like its secret in upper case, with `_` for `-` and `.`, and `__` for `/`.
Without --type and --env it is the active environment: that of STRONGROOM_ENV, else local. If one is
given, the program finds it in STRONGROOM_ENV. The variables that hold our keys are taken away.

The program replaces this one: signals and exit status are its own. If a value cannot be opened it is
not started (3); nor if it is not found (127) or cannot be executed (126).

Example: strongroom run --env staging -- ./server --port 8080"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Refuse also when a secret that the source code declares has no value
    #[arg(long)]
    check: bool,

    #[arg(long, help = "Set variables that can take over a process, such as PATH or LD_PRELOAD")]
    allow_dangerous: bool,

    #[arg(long, help = "Leave STRONGROOM_KEY and its kind to the program")]
    keep_key: bool,

    /// Give the program these secrets only
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,

    /// The program and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

/// A secret's value for the environment, and what is known to be wrong with it.
struct Chosen<'i, 't> {
    secret: &'i Secret<'t>,
    value: &'i Value<'t>,
    fault: Option<Unopened>,
}

pub(crate) fn run(args: Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    check_permissions(&session)?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let chosen = choose(index, &args.only, &environment)?;
    refuse_names(&chosen, args.allow_dangerous)?;
    if args.check {
        check::refuse_missing(&session, &environment)?;
    }
    let opened = open_all(index, &environment, &chosen)?;
    if opened.is_empty() {
        ui::warn(&format!("no secret has a value for `{environment}`"));
    }
    let mut words = args.command.into_iter();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    if !args.keep_key {
        for variable in KEY_VARIABLES {
            command.env_remove(variable);
        }
    }
    if args.environment.is_given() {
        command.env(ENVIRONMENT_VARIABLE, environment.name());
    }
    for (Chosen { secret, .. }, value) in chosen.iter().zip(&opened) {
        command.env(variable_of(secret.name()), value_of(secret, value)?);
    }
    Err(become_program(command))
}

/// A program must not take a stranger's word for what it is given.
fn check_permissions(session: &Session<'_>) -> Result<(), Error> {
    let path = session.path();
    let metadata = fs::metadata(path).map_err(|error| Error::file("look at", path, &error))?;
    Ok(check_vault_permissions(path, &metadata)?)
}

/// The secrets with a value for the environment, or those that were asked for.
fn choose<'i, 't>(
    index: &'i Index<'t>,
    only: &[String],
    environment: &Environment,
) -> Result<Vec<Chosen<'i, 't>>, Error> {
    if only.is_empty() {
        return Ok(index
            .secrets()
            .filter_map(|secret| look_up(index, secret, environment))
            .collect());
    }
    let mut chosen: Vec<Chosen<'i, 't>> = Vec::new();
    for name in only {
        let secret = index.secret(name).ok_or_else(|| no_secret(index, name))?;
        if chosen.iter().any(|other| other.secret.name() == secret.name()) {
            continue;
        }
        chosen.push(look_up(index, secret, environment).ok_or_else(|| {
            Error::no(format!(
                "`{}` has no value for `{environment}`: nothing was started\nset one with: {}",
                Shown(secret.name()),
                set_command(secret.name(), [environment])
            ))
        })?);
    }
    Ok(chosen)
}

fn look_up<'i, 't>(
    index: &Index<'t>,
    secret: &'i Secret<'t>,
    environment: &Environment,
) -> Option<Chosen<'i, 't>> {
    let (value, fault) = match index.lookup_in(secret, environment) {
        Lookup::Missing => return None,
        Lookup::OtherDataKey(value) => (value, Some(Unopened::OtherDataKey)),
        Lookup::Found(value) => match value.content() {
            Content::Sealed(_) => (value, None),
            Content::Reference { store, .. } => (value, Some(Unopened::InStore(store.to_string()))),
        },
    };
    Some(Chosen { secret, value, fault })
}

fn refuse_names(chosen: &[Chosen<'_, '_>], allow_dangerous: bool) -> Result<(), Error> {
    let clashes = clashes(chosen.iter().map(|each| each.secret.name()));
    if !clashes.is_empty() {
        return Err(Error::cannot(format!(
            "{}\nleave one out with: --only NAME,…",
            clashes.join("\n")
        )));
    }
    let dangerous: Vec<String> = chosen
        .iter()
        .map(|each| variable_of(each.secret.name()))
        .filter(|variable| is_dangerous(variable))
        .collect();
    if dangerous.is_empty() || allow_dangerous {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "{} can take over the program: nothing was started\nleave it out with: --only NAME,…, or set it all the same \
         with: --allow-dangerous",
        dangerous.join(", ")
    )))
}

/// Opens every value; if one does not open, the error names all that do not.
fn open_all(
    index: &Index<'_>,
    environment: &Environment,
    chosen: &[Chosen<'_, '_>],
) -> Result<Vec<Plaintext>, Error> {
    let needs_key = |each: &Chosen<'_, '_>| !matches!(each.fault, Some(Unopened::InStore(_)));
    let keys = Keys::of_types(index, chosen.iter().any(needs_key).then_some(environment.kind()))?;
    let (mut opened, mut faults) = (Vec::with_capacity(chosen.len()), String::new());
    for Chosen { secret, value, fault } in chosen {
        let result = match fault {
            Some(fault) => Err(fault.clone()),
            None => open(keys.current_data_key(index, environment.kind())?, secret, value),
        };
        match result {
            Ok(value) => opened.push(value),
            Err(why) => {
                let from = value.environment();
                let of = if from == environment.name() {
                    String::new()
                } else {
                    format!(" (that of {from})")
                };
                faults = format!("{faults}\n`{}`{of}: {why}", Shown(secret.name()));
            }
        }
    }
    if faults.is_empty() {
        return Ok(opened);
    }
    Err(Error::cannot(format!(
        "nothing was started, because of values for `{environment}`{faults}"
    ))
    .with_hint(
        "restore the lines from git, set the values again, or leave them out with: --only NAME,…",
    ))
}

fn value_of(secret: &Secret<'_>, value: &Plaintext) -> Result<OsString, Error> {
    let cannot = |what| {
        Error::cannot(format!(
            "the value of `{}` {what}, so it cannot be a variable: nothing was started\nleave it out with: --only NAME,…",
            Shown(secret.name())
        ))
    };
    if value.as_bytes().contains(&0) {
        return Err(cannot("holds a NUL byte"));
    }
    variable_value(value.as_bytes()).ok_or_else(|| cannot("is not UTF-8"))
}
