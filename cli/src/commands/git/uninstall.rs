//! `strongroom git uninstall`: takes back what `install` did, and nothing else.

use super::attributes::Attributes;
use super::config;
use super::hook::Hook;
use crate::error::{Error, Status};
use crate::history::InGit;
use crate::session::Place;
use crate::ui;

/// Take back what git install did
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave the line in .gitattributes, which others may need
    #[arg(long)]
    keep_attributes: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let file = InGit::of(found.path())?;
    let mut taken = Vec::new();
    for section in ["merge.strongroom", "diff.strongroom"] {
        let ours = config::settings("").map(|(key, _)| key);
        let mut ours = ours.into_iter().filter(|key| key.starts_with(section));
        if ours.any(|key| config::get(&file.folder, key).is_some()) {
            config::remove_section(&file.folder, section)?;
            taken.push(section.to_owned());
        }
    }
    if Hook::of(&file.folder, "")?.remove()? {
        taken.push("the lines in the pre-commit hook".to_owned());
    }
    if !args.keep_attributes && Attributes::of(&file.folder, &file.name).remove()? {
        taken.push("the line in .gitattributes".to_owned());
    }
    if taken.is_empty() {
        ui::say("there was nothing to take back");
    } else {
        ui::say(&format!("took back: {}", taken.join(", ")));
    }
    Ok(Status::Done)
}
