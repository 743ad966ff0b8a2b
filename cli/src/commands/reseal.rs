//! `strongroom reseal`: values that a merge left under the previous data key.

use strongroom_vault::{EnvironmentType, Index, fold, left_behind};

use crate::error::{Error, Status};
use crate::hints::no_secret;
use crate::keys::Keys;
use crate::session::Place;
use crate::ui::{self, Terminal};

/// Seal values again that a merge left under the previous data key
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Whoever was removed knows the previous key and can still make such values. So look at who wrote each line before you
say yes: strongroom history NAME, or git log -p strongroom.toml.

Example: strongroom reseal github_api_token")]
pub(crate) struct Args {
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
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let left = left(&args.names, &session.index)?;
    if left.is_empty() {
        ui::say("every value lies under the current data key of its type");
        return Ok(Status::Done);
    }
    let keys = Keys::of_types(&session.index, left.iter().map(|each| each.kind))?;
    agree(args, &left)?;
    session.edit(|draft, index| {
        for each in &left {
            let key = keys.current_data_key(index, each.kind)?;
            draft.reseal_value(key, &key.retired(index), &each.name, &each.environment)?;
        }
        Ok(())
    })?;
    for each in &left {
        ui::say(&format!(
            "sealed {} for {} again, version {}",
            each.name, each.environment, each.version
        ));
    }
    ui::say("commit strongroom.toml, so that it counts for everybody");
    Ok(Status::Done)
}

fn left(names: &[String], index: &Index<'_>) -> Result<Vec<Left>, Error> {
    for name in names {
        index.secret(name).ok_or_else(|| no_secret(index, name))?;
    }
    let meant =
        |name: &str| names.is_empty() || names.iter().any(|other| fold(other) == fold(name));
    let left = left_behind(index).filter(|(secret, _)| meant(secret.name()));
    let left = left.map(|(secret, value)| Left {
        name: secret.name().to_owned(),
        environment: value.environment().to_owned(),
        kind: value.kind(),
        version: value.version(),
    });
    Ok(left.collect())
}

fn agree(args: &Args, left: &[Left]) -> Result<(), Error> {
    if args.yes {
        return Ok(());
    }
    for each in left {
        ui::say(&format!(
            "{} for {}, version {}, lies under another data key",
            each.name, each.environment, each.version
        ));
    }
    ui::say("a removed holder could have made it: look first (git log -p strongroom.toml)");
    let Some(mut terminal) = Terminal::of_person() else {
        return Err(Error::usage("no terminal to ask at\ndo it without a question: --yes"));
    };
    if terminal.agrees("seal again?")? { Ok(()) } else { Err(Error::no("nothing was changed")) }
}
