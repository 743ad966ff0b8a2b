//! `strongroom git status`: what of `install` is in place here.

use std::path::Path;

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
    let setup = Setup::of(found.path())?;
    if args.json {
        let parts = setup.parts.iter().map(|part| (part.key.to_owned(), json!(part.is_there)));
        ui::json(&serde_json::Value::Object(parts.collect()))?;
    } else {
        for Part { words, is_there, .. } in &setup.parts {
            ui::data(&format!("{} {words}\n", if *is_there { "✓" } else { "-" }))?;
        }
    }
    if setup.missing().next().is_none() {
        return Ok(Status::Done);
    }
    ui::say(&setup.advice());
    Ok(Status::No)
}

/// What `install` sets up, and whether it is there.
pub(crate) struct Setup {
    parts: [Part; 4],
    /// The vault's name, if no scan can know it.
    ignored: Option<String>,
}

struct Part {
    key: &'static str,
    words: &'static str,
    is_there: bool,
}

impl Setup {
    /// What is there for a vault in a repository.
    pub(crate) fn of(vault: &Path) -> Result<Self, Error> {
        let file = InGit::of(vault)?;
        let command = config::command()?;
        let is_set = |section: &str| {
            let ours = config::settings(&command);
            let mut ours = ours.iter().filter(|(key, _)| key.starts_with(section));
            ours.all(|(key, value)| config::get(&file.folder, key).as_deref() == Some(value))
        };
        let is_scanned = vaults::is_listed(&file)?;
        let hook = Hook::of(&file.folder, &command)?.is_there()? && is_scanned;
        let attributes = Attributes::of(&file.folder, &file.name).is_there()?;
        let part = |key, words, is_there| Part { key, words, is_there };
        let parts = [
            part("merge_driver", "merge driver", is_set("merge.")),
            part("diff_driver", "readable diffs", is_set("diff.")),
            part("attributes", ATTRIBUTES, attributes),
            part("hook", "scan before each commit", hook),
        ];
        Ok(Self { parts, ignored: (!is_scanned).then_some(file.name) })
    }

    /// Whether the vault has its line in `.gitattributes`, so that it is meant to be set up.
    pub(crate) fn is_meant(&self) -> bool {
        self.parts.iter().any(|part| part.words == ATTRIBUTES && part.is_there)
    }

    /// What is not there, in words.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'static str> {
        self.parts.iter().filter(|part| !part.is_there).map(|part| part.words)
    }

    /// What to do about what is missing.
    pub(crate) fn advice(&self) -> String {
        match &self.ignored {
            None => "set up what is missing with: strongroom git install".to_owned(),
            Some(name) => format!(
                "git ignores the vault, so no scan before a commit would know of it\nlet git have it: git add -f {}",
                typed(name.as_ref())
            ),
        }
    }
}

const ATTRIBUTES: &str = "line in .gitattributes";
