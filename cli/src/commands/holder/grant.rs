//! `strongroom holder grant`: more types for a holder who is there.

use strongroom_vault::{EnvironmentType, GrantError, Shown};

use crate::environments::kind_of;
use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui;
use crate::{deposits, keys};

/// Let a holder open more environment types, with the key that it has
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example: strongroom holder grant dev --type production
Take it back with: strongroom holder remove dev --type production")]
pub(crate) struct Args {
    /// The holder's name
    name: String,

    /// What it may open: production, development, preview, local (short: prod, dev, pr)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',', required = true)]
    kinds: Vec<String>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let kinds = args.kinds.iter().map(|word| kind_of(index, word));
    let kinds = kinds.collect::<Result<Vec<EnvironmentType>, _>>()?;
    let holder = index.holder(&args.name).ok_or_else(|| GrantError::NoHolder(args.name.clone()))?;
    let name = holder.name().to_owned();
    let ring = keys::of_roster(index)?;
    deposits::refuse_doubtful(session.path(), index, &ring, |_| true)?;
    session.edit(|draft, index| {
        keys::refuse_changed_roster(index, &ring)?;
        Ok(draft.grant_types(&ring, &name, &kinds)?)
    })?;
    let kinds = listed(kinds.iter().map(|kind| kind.as_str()));
    ui::say(&format!("`{}` opens {kinds} now", Shown(&name)));
    ui::say("commit strongroom.toml, so that the holder can open it");
    Ok(Status::Done)
}
