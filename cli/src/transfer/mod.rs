//! Carrying values from one environment to others, all of them in one save: `copy` and `move`.

mod store;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, DataKey, Draft, Environment, Index, Lookup, Plaintext, Secret, SetOutcome, Shown,
    Terms, Value,
};

pub(crate) use self::store::{Into, run as into_store};
use crate::environments::unchanged;
use crate::error::{Error, Status, listed};
use crate::expiry::of_copy;
use crate::hints::no_secret;
use crate::history::still_known;
use crate::keys::Keys;
use crate::session::Place;
use crate::stores::checked;
use crate::today::today;
use crate::ui;
use crate::value::{Unopened, kinds_of, open, unopened};

/// Which values go where.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct What {
    /// The secrets' names
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "NAME")]
    names: Vec<String>,

    /// Where the values are: an environment type, its short form, or a named environment
    #[arg(long, value_name = "ENVIRONMENT")]
    from: String,

    /// Where they go, one or several
    #[arg(long, value_name = "ENVIRONMENTS", value_delimiter = ',', required = true)]
    to: Vec<String>,

    /// Take every secret that has a value there
    #[arg(long)]
    all: bool,

    /// Replace other values that are there
    #[arg(long)]
    replace: bool,

    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// Whether the values stay where they were as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Copy,
    Move,
}

pub(crate) fn run(what: &What, way: Way, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let from = index.environment(&what.from)?;
    let to = targets(what, index, &from)?;
    let transfer = Transfer { what, way, from: &from, to: &to };
    // First without a key: what is missing is no reason to ask for a passphrase.
    transfer.sources(index)?;
    let mut all = to.clone();
    all.push(from.clone());
    let keys = Keys::of_types(index, kinds_of(&all))?;
    let change = |draft: &mut Draft<'_, '_>, index: &Index<'_>| transfer.make(draft, index, &keys);
    let said = if what.dry_run { session.rehearse(change)? } else { session.edit(change)? };
    for line in &said.lines {
        ui::say(line);
    }
    if what.dry_run {
        ui::say("nothing was changed");
    }
    if what.json {
        let json = json!({ "from": from.name(), "values": said.values, "saved": !what.dry_run });
        ui::json(&json)?;
    }
    Ok(Status::Done)
}

/// The environments of `--to`, each once.
fn targets(what: &What, index: &Index<'_>, from: &Environment) -> Result<Vec<Environment>, Error> {
    let mut to: Vec<Environment> = Vec::new();
    for word in &what.to {
        let environment = index.environment(word)?;
        if environment == *from {
            return Err(Error::usage(format!("--from and --to are both `{from}`")));
        }
        if !to.contains(&environment) {
            to.push(environment);
        }
    }
    Ok(to)
}

/// What was done, for a person and for a program.
#[derive(Debug, Default)]
struct Said {
    lines: Vec<String>,
    values: Vec<Json>,
}

struct Transfer<'a> {
    what: &'a What,
    way: Way,
    from: &'a Environment,
    to: &'a [Environment],
}

