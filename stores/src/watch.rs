//! Whether something in a store has changed: what the store says by itself, or its versions from time to time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::failure::FailureKind;
use crate::pause;
use crate::store::{Item, Store};

/// A secret, and its version when it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The secret.
    pub item: Item,
    /// Its version then, where the store has some.
    pub version: Option<String>,
}

/// Calls `changed` each time that one of these secrets may have changed. Never ends; dropping it ends every request.
///
/// A store that can tell by itself is listened to; another is asked for versions, with jitter, about once in `every`. Only
/// where it has no versions either, `changed` is called each time, and what is fetched then shows whether it did. A secret
/// in a fixed version never changes, and is not asked for.
pub async fn watch(
    store: Arc<dyn Store>,
    mut seen: Vec<Seen>,
    every: Duration,
    changed: &(dyn Fn() + Send + Sync),
) {
    seen.retain(|seen| seen.item.version.is_none());
    let items: Vec<Item> = seen.iter().map(|seen| seen.item.clone()).collect();
    if items.is_empty() {
        return std::future::pending().await;
    }
    let mut tries = 0;
    loop {
        let started = Instant::now();
        match store.watch(&items, changed) {
            None => sleep(pause::jittered(every)).await,
            Some(watching) => {
                let mut watching = pin!(watching);
                // What changed before the store began to tell.
                if timeout(FIRST_LOOK, &mut watching).await.is_err() {
                    if have_moved(&store, &mut seen).await {
                        changed();
                    }
                    watching.await;
                }
                tries = if started.elapsed() > STEADY { 1 } else { tries + 1 };
                sleep(pause::after(tries)).await;
            }
        }
        if have_moved(&store, &mut seen).await {
            changed();
        }
    }
}

/// Whether a version is another one now, or the store has none to compare.
async fn have_moved(store: &Arc<dyn Store>, seen: &mut [Seen]) -> bool {
    let mut moved = false;
    for some in seen.chunks_mut(AT_ONCE) {
        let mut asked = JoinSet::new();
        for (position, seen) in some.iter().enumerate() {
            let (store, item) = (Arc::clone(store), seen.item.clone());
            asked.spawn(async move {
                (position, timeout(store.patience(), store.version(&item)).await)
            });
        }
        while let Some(answered) = asked.join_next().await {
            match answered {
                Ok((_, Ok(Ok(None)))) => moved = true,
                Ok((position, Ok(Ok(version)))) if version != some[position].version => {
                    some[position].version = version;
                    moved = true;
                }
                // It went away: loading says so.
                Ok((position, Ok(Err(failure)))) if failure.kind() == FailureKind::Absent => {
                    moved |= some[position].version.take().is_some();
                }
                // No answer says nothing of a change.
                _ => {}
            }
        }
    }
    moved
}

/// How many versions are asked for at a time.
const AT_ONCE: usize = 16;
/// How long after the start of a watch it is looked whether something changed before.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// A watch that lasted so long was a good one: the next pause is short again.
const STEADY: Duration = Duration::from_mins(1);
