//! `strongroom set`: a value for some environments, from a hidden prompt, standard input or a file.

use std::ffi::OsString;
use std::path::PathBuf;

use strongroom_vault::{
    Draft, EditError, Environment, EnvironmentType, Index, Lookup, SetOutcome, Shown,
    check_secret_name, check_settable,
};
use zeroize::Zeroizing;

use crate::environments::Several;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::session::{Place, Session};
use crate::today::today;
use crate::value::{from_file, from_prompt_or_input, kinds_of};
use crate::{hints, own, ui};

/// Set the value of a secret, typed at a hidden prompt or read from standard input
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom set [--type TYPES] [--env NAMES] [OPTIONS] NAME",
    after_help = "Examples:
  strongroom set --type local github_api_token              asks, and shows nothing
  strongroom set --type dev,preview stripe_key < key.txt    one newline at the end is dropped
  strongroom set --env staging tls_key --from-file key.pem  every byte, a last newline too
  strongroom set --mine database_url                        for you alone, while the type is local"
)]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Set a value of your own for local, in strongroom.mine.toml, which git ignores
    #[arg(long, conflicts_with = "about")]
    mine: bool,

    /// Take the value from a file, byte for byte
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    /// Accept an empty value
    #[arg(long)]
    allow_empty: bool,

    /// Describe the secret in a line; an empty text removes the description
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,

    /// The secret's name
    name: String,

    /// Values at the wrong place, told apart so that they can be refused without being shown
    #[arg(hide = true)]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    refuse_value_in_arguments(args)?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    if let (Some(about), true) = (&args.about, args.environments.is_empty() && !wants_value(args)) {
        return describe(&session, &args.name, about);
    }
    check_secret_name(&args.name).map_err(EditError::BadName)?;
    if args.mine {
        return set_mine(args, &session);
    }
    let example = format!("strongroom set --type local {}", args.name);
    let environments = args.environments.need(index, &example)?;
    for environment in &environments {
        check_settable(index, &args.name, environment)?;
    }
    let keys = Keys::of_types(index, kinds_of(&environments))?;
    let value = read_value(args, index, &environments)?;
    let outcomes =
        session.edit(|draft, index| set(draft, index, args, &keys, &environments, &value))?;
    let name = index.secret(&args.name).map_or(args.name.as_str(), |secret| secret.name());
    for (environment, outcome) in environments.iter().zip(outcomes) {
        ui::say(&match outcome {
            SetOutcome::Created => format!("created {name} for {environment}"),
            SetOutcome::Updated(version) => {
                format!("updated {name} for {environment} (version {version})")
            }
            SetOutcome::Unchanged => format!("unchanged {name} for {environment}"),
        });
    }
    if let (None, Some(near)) = (index.secret(name), index.near_secret(name)) {
        let unset = hints::unset_command(name, &environments);
        ui::say(&format!(
            "there is also a secret `{}`: if that was meant, remove this one with: {unset}",
            Shown(near)
        ));
    }
    Ok(Status::Done)
}

fn wants_value(args: &Args) -> bool {
    args.from_file.is_some() || args.allow_empty
}

fn read_value(
    args: &Args,
    index: &Index<'_>,
    environments: &[Environment],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let value = if let Some(path) = &args.from_file {
        Some(from_file(path)?)
    } else {
        let wheres: Vec<&str> = environments.iter().map(Environment::name).collect();
        from_prompt_or_input(&format!("value of {} for {}: ", args.name, wheres.join(", ")))?
    };
    match value {
        Some(value) if args.allow_empty || !value.is_empty() => Ok(value),
        None if args.allow_empty => Ok(Zeroizing::default()),
        Some(_) => Err(without_value(args, index, "the value is empty")),
        None => Err(without_value(args, index, "no value was given: standard input is empty")),
    }
}

