//! `strongroom store remove`: takes a store's declaration out of the vault.

use serde_json::json;

use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui;

/// Remove a store that no reference names; what it keeps stays there
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom store remove cluster")]
pub(crate) struct Args {
    /// The store's name
    name: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let defaults = session.edit(|draft, _| Ok(draft.remove_store(&args.name)?))?;
    ui::say(&format!("removed {}; what it keeps was not touched", args.name));
    if !defaults.is_empty() {
        let environments = listed(defaults.iter().map(String::as_str));
        ui::say(&format!("it is no longer the default store of {environments}"));
    }
    if args.json {
        ui::json(&json!({ "name": args.name, "default": defaults }))?;
    }
    Ok(Status::Done)
}
