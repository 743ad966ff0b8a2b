//! `strongroom store set`: changes settings of a store, and seals every reference to it again.

use serde_json::json;
use strongroom_vault::search::Allowed;
use strongroom_vault::{
    Content, Draft, EnvironmentType, Index, KeyRing, SettingValue, Shown, Unsealed, Value, flag_of,
};

use super::settings;
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::session::Place;
use crate::stores::{self, Asker};
use crate::ui;

/// Change settings of a store; its references are sealed again
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom store set <NAME> [SETTING=VALUE]… [--unset <SETTING>]… [OPTIONS] [-- <COMMAND>…]",
    after_help = "\
A reference's seal covers every setting of its store, so that nobody without a key changes where values come
from. References of types whose key is not here are named: one of their holders links them again.

Example: strongroom store set cluster namespace=shop2"
)]
pub(crate) struct Args {
    /// The store's name
    name: String,

    /// Settings with their new values
    #[arg(value_name = "SETTING=VALUE")]
    settings: Vec<String>,

    /// Take a setting out
    #[arg(long, value_name = "SETTING", value_delimiter = ',')]
    unset: Vec<String>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// What a store of the kind `command` runs from now on
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let given = settings::read(&args.settings, &args.command)?;
    let given = given.into_iter().map(|(path, value)| (path, Some(value)));
    let unset = args.unset.iter().map(|path| (path.clone(), None));
    let changes: Vec<(String, Option<SettingValue>)> = given.chain(unset).collect();
    if changes.is_empty() {
        return Err(Error::usage("which setting?").with_hint(format!(
            "for example: strongroom store set {} SETTING=VALUE",
            Shown(&args.name)
        )));
    }
    if let Some((_, Some(SettingValue::Text(kind)))) = changes.iter().find(|it| it.0 == "kind") {
        settings::kind_of(kind)?;
    }
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let store = stores::named(index, &args.name)?;
    let references = references(index, store.name());
    let ring = ring(index, &references)?;
    let change = |draft: &mut Draft<'_, '_>, _: &Index<'_>| {
        Ok(draft.change_store(&ring, &args.name, &changes)?)
    };
    let text = session.imagine(change)?;
    let asker = Asker::of(&session);
    let lines = settings::check(&asker, &text, &args.name)?;
    // Then the settings that stay are known as well.
    let was_known = asker.is_allowed(&Allowed::to_ask(store));
    let unsealed = session.edit(change)?;
    let after = Index::read(&text).map_err(Error::cannot)?;
    let after = stores::named(&after, &args.name)?;
    if was_known && after != store {
        asker.set_allowed(&Allowed::to_ask(store), false)?;
    }
    if was_known {
        // Where that cannot be remembered, the next link asks.
        let _ = asker.set_allowed(&Allowed::to_ask(after), true);
    }
    if after == store {
        ui::say(&format!("unchanged {}: it is so already", args.name));
    } else {
        ui::say(&format!("changed {}: {}", args.name, stores::shown(after)));
    }
    let sealed = if after == store { 0 } else { references.len() - unsealed.len() };
    match sealed {
        0 => {}
        1 => ui::say("its reference is sealed again"),
        _ => ui::say(&format!("its {sealed} references are sealed again")),
    }
    if !lines.is_empty() && !asker.is_allowed(&Allowed::to_run(&args.name, &lines)) {
        ui::say(&format!(
            "what it runs is not allowed on this machine; look at it: strongroom store allow {}",
            args.name
        ));
    }
    explain(&args.name, &unsealed, index);
    if args.json {
        let place = |it: &Unsealed| json!({ "name": it.name, "environment": it.environment });
        ui::json(&json!({
            "name": after.name(),
            "kind": after.kind(),
            "settings": stores::json(after),
            "sealed_again": sealed,
            "unsealed": unsealed.iter().map(place).collect::<Vec<_>>(),
        }))?;
    }
    Ok(if unsealed.is_empty() { Status::Done } else { Status::No })
}

/// The types of the references to a store, one for each reference.
fn references(index: &Index<'_>, store: &str) -> Vec<EnvironmentType> {
    let values = index.secrets().flat_map(|secret| secret.values().iter());
    let is_to = |content: &Content<'_>| matches!(content, Content::Reference { store: to, .. } if to == store);
    values.filter(|value| is_to(value.content())).map(Value::kind).collect()
}

/// The data keys at hand for these types; nobody is asked for a passphrase.
fn ring(index: &Index<'_>, kinds: &[EnvironmentType]) -> Result<KeyRing, Error> {
    let mut keys = Keys::default();
    for kind in kinds {
        keys.try_type(index, *kind)?;
    }
    Ok(keys.into_ring())
}

/// Names the references that fit no more.
fn explain(store: &str, unsealed: &[Unsealed], index: &Index<'_>) {
    if unsealed.is_empty() {
        return;
    }
    let mut text = String::from(
        "no key here seals these references, which nothing fetches until a holder links them again:",
    );
    for Unsealed { name, environment, .. } in unsealed {
        let value = index.secret(name).and_then(|secret| secret.value(environment));
        let reference = match value.map(Value::content) {
            Some(Content::Reference { reference, .. }) => reference.as_ref(),
            _ => "REFERENCE",
        };
        text = format!(
            "{text}\nstrongroom link {} {} {}:{}",
            flag_of(environment),
            Shown(name),
            Shown(store),
            Shown(reference)
        );
    }
    ui::warn(&text);
}
