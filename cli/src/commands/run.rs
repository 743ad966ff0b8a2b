//! `strongroom run`: a program with an environment's secrets as variables, or no program at all.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::process::Command;

use strongroom_vault::search::{KEY_VARIABLES, check_vault_permissions};
use strongroom_vault::{
    Content, ENVIRONMENT_VARIABLE, Environment, Index, Lookup, Plaintext, Secret, Shown, Value,
};

use crate::commands::check;
use crate::environments::One;
use crate::error::{Error, Status};
use crate::exec::become_program;
use crate::hints::{no_secret, set_command};
use crate::keys::Keys;
use crate::session::{Place, Session};
use crate::system::variable_value;
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

    /// Give the program all secrets but these
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "only")]
    except: Vec<String>,

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

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    check_permissions(&session)?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let chosen = choose(index, args, &environment)?;
    refuse_names(&chosen, args)?;
    if args.check {
        check::refuse_missing(&session, &environment)?;
    }
    let opened = open_all(index, &environment, &chosen, args)?;
    if opened.is_empty() {
        ui::warn(&format!("no secret has a value for `{environment}`"));
    }
    let mut words = args.command.iter();
    let mut command = Command::new(words.next().map_or(OsStr::new(""), OsString::as_os_str));
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
        command.env(variable_of(secret.name()), value_of(secret, value, args)?);
    }
    let all = chosen.iter().zip(&opened);
    let largest = all.max_by_key(|(_, value)| value.as_bytes().len());
    let if_too_long = largest.map(|(Chosen { secret, .. }, _)| {
        format!(
            "the largest value is that of `{}`, and a process's environment is limited (on Linux to about 128 KiB for \
             one value)\n{}",
            Shown(secret.name()),
            way_out(args, &[secret.name()])
        )
    });
    Err(become_program(command, &if_too_long.unwrap_or_default()))
}

/// A program must not take a stranger's word for what it is given.
fn check_permissions(session: &Session<'_>) -> Result<(), Error> {
    let path = session.path();
    let metadata = fs::metadata(path).map_err(|error| Error::file("look at", path, &error))?;
    Ok(check_vault_permissions(path, &metadata)?)
}

/// The secrets with a value for the environment, without those that were excepted, or those that
/// were asked for.
fn choose<'i, 't>(
    index: &'i Index<'t>,
    args: &Args,
    environment: &Environment,
) -> Result<Vec<Chosen<'i, 't>>, Error> {
    if args.only.is_empty() {
        let mut except = Vec::with_capacity(args.except.len());
        for name in &args.except {
            except.push(index.secret(name).ok_or_else(|| no_secret(index, name))?.name());
        }
        return Ok(index
            .secrets()
            .filter(|secret| !except.contains(&secret.name()))
            .filter_map(|secret| look_up(index, secret, environment))
            .collect());
    }
    let mut chosen: Vec<Chosen<'i, 't>> = Vec::new();
    for name in &args.only {
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

/// How to go without some secrets.
fn way_out(args: &Args, names: &[&str]) -> String {
    let it = if names.len() == 1 { "it" } else { "them" };
    if !args.only.is_empty() {
        return format!("leave {it} out of --only: {}", Shown(&names.join(",")));
    }
    let excepted = args.except.iter().map(String::as_str);
    let names: Vec<&str> = excepted.chain(names.iter().copied()).collect();
    format!("leave {it} out with: --except {}", Shown(&names.join(",")))
}

fn refuse_names(chosen: &[Chosen<'_, '_>], args: &Args) -> Result<(), Error> {
    let clashes = clashes(chosen.iter().map(|each| each.secret.name()));
    if !clashes.is_empty() {
        return Err(Error::cannot(format!(
            "{}\nleave one out with: --except NAME,… or --only NAME,…",
            clashes.join("\n")
        )));
    }
    let (variables, names): (Vec<String>, Vec<&str>) = chosen
        .iter()
        .map(|each| (variable_of(each.secret.name()), each.secret.name()))
        .filter(|(variable, _)| is_dangerous(variable))
        .unzip();
    if names.is_empty() || args.allow_dangerous {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "{} can take over the program: nothing was started\n{}\nor set it all the same with: --allow-dangerous",
        variables.join(", "),
        way_out(args, &names)
    )))
}

/// Opens every value; if one does not open, the error names all that do not.
fn open_all(
    index: &Index<'_>,
    environment: &Environment,
    chosen: &[Chosen<'_, '_>],
    args: &Args,
) -> Result<Vec<Plaintext>, Error> {
    let needs_key = |each: &Chosen<'_, '_>| !matches!(each.fault, Some(Unopened::InStore(_)));
    let keys = Keys::of_types(index, chosen.iter().any(needs_key).then_some(environment.kind()))?;
    let (mut opened, mut faults) = (Vec::with_capacity(chosen.len()), String::new());
    let mut unopened = Vec::new();
    for Chosen { secret, value, fault } in chosen {
        let result = match fault {
            Some(fault) => Err(fault.clone()),
            None => open(keys.current_data_key(index, environment.kind())?, secret, value),
        };
        match result {
            Ok(value) => opened.push(value),
            Err(why) => {
                unopened.push(secret.name());
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
    .with_hint("restore the lines from git, or set the values again")
    .with_hint(format!("or {}", way_out(args, &unopened))))
}

fn value_of(secret: &Secret<'_>, value: &Plaintext, args: &Args) -> Result<OsString, Error> {
    let cannot = |what| {
        Error::cannot(format!(
            "the value of `{}` {what}, so it cannot be a variable: nothing was started\n{}",
            Shown(secret.name()),
            way_out(args, &[secret.name()])
        ))
    };
    if value.as_bytes().contains(&0) {
        return Err(cannot("holds a NUL byte"));
    }
    variable_value(value.as_bytes()).ok_or_else(|| cannot("is not UTF-8"))
}
