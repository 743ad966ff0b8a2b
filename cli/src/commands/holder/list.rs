//! `strongroom holder list`: holders × environment types.

use serde_json::{Value as Json, json};
use strongroom_vault::{EnvironmentType, Holder, Index, KeyTable};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::ui::{self, Cell, Table};

/// List holders and what each can open
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Who has the roster key can open every type, with or without a grant of its own.

Example: strongroom holder list")]
pub(crate) struct Args {
    /// Print JSON: [{"name", "kind", "since", "opens": TYPES, "roster"}]
    #[arg(long)]
    json: bool,
}

/// What a holder has of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Grant,
    /// A grant of an older key than the current one.
    OldGrant,
    /// The roster key, which opens it.
    ByRoster,
    Nothing,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    if args.json {
        ui::json(&index.holders().iter().map(|holder| to_json(index, holder)).collect())?;
        return Ok(Status::Done);
    }
    let kinds = EnvironmentType::ALL.map(EnvironmentType::as_str);
    let mut table =
        Table::new(["holder", "kind", "since"].into_iter().chain(kinds).chain(["roster"]));
    for holder in index.holders() {
        let since = holder.since().map_or("-".to_owned(), |day| day.to_string());
        let head = [holder.name().into(), holder.kind().as_str().into(), since.into()];
        let types = EnvironmentType::ALL.map(|kind| cell(of_type(index, holder, kind)));
        let roster = cell(of_table(index.keys().roster(), holder));
        table.row(head.into_iter().chain(types).chain([roster]));
    }
    ui::table(&table)?;
    ui::say(
        "\n✓ opens it   · opens it through the roster key   old: a grant of an older key   - not",
    );
    Ok(Status::Done)
}

fn of_type(index: &Index<'_>, holder: &Holder<'_>, kind: EnvironmentType) -> Has {
    match of_table(index.keys().of_type(kind), holder) {
        Has::Grant => Has::Grant,
        _ if of_table(index.keys().roster(), holder) == Has::Grant => Has::ByRoster,
        has => has,
    }
}

fn of_table(table: &KeyTable<'_>, holder: &Holder<'_>) -> Has {
    match (table.grant(holder.name()), table.current()) {
        (Some(grant), Some(current)) if grant.generation() == current.generation() => Has::Grant,
        (Some(_), _) => Has::OldGrant,
        (None, _) => Has::Nothing,
    }
}

fn cell(has: Has) -> Cell {
    match has {
        Has::Grant => Cell::good("✓"),
        Has::ByRoster => Cell::good("·"),
        Has::OldGrant => Cell::bad("old"),
        Has::Nothing => Cell::faint("-"),
    }
}

fn to_json(index: &Index<'_>, holder: &Holder<'_>) -> Json {
    let opens = |kind: &EnvironmentType| {
        matches!(of_type(index, holder, *kind), Has::Grant | Has::ByRoster)
    };
    let opens = EnvironmentType::ALL.into_iter().filter(opens).map(EnvironmentType::as_str);
    json!({
        "name": holder.name(),
        "kind": holder.kind().as_str(),
        "since": holder.since().map(|day| day.to_string()),
        "opens": opens.collect::<Vec<_>>(),
        "roster": of_table(index.keys().roster(), holder) == Has::Grant,
    })
}
