//! `strongroom store default`: which store `link` and `set` mean where nobody names one.

use serde_json::json;
use strongroom_vault::StoreEntry;

use crate::environments::unchanged;
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Say which store `link` and `set` mean for an environment where none is named
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom store default <ENVIRONMENT> <STORE | --unset> [OPTIONS]",
    after_help = "\
A default never decides what is loaded: that is what each value's own line says. The default of a type is that of
its named environments too, unless they have one of their own.

Example: strongroom store default production cluster"
)]
pub(crate) struct Args {
    /// An environment type, its short form, or a named environment
    environment: String,

    /// The store's name
    #[arg(required_unless_present = "unset", conflicts_with = "unset")]
    store: Option<String>,

    /// Take the default back
    #[arg(long)]
    unset: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environment = session.index.environment(&args.environment)?;
    match &args.store {
        Some(store) => {
            session.edit(|draft, index| {
                unchanged(index, &environment)?;
                Ok(draft.set_default_store(&environment, store)?)
            })?;
            ui::say(&format!(
                "`set` and `link` mean {store} for {environment} now; values that are there stay where they are"
            ));
        }
        None if session.edit(|draft, _| Ok(draft.unset_default_store(&environment)))? => {
            ui::say(&format!("{environment} has no default store of its own any more"));
        }
        None => {
            let error = Error::no(format!("`{environment}` has no default store of its own"));
            let of_type = session.index.stores().default_for(&environment).map(StoreEntry::name);
            return Err(match of_type {
                Some(store) => error.with_hint(format!(
                    "that of its type is `{store}`; take it back with: strongroom store default {} --unset",
                    environment.kind()
                )),
                None => error,
            });
        }
    }
    if args.json {
        ui::json(&json!({ "environment": environment.name(), "store": args.store }))?;
    }
    Ok(Status::Done)
}
