//! `strongroom set`: a value for some environments, from a hidden prompt, standard input or a file,
//! or a generated one.

mod again;
mod deposit;
mod done;
mod generate;
mod keep;
mod mine;
mod store;

use std::ffi::OsString;
use std::path::PathBuf;

use strongroom_vault::{
    Content, Draft, EditError, Environment, Expiry, Index, SetOutcome, Shown, check_secret_name,
    check_settable,
};
use zeroize::Zeroizing;

use self::done::Done;
use self::generate::Recipe;
use crate::environments::{Several, unchanged};
use crate::error::{Error, Status, listed};
use crate::keys::Keys;
use crate::session::{Place, Session};
use crate::today::today;
use crate::value::{from_file, from_prompt_or_input, kinds_of};
use crate::{expiry, hints, ui};

/// Set the value of a secret, typed at a hidden prompt or read from standard input
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom set [--type TYPES] [--env NAMES] [OPTIONS] NAME",
    after_help = "\
A generated value is shown nowhere: `get` prints it, `run` gives it. Each environment gets its own.

Examples:
  strongroom set --type local github_api_token              asks, and shows nothing
  strongroom set --type dev,preview stripe_key < key.txt    one newline at the end is dropped
  strongroom set --env staging tls_key --from-file key.pem  every byte, a last newline too
  strongroom set --mine database_url                        for you alone, while the type is local
  strongroom set --deposit --type prod stripe_key           for a holder to accept, where you have no key
  strongroom set --type prod session_key --generate 64 --alphabet hex
  strongroom set --type prod --store cluster stripe_key     into a store, and its reference into the vault
  strongroom set --type prod stripe_key --expires 90d       `check` warns two weeks ahead
  strongroom set --type prod stripe_key --expires never --keep   the day alone"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Set a value of your own for local, in strongroom.mine.toml, which git ignores
    #[arg(long, conflicts_with_all = ["about", "generate", "expires"])]
    mine: bool,

    /// Leave the value for a holder of the environment to accept; needs no key
    #[arg(long, conflicts_with_all = ["mine", "expires"])]
    deposit: bool,

    /// Trust a deposit key of this fingerprint, which a holder passed on
    #[arg(long, value_name = "FINGERPRINT", value_delimiter = ',', requires = "deposit")]
    accept_key: Vec<String>,

    /// Take the value from a file, byte for byte
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    /// Generate a value for each environment: so many characters (32 if not said), or `uuid`
    #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["from_file", "allow_empty"])]
    generate: Option<String>,

    /// Generate so many characters, 1 to 4096
    #[arg(long, value_name = "N", requires = "generate")]
    length: Option<String>,

    /// Generate of: hex, base64url, alphanumeric (the default), or these characters
    #[arg(long, value_name = "CHARS", requires = "generate")]
    alphabet: Option<String>,

    /// Write the value into this store, and record where it lies
    #[arg(long, value_name = "STORE", conflicts_with_all = ["mine", "deposit", "keep"])]
    store: Option<String>,

    /// Write it here in the store; by the secret's own name if not said
    #[arg(long = "ref", value_name = "REFERENCE", conflicts_with_all = ["mine", "deposit", "keep", "sealed"])]
    reference: Option<String>,

    /// Seal the value into the vault, also where the environment has a default store
    #[arg(long, conflicts_with = "store")]
    sealed: bool,

    /// Let the value take the place of one that is there: for --generate and --store
    #[arg(long, conflicts_with_all = ["mine", "keep"])]
    replace: bool,

    /// Say from when on it counts as expired: 90d, 12w, 2027-01-31, or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,

    /// Keep the value that is there, and change the day alone; needs no key
    #[arg(long, requires = "expires", conflicts_with_all = ["mine", "deposit", "from_file", "generate", "allow_empty"])]
    keep: bool,

    /// Accept an empty value
    #[arg(long)]
    allow_empty: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// Describe the secret in a line; an empty text removes the description
    #[arg(long, value_name = "TEXT")]
    about: Option<String>,

    /// The secret's name
    #[arg(required_unless_present = "generate")]
    name: Option<String>,

    /// Values at the wrong place, told apart so that they can be refused without being shown
    #[arg(hide = true)]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let (name, what) = name_and_what(args)?;
    refuse_value_in_arguments(args, name)?;
    let recipe = match &args.generate {
        Some(_) => Some(Recipe::of(what, args.length.as_deref(), args.alphabet.as_deref())?),
        None => None,
    };
    let expiry = expiry::read(args.expires.as_deref())?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let wants_value =
        args.from_file.is_some() || args.allow_empty || args.deposit || recipe.is_some();
    if let (Some(about), true) = (&args.about, args.environments.is_empty() && !wants_value) {
        return describe(args, &session, name, about);
    }
    check_secret_name(name).map_err(EditError::BadName)?;
    if args.mine {
        return mine::set(args, name, &session);
    }
    if args.keep {
        return keep::set(args, name, expiry, &session);
    }
    let example = format!("strongroom set --type local {name}");
    let environments = args.environments.need(index, &example)?;
    for environment in &environments {
        check_settable(index, name, environment).map_err(|error| again::spelled(args, error))?;
    }
    if recipe.is_some() && !args.replace {
        refuse_replacing(index, name, &environments)?;
    }
    let targets = store::targets(args, index, name, &environments, &session)?;
    if !targets.is_empty() {
        return store::set(args, name, recipe.as_ref(), &targets, expiry, &session);
    }
    if args.replace && recipe.is_none() {
        return Err(Error::usage("--replace is for --generate and --store"));
    }
    let leave = || deposit::leave(args, name, recipe.as_ref(), &environments, &session);
    if args.deposit {
        return leave();
    }
    let keys = match Keys::of_types(index, kinds_of(&environments)) {
        Ok(keys) => keys,
        Err(error) => {
            deposit::agrees_instead(error, index, name, &environments)?;
            return leave();
        }
    };
    let values = match &recipe {
        Some(recipe) => environments.iter().map(|_| recipe.make()).collect::<Result<_, _>>()?,
        None => vec![read_value(args, index, name, &environments)?],
    };
    let outcomes = session.edit(|draft, index| {
        if recipe.is_some() && !args.replace {
            refuse_replacing(index, name, &environments)?;
        }
        let outcomes = set(draft, index, &keys, name, &environments, &values, expiry)?;
        if let Some(about) = &args.about {
            draft.set_about(name, about)?;
        }
        Ok(outcomes)
    })?;
    let name = index.secret(name).map_or(name, |secret| secret.name());
    let made = recipe.map(|recipe| format!(": {}", recipe.described())).unwrap_or_default();
    let mut done = Done::new(name);
    for (environment, outcome) in environments.iter().zip(outcomes) {
        done.add(environment, outcome);
        ui::say(&match outcome {
            SetOutcome::Created => format!("created {name} for {environment}{made}"),
            SetOutcome::Updated(version) => {
                format!("updated {name} for {environment} (version {version}){made}")
            }
            SetOutcome::Unchanged => format!("unchanged {name} for {environment}"),
        });
        if let Some(place) = reference_before(index, name, environment) {
            ui::say(&format!(
                "it is sealed in the vault now; what lies at {place}, where it was, stays there"
            ));
        }
        if let (SetOutcome::Updated(_), Expiry::Unsaid) = (outcome, expiry)
            && let Some(lost) = expiry::without_a_day(index, name, environment)
        {
            ui::say(&lost);
        }
    }
    if let Expiry::On(day) = expiry {
        ui::say(&format!("expires on {day}: {}", expiry::reminder(day)));
    }
    if let Some(also) = hints::also(index, name, &environments) {
        ui::say(&also);
    }
    if args.json {
        ui::json(&done.json(false))?;
    }
    Ok(Status::Done)
}

