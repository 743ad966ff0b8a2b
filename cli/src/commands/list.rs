//! `strongroom list`: names and environments, or one secret's versions and dates. It needs no key.

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Content, Environment, EnvironmentType, Index, Lookup, Mine, Plaintext, Secret, Shown, Value,
};

use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::hints::no_secret;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::session::Place;
use crate::ui::{self, Cell, Table};
use crate::value::{Unopened, open};

/// List names and the environments that they have values for, or the values of one secret
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For one secret the list also says which environments share one value, where a key is at hand.

JSON: {\"environments\": [{\"name\", \"type\"}], \"secrets\": [SECRET]}, or for one secret SECRET alone:
  {\"name\", \"about\", \"values\": [{\"environment\", \"version\", \"set\", \"content\": \"sealed\" | \"reference\" |
  \"other-data-key\", \"store\"}], \"own\": the environments that you have a value of your own for}
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
    match &args.name {
        None if args.json => {
            let secrets = columns.secrets(index, mine);
            let secrets = secrets.map(|secret| secret_json(index, &columns, mine, secret));
            ui::json(&json!({
                "environments": environments_json(&columns),
                "secrets": secrets.collect::<Vec<_>>(),
            }))?;
        }
        None => all(index, &columns, mine)?,
        Some(name) => {
            let own = || mine.and_then(|mine| mine.secret(name));
            let secret = index.secret(name).or_else(own).ok_or_else(|| no_secret(index, name))?;
            let opened = Opened::of(index, &columns, index.secret(name));
            if args.json {
                let mut json = secret_json(index, &columns, mine, secret);
                json["same"] = json!(opened.same());
                ui::json(&json)?;
            } else {
                one(index, &columns, mine, secret, &opened)?;
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

fn all<'t>(index: &Index<'t>, columns: &Columns, mine: Option<&Mine<'t>>) -> Result<(), Error> {
    if known(index, mine).next().is_none() {
        ui::say("the vault has no secrets yet; set one with: strongroom set --type local NAME");
        return Ok(());
    }
    if columns.secrets(index, mine).next().is_none() {
        let names = listed(columns.environments.iter().map(Environment::name));
        ui::say(&format!("no secret has a value for {names}"));
        return Ok(());
    }
    let names = columns.environments.iter().map(Environment::name);
    let mut table = Table::new(["secret"].into_iter().chain(names));
    for secret in columns.secrets(index, mine) {
        let cells =
            columns.environments.iter().map(|environment| cell(index, mine, secret, environment));
        table.row([Cell::from(secret.name())].into_iter().chain(cells));
    }
    ui::table(&table)?;
    ui::say(
        "\n✓ own value and its version   · that of the type   - none   ! under another data key",
    );
    if mine.is_some_and(|mine| mine.secrets().len() > 0) {
        ui::say("* you have a value of your own, which beats it: strongroom.mine.toml");
    }
    Ok(())
}

fn cell(
    index: &Index<'_>,
    mine: Option<&Mine<'_>>,
    secret: &Secret<'_>,
    environment: &Environment,
) -> Cell {
    let own = mine.and_then(|mine| mine.lookup(index, secret.name(), environment));
    let star = if own.is_some() { " *" } else { "" };
    match index.lookup(secret.name(), environment) {
        Lookup::Missing => Cell::faint(format!("-{star}")),
        Lookup::OtherDataKey(value) => Cell::bad(format!("! {}{star}", value.version())),
        Lookup::Found(value) if value.environment() != environment.name() => {
            Cell::faint(format!("·{star}"))
        }
        Lookup::Found(value) => Cell::good(format!("✓ {}{star}", value.version())),
    }
}

fn one(
    index: &Index<'_>,
    columns: &Columns,
    mine: Option<&Mine<'_>>,
    secret: &Secret<'_>,
    opened: &Opened<'_>,
) -> Result<(), Error> {
    match secret.about() {
        Some(about) => ui::data(&format!("{}: {about}\n", secret.name()))?,
        None => ui::data(&format!("{}\n", secret.name()))?,
    }
    let mut table = Table::new(["environment", "version", "set", "content"]);
    for value in index.secret(secret.name()).into_iter().flat_map(|it| columns.values(it)) {
        table.row([
            Cell::from(value.environment()),
            Cell::from(value.version().to_string()),
            Cell::from(value.set().to_string()),
            match opened.fault(value) {
                Some(fault) => Cell::bad(fault),
                None => Cell::from(content(index, secret, value)),
            },
        ]);
    }
    let own = mine.and_then(|mine| mine.secret(secret.name()));
    for value in own.into_iter().flat_map(|own| columns.values(own)) {
        table.row([
            Cell::from(format!("{} *", value.environment())),
            Cell::from(value.version().to_string()),
            Cell::from(value.set().to_string()),
            Cell::from("your own, in strongroom.mine.toml"),
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

    /// The secrets that are known; of some environments alone, those that have a value there.
    fn secrets<'i, 't>(
        &self,
        index: &'i Index<'t>,
        mine: Option<&'i Mine<'t>>,
    ) -> impl Iterator<Item = &'i Secret<'t>> {
        let has_value = move |secret: &&Secret<'_>, environment: &Environment| {
            let own = mine.and_then(|mine| mine.lookup(index, secret.name(), environment));
            own.is_some() || !matches!(index.lookup(secret.name(), environment), Lookup::Missing)
        };
        known(index, mine).filter(move |secret| {
            !self.is_narrowed || self.environments.iter().any(|each| has_value(secret, each))
        })
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

fn content(index: &Index<'_>, secret: &Secret<'_>, value: &Value<'_>) -> String {
    match (is_current(index, secret, value), value.content()) {
        (false, _) => Unopened::OtherDataKey.to_string(),
        (true, Content::Sealed(_)) => "sealed".to_owned(),
        (true, Content::Reference { store, .. }) => format!("in the store {}", Shown(store)),
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
    secret: &Secret<'_>,
) -> Json {
    let own = mine.and_then(|mine| mine.secret(secret.name()));
    let own = own.into_iter().flat_map(|own| columns.values(own));
    let shared = index.secret(secret.name());
    let value = |value: &Value<'_>| {
        let (content, store) = match (is_current(index, secret, value), value.content()) {
            (false, _) => (Unopened::OtherDataKey.word(), None),
            (true, Content::Sealed(_)) => ("sealed", None),
            (true, Content::Reference { store, .. }) => ("reference", Some(store.as_ref())),
        };
        json!({
            "environment": value.environment(),
            "version": value.version(),
            "set": value.set().to_string(),
            "content": content,
            "store": store,
        })
    };
    json!({
        "name": secret.name(),
        "about": secret.about(),
        "values": shared.into_iter().flat_map(|it| columns.values(it)).map(value).collect::<Vec<_>>(),
        "own": own.map(Value::environment).collect::<Vec<_>>(),
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
