//! `strongroom setting rename`: another name for a setting; its values stay.

use serde_json::json;
use strongroom_vault::{Shown, check_secret_name, fold};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Give a setting another name; its values stay
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom setting rename retries max_retries")]
pub(crate) struct Args {
    /// The name that it has
    name: String,

    /// The new name
    new: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    check_secret_name(&args.new)
        .map_err(|fault| Error::bad_name("a setting", fault).while_doing("NEW"))?;
    let found = place.read()?;
    let session = found.open()?;
    let old = super::named(&session.index, &args.name)?.name();
    let is_renamed = session.edit(|draft, _| Ok(draft.rename_setting(old, &args.new)?))?;
    let new = Shown(&args.new);
    if is_renamed {
        ui::say(&format!("renamed {old} to {new}"));
    } else {
        ui::say(&format!("unchanged {old}: that is its name already"));
    }
    if is_renamed && fold(old) != fold(&args.new) {
        ui::say(&format!(
            "where a struct declares {old}: rename the field, or put above it: #[setting(name = \"{new}\")]\n\
             find it with: strongroom check"
        ));
    }
    if args.json {
        ui::json(&json!({ "name": args.new, "before": old }))?;
    }
    Ok(Status::Done)
}
