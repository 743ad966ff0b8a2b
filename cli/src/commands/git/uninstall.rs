//! `strongroom git uninstall`: takes back what `install` did in this clone, and what everybody has only where that is said.

use super::attributes::Attributes;
use super::config;
use super::hook::Hook;
use crate::error::{Error, Status};
use crate::history::InGit;
use crate::session::Place;
use crate::ui;

/// Take back what git install did in this clone
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Takes the settings out of this clone's .git/config and the lines out of its pre-commit hook. The line in
.gitattributes goes too as long as it is not committed; once it is, it belongs to everybody who has set git
up, and does nothing where nobody has.")]
pub(crate) struct Args {
    /// Take the committed line out of .gitattributes too, for everybody, with the next commit
    #[arg(long)]
    for_everybody: bool,
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
    let attributes = Attributes::of(&file.folder, &file.name);
    let is_shared = attributes.is_shared();
    let is_left = is_shared && !args.for_everybody && attributes.is_there()?;
    if !is_left && attributes.remove()? {
        taken.push("the line in .gitattributes".to_owned());
    }
    if taken.is_empty() {
        ui::say("there was nothing to take back in this clone");
    } else {
        ui::say(&format!("took back: {}", taken.join(", ")));
    }
    if is_shared && !attributes.is_there()? {
        ui::say("commit that, and it counts for everybody: git add .gitattributes");
    }
    if is_left {
        ui::say(
            "the line in .gitattributes is committed and everybody's, so it stays; it does nothing in this clone\n\
             take it out for everybody with: strongroom git uninstall --for-everybody",
        );
    }
    Ok(Status::Done)
}
