//! `strongroom git install`: the drivers and the hook, each once.

use super::attributes::Attributes;
use super::config;
use super::hook::{Hook, Outcome};
use super::installed::Entry;
use crate::error::{Error, Status};
use crate::hints::typed;
use crate::history::InGit;
use crate::session::Place;
use crate::ui;

/// Set up git in this clone: the merge driver, readable diffs, and a scan before each commit
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Writes one line into .gitattributes, which is to be committed; the settings merge.strongroom and
diff.strongroom into this clone's .git/config; and a block of lines into its pre-commit hook, beside
what is there. Everybody does this once for each clone. Doing it again changes nothing.")]
pub(crate) struct Args {
    /// Leave the pre-commit hook alone
    #[arg(long)]
    no_hook: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let file = InGit::of(found.path())?;
    let command = config::command()?;
    let attributes = Attributes::of(&file.folder, &file.name);
    // What may be refused comes before anything is written.
    let was_there = attributes.is_there()?;
    let hook = Hook::of(&file.folder, &command)?;
    if !args.no_hook {
        hook.refuse_link().map_err(|error| {
            error.with_hint("leave the hook alone with: strongroom git install --no-hook")
        })?;
    }
    Entry::of(&file)?.add()?;
    for (key, value) in config::settings(&command) {
        if config::get(&file.folder, key).as_deref() != Some(&value) {
            config::set(&file.folder, key, &value)?;
        }
    }
    attributes.add()?;
    ui::say(&format!("git merges and shows {} by what it means, in this clone", file.name));
    if !args.no_hook {
        match hook.add()? {
            Outcome::Added | Outcome::Renewed | Outcome::Unchanged => {
                ui::say("before each commit, strongroom scan looks for values in what is staged");
            }
            Outcome::Foreign => ui::warn(&format!(
                "{} is no shell script, so nothing was added to it\nlet it run: {}",
                strongroom_vault::ShownPath(&hook.path),
                hook.line()
            )),
        }
    }
    if !was_there {
        let name = typed(".gitattributes".as_ref());
        ui::say(&format!(
            "commit the new line: git add {name}\neverybody else types once: strongroom git install"
        ));
    }
    Ok(Status::Done)
}
