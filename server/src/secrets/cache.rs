//! What a store gave, kept for a while in memory that wipes itself; and one request for many callers who ask at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use strongroom_stores::{Failure, FailureKind, Fetched, Item};
use tokio::sync::Mutex as Turn;
use tokio::time::timeout;

/// How values of one store are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Keeping {
    /// For how long a value is given again without asking; none by default.
    pub(crate) fresh: Duration,
    /// For how long after that it is given where the store is away; none by default.
    pub(crate) stale: Duration,
}

/// How values are kept, by store.
pub(crate) type Caching = HashMap<String, Keeping>;

/// How old what is given may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It was just looked at.
    Current,
    /// It was looked at so long ago.
    Kept(Duration),
    /// It was looked at so long ago, and the store is away.
    Stale(Duration),
}

/// What one store gave.
#[derive(Debug)]
pub(super) struct Cache {
    keeping: Keeping,
    slots: Mutex<Slots>,
}

#[derive(Debug)]
struct Slots {
    by_item: HashMap<Item, Arc<Turn<Slot>>>,
    /// When those went last that nobody will be given any more.
    swept: Instant,
}

/// The last answer for one secret.
#[derive(Debug, Default)]
struct Slot {
    /// When the request began, and what came of it.
    last: Option<(Instant, Result<Arc<Fetched>, Failure>)>,
    /// The last value, and when its request began.
    value: Option<(Instant, Arc<Fetched>)>,
}

impl Cache {
    pub(super) fn new(keeping: Keeping) -> Self {
        let slots = Slots { by_item: HashMap::new(), swept: Instant::now() };
        Self { keeping, slots: Mutex::new(slots) }
    }

    pub(super) fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// What is kept for a secret, or what a request gives. Who asks while another request for it is under way gets its answer.
    pub(super) async fn get(
        &self,
        item: &Item,
        ask: impl Future<Output = Result<Fetched, Failure>>,
    ) -> Result<(Arc<Fetched>, Freshness), Failure> {
        let asked = Instant::now();
        // A version never changes, but it is what somebody wants to be sure of.
        let Keeping { fresh, stale } = match item.version {
            Some(_) => Keeping::default(),
            None => self.keeping,
        };
        let slot = self.slot(item);
        let mut slot = slot.lock().await;
        if let Some((since, value)) = &slot.value
            && since.elapsed() < fresh
        {
            return Ok((Arc::clone(value), Freshness::Kept(since.elapsed())));
        }
        let is_good = |since: &Instant| since.elapsed() < fresh + stale;
        let stale_value = slot.value.as_ref().filter(|(since, _)| is_good(since)).cloned();
        let shared = slot.last.as_ref().filter(|(began, answer)| {
            let is_away = answer.as_ref().is_err_and(is_away);
            *began >= asked || (stale_value.is_some() && is_away && began.elapsed() < PAUSE)
        });
        let answer = if let Some((_, answer)) = shared {
            answer.clone()
        } else {
            let began = Instant::now();
            let answer = match stale_value {
                // Nobody waits long for what is there already.
                Some(_) => timeout(PATIENCE, ask).await.unwrap_or_else(|_| Err(no_answer())),
                None => ask.await,
            };
            let answer = answer.map(Arc::new);
            slot.last = Some((began, answer.clone()));
            match &answer {
                Ok(value) => slot.value = Some((began, Arc::clone(value))),
                // What is no more there, or not for us any more, is not given for old times' sake.
                Err(failure) if !is_away(failure) => slot.value = None,
                Err(_) => {}
            }
            answer
        };
        let result = match (answer, &slot.value) {
            (Ok(value), _) => Ok((value, Freshness::Current)),
            (Err(failure), Some((since, value))) if is_away(&failure) && is_good(since) => {
                Ok((Arc::clone(value), Freshness::Stale(since.elapsed())))
            }
            (Err(failure), _) => Err(failure),
        };
        drop(slot);
        self.sweep();
        result
    }

    fn slot(&self, item: &Item) -> Arc<Turn<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.by_item.entry(item.clone()).or_default())
    }

    /// Drops from time to time what nobody will be given any more.
    fn sweep(&self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.swept.elapsed() < SWEEPS && slots.by_item.len() <= MOST {
            return;
        }
        slots.swept = Instant::now();
        let Keeping { fresh, stale } = self.keeping;
        let is_crowded = slots.by_item.len() > MOST;
        slots.by_item.retain(|_, slot| {
            // Somebody holds it or waits for it.
            if Arc::strong_count(slot) > 1 {
                return true;
            }
            let Ok(slot) = slot.try_lock() else { return true };
            let is_good = |(since, _): &(Instant, _)| since.elapsed() < fresh + stale;
            slot.value.as_ref().is_some_and(is_good) && !is_crowded
        });
    }
}

fn no_answer() -> Failure {
    Failure::unreachable(format!("no answer within {} s", PATIENCE.as_secs()))
}

/// Whether the store did not answer, so that what it said before may still hold.
fn is_away(failure: &Failure) -> bool {
    matches!(failure.kind(), FailureKind::Unreachable | FailureKind::Throttled)
}

/// How many secrets of one store are kept at most; with one more all of them go.
const MOST: usize = 10_000;

/// How often what nobody will be given any more goes.
const SWEEPS: Duration = Duration::from_secs(1);

/// How long a store may take where an old value is at hand.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a store that was away is not asked where an old value is at hand.
const PAUSE: Duration = Duration::from_secs(5);
