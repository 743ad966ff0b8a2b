//! Many changes of one store: side by side, what is in one secret one after the other, again where it may pass.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::failure::{Failure, FailureKind};
use crate::pause;
use crate::store::{Store, Value};

/// One value that a store should have, or should no longer have.
pub struct Change {
    /// The secret's name in the store.
    pub name: String,
    /// The key, where a secret has several.
    pub key: Option<String>,
    /// The value; none to remove it.
    pub value: Option<Value>,
}

/// What became of a [`Change`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The store has done it.
    Done,
    /// The store has not, and why.
    Failed(Failure),
    /// The store was not asked, because it is away or because somebody said stop.
    Untried,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("name", &self.name)
            .field("key", &self.key)
            .field("removes", &self.value.is_none())
            .finish()
    }
}

/// Makes changes side by side, at most so many at a time; an answer for each, in order.
///
/// Keys of one secret are changed one after the other, in the order given. What may pass, and what somebody else wrote at
/// the same time, is tried again after growing pauses. One that is refused keeps no other from being made; a store that
/// cannot be reached is asked for nothing more. `stop` ends it between two changes: what was begun is finished. `ended` is
/// told of each that was tried. Must run on a tokio runtime as [`fetch`](crate::fetch()) does.
pub async fn change(
    store: &Arc<dyn Store>,
    changes: Vec<Change>,
    at_once: usize,
    stop: &Arc<AtomicBool>,
    mut ended: impl FnMut(&Changed),
) -> Vec<Changed> {
    let mut outcomes: Vec<Changed> = changes.iter().map(|_| Changed::Untried).collect();
    let mut waiting = secrets(changes);
    let is_away = Arc::new(AtomicBool::new(false));
    let (mut tasks, mut firsts) = (JoinSet::new(), HashMap::new());
    loop {
        while tasks.len() < at_once.max(1)
            && let Some(secret) = waiting.pop_front()
        {
            let (store, stop, is_away) =
                (Arc::clone(store), Arc::clone(stop), Arc::clone(&is_away));
            let first = secret.first().map(|(at, _)| *at);
            let task = async move { one_by_one(&*store, secret, &stop, &is_away).await };
            firsts.insert(tasks.spawn(task).id(), first);
        }
        let Some(tried) = tasks.join_next_with_id().await else { break };
        let tried = match tried {
            Ok((_, tried)) => tried,
            Err(error) => {
                let failure = Failure::unreachable("the adapter of this store failed");
                let first = firsts.get(&error.id()).copied().flatten();
                first.map(|at| (at, Changed::Failed(failure))).into_iter().collect()
            }
        };
        for (at, outcome) in tried {
            ended(&outcome);
            outcomes[at] = outcome;
        }
    }
    outcomes
}

/// The changes of each secret, each with its place in the order given.
fn secrets(changes: Vec<Change>) -> VecDeque<Vec<(usize, Change)>> {
    let mut secrets: VecDeque<Vec<(usize, Change)>> = VecDeque::new();
    let mut places = HashMap::new();
    for (at, change) in changes.into_iter().enumerate() {
        let place = *places.entry(change.name.clone()).or_insert(secrets.len());
        match secrets.get_mut(place) {
            Some(secret) => secret.push((at, change)),
            None => secrets.push_back(vec![(at, change)]),
        }
    }
    secrets
}

/// The changes of one secret; those that were tried.
async fn one_by_one(
    store: &dyn Store,
    secret: Vec<(usize, Change)>,
    stop: &AtomicBool,
    is_away: &AtomicBool,
) -> Vec<(usize, Changed)> {
    let mut tried = Vec::with_capacity(secret.len());
    for (at, change) in secret {
        if stop.load(Ordering::SeqCst) || is_away.load(Ordering::SeqCst) {
            break;
        }
        let outcome = match make(store, &change, stop).await {
            Ok(()) => Changed::Done,
            Err(failure) => {
                let is_nobody_there =
                    matches!(failure.kind(), FailureKind::Unreachable | FailureKind::Throttled);
                if is_nobody_there {
                    is_away.store(true, Ordering::SeqCst);
                }
                Changed::Failed(failure)
            }
        };
        tried.push((at, outcome));
    }
    tried
}

/// Makes one change, again where that may help.
async fn make(store: &dyn Store, change: &Change, stop: &AtomicBool) -> Result<(), Failure> {
    for tries in 1.. {
        let Err(failure) = try_once(store, change).await else { break };
        let may_pass = failure.may_pass() || failure.kind() == FailureKind::Conflict;
        let pause = pause::after(tries).max(failure.pause().unwrap_or_default());
        if !may_pass || tries == TRIES || pause > LONGEST || stop.load(Ordering::SeqCst) {
            return Err(failure);
        }
        sleep(pause).await;
    }
    Ok(())
}

async fn try_once(store: &dyn Store, change: &Change) -> Result<(), Failure> {
    let key = change.key.as_deref();
    let patience = store.patience();
    let work = async {
        match &change.value {
            Some(value) => store.put(&change.name, key, value).await.map(drop),
            None => store.remove(&change.name, key).await,
        }
    };
    timeout(patience, work).await.unwrap_or_else(|_| {
        let seconds = patience.as_secs_f32();
        Err(Failure::unreachable(format!("no answer within {seconds} s")))
    })
}

/// How often a change is tried.
const TRIES: u32 = 5;
/// The longest pause that is waited for.
const LONGEST: Duration = Duration::from_secs(15);
