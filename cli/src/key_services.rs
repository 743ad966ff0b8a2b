//! Access keys that are elsewhere: a line in `STRONGROOM_KEY` or in the file of a key names the service that has or opens one.
//! It is asked once for a command, however often the key is wanted.

use std::sync::{Mutex, PoisonError};

use strongroom_vault::search::{Found, KeyError, KeyPlace, Source, Wanted, unlock_fetched};
use strongroom_vault::{AccessKey, Index, KeyService};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::hints::install_with;

/// Opens what the access key opens that is at a place.
pub(crate) fn unlock(
    index: &Index<'_>,
    wanted: Wanted,
    (named_by, place): (Source, &KeyPlace),
) -> Result<Found, KeyError> {
    let text = text(named_by.clone(), place)?;
    unlock_fetched(index, wanted, (named_by, place), &text)
}

/// The text that a service gives as an access key.
pub(crate) fn text(named_by: Source, place: &KeyPlace) -> Result<Zeroizing<String>, KeyError> {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = match &*asked {
        Some((known, answer)) if known == place => answer.clone(),
        _ => {
            let answer = self::asking::fetch(place);
            *asked = Some((place.clone(), answer.clone()));
            answer
        }
    };
    answer.map_err(|NotHad { why, next }| KeyError::NotHad {
        named_by,
        service: place.service().name,
        why,
        next,
    })
}

/// Wraps an access key with a service's key; gives the line that names where it is.
pub(crate) fn wrap(with: &KeyPlace, key: &AccessKey) -> Result<String, Error> {
    self::asking::wrap(with, key).map_err(|NotHad { why, next }| {
        Error::cannot(format!("`{}` did not wrap the key: {why}\n{next}", with.service().name))
    })
}

/// Reads what `--with` and `--wrap` take: a service that wraps keys, and its key.
pub(crate) fn parse_with(option: &str, text: &str) -> Result<KeyPlace, Error> {
    let forms = || {
        let wrapping = KeyService::ALL.iter().filter_map(|service| {
            Some(format!("  {option} {}:{}", service.name, service.wraps_with?))
        });
        wrapping.collect::<Vec<_>>().join("\n")
    };
    match KeyPlace::parse(text) {
        Some(Ok(place)) if place.service().wraps_with.is_some() => Ok(place),
        Some(Ok(place)) => {
            let KeyService { name, place, .. } = place.service();
            Err(Error::usage(format!(
                "`{name}` keeps an access key as it is, and wraps none\n\
                 put the key there, and name it: STRONGROOM_KEY={name}:{place}"
            )))
        }
        Some(Err(_)) | None => Err(Error::usage(format!(
            "{option} takes a service that wraps keys, and which of its keys; one of\n{}",
            forms()
        ))),
    }
}

/// Wipes what a service gave: the rest of the command needs no key.
pub(crate) fn forget() {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Why a service did not do it, and what to do about that.
#[derive(Clone)]
struct NotHad {
    why: String,
    next: String,
}

impl NotHad {
    fn not_built(feature: &str) -> Self {
        Self {
            why: format!("this command was built without it (feature `{feature}`)"),
            next: install_with(feature),
        }
    }
}

type Answer = Result<Zeroizing<String>, NotHad>;

/// The one service that this command has asked, and what it said.
static ASKED: Mutex<Option<(KeyPlace, Answer)>> = Mutex::new(None);

/// A command with stores: asks.
#[cfg(feature = "stores")]
mod asking {
    use std::future::Future;

    use strongroom_stores::{KeyFailure, Limits, fetch_key, wrap_key};
    use strongroom_vault::search::KeyPlace;
    use strongroom_vault::{AccessKey, KeyService, has_key_service};

    use super::{Answer, NotHad};

    pub(super) fn fetch(place: &KeyPlace) -> Answer {
        built(place.service())?;
        run(fetch_key(place, Limits::default().deadline), KeyFailure::next)
    }

    pub(super) fn wrap(with: &KeyPlace, key: &AccessKey) -> Result<String, NotHad> {
        built(with.service())?;
        run(wrap_key(with, key, Limits::default().deadline), KeyFailure::next_of_wrapping)
    }

    fn run<T>(
        asking: impl Future<Output = Result<T, KeyFailure>>,
        next: fn(&KeyFailure) -> Option<String>,
    ) -> Result<T, NotHad> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| NotHad {
            why: format!("cannot ask it: {error}"),
            next: "try again".to_owned(),
        })?;
        runtime.block_on(asking).map_err(|failure| match failure {
            KeyFailure::NotBuilt { feature } => NotHad::not_built(feature),
            failure => {
                NotHad { why: failure.to_string(), next: next(&failure).unwrap_or_default() }
            }
        })
    }

    /// Another crate of the same build may have brought a service along: that decides nothing here.
    fn built(service: &KeyService) -> Result<(), NotHad> {
        let is_built = has_key_service!(service);
        if is_built { Ok(()) } else { Err(NotHad::not_built(service.feature)) }
    }
}

/// A command without stores: says what to install.
#[cfg(not(feature = "stores"))]
mod asking {
    use strongroom_vault::AccessKey;
    use strongroom_vault::search::KeyPlace;

    use super::{Answer, NotHad};

    pub(super) fn fetch(place: &KeyPlace) -> Answer {
        Err(NotHad::not_built(place.service().feature))
    }

    pub(super) fn wrap(with: &KeyPlace, _key: &AccessKey) -> Result<String, NotHad> {
        Err(NotHad::not_built(with.service().feature))
    }
}
