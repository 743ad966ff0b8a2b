//! `set --mine NAME`: a value of one's own, which beats that of the vault.

use strongroom_vault::{EnvironmentType, Lookup, SetOutcome, set_mine};

use super::done::Done;
use super::{Args, read_value};
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::session::Session;
use crate::today::today;
use crate::value::kinds_of;
use crate::{hints, log, own, ui};

pub(super) fn set(args: &Args, name: &str, session: &Session<'_>) -> Result<Status, Error> {
    let index = &session.index;
    let environments = own::environments(args.environments.pick(index)?)?;
    let keys = Keys::of_types(index, kinds_of(&environments))?;
    let value = read_value(args, index, name, &environments)?;
    let key = keys.current_data_key(index, EnvironmentType::Local)?;
    let mut done = Done::new(index.secret(name).map_or(name, |secret| secret.name()));
    for environment in &environments {
        let outcome = own::edit(session, |text| {
            set_mine(text, index, key, name, environment, &value, today())
        })?;
        done.add(environment, outcome);
        let name = index.secret(name).map_or(name, |secret| secret.name());
        if outcome != SetOutcome::Unchanged {
            log::changed_own(name, environment.name());
        }
        ui::say(&match outcome {
            SetOutcome::Created => format!("created {name} for {environment}, for you alone"),
            SetOutcome::Updated(version) => {
                format!("updated {name} for {environment}, for you alone (version {version})")
            }
            SetOutcome::Unchanged => format!("unchanged {name} for {environment}, for you alone"),
        });
        if let Lookup::Missing = index.lookup(name, environment) {
            let set = hints::set_command(name, [environment]);
            ui::say(&format!("the build looks at the vault, which has no value yet: {set}"));
        }
    }
    if args.json {
        ui::json(&done.json(true))?;
    }
    Ok(Status::Done)
}
