//! A store that counts what it is asked for, in front of the real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use strongroom_stores::{Answer, Failure, Fetched, Item, Keys, Listed, Store};

#[derive(Debug)]
pub(super) struct Counted {
    store: Arc<dyn Store>,
    requests: AtomicUsize,
    items: AtomicUsize,
}

impl Counted {
    pub(super) fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { store, requests: AtomicUsize::new(0), items: AtomicUsize::new(0) })
    }

    /// How many requests there were, and for how many secrets.
    pub(super) fn so_far(&self) -> (usize, usize) {
        (self.requests.load(Ordering::SeqCst), self.items.load(Ordering::SeqCst))
    }
}

impl Store for Counted {
    fn keys(&self) -> Keys {
        self.store.keys()
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.items.fetch_add(1, Ordering::SeqCst);
        self.store.fetch(item)
    }

    fn batch_size(&self) -> usize {
        self.store.batch_size()
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.items.fetch_add(items.len(), Ordering::SeqCst);
        self.store.fetch_batch(items)
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        self.store.list()
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        self.store.put(name, key, value)
    }

    fn patience(&self) -> Duration {
        self.store.patience()
    }
}
