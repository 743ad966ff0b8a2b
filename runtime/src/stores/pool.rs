//! Stores that stay open between the loads of a watcher, with their connections and logins.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use strongroom_stores::{Opened, Seen};
use strongroom_vault::StoreEntry;
use tokio::runtime::Handle;

/// A secret that a store was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    pub(crate) store: Opened,
    pub(crate) seen: Seen,
}

/// Stores that stay open.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Where their connections live.
    pub(crate) runtime: Handle,
    /// Each with what the vault says of it.
    open: Mutex<HashMap<String, (String, Opened)>>,
}

impl Pool {
    pub(crate) fn new(runtime: Handle) -> Self {
        Self { runtime, open: Mutex::default() }
    }

    /// The store of this name that was opened with the same settings.
    pub(crate) fn get(&self, entry: &StoreEntry<'_>) -> Option<Opened> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (said, store) = open.get(entry.name())?;
        (*said == said_of(entry)).then(|| store.clone())
    }

    /// Keeps a store, in place of one of this name with other settings.
    pub(crate) fn keep(&self, entry: &StoreEntry<'_>, store: &Opened) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(entry.name().to_owned(), (said_of(entry), store.clone()));
    }
}

/// What a vault says of a store, to compare.
fn said_of(entry: &StoreEntry<'_>) -> String {
    format!("{:?}", entry.settings())
}
