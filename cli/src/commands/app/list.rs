//! `strongroom app list`: who may ask the server for what. It needs no key.

use serde_json::{Value as Json, json};
use strongroom_vault::{App, Index};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// List applications: their ids, their secrets, and how many keys they have
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example: strongroom app list
The keys themselves: strongroom app key list")]
pub(crate) struct Args {
    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// An application's name
    name: Option<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let apps = session.apps()?;
    let apps = super::picked(apps, args.name.as_deref())?;
    if args.json {
        ui::json(&apps.iter().map(|app| json_of(app, index)).collect())?;
        return Ok(Status::Done);
    }
    if apps.is_empty() {
        ui::say(super::NONE);
        return Ok(Status::Done);
    }
    let mut table = Table::new(["application", "id", "secret", "keys"]);
    for app in apps {
        let secret = match index.secret(app.secret()) {
            Some(secret) => Cell::from(secret.name()),
            None => Cell::bad(format!("{} (not there)", app.secret())),
        };
        let keys = app.keys().len();
        let keys = if keys == 0 { Cell::faint("-") } else { Cell::from(keys.to_string()) };
        table.row([Cell::from(app.name()), Cell::from(app.id().to_string()), secret, keys]);
    }
    ui::table(&table)?;
    Ok(Status::Done)
}

fn json_of(app: &App<'_>, index: &Index<'_>) -> Json {
    json!({
        "name": app.name(),
        "id": app.id().to_string(),
        "secret": app.secret(),
        "is_there": index.secret(app.secret()).is_some(),
        "keys": app.keys().len(),
    })
}