/// The error for a value without a byte. Whoever wanted to describe a secret must not be led to
/// emptying it.
fn without_value(args: &Args, index: &Index<'_>, what: &str) -> Error {
    let error = Error::usage(what);
    let error = match (&args.about, index.secret(&args.name)) {
        (Some(_), Some(secret)) => error.with_hint(format!(
            "change the description alone with: strongroom set {} --about \"…\"",
            Shown(secret.name())
        )),
        _ => error,
    };
    error.with_hint("an empty value on purpose needs --allow-empty")
}

fn set(
    draft: &mut Draft<'_, '_>,
    index: &Index<'_>,
    args: &Args,
    keys: &Keys,
    environments: &[Environment],
    value: &[u8],
) -> Result<Vec<SetOutcome>, Error> {
    let mut outcomes = Vec::with_capacity(environments.len());
    for environment in environments {
        if index.environment(environment.name()).as_ref() != Ok(environment) {
            return Err(Error::cannot(format!(
                "the environment `{environment}` changed meanwhile: try again"
            )));
        }
        let key = keys.current_data_key(index, environment.kind())?;
        outcomes.push(draft.set_value(key, &args.name, environment, value, today())?);
    }
    if let Some(about) = &args.about {
        draft.set_about(&args.name, about)?;
    }
    Ok(outcomes)
}

/// `set --mine NAME`: a value of one's own, which beats that of the vault.
fn set_mine(args: &Args, session: &Session<'_>) -> Result<Status, Error> {
    let index = &session.index;
    let environments = own::environments(args.environments.pick(index)?)?;
    let keys = Keys::of_types(index, kinds_of(&environments))?;
    let value = read_value(args, index, &environments)?;
    let key = keys.current_data_key(index, EnvironmentType::Local)?;
    for environment in &environments {
        let outcome = own::edit(session, |text| {
            strongroom_vault::set_mine(text, index, key, &args.name, environment, &value, today())
        })?;
        let name = index.secret(&args.name).map_or(args.name.as_str(), |secret| secret.name());
        ui::say(&match outcome {
            SetOutcome::Created => format!("created {name} for {environment}, for you alone"),
            SetOutcome::Updated(version) => {
                format!("updated {name} for {environment}, for you alone (version {version})")
            }
            SetOutcome::Unchanged => format!("unchanged {name} for {environment}, for you alone"),
        });
        if let Lookup::Missing = index.lookup(name, environment) {
            let set = hints::set_command(name, [environment]);
            ui::say(&format!("the build looks at the vault, which has no value yet: {set}"));
        }
    }
    Ok(Status::Done)
}

/// `set NAME --about TEXT`: the description alone.
fn describe(session: &Session<'_>, name: &str, about: &str) -> Result<Status, Error> {
    check_secret_name(name).map_err(EditError::BadName)?;
    let spelled = session.edit(|draft, index| {
        let secret = index.secret(name).ok_or_else(|| hints::no_secret(index, name))?;
        draft.set_about(name, about)?;
        Ok(secret.name().to_owned())
    })?;
    let did = if about.is_empty() { "removed the description of" } else { "described" };
    ui::say(&format!("{did} {spelled}; its values are as before"));
    Ok(Status::Done)
}

/// Refuses `set NAME VALUE` and `set NAME=VALUE`. Nothing of it is repeated.
fn refuse_value_in_arguments(args: &Args) -> Result<(), Error> {
    let name = args.name.split_once('=').map_or(args.name.as_str(), |(name, _)| name);
    if args.rest.is_empty() && name == args.name {
        return Ok(());
    }
    let name = if check_secret_name(name).is_ok() { name } else { "NAME" };
    Err(Error::usage(format!(
        "a value is never taken from the command line: other users see it there, and the shell keeps it\n\
         type it at a prompt: strongroom set --type local {name}\n\
         or read it from a file: strongroom set --type local {name} < FILE\n\
         if it was a real value, remove it from your shell's history"
    )))
}
