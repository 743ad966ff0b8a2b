//! `strongroom holder known`: what a removed holder knows and was not changed yet.

use serde_json::json;
use strongroom_vault::{Date, GrantError, Index, Removed, Shown};

use super::checklist::Checklist;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// List what a removed holder still knows, as a checklist
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no key. A value is listed until another one is set: change it where it came from, then `strongroom set`.

Example: strongroom holder known guest")]
pub(crate) struct Args {
    /// The removed holder's name
    name: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let known = Checklist::due(index, &args.name);
    if known.is_empty() {
        refuse_holder(index, &args.name)?;
        ui::say(&format!("nothing is left that `{}` knows", Shown(&args.name)));
    }
    if args.json {
        let removed = index.removal(&args.name);
        let name = removed.map_or(args.name.as_str(), Removed::name);
        let on = removed.map(Removed::on).as_ref().map(Date::to_string);
        ui::json(&json!({ "name": name, "removed": on, "known": known.to_json() }))?;
    } else {
        known.print()?;
    }
    Ok(Status::Done)
}

/// A holder who was never removed has nothing to be listed: that is not to look like nothing known.
fn refuse_holder(index: &Index<'_>, name: &str) -> Result<(), Error> {
    match (index.removal(name), index.holder(name)) {
        (Some(_), _) => Ok(()),
        (None, Some(holder)) => Err(Error::usage(format!(
            "`{}` was not removed, and opens what its types have\nsee: strongroom holder list",
            Shown(holder.name())
        ))),
        (None, None) => Err(GrantError::NoHolder(name.to_owned()).into()),
    }
}
