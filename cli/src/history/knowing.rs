//! Which removed holders know a value or a data key, as the vault's earlier texts tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use strongroom_vault::{EnvironmentType, Grant, Index, Removed, Shown};

use super::{Blobs, InGit};
use crate::error::{Error, listed};

/// Who was granted a data key in an earlier text, by the beginning of what is sealed under it, and opens its type no more.
pub(crate) fn lapsed(
    then: &Index<'_>,
    now: &Index<'_>,
    kind: EnvironmentType,
    key: &str,
) -> BTreeSet<String> {
    let is_lapsed = |holder: &str| {
        let was_removed = now.removal(holder).is_some() || now.holder(holder).is_some();
        was_removed && now.keys().of_type(kind).grant(holder).is_none()
    };
    let grants = then.keys().of_type(kind).grants().iter();
    let of_key = grants.filter(|grant| grant.fingerprint_text() == key);
    of_key.map(Grant::holder).filter(|name| is_lapsed(name)).map(str::to_owned).collect()
}

/// The removed holders who know data keys of before.
pub(crate) struct Knowing {
    by_key: BTreeMap<String, BTreeSet<String>>,
    /// Everybody who was removed: those who may know a key that no text shows.
    all: BTreeSet<String>,
}

impl Knowing {
    /// As git's history tells of keys, each by its type and the beginning of what is sealed under it.
    pub(crate) fn of(
        vault: &Path,
        now: &Index<'_>,
        keys: &BTreeSet<(EnvironmentType, String)>,
    ) -> Result<Self, Error> {
        let all = now.removed().iter().map(Removed::name).map(str::to_owned).collect();
        let mut knowing = Self { by_key: BTreeMap::new(), all };
        let Ok(file) = InGit::of(vault) else { return Ok(knowing) };
        let mut blobs = Blobs::of(&file)?;
        let mut seen = BTreeSet::new();
        for change in file.log(&["HEAD"])?.changes {
            for blob in change.after.into_iter().chain(change.before) {
                if !seen.insert(blob.clone()) {
                    continue;
                }
                let text = blobs.text(&blob)?.unwrap_or_default();
                let Ok(then) = Index::read(&text) else { continue };
                if then.id() == now.id() {
                    knowing.add(&then, now, keys);
                }
            }
        }
        Ok(knowing)
    }

    fn add(
        &mut self,
        then: &Index<'_>,
        now: &Index<'_>,
        keys: &BTreeSet<(EnvironmentType, String)>,
    ) {
        for (kind, key) in keys {
            let current = then.keys().of_type(*kind).current();
            if current.is_some_and(|current| current.fingerprint_text() == key) {
                let known = self.by_key.entry(key.clone()).or_default();
                known.extend(lapsed(then, now, *kind, key));
            }
        }
    }

    /// Who knows a key; everybody who was removed where no text has it.
    pub(crate) fn who(&self, key: &str) -> &BTreeSet<String> {
        self.by_key.get(key).unwrap_or(&self.all)
    }
}

/// What is said of a value that removed holders know.
pub(crate) fn still_known(known_to: &BTreeSet<String>, name: &str) -> Option<String> {
    let know = if known_to.len() == 1 { "was removed and knows" } else { "were removed and know" };
    (!known_to.is_empty()).then(|| {
        format!(
            "{} {know} this value of {}: change it where it came from",
            listed(known_to.iter().map(String::as_str)),
            Shown(name)
        )
    })
}