/// The secret's name, and what `--generate` was given: in `--generate NAME` that is the name.
fn name_and_what(args: &Args) -> Result<(&str, Option<&str>), Error> {
    let what = args.generate.as_deref().filter(|word| !word.is_empty());
    match (args.name.as_deref(), what) {
        (None, Some(word)) if !Recipe::is_word(word) => Ok((word, None)),
        (None, _) => Err(Error::usage(
            "which secret?\nfor example: strongroom set --type local session_key --generate 32",
        )),
        (Some(name), what) => Ok((name, what)),
    }
}

/// Refuses to let a generated value take the place of one that may be in use.
fn refuse_replacing(
    index: &Index<'_>,
    name: &str,
    environments: &[Environment],
) -> Result<(), Error> {
    let Some(secret) = index.secret(name) else { return Ok(()) };
    let there: Vec<&Environment> =
        environments.iter().filter(|each| secret.value(each.name()).is_some()).collect();
    if there.is_empty() {
        return Ok(());
    }
    let listed = listed(there.iter().map(|each| each.name()));
    Err(Error::usage(format!(
        "`{}` has a value for {listed}, which a generated one would replace\nif that is meant, add: --replace",
        Shown(secret.name())
    )))
}

/// Where a store kept the value until now.
fn reference_before(index: &Index<'_>, name: &str, environment: &Environment) -> Option<String> {
    match index.secret(name)?.value(environment.name())?.content() {
        Content::Reference { store, reference, .. } => Some(format!("{store}:{reference}")),
        Content::Sealed(_) => None,
    }
}

