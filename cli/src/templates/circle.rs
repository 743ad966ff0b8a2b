//! A circle: a reference whose value lies in the very file that it stands in.

use std::path::Path;

use strongroom_vault::{Content, Shown, StoreEntry};

use super::Source;
use crate::selection::Chosen;
use crate::session::Session;

/// A value that a store would read from the file in which it is to stand.
pub(super) struct Circle<'a> {
    name: &'a str,
    store: &'a str,
}

impl<'a> Circle<'a> {
    /// The circle that a value would close, if it does.
    pub(super) fn of(
        source: &Source,
        chosen: &'a Chosen<'_, '_>,
        session: &Session<'_>,
    ) -> Option<Self> {
        let (secret, value) = chosen.sealed();
        let Content::Reference { store, reference, .. } = value.content() else { return None };
        let (path, entry) = (source.path()?, session.index.stores().get(store)?);
        let base = session.path().parent().unwrap_or(Path::new("."));
        lies_in(path, entry, reference, base).then(|| Self { name: secret.name(), store })
    }

    /// A reference to a value that a store reads from the very file in which it stands.
    pub(super) fn explain(&self) -> String {
        let (name, store) = (Shown(self.name), Shown(self.store));
        format!(
            "a circle: the store `{store}` reads the value of `{name}` from this very file\n\
             put the value elsewhere: strongroom set --store STORE {name}, or into the vault: strongroom set {name}"
        )
    }
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
