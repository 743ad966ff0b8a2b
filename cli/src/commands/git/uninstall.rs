//! `strongroom git uninstall`: takes back what `install` did in this clone, and what everybody has only where that is said.

use strongroom_vault::ShownPath;

use super::attributes::Attributes;
use super::config;
use super::hook::Hook;
use super::installed::{Entry, to_take_back};
use crate::error::{Error, Status};
use crate::history::InGit;
use crate::session::Place;
use crate::ui;

/// Take back what git install did in this clone
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Takes the settings out of this clone's .git/config and the lines out of its pre-commit hook, unless git is set
up here for another vault too: they are there for all of them. The line in .gitattributes goes too as long as
it is not committed; once it is, it belongs to everybody who has set git up, and does nothing where nobody has.")]
pub(crate) struct Args {
    /// Take the committed line out of .gitattributes too, for everybody, with the next commit
    #[arg(long)]
    for_everybody: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let file = InGit::of(found.path())?;
    let entry = Entry::of(&file)?;
    let others = entry.others()?;
    let was_entered = entry.remove()?;
    let mut taken = Vec::new();
    if others.is_empty() {
        taken = take_shared(&file)?;
    } else if was_entered {
        taken.push("this vault's entry in .git/config".to_owned());
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
    if let Some(other) = others.first() {
        let count = match others.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        ui::say(&format!(
            "git's settings and the hook stay: they are those of {}{count} too\n\
             take them back with the last vault: {}",
            ShownPath(other),
            to_take_back(other)
        ));
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

/// Takes back what is there once for all vaults of the clone, and says what that was.
fn take_shared(file: &InGit) -> Result<Vec<String>, Error> {
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
    Ok(taken)
}