fn read_value(
    args: &Args,
    index: &Index<'_>,
    name: &str,
    environments: &[Environment],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let value = if let Some(path) = &args.from_file {
        Some(from_file(path)?)
    } else {
        let wheres: Vec<&str> = environments.iter().map(Environment::name).collect();
        from_prompt_or_input(&format!("value of {name} for {}: ", wheres.join(", ")))?
    };
    match value {
        Some(value) if args.allow_empty || !value.is_empty() => Ok(value),
        None if args.allow_empty => Ok(Zeroizing::default()),
        Some(_) => Err(without_value(args, index, name, environments, "the value is empty")),
        None => {
            let what = "no value was given: standard input is empty";
            Err(without_value(args, index, name, environments, what))
        }
    }
}

/// The error for a value without a byte. Whoever wanted to describe a secret must not be led to
/// emptying it.
fn without_value(
    args: &Args,
    index: &Index<'_>,
    name: &str,
    environments: &[Environment],
    what: &str,
) -> Error {
    let error = Error::usage(what);
    let error = match (&args.about, index.secret(name)) {
        (Some(_), Some(secret)) => error.with_hint(format!(
            "change the description alone with: strongroom set {} --about \"…\"",
            Shown(secret.name())
        )),
        _ => error,
    };
    let error = match index.secret(name) {
        Some(secret) if args.expires.is_some() => error.with_hint(format!(
            "change the day alone with: {} --expires {} --keep",
            hints::set_command(secret.name(), environments),
            Shown(args.expires.as_deref().unwrap_or_default())
        )),
        _ => error,
    };
    error.with_hint("an empty value on purpose needs --allow-empty")
}

/// Sets one value in every environment, or each environment's own.
fn set(
    draft: &mut Draft<'_, '_>,
    index: &Index<'_>,
    keys: &Keys,
    name: &str,
    environments: &[Environment],
    values: &[Zeroizing<Vec<u8>>],
    expiry: Expiry,
) -> Result<Vec<SetOutcome>, Error> {
    let mut outcomes = Vec::with_capacity(environments.len());
    for (environment, value) in environments.iter().zip(values.iter().cycle()) {
        unchanged(index, environment)?;
        let key = keys.current_data_key(index, environment.kind())?;
        outcomes.push(draft.set_value_until(key, name, environment, value, today(), expiry)?);
    }
    Ok(outcomes)
}

/// `set NAME --about TEXT`: the description alone.
fn describe(args: &Args, session: &Session<'_>, name: &str, about: &str) -> Result<Status, Error> {
    check_secret_name(name).map_err(EditError::BadName)?;
    let spelled = session.edit(|draft, index| {
        let secret = index.secret(name).ok_or_else(|| hints::no_secret(index, name))?;
        draft.set_about(name, about)?;
        Ok(secret.name().to_owned())
    })?;
    let did = if about.is_empty() { "removed the description of" } else { "described" };
    ui::say(&format!("{did} {spelled}; its values are as before"));
    if args.json {
        ui::json(&Done::new(&spelled).json(false))?;
    }
    Ok(Status::Done)
}

/// Refuses `set NAME VALUE` and `set NAME=VALUE`. Nothing of it is repeated.
fn refuse_value_in_arguments(args: &Args, given: &str) -> Result<(), Error> {
    let name = given.split_once('=').map_or(given, |(name, _)| name);
    if args.rest.is_empty() && name == given {
        return Ok(());
    }
    let name = if check_secret_name(name).is_ok() { name } else { "NAME" };
    let typed = args.environments.typed();
    let options = typed.as_deref().unwrap_or(if args.mine { "--mine" } else { "--type local" });
    Err(Error::usage(format!(
        "a value is never taken from the command line: other users see it there, and the shell keeps it\n\
         type it at a prompt: strongroom set {options} {name}\n\
         or read it from a file: strongroom set {options} {name} < FILE\n\
         if it was a real value, remove it from your shell's history"
    )))
}
