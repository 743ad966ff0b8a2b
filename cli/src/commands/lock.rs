//! `strongroom lock`: forgets what `strongroom unlock` kept.

use strongroom_vault::search::UserFolder;

use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui;

/// Forget what was unlocked for this vault; access keys that are kept stay
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom lock --all")]
pub(crate) struct Args {
    /// Forget what was unlocked for every vault
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let folder = UserFolder::find()
        .ok_or_else(|| Error::cannot("no configuration folder with keys: HOME is not set"))?;
    let id = if args.all { None } else { Some(place.read()?.open()?.index.id()) };
    let forgotten = folder
        .forget_unlocked(id)
        .map_err(|error| Error::file("forget keys in", &folder.keys_folder(), &error))?;
    let names = forgotten.iter().filter_map(|path| path.file_stem()?.to_str());
    ui::say(&match (forgotten.len(), args.all) {
        (0, true) => "nothing was unlocked".to_owned(),
        (0, false) => "nothing was unlocked for this vault".to_owned(),
        (_, false) => format!("locked {}", listed(names)),
        (_, true) => format!("locked {} in all vaults", listed(names)),
    });
    Ok(Status::Done)
}
