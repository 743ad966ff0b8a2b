//! What a holder was granted before, as far as earlier texts of the vault tell.

use crate::environment::EnvironmentType;
use crate::index::{Current, Holder, Index, KeyTable};

/// Current keys that a holder was granted before, though the vault does not show it any more: lines can be deleted by whoever
/// can write the file, and what was granted stays known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Had {
    kinds: Vec<EnvironmentType>,
    pub(super) roster: bool,
}

impl Had {
    /// Adds what an earlier text of the same vault granted of the keys that are current now.
    pub fn add(&mut self, now: &Index<'_>, name: &str, earlier: &Index<'_>) {
        let Some(holder) = earlier.holder(name).map(Holder::name) else { return };
        if earlier.id() != now.id() {
            return;
        }
        let granted = |now: &KeyTable<'_>, earlier: &KeyTable<'_>| {
            let current = now.current().map(Current::fingerprint_text);
            earlier.grant(holder).is_some_and(|grant| Some(grant.fingerprint_text()) == current)
        };
        for kind in EnvironmentType::ALL {
            if granted(now.keys().of_type(kind), earlier.keys().of_type(kind)) && !self.has(kind) {
                self.kinds.push(kind);
            }
        }
        self.roster |= granted(now.keys().roster(), earlier.keys().roster());
    }

    pub(super) fn has(&self, kind: EnvironmentType) -> bool {
        self.kinds.contains(&kind)
    }

    pub(super) fn is_any(&self) -> bool {
        self.roster || !self.kinds.is_empty()
    }
}
