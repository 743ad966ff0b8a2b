//! `set --expires WHEN --keep NAME`: the day of a value that is there, and nothing else.

use strongroom_vault::{Environment, Expiry, SetOutcome, Shown};

use super::Args;
use super::done::Done;
use crate::environments::unchanged;
use crate::error::{Error, Status, listed};
use crate::session::Session;
use crate::{expiry, hints, ui};

pub(super) fn set(
    args: &Args,
    name: &str,
    expiry: Expiry,
    session: &Session<'_>,
) -> Result<Status, Error> {
    let example = format!("strongroom set --type local {name} --expires 90d --keep");
    let environments = args.environments.need(&session.index, &example)?;
    let spelled = session.edit(|draft, index| {
        let secret = index.secret(name).ok_or_else(|| hints::no_secret(index, name))?;
        let without = environments.iter().filter(|each| secret.value(each.name()).is_none());
        let without: Vec<&str> = without.map(Environment::name).collect();
        if !without.is_empty() {
            return Err(Error::no(format!(
                "`{}` has no value of its own for {}, whose day could be changed",
                Shown(secret.name()),
                listed(without)
            )));
        }
        for environment in &environments {
            unchanged(index, environment)?;
            draft.set_expiry(secret.name(), environment.name(), expiry)?;
        }
        if let Some(about) = &args.about {
            draft.set_about(name, about)?;
        }
        Ok(secret.name().to_owned())
    })?;
    let mut done = Done::new(&spelled);
    for environment in &environments {
        done.add(environment, SetOutcome::Unchanged);
        let until = match expiry {
            Expiry::On(day) => format!("expires on {day}"),
            Expiry::Never | Expiry::Unsaid => "never expires".to_owned(),
        };
        ui::say(&format!("{spelled} for {environment} {until}; its value is as before"));
    }
    if let Expiry::On(day) = expiry {
        ui::say(expiry::reminder(day));
    }
    if args.json {
        ui::json(&done.json(false))?;
    }
    Ok(Status::Done)
}
