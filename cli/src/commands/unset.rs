//! `strongroom unset`: removes values; no key is needed, since lines can be removed without one.

use serde_json::{Value as Json, json};
use strongroom_vault::{Content, Draft, Environment, Index, Lookup, Secret, Shown, Value, fold};

use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::session::{Place, Session};
use crate::{log, own, ui};

/// Remove the values of secrets for some environments
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  strongroom unset --type local github_api_token
  strongroom unset --type dev,local old_token older_token")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Remove your own value for local from strongroom.mine.toml
    #[arg(long)]
    mine: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The names of the secrets
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    if args.mine {
        return unset_mine(args, &session);
    }
    let example = "strongroom unset --type local NAME";
    let environments = args.environments.need(&session.index, example)?;
    secrets_of(&session.index, &args.names)?;
    let removed = session.edit(|draft, index| {
        let secrets = secrets_of(index, &args.names)?;
        let removed: Vec<Removed> =
            secrets.iter().map(|each| remove(draft, index, each, &environments)).collect();
        if removed.iter().all(|each| each.count == 0) {
            let wheres = listed(environments.iter().map(Environment::name));
            return Err(Error::no(match secrets.as_slice() {
                [secret] => {
                    format!("`{}` has no value of its own for {wheres}", Shown(secret.name()))
                }
                secrets => {
                    let names = listed(secrets.iter().map(|secret| secret.name()));
                    format!("{names} have no values of their own for {wheres}")
                }
            }));
        }
        Ok(removed)
    })?;
    for line in removed.iter().flat_map(|each| &each.said) {
        ui::say(line);
    }
    if args.json {
        let secrets: Vec<&Json> = removed.iter().map(|each| &each.json).collect();
        ui::json(&json!({ "mine": false, "secrets": secrets }))?;
    }
    Ok(Status::Done)
}

/// The secrets that are meant, each once; all of them exist.
fn secrets_of<'i, 't>(
    index: &'i Index<'t>,
    names: &[String],
) -> Result<Vec<&'i Secret<'t>>, Error> {
    let mut secrets: Vec<&Secret<'_>> = Vec::new();
    for name in names {
        let secret = index.secret(name).ok_or_else(|| no_secret(index, name))?;
        if !secrets.iter().any(|other| other.name() == secret.name()) {
            secrets.push(secret);
        }
    }
    Ok(secrets)
}

/// What was done to one secret.
struct Removed {
    /// How many values were removed.
    count: usize,
    said: Vec<String>,
    json: Json,
}

fn remove(
    draft: &mut Draft<'_, '_>,
    index: &Index<'_>,
    secret: &Secret<'_>,
    environments: &[Environment],
) -> Removed {
    let name = secret.name();
    let (mut said, mut changes, mut count) = (Vec::new(), Vec::new(), 0);
    let mut stays = Vec::new();
    for environment in environments {
        let is_removed = draft.unset_value(name, environment.name());
        let change = if is_removed { "removed" } else { "absent" };
        changes.push(json!({ "environment": environment.name(), "change": change }));
        if !is_removed {
            said.push(format!("{name} has no value of its own for {environment}"));
            continue;
        }
        count += 1;
        if let Some(Content::Reference { store, reference, .. }) =
            secret.value(environment.name()).map(Value::content)
        {
            stays.push(format!("what is at {store}:{reference} stays there"));
        }
        let kind = environment.kind();
        let falls_back = environment.is_named()
            && !environments.contains(&kind.into())
            && !matches!(index.lookup_in(secret, &kind.into()), Lookup::Missing);
        said.push(if falls_back {
            format!("removed {name} for {environment}, which has the value of {kind} now")
        } else {
            format!("removed {name} for {environment}")
        });
    }
    said.extend(stays);
    let is_gone = count == secret.values().len();
    if is_gone {
        said.push(format!("{name} had no other value and is gone"));
    }
    let json = json!({ "name": name, "values": changes, "gone": is_gone });
    Removed { count, said, json }
}

/// `unset --mine NAME`: from then on the vault's value counts again.
fn unset_mine(args: &Args, session: &Session<'_>) -> Result<Status, Error> {
    let index = &session.index;
    let environments = own::environments(args.environments.pick(index)?)?;
    let mut names: Vec<&String> = Vec::new();
    for name in &args.names {
        if !names.iter().any(|other| fold(other) == fold(name)) {
            names.push(name);
        }
    }
    let places = || names.iter().flat_map(|name| environments.iter().map(move |each| (name, each)));
    let absent = own::edit(session, |text| {
        let mut new = text.to_owned();
        for (name, environment) in places() {
            match strongroom_vault::unset_mine(&new, index, name, environment)? {
                Some(without) => new = without,
                None => return Ok((text.to_owned(), Some((*name, environment)))),
            }
        }
        Ok((new, None))
    })?;
    if let Some((name, environment)) = absent {
        return Err(Error::no(format!(
            "you have no value of your own of `{}` for `{environment}`",
            Shown(name)
        )));
    }
    for (name, environment) in places() {
        log::changed_own(index.secret(name).map_or(name, |it| it.name()), environment.name());
        let name = Shown(name);
        ui::say(&format!(
            "removed your own {name} for {environment}; the value of the vault counts now"
        ));
    }
    if args.json {
        let change =
            |each: &Environment| json!({ "environment": each.name(), "change": "removed" });
        let values: Vec<Json> = environments.iter().map(change).collect();
        let secret = |name: &&String| json!({ "name": name, "values": values, "gone": false });
        let secrets: Vec<Json> = names.iter().map(secret).collect();
        ui::json(&json!({ "mine": true, "secrets": secrets }))?;
    }
    Ok(Status::Done)
}
