//! `strongroom list`: names and environments, or one secret's versions and dates. It needs no key.

mod waiting;

use std::collections::HashSet;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Deposit, Environment, EnvironmentType, Index, Lookup, Mine, Plaintext, Secret, Shown,
    Value, fold,
};

use self::waiting::Waiting;
use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::session::Place;
use crate::today::today;
use crate::ui::{self, Cell, Table};
use crate::value::{Unopened, open};

/// List names and the environments that they have values for, or the values of one secret
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For one secret the list also says which environments share one value, where a key is at hand.

JSON: {\"environments\": [{\"name\", \"type\"}], \"secrets\": [SECRET]}, or for one secret SECRET alone:
  {\"name\", \"about\", \"values\": [{\"environment\", \"version\", \"set\", \"expires\", \"content\": \"sealed\" | \"reference\" |
  \"other-data-key\", \"store\", \"reference\"}], \"own\": the environments that you have a value of your own for, \"deposits\":
  [{\"environment\", \"left\", \"code\", \"replaces\": the version that stood there, or null}]}
and for one secret also \"same\": the environments that share one value

Examples:
  strongroom list github_api_token
  strongroom list --type prod        what has a value there")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// A secret's name
    name: Option<String>,

    /// Print JSON, as below
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let own = OwnFile::read(&session, &EnvironmentType::Local.into())?;
    let mine = own.open(index)?;
    let mine = mine.as_ref();
    let columns = Columns::of(&args.environments, index)?;
    let waiting = Waiting::of(index, &columns, args.name.as_deref());
    match &args.name {
        None if args.json => {
            let names = columns.names(index, mine, &waiting).into_iter();
            let secrets = names.map(|name| secret_json(index, &columns, mine, name, &waiting));
            ui::json(&json!({
                "environments": environments_json(&columns),
                "secrets": secrets.collect::<Vec<_>>(),
            }))?;
        }
        None => all(index, &columns, mine, &waiting)?,
        Some(name) => {
            let own = || mine.and_then(|mine| mine.secret(name));
            let secret = index.secret(name).or_else(own);
            let left = || waiting.all().next().map(Deposit::name);
            let name = secret.map(Secret::name).or_else(left);
            let name = name.ok_or_else(|| no_secret(index, args.name.as_deref().unwrap_or("")))?;
            let opened = Opened::of(index, &columns, index.secret(name));
            if args.json {
                let mut json = secret_json(index, &columns, mine, name, &waiting);
                json["same"] = json!(opened.same());
                ui::json(&json)?;
            } else {
                one(index, &columns, mine, name, &opened)?;
                waiting.table()?;
                waiting.explain();
            }
        }
    }
    Ok(Status::Done)
}

/// The secrets of the vault, and then those that only the user has a value of.
fn known<'i, 't>(
    index: &'i Index<'t>,
    mine: Option<&'i Mine<'t>>,
) -> impl Iterator<Item = &'i Secret<'t>> {
    let own = mine.into_iter().flat_map(Mine::secrets);
    index.secrets().chain(own.filter(|secret| index.secret(secret.name()).is_none()))
}

fn all<'t>(
    index: &Index<'t>,
    columns: &Columns,
    mine: Option<&Mine<'t>>,
    waiting: &Waiting<'_, 't>,
) -> Result<(), Error> {
    if known(index, mine).next().is_none() && index.deposits().waiting().is_empty() {
        ui::say("the vault has no secrets yet; set one with: strongroom set --type local NAME");
        return Ok(());
    }
    let rows = columns.names(index, mine, waiting);
    if rows.is_empty() {
        let names = listed(columns.environments.iter().map(Environment::name));
        ui::say(&format!("no secret has a value for {names}"));
        return Ok(());
    }
    let names = columns.environments.iter().map(Environment::name);
    let mut table = Table::new(["secret"].into_iter().chain(names));
    for name in rows {
        let cell = |each| cell(index, mine, name, each, waiting.mark(name, each));
        let cells = columns.environments.iter().map(cell);
        table.row([Cell::from(name)].into_iter().chain(cells));
    }
    ui::table(&table)?;
    waiting.table()?;
    ui::say(
        "\n✓ own value and its version   · that of the type   - none   ! under another data key",
    );
    if mine.is_some_and(|mine| mine.secrets().len() > 0) {
        ui::say("* you have a value of your own, which beats it: strongroom.mine.toml");
    }
    waiting.explain();
    Ok(())
}

fn cell(
    index: &Index<'_>,
    mine: Option<&Mine<'_>>,
    name: &str,
    environment: &Environment,
    plus: &str,
) -> Cell {
    let own = mine.and_then(|mine| mine.lookup(index, name, environment));
    let star = if own.is_some() { " *" } else { "" };
    match index.lookup(name, environment) {
        Lookup::Missing if !plus.is_empty() => Cell::doubtful(format!("-{star}{plus}")),
        Lookup::Missing => Cell::faint(format!("-{star}")),
        Lookup::OtherDataKey(value) => Cell::bad(format!("! {}{star}{plus}", value.version())),
        Lookup::Found(value) if value.environment() != environment.name() => {
            Cell::faint(format!("·{star}{plus}"))
        }
        Lookup::Found(value) => Cell::good(format!("✓ {}{star}{plus}", value.version())),
    }
}

fn one(
    index: &Index<'_>,
    columns: &Columns,
    mine: Option<&Mine<'_>>,
    name: &str,
    opened: &Opened<'_>,
) -> Result<(), Error> {
    let shared = index.secret(name);
    let own = mine.and_then(|mine| mine.secret(name));
    match shared.or(own).and_then(Secret::about) {
        Some(about) => ui::data(&format!("{name}: {about}\n"))?,
        None => ui::data(&format!("{name}\n"))?,
    }
    if shared.or(own).is_none() {
        return Ok(());
    }
    let mut table = Table::new(["environment", "version", "set", "content"]);
    let values = shared
        .into_iter()
        .flat_map(|it| columns.values(it).into_iter().map(move |value| (it, value)));
    for (secret, value) in values {
        table.row([
            Cell::from(value.environment()),
            Cell::from(value.version().to_string()),
            Cell::from(value.set().to_string()),
            match opened.fault(value) {
                Some(fault) => Cell::bad(fault),
                None => Cell::from(content(index, secret, value)),
            },
            until(value),
        ]);
    }
    for value in own.into_iter().flat_map(|own| columns.values(own)) {
        table.row([
            Cell::from(format!("{} *", value.environment())),
            Cell::from(value.version().to_string()),
            Cell::from(value.set().to_string()),
            Cell::from("your own, in strongroom.mine.toml"),
            until(value),
        ]);
    }
    ui::table(&table)?;
    for group in opened.same() {
        ui::data(&format!("one value: {}\n", group.join(", ")))?;
    }
    Ok(())
}

/// The environments that the list is about.
struct Columns {
    environments: Vec<Environment>,
    /// Whether it is about these alone.
    is_narrowed: bool,
}

impl Columns {
    fn of(named: &Several, index: &Index<'_>) -> Result<Self, Error> {
        let is_narrowed = !named.is_empty();
        let environments =
            if is_narrowed { named.pick(index)? } else { index.environments().collect() };
        Ok(Self { environments, is_narrowed })
    }

    /// The names that are known, those with nothing but a deposit last; of some environments alone, those that have a value
    /// or a deposit there.
    fn names<'i, 't>(
        &self,
        index: &'i Index<'t>,
        mine: Option<&'i Mine<'t>>,
        waiting: &Waiting<'i, 't>,
    ) -> Vec<&'i str> {
        let has_value = move |secret: &&Secret<'_>, environment: &Environment| {
            let own = mine.and_then(|mine| mine.lookup(index, secret.name(), environment));
            own.is_some() || !matches!(index.lookup(secret.name(), environment), Lookup::Missing)
        };
        let is_shown = |secret: &&Secret<'_>| {
            !self.is_narrowed || self.environments.iter().any(|each| has_value(secret, each))
        };
        let mut names: Vec<&str> = known(index, mine).filter(is_shown).map(Secret::name).collect();
        let mut listed: HashSet<String> = names.iter().map(|name| fold(name)).collect();
        for deposit in waiting.all().filter(|deposit| listed.insert(fold(deposit.name()))) {
            let secret = index.secret(deposit.name());
            names.push(secret.map_or(deposit.name(), |secret| secret.name()));
        }
        names
    }

    /// A secret's values in the order of the environments; that of the type where a named one has
    /// none of its own.
    fn values<'i, 't>(&self, secret: &'i Secret<'t>) -> Vec<&'i Value<'t>> {
        let mut values: Vec<&Value<'_>> = Vec::new();
        for environment in &self.environments {
            let value = secret.value(environment.name());
            let value = value.or_else(|| secret.value(environment.kind().as_str()));
            values.extend(value.filter(|value| {
                !values.iter().any(|other| other.environment() == value.environment())
            }));
        }
        values
    }
}

