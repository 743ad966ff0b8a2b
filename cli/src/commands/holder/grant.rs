//! `strongroom holder grant`: more types, or everything, for a holder who is there.

use strongroom_vault::{EnvironmentType, GrantError, Shown};

use crate::environments::kind_of;
use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui;
use crate::{deposits, keys};

/// Let a holder open more environment types, or everything, with the key that it has
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom holder grant NAME <--type TYPES | --roster>",
    after_help = "\
Examples:
  strongroom holder grant dev --type production
  strongroom holder grant robin --roster

Types are taken back with `strongroom holder remove dev --type production`. Who has the roster key can add and remove
holders, and knows every key: that is taken back by removing the holder."
)]
pub(crate) struct Args {
    /// The holder's name
    name: String,

    /// What it may open: production, development, preview, local (short: prod, dev, pr)
    #[arg(
        long = "type",
        value_name = "TYPES",
        value_delimiter = ',',
        required_unless_present = "roster"
    )]
    kinds: Vec<String>,

    /// Let it open everything, and add and remove holders
    #[arg(long, conflicts_with = "kinds")]
    roster: bool,
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
        if args.roster {
            return Ok(draft.grant_roster(&ring, &name)?);
        }
        Ok(draft.grant_types(&ring, &name, &kinds)?)
    })?;
    let opens = if args.roster {
        "everything now, and can add and remove holders".to_owned()
    } else {
        format!("{} now", listed(kinds.iter().map(|kind| kind.as_str())))
    };
    ui::say(&format!("`{}` opens {opens}", Shown(&name)));
    ui::say("commit strongroom.toml, so that the holder can open it");
    Ok(Status::Done)
}
