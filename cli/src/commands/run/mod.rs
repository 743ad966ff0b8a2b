//! `strongroom run`: a program with an environment's secrets as variables, or no program at all.

mod rendered;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::process::Command;

use strongroom_vault::search::{KEY_VARIABLES, check_vault_permissions};
use strongroom_vault::{ENVIRONMENT_VARIABLE, Environment, Index, Plaintext, Secret, Shown, fold};

use self::rendered::Rendered;
use crate::commands::check;
use crate::environments::One;
use crate::error::{Error, Status};
use crate::exec::become_program;
use crate::handed::Handed;
use crate::hints::set_setting_command;
use crate::own::OwnFile;
use crate::selection::{Chosen, Selection, Undone};
use crate::session::{Place, Session};
use crate::system::variable_value;
use crate::templates::{Needed, Source, Survey};
use crate::variables::{clashes, decides_whom_to_trust, is_dangerous, variable_of};
use crate::{expiry, ui};

/// Run a program with the secrets and settings of an environment as variables
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom run [--type TYPE | --env NAME] [OPTIONS] -- COMMAND [ARGUMENTS]",
    after_help = "\
A variable is called like its secret or setting in upper case, with `_` for `-` and `.`, and `__` for `/`.
Without --type and --env it is the active environment: that of STRONGROOM_ENV, else local. If one is
given, the program finds it in STRONGROOM_ENV. The variables that hold our keys are taken away.

With --render a file's references get values (see `strongroom render`), and the program opens the result at the
path in VARIABLE, or where {FILE} stands in its arguments. It lies on no disk and goes with the program.

The program replaces this one: signals and exit status are its own. If a value cannot be opened it is
not started (3); nor if it is not found (127) or cannot be executed (126).

Example: strongroom run --env staging -- ./server --port 8080"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Refuse also when a secret that the source code declares has no value
    #[arg(long)]
    check: bool,

    #[arg(long, help = "Set variables that can take over a process, such as PATH or LD_PRELOAD")]
    allow_dangerous: bool,

    #[arg(long, help = "Give the program the environment's settings as variables too")]
    settings: bool,

    #[arg(long, help = "Leave STRONGROOM_KEY and its kind to the program")]
    keep_key: bool,

    #[arg(
        long,
        value_name = "FILE[=VARIABLE]",
        help = "Give the program this file with values where it refers to secrets"
    )]
    render: Vec<OsString>,

    #[command(flatten)]
    selection: Selection,

    /// The program and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let rendered = args.render.iter().map(|word| Rendered::parse(word));
    let rendered = rendered.collect::<Result<Vec<Rendered>, _>>()?;
    let mut sources = Vec::with_capacity(rendered.len());
    for file in &rendered {
        file.check(&args.command, args.allow_dangerous)?;
        sources.push(Source::read(&file.file, None)?);
    }
    let surveys = sources.iter().map(|source| Survey::of(source, UNDONE));
    let surveys = surveys.collect::<Result<Vec<_>, _>>()?;
    let found = place.read()?;
    let session = found.open()?;
    check_permissions(&session)?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let own = OwnFile::read(&session, &environment)?;
    let mine = own.open(index)?;
    let chosen = {
        let is_skipped = |name: &str| takes_setting(args, index, name);
        args.selection.choose(index, mine.as_ref(), &environment, UNDONE, is_skipped)?
    };
    let settings = settings(args, index, &environment)?;
    refuse_names(&chosen, &settings, &rendered, args)?;
    let needed = Needed::by(&surveys, &session, &environment, mine.as_ref(), UNDONE)?;
    surveys.iter().for_each(Survey::warn_of_near_misses);
    if args.check {
        check::refuse_missing(&session, &environment)?;
    }
    let opened = args.selection.open_all(&session, &environment, &chosen, UNDONE)?;
    if opened.is_empty() && settings.is_empty() && needed.chosen().is_empty() {
        ui::warn(&format!("no secret has a value for `{environment}`"));
    }
    let known = chosen.iter().map(|each| each.secret.name()).zip(&opened).collect();
    let values = needed.open(&session, &environment, &known, UNDONE)?;
    expiry::remind(index, chosen.iter().chain(needed.chosen()).map(Chosen::sealed));
    let mut words = args.command.clone();
    let mut handed = Vec::with_capacity(rendered.len());
    for (file, survey) in rendered.iter().zip(&surveys) {
        let sheet = needed.write(survey, &values, UNDONE)?;
        let one = Handed::of(sheet.as_bytes(), &survey.source.described())?;
        words = words.into_iter().map(|word| file.put_into(word, &one)).collect();
        handed.push(one);
    }
    let mut words = words.iter();
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
    for (name, text) in &settings {
        command.env(variable_of(name), text);
    }
    for (file, one) in rendered.iter().zip(&handed) {
        command.envs(file.variable.as_ref().map(|variable| (variable, one.path())));
    }
    let all = chosen.iter().zip(&opened);
    let largest = all.max_by_key(|(_, value)| value.as_bytes().len());
    let if_too_long = largest.map(|(Chosen { secret, .. }, _)| {
        format!(
            "the largest value is that of `{}`, and a process's environment is limited (on Linux to about 128 KiB for \
             one value)\n{}",
            Shown(secret.name()),
            args.selection.way_out(&[secret.name()])
        )
    });
    // What the program opens is held until it has taken this process's place.
    let failed = become_program(command, &if_too_long.unwrap_or_default());
    drop(handed);
    Err(failed)
}

