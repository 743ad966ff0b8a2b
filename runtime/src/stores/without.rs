//! A program without stores: says for each value which feature it needs.

use strongroom_vault::search::KeyPlace;
use strongroom_vault::{Plaintext, StoreKind};
use zeroize::Zeroizing;

use super::{Asker, Trusted, add_feature};
use crate::loader::Loader;
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

/// Asks no service for an access key.
pub(crate) fn fetch_key(
    place: &KeyPlace,
    _loader: &Loader,
) -> Result<Zeroizing<String>, (String, String)> {
    let feature = place.service().feature;
    let why = format!("this program was built without it (feature `{feature}`)");
    Err((why, add_feature(feature)))
}
