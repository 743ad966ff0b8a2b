//! Failures are answered later and later: for each application by itself, so that nobody makes another one wait.
//!
//! A key is 256 random bits, and nobody finds one by trying; what is slowed down is noise. A right key is never made to wait,
//! so a flood of wrong ones in an application's name does not keep it from its secret.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use strongroom_vault::AppId;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Who failed how often.
#[derive(Debug)]
pub(crate) struct Patience {
    /// By the application in whose name somebody failed; all ids that nobody has are one. So there are no more of these than
    /// applications, whatever is sent.
    failures: Mutex<HashMap<Option<AppId>, Failures>>,
    /// How many may wait at a time.
    room: Semaphore,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { failures: Mutex::default(), room: Semaphore::new(MOST_WAITING) }
    }

    /// Counts a failure, and waits as long as its answer is to wait.
    pub(crate) async fn wait(&self, id: Option<AppId>) {
        let delay = self.failed(id, Instant::now());
        if delay.is_zero() {
            return;
        }
        // Where that many wait, more of them would only take memory.
        let Ok(_permit) = self.room.try_acquire() else { return };
        sleep(delay).await;
    }

    fn failed(&self, id: Option<AppId>, now: Instant) -> Duration {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        // Applications that were removed meanwhile go too.
        all.retain(|_, known| now.duration_since(known.last) < FORGOTTEN);
        let failures = all.entry(id).or_insert(Failures { count: 0, last: now });
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
        delay(failures.count)
    }
}

/// How long the answer to a failure waits, by how many there were.
fn delay(count: u32) -> Duration {
    let Some(beyond) = count.checked_sub(FREE + 1) else { return Duration::ZERO };
    FIRST.saturating_mul(1 << beyond.min(16)).min(LONGEST)
}

/// So many failures are answered at once: somebody may have mistyped something.
const FREE: u32 = 3;

/// How long the first one after those waits; each further one twice as long.
const FIRST: Duration = Duration::from_millis(100);

/// How long any waits at most.
const LONGEST: Duration = Duration::from_secs(5);

/// After so long without a failure all is forgotten.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// How many may wait at a time.
const MOST_WAITING: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_wait_longer_and_longer_each_application_for_itself() {
        let patience = Patience::new();
        let (one, other) = (AppId::of_random([1; 16]), AppId::of_random([2; 16]));
        let began = Instant::now();
        let delays: Vec<u128> =
            (0..11).map(|_| patience.failed(Some(one), began).as_millis()).collect();
        assert_eq!(delays, [0, 0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(patience.failed(Some(other), began), Duration::ZERO);
        assert_eq!(patience.failed(None, began), Duration::ZERO);
        let later = began + FORGOTTEN;
        assert_eq!(patience.failed(Some(one), later), Duration::ZERO);
        let known = patience.failures.lock().expect("no panic").len();
        assert_eq!(known, 1, "what was forgotten takes no memory");
    }
}
