//! `strongroom get`: one value, its exact bytes.

use strongroom_vault::{
    Environment, Index, Lookup, MINE_FILE_NAME, Secret, Shown, check_secret_name,
};

use crate::environments::One;
use crate::error::{Error, Status};
use crate::hints::{no_secret, set_command};
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::reveal;
use crate::session::Place;
use crate::stores::{self, Asker};
use crate::value::{Unopened, open, unopened};
use crate::{expiry, ui};

/// Print the value of a secret, its exact bytes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --type and --env it is the value of the active environment: that of STRONGROOM_ENV, else local.
A named environment without a value of its own has that of its type. For local a value of your own
(set --mine) beats that of the vault.

Example: strongroom get --type dev github_api_token")]
pub(crate) struct Args {
    #[command(flatten)]
    environment: One,

    /// The secret's name
    name: String,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    reveal::permit("the value")?;
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let environment = args.environment.pick(index)?;
    let own = OwnFile::read(&session, &environment)?;
    if let Some(mine) = own.open(index)?
        && let Some((secret, found)) = mine.lookup(index, &args.name, &environment)
    {
        return get_own(index, secret, found);
    }
    let secret =
        index.secret(&args.name).ok_or_else(|| no_value(index, &args.name, &environment))?;
    let while_opening = |error: Error| {
        error.while_doing(format!("cannot open `{}` for `{environment}`", Shown(secret.name())))
    };
    let value = match index.lookup_in(secret, &environment) {
        Lookup::Found(value) => value,
        Lookup::OtherDataKey(value) => {
            // Where the grants were altered, that is why: then setting the value again is no help.
            Keys::default().try_type(index, environment.kind()).map_err(while_opening)?;
            return Err(unopened(index, secret, value, &Unopened::OtherDataKey));
        }
        Lookup::Missing => return Err(no_value(index, secret.name(), &environment)),
    };
    let failed = |why| unopened(index, secret, value, &why);
    let kind = (!stores::is_keyless()).then_some(environment.kind());
    let keys = Keys::of_types(index, kind).map_err(while_opening)?;
    let asker = Asker::of(&session);
    let opened = stores::open_all(index, &keys, &asker, &[(secret, value)])?;
    let opened = opened.into_iter().next().unwrap_or(Err(Unopened::Altered)).map_err(failed)?;
    expiry::remind(index, [(secret, value)].into_iter());
    ui::exactly(opened.as_bytes())?;
    Ok(Status::Done)
}

/// A value of one's own: it beats that of the vault.
fn get_own(index: &Index<'_>, secret: &Secret<'_>, found: Lookup<'_, '_>) -> Result<Status, Error> {
    let name = Shown(secret.name());
    let opened = match found {
        Lookup::Found(value) => {
            let keys = Keys::of_types(index, [value.kind()])?;
            open(keys.current_data_key(index, value.kind())?, secret, value)
        }
        _ => Err(Unopened::OtherDataKey),
    };
    let value = opened.map_err(|why| {
        let mut hint = format!(
            "set it again with: strongroom set --mine {name}, or remove it: strongroom unset --mine {name}"
        );
        if why == Unopened::OtherDataKey {
            hint = format!("after a rotation seal it again: strongroom reseal {name}\nor {hint}");
        }
        Error::cannot(format!("cannot open your own value of `{name}`: {why}")).with_hint(hint)
    })?;
    ui::say(&format!("your own value of {name}, from {MINE_FILE_NAME}"));
    ui::exactly(value.as_bytes())?;
    Ok(Status::Done)
}

fn no_value(index: &Index<'_>, name: &str, environment: &Environment) -> Error {
    if index.secret(name).is_none() {
        let error = no_secret(index, name);
        return match check_secret_name(name) {
            Ok(()) if index.settings().get(name).is_some() => error,
            Ok(()) => error.with_hint(format!("or set it: {}", set_command(name, [environment]))),
            Err(_) => error,
        };
    }
    Error::no(format!("`{}` has no value for `{environment}`", Shown(name)))
        .with_hint(format!("set one with: {}", set_command(name, [environment])))
}
