//! `strongroom git status`: what of `install` is in place here.

use serde_json::json;

use super::attributes::Attributes;
use super::config;
use super::hook::Hook;
use crate::error::{Error, Status};
use crate::hints::typed;
use crate::history::InGit;
use crate::scan::vaults;
use crate::session::Place;
use crate::ui;

/// Show whether git is set up in this clone; status 1 if something is not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let file = InGit::of(found.path())?;
    let command = config::command()?;
    let is_set = |section: &str| {
        let ours = config::settings(&command);
        let mut ours = ours.iter().filter(|(key, _)| key.starts_with(section));
        ours.all(|(key, value)| config::get(&file.folder, key).as_deref() == Some(value))
    };
    let hook = Hook::of(&file.folder, &command)?;
    let is_scanned = vaults::is_listed(&file)?;
    let parts = [
        ("merge_driver", "merge driver", is_set("merge.")),
        ("diff_driver", "readable diffs", is_set("diff.")),
        (
            "attributes",
            "line in .gitattributes",
            Attributes::of(&file.folder, &file.name).is_there()?,
        ),
        ("hook", "scan before each commit", hook.is_there()? && is_scanned),
    ];
    if args.json {
        let parts = parts.iter().map(|(key, _, is)| ((*key).to_owned(), json!(is)));
        ui::json(&serde_json::Value::Object(parts.collect()))?;
    } else {
        for (_, words, is) in parts {
            ui::data(&format!("{} {words}\n", if is { "✓" } else { "-" }))?;
        }
    }
    if parts.iter().all(|(.., is)| *is) {
        return Ok(Status::Done);
    }
    if is_scanned {
        ui::say("set up what is missing with: strongroom git install");
    } else {
        ui::say(&format!(
            "git ignores the vault, so no scan before a commit would know of it\nlet git have it: git add -f {}",
            typed(file.name.as_ref())
        ));
    }
    Ok(Status::No)
}
