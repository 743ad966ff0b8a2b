//! `strongroom log`: what was read and changed on this machine, where the vault asks for a record.

use serde_json::Value as Json;

use crate::error::{Error, Status};
use crate::log;
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// Show what was read and changed on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A record is kept where the vault has [audit] log = true: for each command its time, whose key was used, and the
names that it read and changed, those of your own values too. It stays on this machine, in
~/.local/state/strongroom/log, and holds no value. Programs that load secrets keep none.

Example: strongroom log --json")]
pub(crate) struct Args {
    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let id = session.index.id();
    let text = log::lines(id)
        .map_err(|error| Error::file("read", &log::path(id).unwrap_or_default(), &error))?;
    // A line that a crash cut short is no reason to hide the others.
    let lines: Vec<Json> =
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if !session.index.audit_log() {
        ui::say("nothing is recorded: the vault does not have [audit] log = true");
    }
    if args.json {
        ui::json(&Json::Array(lines))?;
        return Ok(Status::Done);
    }
    let mut table = Table::new(["time", "holder", "command", "read", "changed"]);
    for line in &lines {
        let word = |key| line[key].as_str().unwrap_or("-");
        table.row([
            Cell::from(word("time")),
            Cell::from(word("holder")),
            Cell::from(word("command")),
            Cell::from(places(&line["read"])),
            Cell::from(places(&line["changed"])),
        ]);
    }
    if !lines.is_empty() {
        ui::table(&table)?;
    }
    Ok(Status::Done)
}

/// `github_api_token (local, production)`, and how many more.
fn places(places: &Json) -> String {
    let places = places.as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |place: &Json, key| place[key].as_str().unwrap_or_default().to_owned();
    let shown = places.iter().take(SHOWN);
    let own = |it: &Json| if it["own"] == true { ", your own" } else { "" };
    let shown =
        shown.map(|it| format!("{} ({}{})", word(it, "secret"), word(it, "environment"), own(it)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match places.len() {
        0 => "-".to_owned(),
        all if all > SHOWN => format!("{shown} and {} more", all - SHOWN),
        _ => shown,
    }
}

/// How many places are shown in a line.
const SHOWN: usize = 3;
