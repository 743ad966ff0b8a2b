//! `strongroom setting history`: who set a setting to what when, from git. It needs no key.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strongroom_vault::{Index, PlainValue, fold};

use crate::commands::history::{at_head, told, walk, who};
use crate::environments::Several;
use crate::error::{Error, Status};
use crate::history::{Change, InGit, SHALLOW};
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// Show who set a setting to what when, from git's history
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Authors, days and subjects are those of git's commits, which nobody authenticates.

Examples:
  strongroom setting history max_retries
  strongroom setting history --type production")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The setting's name; all settings if there is none
    name: Option<String>,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environments = args.environments.pick(&session.index)?;
    let file = InGit::of(session.path())?;
    let log = file.log(&["HEAD"])?;
    let name = args.name.as_deref();
    let read = |text: &str| Index::read(text).ok().map(|index| lines(&index, name));
    let mut events = Vec::new();
    let head = at_head(&file)?.and_then(|text| read(&text)).unwrap_or_default();
    compare(&[&head], &lines(&session.index, name), None, &mut events);
    walk(&file, &log.changes, read, |before, after, change| {
        compare(before, after, Some(change), &mut events);
    })?;
    let is_meant = |event: &Event| {
        environments.is_empty()
            || environments.iter().any(|each| fold(each.name()) == fold(&event.line.1))
    };
    events.retain(is_meant);
    if args.json {
        let history: Vec<Json> = events.iter().map(Event::json).collect();
        ui::json(&json!({ "shallow": log.is_shallow, "history": history }))?;
    } else if !events.is_empty() {
        let head = ["name", "environment", "value", "by", "on", "commit", "subject"];
        let mut table = Table::new(head);
        for event in &events {
            table.row(event.cells());
        }
        ui::table(&table)?;
    }
    if log.is_shallow {
        ui::say(SHALLOW);
    }
    if events.is_empty() && !args.json {
        if let Some(name) = name {
            super::named(&session.index, name)?;
        }
        ui::say("git has no commit that set such a value");
    }
    Ok(Status::Done)
}

/// The lines of settings: name and environment, and what stands there.
type Lines = BTreeMap<(String, String), String>;

fn lines(index: &Index<'_>, name: Option<&str>) -> Lines {
    let name = name.map(fold);
    let mut lines = Lines::new();
    for setting in index.settings().iter() {
        if name.as_ref().is_some_and(|name| *name != fold(setting.name())) {
            continue;
        }
        for value in setting.values() {
            let line = (setting.name().to_owned(), value.scope().to_owned());
            lines.insert(line, value.text().to_owned());
        }
    }
    lines
}

/// What happened to a line.
struct Event {
    line: (String, String),
    /// What it was set to; none where it was removed.
    value: Option<String>,
    /// The commit; none where it is not committed yet.
    change: Option<Change>,
}

impl Event {
    fn json(&self) -> Json {
        let mut json = told(self.change.as_ref());
        json["name"] = self.line.0.as_str().into();
        json["environment"] = self.line.1.as_str().into();
        json["change"] = if self.value.is_some() { "set" } else { "removed" }.into();
        json["value"] = self.value.as_deref().into();
        json
    }

    fn cells(&self) -> [Cell; 7] {
        let (name, scope) = &self.line;
        let value = match &self.value {
            Some(value) => Cell::good(super::list::short(value)),
            None => Cell::bad("removed"),
        };
        let [by, on, commit, subject] = who(self.change.as_ref());
        let scope = PlainValue::scope_words(scope);
        [Cell::from(name.as_str()), Cell::from(scope), value, by, on, commit, subject]
    }
}

/// What a text has that none of those before has, and what it has not any more that all of them have.
fn compare(before: &[&Lines], after: &Lines, change: Option<&Change>, events: &mut Vec<Event>) {
    let mut push = |line: &(String, String), value: Option<&String>| {
        let (line, value) = (line.clone(), value.cloned());
        events.push(Event { line, value, change: change.cloned() });
    };
    for (line, value) in after {
        if before.iter().all(|it| it.get(line) != Some(value)) {
            push(line, Some(value));
        }
    }
    let Some((first, others)) = before.split_first() else { return };
    for line in first.keys() {
        if !after.contains_key(line) && others.iter().all(|it| it.contains_key(line)) {
            push(line, None);
        }
    }
}
