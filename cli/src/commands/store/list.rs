//! `strongroom store list`: the stores of a vault, and whether this machine can ask them.

use serde_json::{Value as Json, json};
use strongroom_vault::search::Allowed;
use strongroom_vault::{Content, Index, Shown, StoreEntry};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::stores::{self, Asker, Why};
use crate::ui::{self, Cell, Table};

/// List the stores with their settings and the number of references to each
#[derive(Debug, clap::Args)]
#[command(after_help = "\
No store is asked anything: `check --live` does that.

Example: strongroom store list")]
pub(crate) struct Args {
    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let (index, asker) = (&session.index, Asker::of(&session));
    let rows: Vec<Row<'_, '_>> =
        index.stores().iter().map(|store| Row::of(index, &asker, store)).collect();
    if args.json {
        ui::json(&rows.iter().map(Row::json).collect())?;
        return Ok(Status::Done);
    }
    if rows.is_empty() {
        ui::say("no stores\nadd one with: strongroom store add NAME --kind KIND");
        return Ok(Status::Done);
    }
    let mut table = Table::new(["store", "kind", "references", "default of", "here", "settings"]);
    for row in &rows {
        table.row(row.cells());
    }
    ui::table(&table)?;
    for row in &rows {
        row.explain();
    }
    Ok(Status::Done)
}

struct Row<'i, 't> {
    store: &'i StoreEntry<'t>,
    references: usize,
    default: Vec<&'i str>,
    /// What it would run.
    runs: Result<Vec<Vec<String>>, Why>,
    is_allowed: bool,
}

impl<'i, 't> Row<'i, 't> {
    fn of(index: &'i Index<'t>, asker: &Asker, store: &'i StoreEntry<'t>) -> Self {
        let values = index.secrets().flat_map(|secret| secret.values().iter());
        let is_to_it = |content: &Content<'_>| matches!(content, Content::Reference { store: to, .. } if to == store.name());
        let references = values.filter(|value| is_to_it(value.content())).count();
        let defaults = index.stores().defaults().filter(|(_, name)| *name == store.name());
        let default = defaults.map(|(environment, _)| environment).collect();
        let runs = asker.runs(store);
        let is_allowed = runs
            .as_ref()
            .is_ok_and(|lines| asker.is_allowed(&Allowed::to_run(store.name(), lines)));
        Self { store, references, default, runs, is_allowed }
    }

    fn cells(&self) -> [Cell; 6] {
        let here = match &self.runs {
            Ok(lines) if lines.is_empty() => Cell::faint(""),
            Ok(_) if self.is_allowed => Cell::good("allowed"),
            Ok(_) => Cell::bad("not allowed"),
            Err(Why::NotBuilt { .. }) => Cell::bad("not built in"),
            Err(_) => Cell::bad("not valid"),
        };
        [
            Cell::from(self.store.name()),
            Cell::from(self.store.kind()),
            Cell::from(self.references.to_string()),
            Cell::from(self.default.join(", ")),
            here,
            Cell::faint(stores::shown(self.store)),
        ]
    }

    /// What keeps this machine from asking the store, and what to type.
    fn explain(&self) {
        let why = match &self.runs {
            Err(why) => why,
            Ok(lines) if !lines.is_empty() && !self.is_allowed => &Why::NotAllowed,
            Ok(_) => return,
        };
        let next = why.next(self.store.name()).map(|next| format!("\n{next}"));
        ui::say(&format!("{}: {why}{}", Shown(self.store.name()), next.unwrap_or_default()));
    }

    fn json(&self) -> Json {
        let runs = self.runs.as_ref().ok().filter(|lines| !lines.is_empty());
        json!({
            "name": self.store.name(),
            "kind": self.store.kind(),
            "settings": stores::json(self.store),
            "references": self.references,
            "default": self.default,
            "fault": self.runs.as_ref().err().map(Why::word),
            "allowed": runs.map(|_| self.is_allowed),
        })
    }
}
