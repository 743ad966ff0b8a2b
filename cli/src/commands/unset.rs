//! `strongroom unset`: removes values; no key is needed, since lines can be removed without one.

use serde_json::json;
use strongroom_vault::{Environment, Lookup, Shown};

use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::session::{Place, Session};
use crate::{own, ui};

/// Remove the values of a secret for some environments
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom unset --type local github_api_token")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Remove your own value for local from strongroom.mine.toml
    #[arg(long)]
    mine: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The secret's name
    name: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    if args.mine {
        return unset_mine(args, &session);
    }
    let example = "strongroom unset --type local NAME";
    let environments = args.environments.need(&session.index, example)?;
    if session.index.secret(&args.name).is_none() {
        return Err(no_secret(&session.index, &args.name));
    }
    let (name, said, changes, is_gone) = session.edit(|draft, index| {
        let Some(secret) = index.secret(&args.name) else {
            return Err(no_secret(index, &args.name));
        };
        let name = secret.name();
        let (mut said, mut left) = (Vec::new(), secret.values().len());
        let mut changes = Vec::new();
        let mut note = |environment: &Environment, change: &str| {
            changes.push(json!({ "environment": environment.name(), "change": change }));
        };
        for environment in &environments {
            if !draft.unset_value(name, environment.name()) {
                note(environment, "absent");
                said.push(format!("{name} has no value of its own for {environment}"));
                continue;
            }
            left -= 1;
            note(environment, "removed");
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
        if left == secret.values().len() {
            let names = listed(environments.iter().map(Environment::name));
            return Err(Error::no(format!("`{name}` has no value of its own for {names}")));
        }
        if left == 0 {
            said.push(format!("{name} had no other value and is gone"));
        }
        Ok((name.to_owned(), said, changes, left == 0))
    })?;
    for line in &said {
        ui::say(line);
    }
    if args.json {
        let json = json!({ "name": name, "mine": false, "values": changes, "gone": is_gone });
        ui::json(&json)?;
    }
    Ok(Status::Done)
}

/// `unset --mine NAME`: from then on the vault's value counts again.
fn unset_mine(args: &Args, session: &Session<'_>) -> Result<Status, Error> {
    let index = &session.index;
    let mut changes = Vec::new();
    for environment in own::environments(args.environments.pick(index)?)? {
        let was_there = own::edit(session, |text| {
            let new = strongroom_vault::unset_mine(text, index, &args.name, &environment)?;
            Ok(new.map_or_else(|| (text.to_owned(), false), |new| (new, true)))
        })?;
        let name = Shown(&args.name);
        if !was_there {
            return Err(Error::no(format!(
                "you have no value of your own of `{name}` for `{environment}`"
            )));
        }
        ui::say(&format!(
            "removed your own {name} for {environment}; the value of the vault counts now"
        ));
        changes.push(json!({ "environment": environment.name(), "change": "removed" }));
    }
    if args.json {
        let json = json!({ "name": args.name, "mine": true, "values": changes, "gone": false });
        ui::json(&json)?;
    }
    Ok(Status::Done)
}
