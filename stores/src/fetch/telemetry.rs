//! One span for each request: which store, which secrets, which try, how long and how it ended. Never a value.

use std::future::Future;

use crate::failure::Failure;
use crate::store::{Fetched, Item};

/// The answers of one request.
type Answers = Vec<Result<Fetched, Failure>>;

/// A request, with a span around it.
#[cfg(feature = "tracing")]
pub(super) async fn request(
    store: &str,
    items: &[Item],
    tries: u32,
    answers: impl Future<Output = Answers>,
) -> Answers {
    use tracing::Instrument as _;
    use tracing::field::Empty;

    let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    let names = names.join(", ");
    let span = tracing::debug_span!(
        "strongroom.fetch",
        store,
        names,
        tries,
        elapsed_ms = Empty,
        failed = Empty
    );
    let started = std::time::Instant::now();
    let answers = answers.instrument(span.clone()).await;
    span.record("elapsed_ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    if let Some(failure) = answers.iter().find_map(|answer| answer.as_ref().err()) {
        span.record("failed", tracing::field::display(failure.kind()));
    }
    answers
}

/// A request of a program that traces nothing.
#[cfg(not(feature = "tracing"))]
pub(super) fn request<F: Future<Output = Answers>>(
    _store: &str,
    _items: &[Item],
    _tries: u32,
    answers: F,
) -> F {
    answers
}
