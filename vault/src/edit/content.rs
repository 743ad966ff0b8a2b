//! What the line of a value holds, opened to be sealed again: the value itself, or a reference whose seal fits.

use super::edit_error::EditError;
use crate::crypto::{DataKey, NoRandomness, OpenError, Place, Plaintext};
use crate::index::{Content, Index, Secret, Value};

/// What a line holds, once its seal was opened or checked.
#[derive(Debug, PartialEq)]
pub(super) enum Opened<'v> {
    Value(Plaintext),
    Reference { store: &'v str, reference: &'v str },
}

/// Why a line gives nothing that could be sealed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unopened {
    /// The vault does not declare the store.
    NoStore,
    /// The seal does not open, or does not fit.
    Seal(OpenError),
}

/// The key of a line under which a seal stands, and the seal.
pub(super) type SealedAgain = (&'static str, String);

impl<'v> Opened<'v> {
    /// Opens what stands at a place of a vault.
    pub(super) fn of(
        key: &DataKey,
        index: &Index<'_>,
        place: Place<'_>,
        content: &'v Content<'_>,
    ) -> Result<Self, Unopened> {
        match content {
            Content::Sealed(sealed) => {
                key.open(place, sealed).map(Self::Value).map_err(Unopened::Seal)
            }
            Content::Reference { store, reference, seal } => {
                let declared = index.stores().get(store).ok_or(Unopened::NoStore)?;
                key.open_reference(place, declared, reference, seal).map_err(Unopened::Seal)?;
                Ok(Self::Reference { store, reference })
            }
        }
    }

    /// Seals it for a place of a vault; none where that does not declare the store.
    pub(super) fn seal(
        &self,
        key: &DataKey,
        index: &Index<'_>,
        place: Place<'_>,
    ) -> Result<Option<SealedAgain>, NoRandomness> {
        match self {
            Self::Value(value) => key.seal(place, value.as_bytes()).map(|it| Some(("sealed", it))),
            Self::Reference { store, reference } => {
                let declared = index.stores().get(store);
                let sealed = declared.map(|store| key.seal_reference(place, store, reference));
                Ok(sealed.transpose()?.map(|seal| ("seal", seal)))
            }
        }
    }
}

/// Opens a value of a vault with one key and seals it with another, maybe for another place.
pub(super) fn seal_again(
    index: &Index<'_>,
    (from, to): (&DataKey, &DataKey),
    (secret, value): (&Secret<'_>, &Value<'_>),
    place: Place<'_>,
) -> Result<SealedAgain, EditError> {
    let refuse = |why| refused(secret, value, why);
    let opened =
        Opened::of(from, index, Place::of(secret, value), value.content()).map_err(refuse)?;
    opened.seal(to, index, place)?.ok_or_else(|| refuse(Unopened::NoStore))
}

/// The error for a value that cannot be sealed again.
pub(super) fn refused(secret: &Secret<'_>, value: &Value<'_>, why: Unopened) -> EditError {
    let (name, environment) = (secret.name().to_owned(), value.environment().to_owned());
    match (value.content(), why) {
        (Content::Reference { store, .. }, Unopened::NoStore) => {
            EditError::NoStore { name, environment, store: store.to_string() }
        }
        (Content::Reference { store, .. }, Unopened::Seal(why)) => {
            EditError::Unfit { name, environment, store: store.to_string(), why }
        }
        (Content::Sealed(_), Unopened::Seal(why)) => EditError::Unopened { name, environment, why },
        // A sealed value needs no store.
        (Content::Sealed(_), Unopened::NoStore) => {
            EditError::Unopened { name, environment, why: OpenError::Altered }
        }
    }
}
