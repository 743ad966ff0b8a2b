//! Opening values wherever they are: sealed ones with their data key, and what references name from its store.

use strongroom_vault::{
    Content, DataKey, Index, OpenError, Place, Plaintext, Secret, StoreEntry, Value,
};

use super::{Asker, Wanted, Why, is_keyless};
use crate::error::Error;
use crate::keys::Keys;
use crate::log;
use crate::value::{Unopened, open};

/// Opens values; an answer for each, in order. The seals of all references are checked before any store is asked.
pub(crate) fn open_all(
    index: &Index<'_>,
    keys: &Keys,
    asker: &Asker,
    values: &[(&Secret<'_>, &Value<'_>)],
) -> Result<Vec<Result<Plaintext, Unopened>>, Error> {
    let is_keyless = is_keyless();
    let mut opened = Vec::with_capacity(values.len());
    let mut wanted = Vec::new();
    for &(secret, value) in values {
        let key = if is_keyless { None } else { Some(keys.current_data_key(index, value.kind())?) };
        opened.push(match (value.content(), key) {
            (Content::Sealed(_), Some(key)) => Some(open(key, secret, value)),
            (Content::Sealed(_), None) => Some(Err(Unopened::Keyless)),
            (Content::Reference { .. }, key) => match checked(index, key, secret, value) {
                Ok(one) => {
                    wanted.push((one, secret, value));
                    None
                }
                Err(why) => Some(Err(why)),
            },
        });
    }
    let all: Vec<Wanted<'_>> = wanted.iter().map(|(one, ..)| *one).collect();
    let mut fetched = asker.fetch(&all).into_iter().zip(wanted);
    let mut next = || match fetched.next() {
        Some((Ok(value), (_, secret, from))) => {
            log::opened(secret, from);
            Ok(value)
        }
        Some((Err(why), (Wanted { store, reference }, ..))) => {
            Err(Unopened::at(store.name(), reference, why))
        }
        None => Err(Unopened::OtherDataKey),
    };
    Ok(opened.into_iter().map(|it| it.unwrap_or_else(&mut next)).collect())
}

/// What a reference wants of a store, if the store is declared and the seal fits; without a key nothing is checked but that.
pub(crate) fn checked<'v>(
    index: &'v Index<'_>,
    key: Option<&DataKey>,
    secret: &Secret<'_>,
    value: &'v Value<'_>,
) -> Result<Wanted<'v>, Unopened> {
    let Content::Reference { store, reference, seal } = value.content() else {
        return Err(Unopened::Altered);
    };
    let at = |why| Unopened::at(store, reference, why);
    let declared: &StoreEntry<'_> = index.stores().get(store).ok_or_else(|| at(Why::Undeclared))?;
    let fits =
        key.map(|key| key.open_reference(Place::of(secret, value), declared, reference, seal));
    match fits {
        None | Some(Ok(())) => Ok(Wanted { store: declared, reference }),
        Some(Err(OpenError::AnotherDataKey)) => Err(Unopened::OtherDataKey),
        Some(Err(OpenError::Altered)) => Err(at(Why::Seal)),
    }
}
