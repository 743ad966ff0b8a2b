//! What a store has, as references: all of it, or what a push may have written.

use std::sync::Arc;

use strongroom_stores::{Content, Failure, Item, Keys, Limits, Listed, Opened, Store};
use strongroom_vault::StoreEntry;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::fetching::{failed, no_answer, run};
use super::reference::of_item;
use super::{Asker, Listing, Offered, Why};

impl Asker {
    /// What a store has, in the order of references.
    pub(crate) fn list(&self, entry: &StoreEntry<'_>) -> Result<Listing, Why> {
        let Opened { store, .. } = self.open(entry)?;
        run(all(&store, store.list()))?.map(listing).map_err(|failure| failed(&failure))
    }

    /// Of what a store has, what a push may have written. A secret of several keys of which none is known, such as one
    /// that was deleted, has nothing that could be removed.
    pub(crate) fn list_own(&self, entry: &StoreEntry<'_>) -> Result<Listing, Why> {
        let Opened { store, .. } = self.open(entry)?;
        let listed = run(all(&store, store.list_own()))?.map_err(|failure| failed(&failure))?;
        let has_something = |listed: &Listed| store.keys() == Keys::One || !listed.keys.is_empty();
        Ok(listing(listed.into_iter().filter(has_something).collect()))
    }

    /// What the settings of a store keep it within, in words; none where they do not.
    pub(crate) fn bounds(&self, entry: &StoreEntry<'_>) -> Result<Option<String>, Why> {
        self.declared(entry)?.bounds().map_err(|failure| failed(&failure))
    }
}

/// A list over all pages, with the keys of secrets that have some.
async fn all(
    store: &Arc<dyn Store>,
    list: impl Future<Output = Result<Vec<Listed>, Failure>>,
) -> Result<Vec<Listed>, Failure> {
    let patience = store.patience().max(Limits::default().deadline);
    let listed = timeout(patience, list).await.unwrap_or_else(|_| Err(no_answer(patience)))?;
    match store.keys() {
        Keys::One => Ok(listed),
        Keys::Several => with_keys(store, listed).await,
    }
}

fn listing(listed: Vec<Listed>) -> Listing {
    let mut listing = Listing { offered: Vec::new(), unnamed: Vec::new() };
    for Listed { name, keys } in listed {
        let places = match keys.as_slice() {
            [] => vec![None],
            keys => keys.iter().map(|key| Some(key.as_str())).collect(),
        };
        for key in places {
            if let Some((reference, name)) = of_item(&name, key) {
                listing.offered.push(Offered { reference, name });
            } else {
                let name = key.map_or(name.clone(), |key| format!("{name}/{key}"));
                listing.unnamed.push(name);
            }
        }
    }
    listing.offered.sort();
    listing
}

/// The keys of secrets that a store lists without them: each is looked at, a few at a time. One that cannot be read stays
/// without.
async fn with_keys(
    store: &Arc<dyn Store>,
    mut listed: Vec<Listed>,
) -> Result<Vec<Listed>, Failure> {
    let lacking: Vec<usize> = (0..listed.len()).filter(|&at| listed[at].keys.is_empty()).collect();
    for some in lacking.chunks(Limits::default().at_once) {
        let mut tasks = JoinSet::new();
        for &at in some {
            let (store, name) = (Arc::clone(store), listed[at].name.clone());
            tasks.spawn(async move {
                let item = Item { name, version: None };
                let fetched = within(&*store, store.fetch(&item)).await;
                (at, fetched.map(|fetched| fetched.content))
            });
        }
        while let Some(Ok((at, content))) = tasks.join_next().await {
            if let Ok(Content::Several(values)) = content {
                listed[at].keys = values.keys().cloned().collect();
            }
        }
    }
    Ok(listed)
}

async fn within<T>(
    store: &dyn Store,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let patience = store.patience();
    timeout(patience, answer).await.unwrap_or_else(|_| Err(no_answer(patience)))
}
