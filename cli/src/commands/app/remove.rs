//! `strongroom app remove`: an application goes, and its keys with it.

use serde_json::json;
use strongroom_vault::Shown;

use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Remove an application and its keys; the secret stays
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom app remove shop")]
pub(crate) struct Args {
    /// The application's name
    name: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let apps = session.apps()?;
    let app = super::named(apps, &args.name)?;
    session.edit(|draft, _| Ok(draft.remove_app(app.name())?))?;
    let (name, keys) = (app.name(), app.keys().len());
    let with = match keys {
        0 => String::new(),
        1 => " and its key".to_owned(),
        keys => format!(" and its {keys} keys"),
    };
    ui::say(&format!("removed the application `{}`{with}", Shown(name)));
    if keys > 0 {
        super::key::say_who_knows(app);
    }
    if args.json {
        ui::json(&json!({ "name": name, "keys": keys }))?;
    }
    Ok(Status::Done)
}
