//! Medians of wall-clock time, and CPU time of finished children.

use std::time::{Duration, Instant};

/// What several runs took.
#[derive(Debug, Clone)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Durations that were measured elsewhere.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "a median needs a run");
        times.sort_unstable();
        Self(times)
    }

    /// The middle one.
    pub(crate) fn median(&self) -> Duration {
        self.0[self.0.len() / 2]
    }
}

/// Times one run.
pub(crate) fn time<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

/// Times two things in turn, so that whatever else the machine does meets both alike.
pub(crate) fn in_turn(runs: usize, mut a: impl FnMut(), mut b: impl FnMut()) -> (Samples, Samples) {
    // Caches and branch predictors are warm where the first counted run begins.
    a();
    b();
    let (mut of_a, mut of_b) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for _ in 0..runs {
        of_a.push(time(&mut a).0);
        of_b.push(time(&mut b).0);
    }
    (Samples::of(of_a), Samples::of(of_b))
}

/// The CPU time, user and system, that children cost which finished meanwhile; none where that cannot be known.
pub(crate) fn cpu_of_children<T>(run: impl FnOnce() -> T) -> (Option<Duration>, T) {
    let before = spent_by_children();
    let result = run();
    let spent = spent_by_children().zip(before).map(|(after, before)| after.saturating_sub(before));
    (spent, result)
}

#[cfg(unix)]
fn spent_by_children() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let spent = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Some(Duration::from_micros(u64::try_from(spent).unwrap_or(0)))
}

#[cfg(not(unix))]
fn spent_by_children() -> Option<Duration> {
    None
}
