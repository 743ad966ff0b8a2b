//! `diff REVISION`: the vault as it is against the vault in a commit.

use serde_json::json;
use strongroom_vault::{FILE_NAME, Index, Shown};

use super::Outcome;
use super::changes::{Change, Mark, between};
use super::reveal;
use crate::error::Error;
use crate::git::Commit;
use crate::session::Session;
use crate::ui::{self, Cell, Table};

/// How a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Table,
    /// The values, too.
    Revealed,
    Json,
}

/// Compares; `unknown` adds to the error for a revision that git does not know.
pub(super) fn run(
    session: &Session<'_>,
    revision: &str,
    shown: Shape,
    unknown: impl FnOnce(Error) -> Error,
) -> Result<Outcome, Error> {
    let path = session.path();
    let canonical = path.canonicalize().map_err(|error| Error::file("find", path, &error))?;
    let folder = canonical.parent().unwrap_or(&canonical);
    let commit = Commit::of(folder, revision).map_err(unknown)?;
    let named = Shown(revision);
    let name = path.file_name().map_or(FILE_NAME.into(), |name| name.to_string_lossy());
    let bytes = commit.file(&canonical)?.ok_or_else(|| {
        Error::no(format!("`{named}` has no {} in this folder", Shown(&name)))
            .with_hint(format!("see the commits that have one with: git log -- {}", Shown(&name)))
    })?;
    let unusable = |why: &dyn std::fmt::Display| {
        Error::cannot(format!("cannot use the vault of `{named}`: {why}"))
    };
    let text = String::from_utf8(bytes).map_err(|_| unusable(&"it is not UTF-8 text"))?;
    let before = Index::read(&text).map_err(|error| unusable(&error))?;
    let mut changes = between(&before, &session.index);
    reveal::compare(&before, &session.index, &mut changes);
    if shown == Shape::Json {
        ui::json(&json!({
            "revision": revision,
            "commit": commit.id(),
            "changes": changes.iter().map(Change::json).collect::<Vec<_>>(),
        }))?;
    } else if changes.is_empty() {
        ui::say(&format!("no difference to {named} ({})", commit.short()));
    } else {
        show(&changes)?;
        ui::say(&format!("\n+ added   - removed   ~ changed since {named} ({})", commit.short()));
        if shown == Shape::Revealed {
            reveal::show(&before, &session.index, &changes)?;
        }
    }
    Ok(if changes.is_empty() { Outcome::Same } else { Outcome::Differ })
}

/// Whether git knows a commit by this word.
pub(super) fn is_known(session: &Session<'_>, word: &str) -> bool {
    let folder = session.path().canonicalize().ok();
    let folder = folder.as_deref().and_then(std::path::Path::parent);
    folder.is_some_and(|folder| Commit::of(folder, word).is_ok())
}

fn show(changes: &[Change]) -> Result<(), Error> {
    let mut table = Table::new(["", "what", "name", "where", ""]);
    for change in changes {
        let mark = match change.mark() {
            Mark::Added => Cell::good("+"),
            Mark::Removed => Cell::bad("-"),
            Mark::Changed => Cell::from("~"),
        };
        table.row([
            mark,
            Cell::from(change.what),
            Cell::from(change.name.as_str()),
            Cell::from(change.wheres()),
            Cell::from(change.words()),
        ]);
    }
    ui::table(&table)
}
