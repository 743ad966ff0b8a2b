//! Secrets, whatever the protocol: which store, whether the caller may, and what it gives.

mod cache;
mod error;
mod remote;
mod vault;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use strongroom_stores::Failure;
use zeroize::Zeroizing;

pub(crate) use self::cache::{Caching, Freshness, Keeping};
pub(crate) use self::error::SecretError;
use self::remote::Remote;
use crate::contents::{ServedStore, Vault};
use crate::scopes::Scopes;

/// The name under which the vault itself is a store.
pub const VAULT_STORE: &str = "vault";

/// The values of one secret by their keys; a secret of one value has it under the secret's own name.
pub(crate) type Values = BTreeMap<String, Zeroizing<String>>;

/// One secret that is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) store: &'a str,
    pub(crate) name: &'a str,
    pub(crate) metadata: &'a Metadata,
}

/// What a request says beside the name: `metadata.version_id=3`.
pub(crate) type Metadata = HashMap<String, String>;

/// What is given.
#[derive(Debug)]
pub(crate) struct Given<T> {
    pub(crate) values: T,
    pub(crate) freshness: Freshness,
}

/// The stores of a server, by their names.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    by_name: BTreeMap<String, Backend>,
}

/// What stands behind a store's name.
#[derive(Debug)]
enum Backend {
    Vault(Arc<Vault>),
    Remote(Remote),
}

impl Stores {
    /// The vault, if there is one, and stores. What was cached of a store that is as it was stays.
    ///
    /// # Errors
    ///
    /// Two of them have one name.
    pub(crate) fn new(
        vault: Option<&Arc<Vault>>,
        served: Vec<ServedStore>,
        caching: &Caching,
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let mut stores = Self::default();
        if let Some(vault) = vault {
            stores.by_name.insert(VAULT_STORE.to_owned(), Backend::Vault(Arc::clone(vault)));
        }
        for store in served {
            stores.add(store, caching, before)?;
        }
        Ok(stores)
    }

    /// Adds a store.
    ///
    /// # Errors
    ///
    /// There is one of its name.
    pub(crate) fn add(
        &mut self,
        store: ServedStore,
        caching: &Caching,
        before: Option<&Self>,
    ) -> Result<(), String> {
        let name = store.name.clone();
        if self.has(&name) {
            return Err(format!("two stores are called `{name}`\ngive one of them another name"));
        }
        let known = before.and_then(|stores| match stores.by_name.get(&name) {
            Some(Backend::Remote(remote)) => Some(remote),
            _ => None,
        });
        self.by_name.insert(name, Backend::Remote(Remote::new(store, caching, known)));
        Ok(())
    }

    /// Whether there is a store of a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// One secret with its keys.
    pub(crate) async fn get(
        &self,
        asked: Asked<'_>,
        scopes: &Scopes,
    ) -> Result<Given<Values>, SecretError> {
        let store = self.find(asked.store)?;
        if !scopes.allows(asked.store, asked.name) {
            return Err(SecretError::denied(asked.store, asked.name));
        }
        let given = match store {
            Backend::Vault(vault) => vault::get(vault, asked.name, asked.metadata).await,
            Backend::Remote(remote) => remote.get(asked.name, asked.metadata).await,
        };
        given.map_err(|why| SecretError::failed(asked.store, Some(asked.name), why))
    }

    /// One value of the vault by its whole name, whatever scopes say: what an application has by its API key.
    pub(crate) async fn whole(vault: &Vault, name: &str) -> Result<Zeroizing<String>, Why> {
        vault::whole(vault, name).await
    }

    /// Every secret of a store that the caller may see.
    pub(crate) async fn bulk(
        &self,
        store: &str,
        metadata: &Metadata,
        scopes: &Scopes,
    ) -> Result<Given<BTreeMap<String, Values>>, SecretError> {
        let may = |name: &str| scopes.allows(store, name);
        let given = match self.find(store)? {
            Backend::Vault(vault) => vault::bulk(vault, &may).await,
            Backend::Remote(remote) => remote.bulk(metadata, &may).await,
        };
        given.map_err(|why| SecretError::failed(store, None, why))
    }

    /// The stores as `/v1.0/metadata` tells them: name, kind, version, and whether their secrets have several keys.
    pub(crate) fn described(&self) -> impl Iterator<Item = (&str, &str, &str, bool)> {
        self.by_name.iter().map(|(name, backend)| match backend {
            Backend::Vault(_) => (name.as_str(), "secretstores.strongroom", "v1", true),
            Backend::Remote(remote) => {
                let (kind, version) = remote.kind();
                (name.as_str(), kind, version, remote.has_keys())
            }
        })
    }

    fn find(&self, name: &str) -> Result<&Backend, SecretError> {
        if self.by_name.is_empty() {
            return Err(SecretError::NotConfigured);
        }
        self.by_name.get(name).ok_or_else(|| SecretError::NoStore { store: name.to_owned() })
    }
}

/// Why a secret is not given by a store, in words that go on after a colon.
#[derive(Debug, Clone)]
pub(crate) struct Why {
    pub(crate) text: String,
    /// There is no such secret.
    pub(crate) is_absent: bool,
}

impl Why {
    fn absent(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_absent: true }
    }

    fn other(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_absent: false }
    }
}

impl From<&Failure> for Why {
    fn from(failure: &Failure) -> Self {
        let is_absent = failure.kind() == strongroom_stores::FailureKind::Absent;
        Self { text: failure.to_string(), is_absent }
    }
}

/// A value as text, which both protocols carry.
fn text_of(bytes: &[u8]) -> Result<Zeroizing<String>, Why> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(Why::other("its value is not text, and this API carries text only")),
    }
}
