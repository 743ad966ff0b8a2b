//! A program without stores: says for each value which feature it needs.

use strongroom_vault::{Plaintext, StoreKind};

use super::{Asker, Trusted};
use crate::report::StoreFailure;

/// Fetches nothing.
pub(crate) fn fetch(
    trusted: &[Trusted<'_>],
    _asker: &Asker<'_>,
) -> Vec<Result<Plaintext, StoreFailure>> {
    let failure = |trusted: &Trusted<'_>| match StoreKind::named(trusted.store.kind()) {
        Some(kind) => StoreFailure::NotBuilt { kind: kind.name, feature: kind.feature },
        None => StoreFailure::UnknownKind { kind: trusted.store.kind().to_owned() },
    };
    trusted.iter().map(|trusted| Err(failure(trusted))).collect()
}
