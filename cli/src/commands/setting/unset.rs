//! `strongroom setting unset`: removes values of a setting, or the setting as a whole.

use serde_json::{Value as Json, json};
use strongroom_vault::{Environment, PlainSetting, Shown};

use super::scopes::{Scope, Scopes};
use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui;

/// Remove values of a setting
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With its last value a setting goes, with what it is for.

Examples:
  strongroom setting unset --type local max_retries
  strongroom setting unset --all old_setting")]
pub(crate) struct Args {
    #[command(flatten)]
    scopes: Scopes,

    /// Remove the setting with all of its values
    #[arg(long, conflicts_with_all = ["default", "types", "named", "ephemeral", "dev", "prod"])]
    all: bool,

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
    let setting = super::named(index, &args.name)?;
    let name = setting.name();
    let scopes = if args.all {
        every_scope(setting, index.environments())
    } else {
        let example = format!("strongroom setting unset --type local {}", Shown(name));
        args.scopes.need(index, &example)?
    };
    let removed = session.edit(|draft, index| {
        let setting = super::named(index, name)?;
        if args.all {
            draft.remove_setting(name);
        } else if !scopes.iter().any(|scope| setting.value(scope.key()).is_some()) {
            let words: Vec<String> = scopes.iter().map(Scope::words).collect();
            return Err(Error::no(format!(
                "`{0}` has no value of its own {1}\nsee those that it has with: strongroom setting list {0}",
                Shown(name),
                words.join(", ")
            )));
        }
        let mut removed = Vec::with_capacity(scopes.len());
        for scope in &scopes {
            removed.push(if args.all { true } else { draft.unset_setting(name, scope.key()) });
        }
        Ok(removed)
    })?;
    let is_gone = setting.values().len() == removed.iter().filter(|it| **it).count();
    let mut values: Vec<Json> = Vec::new();
    for (scope, is_removed) in scopes.iter().zip(&removed) {
        ui::say(&match is_removed {
            true if is_gone || args.all => format!("removed {name} {}", scope.words()),
            true => match falls_back(setting, scope, &scopes) {
                Some(to) => format!("removed {name} {}, which has {to} now", scope.words()),
                None => format!("removed {name} {}", scope.words()),
            },
            false => format!("{name} has no value of its own {}", scope.words()),
        });
        let change = if *is_removed { "removed" } else { "absent" };
        values.push(json!({ "environment": scope.key(), "change": change }));
    }
    if is_gone {
        ui::say(&format!("{name} had no other value and is gone"));
    }
    if args.json {
        ui::json(&json!({ "name": name, "gone": is_gone, "values": values }))?;
    }
    Ok(Status::Done)
}

/// Everything that a setting has a value for.
fn every_scope(
    setting: &PlainSetting<'_>,
    environments: impl Iterator<Item = Environment>,
) -> Vec<Scope> {
    let scopes = [None].into_iter().chain(environments.map(Some)).map(Scope);
    scopes.filter(|scope| setting.value(scope.key()).is_some()).collect()
}

/// What counts for an environment once its own value is gone.
fn falls_back(setting: &PlainSetting<'_>, scope: &Scope, gone: &[Scope]) -> Option<String> {
    let environment = scope.0.as_ref()?;
    let stays =
        |key: &str| setting.value(key).is_some() && !gone.iter().any(|scope| scope.key() == key);
    let kind = environment.kind().as_str();
    if environment.is_named() && stays(kind) {
        return Some(format!("the value of {kind}"));
    }
    stays("default").then(|| "the default".to_owned())
}
