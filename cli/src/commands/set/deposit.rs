//! `set --deposit NAME`: a value left for those who can open its environment.

use strongroom_vault::{Code, DepositKey, DepositPlace, Environment, Index, Shown};
use zeroize::Zeroizing;

use super::done::Done;
use super::generate::Recipe;
use super::{Args, read_value};
use crate::age;
use crate::deposits::{holders_of, trusted_keys, version_there};
use crate::environments::unchanged;
use crate::error::{Error, Status, listed};
use crate::hints::set_command;
use crate::keys::Keys;
use crate::session::Session;
use crate::today::today;
use crate::ui::{self, Terminal};
use crate::value::kinds_of;

/// Leaves a value for every environment; no key is needed.
pub(super) fn leave(
    args: &Args,
    name: &str,
    recipe: Option<&Recipe>,
    environments: &[Environment],
    session: &Session<'_>,
) -> Result<Status, Error> {
    let index = &session.index;
    let accepted = args.accept_key.iter().map(|typed| {
        Code::parse(typed).ok_or_else(|| {
            Error::usage(
                "a fingerprint has 16 letters and digits: --accept-key k7wq-3m2a-xvbn-d4ts",
            )
        })
    });
    let accepted = accepted.collect::<Result<Vec<_>, _>>()?;
    let keys = trusted_keys(session.path(), index, &kinds_of(environments), &accepted)?;
    let values = match recipe {
        Some(recipe) => {
            environments.iter().map(|_| recipe.make()).collect::<Result<Vec<_>, _>>()?
        }
        None => vec![read_value(args, index, name, environments)?],
    };
    let spelled = index.secret(name).map_or(name, |secret| secret.name());
    let values = environments.iter().zip(values.iter().cycle());
    let left =
        values.map(|(environment, value)| Left::of(index, spelled, environment, value, &keys));
    let left = left.collect::<Result<Vec<_>, _>>()?;
    let codes = session.edit(|draft, index| {
        let mut codes = Vec::with_capacity(left.len());
        for each in &left {
            each.check(index, spelled)?;
            let place = each.place(spelled);
            codes.push(draft.put_deposit(each.environment, place, &each.age_file, today())?);
        }
        if let Some(about) = &args.about {
            draft.set_about(spelled, about)?;
        }
        Ok(codes)
    })?;
    let made = recipe.map(|recipe| format!(": {}", recipe.described())).unwrap_or_default();
    let mut done = Done::new(spelled);
    for (environment, code) in environments.iter().zip(codes) {
        done.left(environment, code);
        ui::say(&format!("left a deposit of {spelled} for {environment}{made}"));
        ui::say(&format!(
            "nothing loads it yet: commit the vault, and tell {} to type: strongroom accept {code}",
            holders_of(index, environment.kind())
        ));
    }
    if args.json {
        ui::json(&done.json(false))?;
    }
    Ok(Status::Done)
}

/// One deposit, encrypted.
struct Left<'e, 'i, 't> {
    environment: &'e Environment,
    key: &'i DepositKey<'t>,
    replaces: u32,
    age_file: Vec<u8>,
}

impl<'e, 'i, 't> Left<'e, 'i, 't> {
    fn of(
        index: &Index<'_>,
        name: &str,
        environment: &'e Environment,
        value: &Zeroizing<Vec<u8>>,
        keys: &[&'i DepositKey<'t>],
    ) -> Result<Self, Error> {
        let key = keys.iter().find(|key| key.kind() == environment.kind());
        let key = *key.ok_or_else(|| changed_meanwhile(environment))?;
        let replaces = version_there(index, name, environment.name());
        let left = Self { environment, key, replaces, age_file: Vec::new() };
        let inside = left.place(name).with_value(index.id(), value);
        Ok(Self { age_file: age::encrypt(key.public(), &inside)?, ..left })
    }

    fn place<'a>(&'a self, name: &'a str) -> DepositPlace<'a> {
        DepositPlace {
            kind: self.environment.kind(),
            environment: self.environment.name(),
            name,
            replaces: self.replaces,
        }
    }

    /// Checks that a vault that was read again still has the key and the version for which this is encrypted.
    fn check(&self, index: &Index<'_>, name: &str) -> Result<(), Error> {
        unchanged(index, self.environment)?;
        let key = index.deposits().key(self.environment.kind());
        if key.is_none_or(|key| key.public() != self.key.public()) {
            return Err(changed_meanwhile(self.environment));
        }
        if version_there(index, name, self.environment.name()) != self.replaces {
            return Err(Error::cannot(format!(
                "`{}` for `{}` was set meanwhile: try again",
                Shown(name),
                self.environment
            )));
        }
        Ok(())
    }
}

fn changed_meanwhile(environment: &Environment) -> Error {
    Error::cannot(format!(
        "the deposit key of `{}` changed meanwhile: try again",
        environment.kind()
    ))
}

/// `set` without the data key of an environment: an error that says how to leave a deposit; at a terminal it is asked whether
/// to, and a yes is no error.
pub(super) fn agrees_instead(
    error: Error,
    index: &Index<'_>,
    name: &str,
    environments: &[Environment],
) -> Result<(), Error> {
    let is_lacking = |environment: &&Environment| {
        let has_key = index.deposits().key(environment.kind()).is_some();
        has_key && matches!(Keys::default().try_type(index, environment.kind()), Ok(false))
    };
    if error.text().is_empty() || !age::IS_BUILT_IN {
        return Err(error);
    }
    let lacking: Vec<&Environment> = environments.iter().filter(is_lacking).collect();
    if lacking.is_empty() {
        return Err(error);
    }
    let leave = set_command(name, lacking.iter().copied()).replacen(" set ", " set --deposit ", 1);
    let terminal = Terminal::of_person().filter(|_| lacking.len() == environments.len());
    let Some(mut terminal) = terminal else {
        return Err(error.with_hint(format!("or leave it for a holder to accept: {leave}")));
    };
    ui::warn(error.text());
    let wheres = listed(lacking.iter().map(|each| each.name()));
    if terminal.agrees(&format!("leave a deposit for {wheres}, which a holder accepts?"))? {
        return Ok(());
    }
    Err(Error::no("nothing was set"))
}