/// The day of a value that has one.
fn until(value: &Value<'_>) -> Cell {
    match value.expires() {
        None => Cell::faint(""),
        Some(day) if value.is_expired(today()) => Cell::bad(format!("expired {day}")),
        Some(day) => Cell::from(format!("expires {day}")),
    }
}

fn content(index: &Index<'_>, secret: &Secret<'_>, value: &Value<'_>) -> String {
    match (is_current(index, secret, value), value.content()) {
        (false, _) => Unopened::OtherDataKey.to_string(),
        (true, Content::Sealed(_)) => "sealed".to_owned(),
        (true, Content::Reference { store, reference, .. }) => {
            format!("in the store {}: {}", Shown(store), Shown(reference))
        }
    }
}

fn is_current(index: &Index<'_>, secret: &Secret<'_>, value: &Value<'_>) -> bool {
    let own = index.environment(value.environment());
    own.is_ok_and(|own| matches!(index.lookup_in(secret, &own), Lookup::Found(_)))
}

fn environments_json(columns: &Columns) -> Vec<Json> {
    let json = |each: &Environment| json!({ "name": each.name(), "type": each.kind().as_str() });
    columns.environments.iter().map(json).collect()
}

fn secret_json(
    index: &Index<'_>,
    columns: &Columns,
    mine: Option<&Mine<'_>>,
    name: &str,
    waiting: &Waiting<'_, '_>,
) -> Json {
    let own = mine.and_then(|mine| mine.secret(name));
    let shared = index.secret(name);
    let about = shared.or(own).and_then(Secret::about);
    let own = own.into_iter().flat_map(|own| columns.values(own));
    let is_current =
        |value: &Value<'_>| shared.is_some_and(|secret| is_current(index, secret, value));
    let value = |value: &Value<'_>| {
        let (store, reference) = match value.content() {
            Content::Sealed(_) => (None, None),
            Content::Reference { store, reference, .. } => {
                (Some(store.as_ref()), Some(reference.as_ref()))
            }
        };
        let content = match (is_current(value), store) {
            (false, _) => Unopened::OtherDataKey.word(),
            (true, None) => "sealed",
            (true, Some(_)) => "reference",
        };
        json!({
            "environment": value.environment(),
            "version": value.version(),
            "set": value.set().to_string(),
            "expires": value.expires().map(|day| day.to_string()),
            "content": content,
            "store": store,
            "reference": reference,
        })
    };
    json!({
        "name": name,
        "about": about,
        "values": shared.into_iter().flat_map(|it| columns.values(it)).map(value).collect::<Vec<_>>(),
        "own": own.map(Value::environment).collect::<Vec<_>>(),
        "deposits": waiting.json(name),
    })
}

