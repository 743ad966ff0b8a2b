//! A span for each load: which struct, which environment, how long and how it ended. Never a value.

use crate::report::LoadError;

/// A load, with a span around it.
#[cfg(feature = "tracing")]
pub(crate) fn load<T>(
    name: &'static str,
    work: impl FnOnce() -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    use tracing::field::Empty;

    let span = tracing::info_span!(
        "strongroom.load",
        secrets = name,
        environment = Empty,
        elapsed_ms = Empty,
        failed = Empty
    );
    let started = std::time::Instant::now();
    let result = span.in_scope(work);
    span.record("elapsed_ms", u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    if let Err(error) = &result {
        span.record("failed", tracing::field::debug(error.kind()));
    }
    result
}

/// A load of a program that traces nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) fn load<T>(
    _name: &'static str,
    work: impl FnOnce() -> Result<T, LoadError>,
) -> Result<T, LoadError> {
    work()
}

/// Notes the environment of the load that is under way.
#[cfg(feature = "tracing")]
pub(crate) fn environment(environment: &strongroom_vault::Environment) {
    tracing::Span::current().record("environment", environment.name());
}

/// Notes nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) fn environment(_environment: &strongroom_vault::Environment) {}
