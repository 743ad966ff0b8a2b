//! Which secrets a program is given for an environment, and their values: what `run` and others hand
//! out.

use strongroom_vault::{Environment, Index, Lookup, Mine, Origin, Plaintext, Secret, Shown, Value};

use crate::error::Error;
use crate::hints::{no_secret, set_command};
use crate::keys::Keys;
use crate::session::Session;
use crate::stores::{self, Asker};
use crate::value::{Unopened, environment_of};

/// Which secrets are meant: all that have a value, if nothing is said. `run` takes the names of settings, too.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Take these secrets only
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,

    /// Take all secrets but these
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "only")]
    except: Vec<String>,
}

/// A secret's value for the environment, and what is known to be wrong with it.
#[derive(Clone)]
pub(crate) struct Chosen<'i, 't> {
    pub(crate) secret: &'i Secret<'t>,
    value: &'i Value<'t>,
    fault: Option<Unopened>,
}

/// What is not done if a value cannot be had: `nothing was started`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Undone(pub(crate) &'static str);

impl Selection {
    /// The secrets that are meant, each with its value for the environment. Names that are skipped are those of something
    /// else that can be meant.
    pub(crate) fn choose<'i, 't>(
        &self,
        index: &'i Index<'t>,
        mine: Option<&'i Mine<'t>>,
        environment: &Environment,
        undone: Undone,
        is_skipped: impl Fn(&str) -> bool,
    ) -> Result<Vec<Chosen<'i, 't>>, Error> {
        let known = |name: &String| {
            let own = || mine.and_then(|mine| mine.secret(name));
            index.secret(name).or_else(own).ok_or_else(|| no_secret(index, name))
        };
        let named = |names: &[String]| {
            let secrets = names.iter().filter(|name| !is_skipped(name));
            secrets.map(known).collect::<Result<Vec<_>, _>>()
        };
        if self.only.is_empty() {
            let except = named(&self.except)?;
            let own = mine.into_iter().flat_map(Mine::secrets);
            let own = own.filter(|secret| index.secret(secret.name()).is_none());
            return Ok(index
                .secrets()
                .chain(own)
                .filter(|secret| !except.iter().any(|other| other.name() == secret.name()))
                .filter_map(|secret| look_up(index, mine, secret, environment))
                .collect());
        }
        let mut chosen: Vec<Chosen<'i, 't>> = Vec::new();
        for secret in named(&self.only)? {
            if chosen.iter().any(|other| other.secret.name() == secret.name()) {
                continue;
            }
            chosen.push(look_up(index, mine, secret, environment).ok_or_else(|| {
                Error::no(format!(
                    "`{}` has no value for `{environment}`: {}\nset one with: {}",
                    Shown(secret.name()),
                    undone.0,
                    set_command(secret.name(), [environment])
                ))
            })?);
        }
        Ok(chosen)
    }

    /// Whether something is meant that has the names for which this is true.
    pub(crate) fn takes(&self, is_called: impl Fn(&str) -> bool) -> bool {
        let is_among = |names: &[String]| names.iter().any(|name| is_called(name));
        if self.only.is_empty() { !is_among(&self.except) } else { is_among(&self.only) }
    }

    /// Whether all are meant.
    pub(crate) fn is_everything(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    /// The names that alone are meant; none if all are but some.
    pub(crate) fn only(&self) -> &[String] {
        &self.only
    }

    /// Every name that was given.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.only.iter().chain(&self.except).map(String::as_str)
    }

    /// How to go without some secrets.
    pub(crate) fn way_out(&self, names: &[&str]) -> String {
        let it = if names.len() == 1 { "it" } else { "them" };
        if !self.only.is_empty() {
            return format!("leave {it} out of --only: {}", Shown(&names.join(",")));
        }
        let excepted = self.except.iter().map(String::as_str);
        let names: Vec<&str> = excepted.chain(names.iter().copied()).collect();
        format!("leave {it} out with: --except {}", Shown(&names.join(",")))
    }

    /// Opens every value; if one does not open, the error names all that do not.
    pub(crate) fn open_all(
        &self,
        session: &Session<'_>,
        environment: &Environment,
        chosen: &[Chosen<'_, '_>],
        undone: Undone,
    ) -> Result<Vec<Plaintext>, Error> {
        open_all(session, environment, chosen, undone).map_err(|failed| self.told(failed))
    }

    /// As [`Selection::open_all`], with keys that are open already.
    pub(crate) fn open_with(
        &self,
        keys: &Keys,
        session: &Session<'_>,
        environment: &Environment,
        chosen: &[Chosen<'_, '_>],
        undone: Undone,
    ) -> Result<Vec<Plaintext>, Error> {
        let opened = open_with(keys, session, environment, chosen, undone);
        opened.map_err(|failed| self.told(failed))
    }

