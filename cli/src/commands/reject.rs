//! `strongroom reject`: drops what somebody left. It needs no key, since lines can be removed without one.

use serde_json::json;

use crate::deposits::{Which, shown_code};
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui::{self, Terminal};

/// Drop values that somebody left for an environment
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom reject [--type TYPES] [--env NAMES] [OPTIONS] <NAME|CODE>...",
    after_help = "\
A code drops one deposit, and is not asked about.

Examples:
  strongroom reject k7wq-3m2a-xvbn-d4ts
  strongroom reject --all --type prod"
)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    if !args.which.is_said() {
        return Err(Error::usage("which deposit?\ngive a name, a code, or --all"));
    }
    let chosen = args.which.choose(&session.index)?;
    if !args.yes && !args.which.has_codes_alone(&chosen) {
        for each in &chosen {
            let (name, environment, left) = (each.name(), each.environment(), each.left());
            ui::say(&format!("{}  {name} for {environment}, left {left}", shown_code(each)));
        }
        let mut terminal = Terminal::of_person()
            .ok_or_else(|| Error::usage("no terminal to ask at\ndrop them with: --yes"))?;
        let count = chosen.len();
        let them = if count == 1 { "it".to_owned() } else { format!("all {count}") };
        terminal.confirm(&format!("drop {them}?"), Error::no("nothing was dropped"))?;
    }
    session.edit(|draft, _| {
        for deposit in &chosen {
            if !draft.drop_deposit(deposit.code()) {
                return Err(Error::cannot(format!(
                    "the deposit {} is gone meanwhile: try again",
                    shown_code(deposit)
                )));
            }
        }
        Ok(())
    })?;
    for each in &chosen {
        let (name, environment) = (each.name(), each.environment());
        ui::say(&format!("dropped the deposit {} of {name} for {environment}", shown_code(each)));
    }
    if args.json {
        let json = chosen.iter().map(|each| {
            json!({
                "name": each.name(),
                "environment": each.environment(),
                "code": shown_code(each),
                "change": "dropped",
            })
        });
        ui::json(&json!({ "deposits": json.collect::<Vec<_>>() }))?;
    }
    Ok(Status::Done)
}
