//! `strongroom reseal`: values that a merge left under the previous data key.

use strongroom_vault::{Environment, EnvironmentType, Index, Shown, fold, left_behind};

use crate::deposits::Origins;
use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::history::{Knowing, sealed_of, still_known};
use crate::keys::Keys;
use crate::session::Place;
use crate::ui::{self, Terminal};

/// Seal values again that a merge left under the previous data key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Whoever was removed knows the previous key and can still make such values. So look at who wrote each line before you
say yes: it is shown, as git has it. What is sealed again stays marked as known to those who were removed, since they can
open it in git's history: change it where it came from.

Examples:
  strongroom reseal github_api_token
  strongroom reseal --type production")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// The names of the secrets (all that need it, if none is given)
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// A value that lies under another key than the current one.
struct Left {
    name: String,
    environment: String,
    kind: EnvironmentType,
    version: u32,
    sealed: String,
    /// The key under which it lies, as the sealed text begins.
    key: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environments = args.environments.pick(&session.index)?;
    let left = left(&args.names, &environments, &session.index)?;
    if left.is_empty() {
        let is_all = args.names.is_empty() && environments.is_empty();
        let which = if is_all { "every value" } else { "each of these values" };
        ui::say(&format!("{which} lies under the current data key of its type"));
        return Ok(Status::Done);
    }
    let keys = Keys::of_types(&session.index, left.iter().map(|each| each.kind))?;
    let lie_under = left.iter().map(|each| (each.kind, each.key.clone())).collect();
    let knowing = Knowing::of(session.path(), &session.index, &lie_under)?;
    agree(args, &left, &Origins::of(session.path()), &knowing)?;
    session.edit(|draft, index| {
        for each in &left {
            let key = keys.current_data_key(index, each.kind)?;
            refuse_changed(index, each)?;
            let (retired, known_to) = (key.retired(index), knowing.who(&each.key));
            draft.reseal_value(key, &retired, &each.name, &each.environment, known_to)?;
        }
        Ok(())
    })?;
    for each in &left {
        ui::say(&format!(
            "sealed {} for {} again, version {}",
            each.name, each.environment, each.version
        ));
        if let Some(words) = still_known(knowing.who(&each.key), &each.name) {
            ui::say(&words);
        }
    }
    ui::say("commit strongroom.toml, so that it counts for everybody");
    Ok(Status::Done)
}

/// Checks that a vault that was read again still has the value that was shown.
fn refuse_changed(index: &Index<'_>, each: &Left) -> Result<(), Error> {
    let value = index.secret(&each.name).and_then(|secret| secret.value(&each.environment));
    if value.is_some_and(|value| sealed_of(value) == each.sealed) {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "`{}` for `{}` changed meanwhile: try again",
        Shown(&each.name),
        Shown(&each.environment)
    )))
}

fn left(
    names: &[String],
    environments: &[Environment],
    index: &Index<'_>,
) -> Result<Vec<Left>, Error> {
    for name in names {
        index.secret(name).ok_or_else(|| no_secret(index, name))?;
    }
    let meant =
        |name: &str| names.is_empty() || names.iter().any(|other| fold(other) == fold(name));
    let is_there = |environment: &str| {
        environments.is_empty() || environments.iter().any(|each| each.name() == environment)
    };
    let left = left_behind(index)
        .filter(|(secret, value)| meant(secret.name()) && is_there(value.environment()));
    let left = left.map(|(secret, value)| Left {
        name: secret.name().to_owned(),
        environment: value.environment().to_owned(),
        kind: value.kind(),
        version: value.version(),
        sealed: sealed_of(value).to_owned(),
        key: value.content().fingerprint_text().to_owned(),
    });
    Ok(left.collect())
}

fn agree(args: &Args, left: &[Left], origins: &Origins, knowing: &Knowing) -> Result<(), Error> {
    if args.yes {
        return Ok(());
    }
    for each in left {
        ui::say(&format!(
            "{} for {}, version {}, lies under another data key\n  from      {}",
            each.name,
            each.environment,
            each.version,
            origins.of_value(&each.sealed).words()
        ));
        let known_to = knowing.who(&each.key);
        if !known_to.is_empty() {
            ui::say(&format!("  known to  {}", listed(known_to.iter().map(String::as_str))));
        }
    }
    ui::say(
        "whoever was removed could have made it, and an author's name in git is what the author wrote",
    );
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage("no terminal to ask at\ndo it without a question: --yes"));
    };
    if terminal.agrees("seal again?")? { Ok(()) } else { Err(Error::no("nothing was changed")) }
}