    fn told(&self, Unopenable { error, names }: Unopenable) -> Error {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() {
            return error;
        }
        error.with_hint(format!("or {}", self.way_out(&names)))
    }
}

/// Values that cannot be opened: why, and whose they are, if it is about some.
pub(crate) struct Unopenable {
    pub(crate) error: Error,
    names: Vec<String>,
}

impl From<Error> for Unopenable {
    fn from(error: Error) -> Self {
        Self { error, names: Vec::new() }
    }
}

/// Opens every value; if one does not open, the error names all that do not.
pub(crate) fn open_all(
    session: &Session<'_>,
    environment: &Environment,
    chosen: &[Chosen<'_, '_>],
    undone: Undone,
) -> Result<Vec<Plaintext>, Unopenable> {
    let is_any = !chosen.is_empty() && !stores::is_keyless();
    let keys = Keys::of_types(&session.index, is_any.then_some(environment.kind()))?;
    open_with(&keys, session, environment, chosen, undone)
}

fn open_with(
    keys: &Keys,
    session: &Session<'_>,
    environment: &Environment,
    chosen: &[Chosen<'_, '_>],
    undone: Undone,
) -> Result<Vec<Plaintext>, Unopenable> {
    let index = &session.index;
    let (mut opened, mut faults) = (Vec::with_capacity(chosen.len()), String::new());
    let (mut unopened, mut hints) = (Vec::new(), Vec::new());
    let (mut is_left_behind, mut is_in_vault) = (false, false);
    let sound: Vec<_> = chosen.iter().filter(|it| it.fault.is_none()).map(Chosen::sealed).collect();
    let mut answers = stores::open_all(index, keys, &Asker::of(session), &sound)?.into_iter();
    for each in chosen {
        let fault = each.fault.clone().map(Err);
        match fault.or_else(|| answers.next()).unwrap_or(Err(Unopened::Altered)) {
            Ok(value) => opened.push(value),
            Err(why) => {
                unopened.push(each.secret.name().to_owned());
                is_left_behind |= why == Unopened::OtherDataKey;
                is_in_vault |= matches!(why, Unopened::OtherDataKey | Unopened::Altered);
                let flag = environment_of(index, each.value).flag();
                hints.extend(why.next(&flag, each.secret.name()));
                let of = each.of(environment);
                faults = format!("{faults}\n`{}`{of}: {why}", Shown(each.secret.name()));
            }
        }
    }
    if faults.is_empty() {
        return Ok(opened);
    }
    let mut error =
        Error::cannot(format!("{}, because of values for `{environment}`{faults}", undone.0));
    if is_left_behind {
        error = error
            .with_hint("what lies under another data key is sealed again with: strongroom reseal");
    }
    if is_in_vault {
        error = error.with_hint("restore the lines from git, or set the values again");
    }
    hints.dedup();
    Err(Unopenable { error: error.with_hints(hints), names: unopened })
}

impl<'i, 't> Chosen<'i, 't> {
    /// The secret and its value, sealed.
    pub(crate) fn sealed(&self) -> (&'i Secret<'t>, &'i Value<'t>) {
        (self.secret, self.value)
    }

    /// What is known to be wrong with the value without opening it.
    pub(crate) fn fault(&self) -> Option<&Unopened> {
        self.fault.as_ref()
    }

    /// Whose value it is, if that is not plain.
    fn of(&self, environment: &Environment) -> String {
        let from = self.value.environment();
        if self.secret.origin() == Origin::Mine {
            " (your own)".to_owned()
        } else if from == environment.name() {
            String::new()
        } else {
            format!(" (that of {from})")
        }
    }
}

/// The value of a secret for an environment, and one's own before it; none where there is none.
pub(crate) fn look_up<'i, 't>(
    index: &Index<'t>,
    mine: Option<&'i Mine<'t>>,
    secret: &'i Secret<'t>,
    environment: &Environment,
) -> Option<Chosen<'i, 't>> {
    let own = mine.and_then(|mine| mine.lookup(index, secret.name(), environment));
    let (secret, found) = own.unwrap_or_else(|| (secret, index.lookup_in(secret, environment)));
    let (value, fault) = match found {
        Lookup::Missing => return None,
        Lookup::OtherDataKey(value) => (value, Some(Unopened::OtherDataKey)),
        Lookup::Found(value) => (value, None),
    };
    Some(Chosen { secret, value, fault })
}
