//! A circle: a reference whose value lies in the very file that it stands in.

use std::path::Path;

use strongroom_formats::Position;
use strongroom_vault::{Content, Shown, StoreEntry};

use super::Source;
use crate::error::Error;
use crate::selection::{Chosen, Undone};
use crate::session::Session;

/// Refuses a value that a store would read from the file.
pub(super) fn refuse(
    source: &Source,
    at: Position,
    chosen: &Chosen<'_, '_>,
    session: &Session<'_>,
    undone: Undone,
) -> Result<(), Error> {
    let (secret, value) = chosen.sealed();
    let Content::Reference { store, reference, .. } = value.content() else { return Ok(()) };
    let (Some(path), Some(entry)) = (source.path(), session.index.stores().get(store)) else {
        return Ok(());
    };
    if !lies_in(path, entry, reference, session.path().parent().unwrap_or(Path::new("."))) {
        return Ok(());
    }
    let (name, store) = (Shown(secret.name()), Shown(store));
    Err(Error::cannot(format!(
        "{}:{}:{}: a circle: the store `{store}` reads the value of `{name}` from this very file\n\
         {}\nput the value elsewhere: strongroom set --store STORE {name}, or into the vault: strongroom set {name}",
        source.described(),
        at.line,
        at.column,
        undone.0
    )))
}

/// Whether a store reads a reference from this file.
fn lies_in(path: &Path, store: &StoreEntry<'_>, reference: &str, base: &Path) -> bool {
    let Some(place) = store.text("path").map(|place| base.join(place)) else { return false };
    let Ok(path) = path.canonicalize() else { return false };
    let is_file = |other: &Path| other.canonicalize().is_ok_and(|other| other == path);
    match store.kind() {
        "dotenv" | "json" | "toml" => is_file(&place),
        // A file for each secret, or a folder with one for each key.
        "directory" => is_file(&place.join(name_of(reference))),
        _ => false,
    }
}

/// A reference without its version and its path into JSON.
fn name_of(reference: &str) -> &str {
    let body = reference.split_once('#').map_or(reference, |(body, _)| body);
    body.rsplit_once('@').map_or(body, |(body, _)| body)
}
