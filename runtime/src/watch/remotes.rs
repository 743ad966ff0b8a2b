//! The secrets that stores keep: one task for each store says when some of them may have changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{Item, Opened, Seen, watch};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::stores::Remote;

/// Looks after secrets of stores.
pub(super) struct Remotes {
    told: Arc<Notify>,
    /// Each ends when this is dropped.
    tasks: JoinSet<()>,
    watched: Vec<Remote>,
}

impl Remotes {
    pub(super) fn follow(remotes: Vec<Remote>, every: Duration) -> Self {
        let mut new =
            Self { told: Arc::new(Notify::new()), tasks: JoinSet::new(), watched: Vec::new() };
        new.follow_others(remotes, every);
        new
    }

    /// Ends when something may have changed.
    pub(super) fn changed(&self) -> impl Future<Output = ()> + use<> {
        let told = Arc::clone(&self.told);
        async move { told.notified().await }
    }

    /// Looks after these instead. Where they are the same secrets as before, whoever looks after them goes on.
    pub(super) fn follow_others(&mut self, remotes: Vec<Remote>, every: Duration) {
        let are_same = self.watched.len() == remotes.len()
            && self.watched.iter().zip(&remotes).all(|(one, other)| is_same(one, other));
        self.watched.clone_from(&remotes);
        if are_same {
            return;
        }
        self.tasks.abort_all();
        let mut by_store: BTreeMap<String, (Opened, BTreeMap<Item, Seen>)> = BTreeMap::new();
        for Remote { store, seen } in remotes {
            let entry = by_store.entry(store.name.clone());
            let (_, items) = entry.or_insert_with(|| (store, BTreeMap::new()));
            items.insert(seen.item.clone(), seen);
        }
        for (store, items) in by_store.into_values() {
            let told = Arc::clone(&self.told);
            self.tasks.spawn(async move {
                let items = items.into_values().collect();
                watch(store.store, items, every, &|| told.notify_one()).await;
            });
        }
    }
}

/// Whether it is the same secret of the same store.
fn is_same(one: &Remote, other: &Remote) -> bool {
    Arc::ptr_eq(&one.store.store, &other.store.store) && one.seen.item == other.seen.item
}
