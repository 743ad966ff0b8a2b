//! Access keys that are elsewhere: the service is asked as stores are, on the same thread or runtime and within the same time.

use strongroom_stores::{KeyFailure, Limits, fetch_key as fetch};
use strongroom_vault::search::KeyPlace;
use zeroize::Zeroizing;

use super::fetching::{run, until};
use crate::loader::Loader;

/// Gets the text of an access key; or why it could not be had, and what to do about it.
pub(crate) fn fetch_key(
    place: &KeyPlace,
    loader: &Loader,
) -> Result<Zeroizing<String>, (String, String)> {
    let deadline = loader.deadline.unwrap_or(Limits::default().deadline);
    let (asked, given_up) = (place.clone(), loader.given_up.clone());
    let fetching = async move { until(fetch(&asked, deadline), given_up.wait()).await };
    #[cfg(feature = "tracing")]
    let fetching = tracing::Instrument::in_current_span(fetching);
    let again = || "try again".to_owned();
    match run(fetching, loader.observer.runtime()) {
        Ok(Some(Ok(text))) => Ok(text),
        Ok(Some(Err(failure))) => Err((failure.to_string(), next(&failure))),
        Ok(None) => Err(("nobody waits for it any more".to_owned(), again())),
        Err(error) => Err((format!("cannot start a thread to ask it: {error}"), again())),
    }
}

fn next(failure: &KeyFailure) -> String {
    match failure {
        KeyFailure::NotBuilt { feature } => super::add_feature(feature),
        failure => failure.next().unwrap_or_default(),
    }
}