/// A program must not take a stranger's word for what it is given.
fn check_permissions(session: &Session<'_>) -> Result<(), Error> {
    let path = session.path();
    let metadata = fs::metadata(path).map_err(|error| Error::file("look at", path, &error))?;
    Ok(check_vault_permissions(path, &metadata)?)
}

/// Whether a name is that of a setting, which is no secret too.
fn takes_setting(args: &Args, index: &Index<'_>, name: &str) -> bool {
    args.settings && index.settings().get(name).is_some() && index.secret(name).is_none()
}

/// The settings that the program is given: names and values.
fn settings<'i>(
    args: &Args,
    index: &'i Index<'_>,
    environment: &Environment,
) -> Result<Vec<(&'i str, &'i str)>, Error> {
    if !args.settings {
        return Ok(Vec::new());
    }
    let mut given = Vec::new();
    for setting in index.settings().iter() {
        let is_called = |name: &str| fold(name) == fold(setting.name());
        if !args.selection.takes(is_called) {
            continue;
        }
        match setting.lookup(environment) {
            Some(value) => given.push((setting.name(), value.text())),
            None if args.selection.only().is_empty() => {}
            None => {
                return Err(Error::no(format!(
                    "the setting `{}` has no value for `{environment}`: {}\nset one with: {}",
                    Shown(setting.name()),
                    UNDONE.0,
                    set_setting_command(setting.name(), [environment])
                )));
            }
        }
    }
    Ok(given)
}

fn refuse_names(
    chosen: &[Chosen<'_, '_>],
    settings: &[(&str, &str)],
    rendered: &[Rendered],
    args: &Args,
) -> Result<(), Error> {
    let names = || {
        let settings = settings.iter().map(|(name, _)| *name);
        chosen.iter().map(|each| each.secret.name()).chain(settings)
    };
    let mut paths: Vec<&str> = Vec::new();
    for variable in rendered.iter().filter_map(|file| file.variable.as_deref()) {
        let is_given = names().any(|name| variable_of(name) == variable);
        if is_given || paths.contains(&variable) {
            return Err(Error::usage(format!(
                "{variable} would be the path of a file of --render, and something else as well: nothing was started\n\
                 give the path another variable: --render FILE=VARIABLE"
            )));
        }
        paths.push(variable);
    }
    let clashes = clashes(names());
    if !clashes.is_empty() {
        return Err(Error::cannot(format!(
            "{}\nleave one out with: --except NAME,… or --only NAME,…",
            clashes.join("\n")
        )));
    }
    // Whoever can change the vault sets a setting, and nobody seals it.
    let decides = |name: &str, variable: &str| {
        settings.iter().any(|(setting, _)| *setting == name) && decides_whom_to_trust(variable)
    };
    let (variables, names): (Vec<String>, Vec<&str>) = names()
        .map(|name| (variable_of(name), name))
        .filter(|(variable, name)| is_dangerous(variable) || decides(name, variable))
        .unzip();
    if names.is_empty() || args.allow_dangerous {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "{} can take over the program: nothing was started\n{}\nor set it all the same with: --allow-dangerous",
        variables.join(", "),
        args.selection.way_out(&names)
    )))
}

fn value_of(secret: &Secret<'_>, value: &Plaintext, args: &Args) -> Result<OsString, Error> {
    let cannot = |what| {
        Error::cannot(format!(
            "the value of `{}` {what}, so it cannot be a variable: nothing was started\n{}",
            Shown(secret.name()),
            args.selection.way_out(&[secret.name()])
        ))
    };
    if value.as_bytes().contains(&0) {
        return Err(cannot("holds a NUL byte"));
    }
    variable_value(value.as_bytes()).ok_or_else(|| cannot("is not UTF-8"))
}

const UNDONE: Undone = Undone("nothing was started");