impl Transfer<'_> {
    /// The values to carry, each with its secret.
    fn sources<'i, 't>(
        &self,
        index: &'i Index<'t>,
    ) -> Result<Vec<(&'i Secret<'t>, &'i Value<'t>)>, Error> {
        if self.what.all {
            let own = |secret: &'i Secret<'t>| Some((secret, secret.value(self.from.name())?));
            let sources: Vec<_> = index.secrets().filter_map(own).collect();
            if sources.is_empty() {
                return Err(Error::no(format!("`{}` has no values of its own", self.from)));
            }
            return Ok(sources);
        }
        let mut sources: Vec<(&Secret<'_>, &Value<'_>)> = Vec::new();
        let mut lacking: Vec<&Secret<'_>> = Vec::new();
        for name in &self.what.names {
            let secret = index.secret(name).ok_or_else(|| no_secret(index, name))?;
            match secret.value(self.from.name()) {
                Some(_) if sources.iter().any(|(other, _)| other.name() == secret.name()) => {}
                Some(value) => sources.push((secret, value)),
                None => lacking.push(secret),
            }
        }
        if lacking.is_empty() { Ok(sources) } else { Err(self.without_value(index, &lacking)) }
    }

    /// The error for secrets without a value to carry. A named environment may have that of its type,
    /// which is another one's to give.
    fn without_value(&self, index: &Index<'_>, lacking: &[&Secret<'_>]) -> Error {
        let from = self.from;
        let have = if lacking.len() == 1 { "has" } else { "have" };
        let names = listed(lacking.iter().map(|secret| secret.name()));
        let error = Error::no(format!("{names} {have} no value of its own for `{from}`"));
        let has_that_of_type =
            |secret: &&Secret<'_>| !matches!(index.lookup_in(secret, from), Lookup::Missing);
        if from.is_named() && lacking.iter().any(has_that_of_type) {
            let kind = from.kind();
            return error.with_hint(format!(
                "`{from}` has the value of its type there; take that with: --from {kind}"
            ));
        }
        error
    }

    /// Makes the changes; gives what is to be said.
    fn make(
        &self,
        draft: &mut Draft<'_, '_>,
        index: &Index<'_>,
        keys: &Keys,
    ) -> Result<Said, Error> {
        unchanged(index, self.from)?;
        self.to.iter().try_for_each(|each| unchanged(index, each))?;
        let key = keys.current_data_key(index, self.from.kind())?;
        let (mut said, mut others) = (Said::default(), Vec::new());
        for (secret, value) in self.sources(index)? {
            let carried = Carried::of(index, key, secret, value)
                .map_err(|why| unopened(index, secret, value, &why))?;
            // Whoever knows the value knows it wherever it is.
            let known_to: BTreeSet<String> = value.due().iter().map(ToString::to_string).collect();
            for to in self.to {
                if !self.what.replace && has_another(index, keys, secret, to, &carried)? {
                    others.push(format!("`{}` for `{to}`", Shown(secret.name())));
                    continue;
                }
                let key = keys.current_data_key(index, to.kind())?;
                let terms = Terms { expiry: of_copy(value), known_to: known_to.clone() };
                let outcome = carried.put(draft, key, secret.name(), to, terms)?;
                self.say(&mut said, secret.name(), to, outcome);
            }
            said.lines.extend(still_known(&known_to, secret.name()));
            if self.way == Way::Move {
                draft.unset_value(secret.name(), self.from.name());
                said.lines.extend(self.left_behind(index, secret));
            }
        }
        if others.is_empty() { Ok(said) } else { Err(refused(&others)) }
    }

    fn say(&self, said: &mut Said, name: &str, to: &Environment, outcome: SetOutcome) {
        let did = match (self.way, self.what.dry_run) {
            (Way::Copy, false) => "copied",
            (Way::Copy, true) => "would copy",
            (Way::Move, false) => "moved",
            (Way::Move, true) => "would move",
        };
        let from = self.from;
        let (change, line) = match (outcome, self.way) {
            (SetOutcome::Created, _) => ("created", format!("{did} {name} from {from} to {to}")),
            (SetOutcome::Updated(version), _) => {
                ("updated", format!("{did} {name} from {from} to {to} (version {version})"))
            }
            (SetOutcome::Unchanged, Way::Copy) => {
                ("unchanged", format!("unchanged {name} for {to}: it has this value already"))
            }
            (SetOutcome::Unchanged, Way::Move) => {
                let line =
                    format!("{did} {name} from {from} to {to}, which had this value already");
                ("unchanged", line)
            }
        };
        said.lines.push(line);
        said.values.push(json!({ "name": name, "environment": to.name(), "change": change }));
    }

    /// What a secret has after its value was moved away, where that is not plainly nothing.
    fn left_behind(&self, index: &Index<'_>, secret: &Secret<'_>) -> Vec<String> {
        let (name, from) = (secret.name(), self.from);
        let kind = from.kind();
        if from.is_named() {
            let falls_back =
                secret.value(kind.as_str()).is_some() || self.to.contains(&kind.into());
            let said = format!("{from} has the value of {kind} for {name} now");
            return falls_back.then_some(said).into_iter().collect();
        }
        let has_lost = |named: &&Environment| {
            named.kind() == kind && secret.value(named.name()).is_none() && !self.to.contains(named)
        };
        let lost = index.named_environments().iter().filter(has_lost);
        lost.map(|named| format!("{named}, which had the value of {kind}, has none of {name} now"))
            .collect()
    }
}

/// What is carried: a value, or a reference as it is.
enum Carried<'v> {
    Value(Plaintext),
    Reference { store: &'v str, reference: &'v str },
}

impl<'v> Carried<'v> {
    /// Opens a value, or checks the seal of a reference.
    fn of(
        index: &Index<'_>,
        key: &DataKey,
        secret: &Secret<'_>,
        value: &'v Value<'_>,
    ) -> Result<Self, Unopened> {
        match value.content() {
            Content::Sealed(_) => open(key, secret, value).map(Self::Value),
            Content::Reference { store, reference, .. } => {
                checked(index, Some(key), secret, value)?;
                Ok(Self::Reference { store, reference })
            }
        }
    }

    fn put(
        &self,
        draft: &mut Draft<'_, '_>,
        key: &DataKey,
        name: &str,
        to: &Environment,
        terms: Terms,
    ) -> Result<SetOutcome, Error> {
        Ok(match self {
            Self::Value(value) => {
                draft.set_value_until(key, name, to, value.as_bytes(), today(), terms)?
            }
            Self::Reference { store, reference } => {
                draft.link(key, name, to, (store, reference), today(), terms)?
            }
        })
    }

    /// Whether a value is this, too.
    fn is(&self, key: &DataKey, secret: &Secret<'_>, value: &Value<'_>) -> bool {
        match (self, value.content()) {
            (Self::Value(plaintext), _) => open(key, secret, value).as_ref() == Ok(plaintext),
            (
                Self::Reference { store, reference },
                Content::Reference { store: to, reference: at, .. },
            ) => (*store, *reference) == (to.as_ref(), at.as_ref()),
            (Self::Reference { .. }, Content::Sealed(_)) => false,
        }
    }
}

/// Whether a secret has a value of its own in an environment that is not this one, or cannot be
/// compared with it.
fn has_another(
    index: &Index<'_>,
    keys: &Keys,
    secret: &Secret<'_>,
    environment: &Environment,
    carried: &Carried<'_>,
) -> Result<bool, Error> {
    let Some(value) = secret.value(environment.name()) else { return Ok(false) };
    let key = keys.current_data_key(index, environment.kind())?;
    Ok(!carried.is(key, secret, value))
}

fn refused(others: &[String]) -> Error {
    let have = if others.len() == 1 { "has" } else { "have" };
    Error::usage(format!(
        "{} {have} another value already: nothing was changed\nreplace what is there with: --replace",
        others.join(", ")
    ))
}