/// A secret's values as far as keys are at hand, to be compared with each other and with nothing
/// else.
struct Opened<'i> {
    values: Vec<(&'i str, Result<Plaintext, Unopened>)>,
}

impl<'i> Opened<'i> {
    fn of(index: &Index<'_>, columns: &Columns, secret: Option<&'i Secret<'_>>) -> Self {
        let (mut keys, mut values, mut warned) = (Keys::default(), Vec::new(), false);
        let Some(secret) = secret else { return Self { values } };
        for value in columns.values(secret) {
            match keys.try_type(index, value.kind()) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    if !std::mem::replace(&mut warned, true) {
                        ui::warn(error.text());
                    }
                    continue;
                }
            }
            if let Some(key) = keys.data_key(index, value.kind()) {
                values.push((value.environment(), open(key, secret, value)));
            }
        }
        Self { values }
    }

    /// The environments that share one value, in groups of two or more.
    fn same(&self) -> Vec<Vec<&'i str>> {
        let mut groups: Vec<(&Plaintext, Vec<&'i str>)> = Vec::new();
        for (environment, opened) in &self.values {
            let Ok(opened) = opened else { continue };
            match groups.iter_mut().find(|(first, _)| *first == opened) {
                Some((_, group)) => group.push(environment),
                None => groups.push((opened, vec![environment])),
            }
        }
        groups.into_iter().map(|(_, group)| group).filter(|group| group.len() > 1).collect()
    }

    fn fault(&self, value: &Value<'_>) -> Option<String> {
        let opened = self.values.iter().find(|(name, _)| *name == value.environment());
        match opened.map(|(_, opened)| opened) {
            Some(Err(fault @ Unopened::Altered)) => Some(fault.to_string()),
            _ => None,
        }
    }
}
