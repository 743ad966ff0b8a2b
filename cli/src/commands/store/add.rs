//! `strongroom store add`: declares a store.

use serde_json::json;
use strongroom_vault::search::Allowed;
use strongroom_vault::{Draft, Index, SettingValue, StoreKind, VaultFile};

use super::settings;
use crate::error::{Error, Status};
use crate::session::{Place, Session};
use crate::stores::{self, Asker};
use crate::ui;

/// Declare a store: a system outside the vault that keeps values
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom store add <NAME> --kind <KIND> [--SETTING <VALUE>]… [OPTIONS] [-- <COMMAND>…]",
    after_help = "\
Settings are plain text in the vault, so none is ever a token or a password. Digits are a number, true and
false a yes and a no; a list is written as '[\"a\", \"b\"]', and a text of digits as '\"5\"'. docs/stores has a
page for each kind.

Nothing is asked of the store yet. One that runs a command runs it only after `strongroom store allow`, on each
machine.

Examples:
  strongroom store add cluster --kind kubernetes --namespace shop
  strongroom store add mounted --kind directory --path /run/secrets
  strongroom store add op --kind command -- op read op://shop/{name}"
)]
pub(crate) struct Args {
    /// The store's name
    name: String,

    #[arg(long, value_name = "KIND", help = format!("The kind of system: {}", StoreKind::names()))]
    kind: String,

    /// Give a setting of the kind; --NAME VALUE is short for it
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    settings: Vec<String>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// What a store of the kind `command` runs: {name}, {key} and {version} are replaced
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let kind = settings::kind_of(&args.kind)?;
    let mut given = settings::read(&args.settings, &args.command)?;
    if given.iter().any(|(path, _)| path == "kind") {
        return Err(Error::usage("the kind is given with --kind"));
    }
    let found = place.read()?;
    let session = found.open()?;
    if kind.name == "strongroom" && given.iter().all(|(path, _)| path != "id") {
        given.extend(id_of_the_other(&session, &given));
    }
    let add = |draft: &mut Draft<'_, '_>, _: &Index<'_>| {
        Ok(draft.add_store(&args.name, kind.name, &given)?)
    };
    let text = session.imagine(add)?;
    let lines = settings::check(&Asker::of(&session), &text, &args.name)?;
    session.edit(add)?;
    let index = Index::read(&text).map_err(Error::cannot)?;
    let store = stores::named(&index, &args.name)?;
    // Whoever typed the settings has looked at them. Where that cannot be remembered, the first link asks.
    let _ = Asker::of(&session).set_allowed(&Allowed::to_ask(store), true);
    ui::say(&format!("added {}, a store of the kind {}: {}", args.name, kind.name, kind.about));
    if !lines.is_empty() {
        ui::say(&format!(
            "it runs a command, on each machine only once that is allowed: strongroom store allow {}",
            args.name
        ));
    }
    ui::say(&format!(
        "record where a value lies with: strongroom link --type production NAME {}:REFERENCE",
        args.name
    ));
    if args.json {
        ui::json(&json!({
            "name": store.name(),
            "kind": store.kind(),
            "settings": stores::json(store),
        }))?;
    }
    Ok(Status::Done)
}

/// The id of the vault that is to be a store, if it is there: whoever declares it means this one, and no other in its place.
fn id_of_the_other(
    session: &Session<'_>,
    given: &[(String, SettingValue)],
) -> Option<(String, SettingValue)> {
    let (_, SettingValue::Text(path)) = given.iter().find(|(name, _)| name == "path")? else {
        return None;
    };
    let file = VaultFile::read(&session.path().parent()?.join(path)).ok()?;
    let id = Index::read(file.text()).ok()?.id();
    Some(("id".to_owned(), SettingValue::Text(id.to_string())))
}
