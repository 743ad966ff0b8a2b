//! Which removed holders know a value or a data key, as the vault's earlier texts tell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use strongroom_vault::{EnvironmentType, Grant, Index, Removed, Shown};

use super::{Reach, Versions};
use crate::error::listed;
use crate::ui;

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

/// Who knows data keys of before, each by the beginning of what is sealed under it: everybody who was removed, and whose grant
/// of it lapsed.
pub(crate) struct Knowing(BTreeMap<String, BTreeSet<String>>);

impl Knowing {
    /// As the vault and git's history tell of keys, each by its type and the beginning of what is sealed under it.
    pub(crate) fn of(
        vault: &Path,
        now: &Index<'_>,
        keys: &BTreeSet<(EnvironmentType, String)>,
    ) -> Self {
        let removed = now.removed().iter().map(Removed::name);
        let removed = removed.filter(|name| now.holder(name).is_none()).map(str::to_owned);
        let removed: BTreeSet<String> = removed.collect();
        let mut knowing =
            Self(keys.iter().map(|(_, key)| (key.clone(), removed.clone())).collect());
        // Without git the vault alone tells.
        let versions = Versions::of(vault).ok();
        let reach = versions.map(|it| it.each(now.id(), |then, _, _| knowing.add(then, now, keys)));
        if let Some(why) = reach.and_then(Reach::why) {
            ui::warn(&format!("{why}, so who else could open it before does not show"));
        }
        knowing
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
                self.0.entry(key.clone()).or_default().extend(lapsed(then, now, *kind, key));
            }
        }
    }

    /// Who knows a key.
    pub(crate) fn who(&self, key: &str) -> BTreeSet<String> {
        self.0.get(key).cloned().unwrap_or_default()
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
