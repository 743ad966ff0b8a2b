//! The key of one load: given by the program, found in its places, or fetched from the service that one of them names.

use std::time::{Duration, Instant};

use strongroom_vault::search::{
    Found, KeyError, KeyPlace, Source, UserFolder, Wanted, find_key, unlock, unlock_fetched,
    unlock_file, unlock_text,
};
use strongroom_vault::{Credential, EnvironmentType, Index, Passphrase};

use crate::loader::{Key, Loader};
use crate::stores;

/// The key, and how long a service was waited for.
pub(super) fn key(
    index: &Index<'_>,
    loader: &Loader,
    kind: EnvironmentType,
    folder: Option<&UserFolder>,
) -> Result<(Found, Duration), KeyError> {
    let wanted = Wanted::OnlyType(kind);
    match here(index, loader, wanted, folder) {
        Ok(found) => Ok((found, Duration::ZERO)),
        Err(KeyError::Elsewhere(named_by, place)) => {
            let began = Instant::now();
            let found = elsewhere(index, loader, wanted, (named_by, place))?;
            Ok((found, began.elapsed()))
        }
        Err(error) => Err(error),
    }
}

fn here(
    index: &Index<'_>,
    loader: &Loader,
    wanted: Wanted,
    folder: Option<&UserFolder>,
) -> Result<Found, KeyError> {
    match &loader.key {
        None => find_key(index, wanted, folder),
        Some(Key::Text(text)) => unlock_text(index, wanted, Source::Given, text),
        Some(Key::File(path)) => unlock_file(index, wanted, path),
        Some(Key::Passphrase(text)) => {
            let credential = Credential::Passphrase(Passphrase::from(text.to_string()));
            unlock(index, wanted, Source::Given, &credential, loader.holder.as_deref())
        }
    }
}

fn elsewhere(
    index: &Index<'_>,
    loader: &Loader,
    wanted: Wanted,
    (named_by, place): (Source, KeyPlace),
) -> Result<Found, KeyError> {
    // A watcher asks once, and again when what it was given opens this no longer: the service may have another by now.
    if let Some(text) = loader.observer.key_of(&place)
        && let Ok(found) = unlock_fetched(index, wanted, (named_by.clone(), &place), &text)
    {
        return Ok(found);
    }
    let text = match stores::fetch_key(&place, loader) {
        Ok(text) => text,
        Err((why, next)) => {
            return Err(KeyError::NotHad { named_by, service: place.service().name, why, next });
        }
    };
    let found = unlock_fetched(index, wanted, (named_by, &place), &text)?;
    loader.observer.keep_key(place, text);
    Ok(found)
}
