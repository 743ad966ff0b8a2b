//! What a store can be asked for, whatever its kind.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// What a method of a [`Store`] gives: a future that may be sent to another thread.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A value on its way from or to a store; it wipes itself.
pub type Value = Zeroizing<Vec<u8>>;

/// A system outside the vault that keeps values.
///
/// Every method is one try: pauses, repetitions and the time limit are [`fetch`](crate::fetch())'s. A method that is
/// dropped half-way leaves nothing behind. No method says anything of a value in a [`Failure`].
pub trait Store: fmt::Debug + Send + Sync {
    /// Whether a secret of this store has several keys.
    fn keys(&self) -> Keys;

    /// How a secret of the vault would be called in this store, for who does not say: the same, where the store takes it.
    fn spelled(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Refuses what can never lie in a store of this kind, without asking it.
    fn check(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        let _ = (name, key);
        Ok(())
    }

    /// Fetches a secret with all of its keys.
    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>>;

    /// How many secrets one request can ask for.
    fn batch_size(&self) -> usize {
        1
    }

    /// Fetches as many secrets as [`batch_size`](Store::batch_size) says with one request; an answer for each, in order.
    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        Box::pin(async move {
            let mut answers = Vec::with_capacity(items.len());
            for item in items {
                answers.push(self.fetch(item).await);
            }
            answers
        })
    }

    /// The version that is current, where the store can say so without giving the value.
    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        let _ = item;
        Box::pin(async { Ok(None) })
    }

    /// Everything that the store has, over all pages, in the order of names. Values are not fetched where the store can
    /// list without them.
    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>>;

    /// What settings keep a list within, in words that go on after "it is kept within": a prefix, a folder of its own. None
    /// where everything that the login can see is listed: then nothing is removed because the vault does not have it.
    ///
    /// # Errors
    ///
    /// What the settings name cannot be looked at, or is nothing that is ever changed.
    fn bounds(&self) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    /// Of what [`list`](Store::list) gives, what a push may have written: where the system keeps book of who wrote what,
    /// nothing that somebody else wrote.
    fn list_own(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        self.list()
    }

    /// The same store in another namespace of its system, with the same login; none where there are no namespaces.
    fn within(&self, namespace: &str) -> Option<Result<Arc<dyn Store>, Failure>> {
        let _ = namespace;
        None
    }

    /// Writes a value, and keeps the other keys of the secret; gives its new version where the store has some.
    ///
    /// Whoever writes between the look at the other keys and this loses nothing: then it is a conflict.
    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>>;

    /// Removes one key of a secret and keeps the others; the secret with its last one, or where it is one value. What the
    /// system can give back for a while stays so.
    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        let _ = (name, key);
        Box::pin(async { Err(Failure::invalid("nothing is removed from stores of this kind")) })
    }

    /// Calls `changed` each time that one of these secrets may have changed, until it fails; none where the store cannot
    /// say so by itself and must be asked from time to time.
    fn watch<'a>(
        &'a self,
        items: &'a [Item],
        changed: &'a (dyn Fn() + Send + Sync),
    ) -> Option<Answer<'a, Failure>> {
        let _ = (items, changed);
        None
    }

    /// The command lines that it would run, each with its program first; none for a store that runs nothing. Who opens a
    /// store asks somebody before it runs them.
    fn runs(&self) -> Vec<Vec<String>> {
        Vec::new()
    }

    /// Whether it opens values with keys that are kept here for this user: then a program without a key does not ask it.
    fn opens_with_kept_keys(&self) -> bool {
        false
    }

    /// How long one try may take.
    fn patience(&self) -> Duration {
        Duration::from_secs(5)
    }
}

/// A store that is open, with its name in the vault.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its name.
    pub name: String,
    /// The store.
    pub store: Arc<dyn Store>,
}

/// Whether a secret of a store has several keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// A secret is one value, and `/` is part of its name.
    One,
    /// A secret has keys, and the last `/` parts a key from the name.
    Several,
}

/// What one request is about: a secret, in a version or the current one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    /// The secret's name in the store.
    pub name: String,
    /// The version; none means the current one.
    pub version: Option<String>,
}

/// A secret as a store gave it.
pub struct Fetched {
    /// What it holds.
    pub content: Content,
    /// Which version it is, where the store has some.
    pub version: Option<String>,
}

/// What a secret of a store holds.
pub enum Content {
    /// One value.
    One(Value),
    /// A value for each key.
    Several(BTreeMap<String, Value>),
}

/// A secret that a store has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its keys, where a secret has several and the store tells them without a request for each.
    pub keys: Vec<String>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("version", &self.version)
            .field("content", &self.content)
            .finish()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(_) => f.write_str("[hidden]"),
            Self::Several(keys) => f.debug_set().entries(keys.keys()).finish(),
        }
    }
}
