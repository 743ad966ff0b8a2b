//! `strongroom setting unset`: removes values of settings, or settings as a whole.

use serde_json::{Value as Json, json};
use strongroom_vault::{Draft, Environment, Index, PlainSetting, Shown};

use super::scopes::{Scope, Scopes};
use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui;

/// Remove values of settings
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With its last value a setting goes, with what it is for.

Examples:
  strongroom setting unset --type local max_retries
  strongroom setting unset --all old_setting older_setting")]
pub(crate) struct Args {
    #[command(flatten)]
    scopes: Scopes,

    /// Remove the settings with all of their values
    #[arg(long, conflicts_with_all = ["default", "types", "named", "ephemeral", "dev", "prod"])]
    all: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The names of the settings
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let scopes = if args.all {
        Vec::new()
    } else {
        let names: Vec<String> = args.names.iter().map(|name| Shown(name).to_string()).collect();
        let example = format!("strongroom setting unset --type local {}", names.join(" "));
        args.scopes.need(&session.index, &example)?
    };
    settings_of(&session.index, &args.names)?;
    let removed = session.edit(|draft, index| {
        let settings = settings_of(index, &args.names)?;
        let removed: Vec<Removed> = settings
            .iter()
            .map(|setting| {
                if args.all {
                    Removed::whole(draft, index, setting)
                } else {
                    Removed::some(draft, setting, &scopes)
                }
            })
            .collect();
        if !args.all && removed.iter().all(|each| each.count == 0) {
            return Err(nothing_to_remove(&settings, &scopes));
        }
        Ok(removed)
    })?;
    for line in removed.iter().flat_map(|each| &each.said) {
        ui::say(line);
    }
    if args.json {
        let settings: Vec<&Json> = removed.iter().map(|each| &each.json).collect();
        ui::json(&json!({ "settings": settings }))?;
    }
    Ok(Status::Done)
}

/// The settings that are meant, each once; all of them exist.
fn settings_of<'i, 't>(
    index: &'i Index<'t>,
    names: &[String],
) -> Result<Vec<&'i PlainSetting<'t>>, Error> {
    let mut settings: Vec<&PlainSetting<'_>> = Vec::new();
    for name in names {
        let setting = super::named(index, name)?;
        if !settings.iter().any(|other| other.name() == setting.name()) {
            settings.push(setting);
        }
    }
    Ok(settings)
}

fn nothing_to_remove(settings: &[&PlainSetting<'_>], scopes: &[Scope]) -> Error {
    let wheres: Vec<String> = scopes.iter().map(Scope::words).collect();
    let wheres = wheres.join(", ");
    match settings {
        [setting] => Error::no(format!(
            "`{0}` has no value of its own {wheres}\nsee those that it has with: strongroom setting list {0}",
            Shown(setting.name()),
        )),
        settings => {
            let names = listed(settings.iter().map(|setting| setting.name()));
            Error::no(format!(
                "{names} have no values of their own {wheres}\nsee those that they have with: strongroom setting list"
            ))
        }
    }
}

/// What was done to one setting.
struct Removed {
    /// How many values were removed.
    count: usize,
    said: Vec<String>,
    json: Json,
}

impl Removed {
    /// Removes a setting with all that it has.
    fn whole(draft: &mut Draft<'_, '_>, index: &Index<'_>, setting: &PlainSetting<'_>) -> Self {
        let scopes = every_scope(setting, index.environments());
        draft.remove_setting(setting.name());
        let removed: Vec<bool> = scopes.iter().map(|_| true).collect();
        Self::told(setting, &scopes, &removed)
    }

    /// Removes the values of a setting that these mean.
    fn some(draft: &mut Draft<'_, '_>, setting: &PlainSetting<'_>, scopes: &[Scope]) -> Self {
        let remove = |scope: &Scope| draft.unset_setting(setting.name(), scope.key());
        let removed: Vec<bool> = scopes.iter().map(remove).collect();
        Self::told(setting, scopes, &removed)
    }

    fn told(setting: &PlainSetting<'_>, scopes: &[Scope], removed: &[bool]) -> Self {
        let name = setting.name();
        let count = removed.iter().filter(|it| **it).count();
        // One without any value has none to lose, unless it goes as a whole.
        let is_gone = setting.values().len() == count && (count > 0 || scopes.is_empty());
        let (mut said, mut values) = (Vec::new(), Vec::new());
        for (scope, is_removed) in scopes.iter().zip(removed) {
            let fallback = || falls_back(setting, scope, scopes).filter(|_| !is_gone);
            said.push(match (is_removed, fallback()) {
                (false, _) => format!("{name} has no value of its own {}", scope.words()),
                (true, Some(to)) => {
                    format!("removed {name} {}, which has {to} now", scope.words())
                }
                (true, None) => format!("removed {name} {}", scope.words()),
            });
            let change = if *is_removed { "removed" } else { "absent" };
            values.push(json!({ "environment": scope.key(), "change": change }));
        }
        if is_gone {
            said.push(format!("{name} had no other value and is gone"));
        }
        let json = json!({ "name": name, "gone": is_gone, "values": values });
        Self { count, said, json }
    }
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
