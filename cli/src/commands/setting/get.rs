//! `strongroom setting get`: the value that counts for an environment. It needs no key.

use serde_json::json;
use strongroom_vault::{PlainValue, Shown};

use crate::environments::One;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Print the value of a setting
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --type and --env it is the value of the active environment: that of STRONGROOM_ENV, else local.
A named environment without a value of its own has that of its type, and that has the default.

Example: strongroom setting get --type prod max_retries")]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The setting's name
    name: String,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let setting = super::named(index, &args.name)?;
    let value = setting.lookup(&environment).ok_or_else(|| {
        let name = Shown(setting.name());
        Error::no(format!("`{name}` has no value for `{environment}`, and no default")).with_hint(
            format!("set one with: strongroom setting set {} {name} VALUE", environment.flag()),
        )
    })?;
    if args.json {
        ui::json(&json!({
            "name": setting.name(),
            "environment": environment.name(),
            "value": value.text(),
            "from": PlainValue::scope(value),
        }))?;
    } else {
        ui::data(&format!("{}\n", value.text()))?;
    }
    Ok(Status::Done)
}
