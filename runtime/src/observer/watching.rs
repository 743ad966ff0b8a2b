//! What a watched load saw: which vault, which secrets of which stores, and whether its values are others than before.

use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use strongroom_vault::search::KeyPlace;
use strongroom_vault::{Plaintext, VaultFile};
use zeroize::Zeroizing;

#[cfg(feature = "stores")]
use crate::stores::{Pool, Remote};

/// Looks on while something is loaded; or nothing, where nobody watches.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Inner>>);

struct Inner {
    seen: Mutex<Seen>,
    /// Its random key makes a digest of a value tell nothing to anybody else.
    digests: RandomState,
    /// The access key that a service gave, for as long as somebody watches: a reload is no reason to ask the service again.
    key: Mutex<Option<(KeyPlace, Zeroizing<String>)>>,
    #[cfg(feature = "stores")]
    pool: Pool,
}

/// What a load saw.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The vault's file and that of one's own values, as far as they were read, with what they said.
    pub(crate) files: Vec<(PathBuf, String)>,
    /// Changes when a value does.
    pub(crate) digest: u64,
    /// The secrets that stores were asked for.
    #[cfg(feature = "stores")]
    pub(crate) remotes: Vec<Remote>,
}

impl Observer {
    /// An observer that looks on.
    pub(crate) fn new(#[cfg(feature = "stores")] pool: Pool) -> Self {
        Self(Some(Arc::new(Inner {
            seen: Mutex::default(),
            digests: RandomState::new(),
            key: Mutex::default(),
            #[cfg(feature = "stores")]
            pool,
        })))
    }

    /// A load reads this file: the vault, or after it that of one's own values.
    pub(crate) fn reads(&self, file: &VaultFile) {
        if let Some(mut seen) = self.seen() {
            seen.files.push((file.path().to_owned(), file.text().to_owned()));
        }
    }

    /// A load has the value of a field.
    pub(crate) fn has(&self, position: usize, value: &Plaintext) {
        if let Some(inner) = &self.0 {
            // In whichever order they come.
            inner.lock().digest ^= inner.digests.hash_one((position, value.as_bytes()));
        }
    }

    /// The access key that is at a place, where an earlier load had it from there.
    pub(crate) fn key_of(&self, place: &KeyPlace) -> Option<Zeroizing<String>> {
        let key = self.0.as_ref()?.key.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, text) = key.as_ref()?;
        (known == place).then(|| text.clone())
    }

    /// Keeps the access key that opened a vault, in place of an earlier one.
    pub(crate) fn keep_key(&self, place: KeyPlace, text: Zeroizing<String>) {
        if let Some(inner) = &self.0 {
            *inner.key.lock().unwrap_or_else(PoisonError::into_inner) = Some((place, text));
        }
    }

    /// A load has asked a store for a secret.
    #[cfg(feature = "stores")]
    pub(crate) fn asked(&self, remote: Remote) {
        if let Some(mut seen) = self.seen() {
            seen.remotes.push(remote);
        }
    }

    /// The stores that stay open between loads.
    #[cfg(feature = "stores")]
    pub(crate) fn pool(&self) -> Option<&Pool> {
        Some(&self.0.as_ref()?.pool)
    }

    /// Where the connections of those stores live.
    #[cfg(feature = "stores")]
    pub(crate) fn runtime(&self) -> Option<tokio::runtime::Handle> {
        Some(self.pool()?.runtime.clone())
    }

    /// What was seen since it was taken the last time.
    pub(crate) fn take(&self) -> Seen {
        self.seen().map(|mut seen| std::mem::take(&mut *seen)).unwrap_or_default()
    }

    fn seen(&self) -> Option<MutexGuard<'_, Seen>> {
        self.0.as_ref().map(|inner| inner.lock())
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
