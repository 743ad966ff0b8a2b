//! `strongroom setting list`: settings by environment, with their values. It needs no key.

use serde_json::{Map, Value as Json, json};
use strongroom_vault::{Environment, Index, PlainSetting, PlainValue};

use crate::environments::Several;
use crate::error::{Error, Status, listed};
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// List settings with their values, or those of one setting
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  strongroom setting list
  strongroom setting list --type prod      what has a value there
  strongroom setting list max_retries")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// A setting's name
    name: Option<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let is_narrowed = !args.environments.is_empty();
    let environments: Vec<Environment> =
        if is_narrowed { args.environments.pick(index)? } else { index.environments().collect() };
    if let Some(name) = &args.name {
        let setting = super::named(index, name)?;
        if args.json {
            ui::json(&json_of(setting, &environments))?;
        } else {
            one(setting, &environments)?;
        }
        return Ok(Status::Done);
    }
    let is_shown = |setting: &&PlainSetting<'_>| {
        !is_narrowed || environments.iter().any(|each| setting.lookup(each).is_some())
    };
    let settings: Vec<&PlainSetting<'_>> = index.settings().iter().filter(is_shown).collect();
    if args.json {
        let settings: Vec<Json> = settings.iter().map(|it| json_of(it, &environments)).collect();
        let environment =
            |each: &Environment| json!({ "name": each.name(), "type": each.kind().as_str() });
        ui::json(&json!({
            "environments": environments.iter().map(environment).collect::<Vec<_>>(),
            "settings": settings,
        }))?;
        return Ok(Status::Done);
    }
    if settings.is_empty() {
        say_none(index, &environments);
        return Ok(Status::Done);
    }
    let names = environments.iter().map(Environment::name);
    let mut table = Table::new(["setting", BY_DEFAULT].into_iter().chain(names));
    for setting in settings {
        let default = setting.value(PlainValue::DEFAULT);
        let default = default.map_or(Cell::faint("-"), |value| Cell::good(short(value.text())));
        let cells = environments.iter().map(|environment| cell(setting, environment));
        table.row([Cell::from(setting.name()), default].into_iter().chain(cells));
    }
    ui::table(&table)?;
    ui::say("\n· that of the type, or by default   - none");
    Ok(Status::Done)
}

fn say_none(index: &Index<'_>, environments: &[Environment]) {
    if index.settings().iter().len() == 0 {
        ui::say(
            "the vault has no settings yet; set one with: strongroom setting set --default NAME VALUE",
        );
    } else {
        let names = listed(environments.iter().map(Environment::name));
        ui::say(&format!("no setting has a value for {names}"));
    }
}

fn cell(setting: &PlainSetting<'_>, environment: &Environment) -> Cell {
    match setting.lookup(environment) {
        Some(value) if value.scope() == environment.name() => Cell::good(short(value.text())),
        Some(_) => Cell::faint("·"),
        None => Cell::faint("-"),
    }
}

/// A text that fits a column. An empty one would not be seen.
pub(super) fn short(text: &str) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    let begin: String = text.chars().take(WIDEST - 1).collect();
    format!("{begin}…")
}

/// What a value is that counts where there is no other, as people are told.
const BY_DEFAULT: &str = "by default";

/// The widest column of values, in characters.
const WIDEST: usize = 24;

fn one(setting: &PlainSetting<'_>, environments: &[Environment]) -> Result<(), Error> {
    match setting.about() {
        Some(about) => ui::data(&format!("{}: {about}\n", setting.name()))?,
        None => ui::data(&format!("{}\n", setting.name()))?,
    }
    let mut table = Table::new(["environment", "value"]);
    if let Some(default) = setting.value(PlainValue::DEFAULT) {
        table.row([Cell::from(BY_DEFAULT), Cell::good(default.text())]);
    }
    for environment in environments {
        let name = Cell::from(environment.name());
        table.row(match setting.lookup(environment) {
            Some(value) if value.scope() == environment.name() => [name, Cell::good(value.text())],
            Some(value) if value.scope() == PlainValue::DEFAULT => {
                [name, Cell::faint(format!("· {BY_DEFAULT}"))]
            }
            Some(value) => [name, Cell::faint(format!("· that of {}", value.scope()))],
            None => [name, Cell::faint("-")],
        });
    }
    ui::table(&table)
}

fn json_of(setting: &PlainSetting<'_>, environments: &[Environment]) -> Json {
    let mut values = Map::new();
    for environment in environments {
        if let Some(value) = setting.value(environment.name()) {
            values.insert(environment.name().to_owned(), value.text().into());
        }
    }
    json!({
        "name": setting.name(),
        "about": setting.about(),
        "default": setting.value(PlainValue::DEFAULT).map(PlainValue::text),
        "values": values,
    })
}
