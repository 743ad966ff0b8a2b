//! Opens components: each with what other stores have of its settings. One that is as it was stays open, with its connections
//! and logins.

use std::collections::HashMap;
use std::env;
use std::fmt;

use sha2::{Digest as _, Sha256};
use strongroom_stores::Opened;
use strongroom_vault::Shown;
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::Components;
use super::declared::{Component, USUAL_STORE, Worth};
use super::fields::Fields;
use super::kind::{self, Made};
use super::told::warn;
use crate::contents::{ServedStore, Takes};
use crate::scopes::Scopes;
use crate::secrets::{Asked, Caching, Metadata, Stores};
use crate::state::Served;

/// The components that are open.
#[derive(Debug, Default)]
pub(crate) struct OpenComponents {
    by_name: HashMap<String, Open>,
    is_incomplete: bool,
}

/// One that is open.
#[derive(Clone)]
struct Open {
    opened: Opened,
    takes: Takes,
    /// What its file says.
    declared: [u8; 32],
    /// What its settings are, with references followed.
    settings: [u8; 32],
}

impl OpenComponents {
    /// Whether every component could be opened.
    pub(crate) fn are_whole(&self) -> bool {
        !self.is_incomplete
    }
}

impl Components {
    /// Opens all of them, and adds them to the stores. Blocks while other stores are asked.
    ///
    /// # Errors
    ///
    /// What a file says cannot be. A store that does not give the credentials of another one is no error: then that one
    /// cannot be asked, and the rest can.
    pub(crate) fn open(
        self,
        stores: &mut Stores,
        caching: &Caching,
        before: Option<&Served>,
    ) -> Result<OpenComponents, String> {
        let mut open = OpenComponents::default();
        // Where no store is called so, it is asked for credentials, and serves nobody.
        let mut usual = None;
        for component in self.all {
            let named = |why: String| {
                format!("{}: the component `{}`: {why}", component.place, component.name)
            };
            let known = before.and_then(|served| served.components.by_name.get(&component.name));
            let declared = component.digest();
            let asked = if component.needs_store() && !stores.has(&component.secret_store) {
                if component.secret_store != USUAL_STORE {
                    let store = &component.secret_store;
                    return Err(named(format!(
                        "its secrets are in the store `{store}`, and there is none"
                    )));
                }
                if usual.is_none() {
                    usual = Some(usual_store(caching).map_err(named)?);
                }
                usual.as_ref()
            } else {
                Some(&*stores)
            };
            let result = match component.settings(asked.unwrap_or(stores)) {
                Ok(settings) => {
                    let digest = digest_of(&settings);
                    let same = known.filter(|it| (it.declared, it.settings) == (declared, digest));
                    if let Some(same) = same {
                        Ok(same.clone())
                    } else {
                        let made = made(&component, settings).map_err(named)?;
                        let name = component.name.clone();
                        let opened = Opened { name, store: made.store };
                        Ok(Open { opened, takes: made.takes, declared, settings: digest })
                    }
                }
                Err(why) => {
                    open.is_incomplete = true;
                    warn(&named(why.clone()));
                    known.filter(|it| it.declared == declared).cloned().ok_or(why)
                }
            };
            let (kind, version) = component.of;
            let served = ServedStore {
                name: component.name.clone(),
                kind,
                version,
                takes: result.as_ref().map(|open| open.takes).unwrap_or_default(),
                store: result.as_ref().map(|open| open.opened.clone()).map_err(Clone::clone),
            };
            let added = stores.add(served, caching, before.map(|served| &served.stores));
            added.map_err(|why| format!("{}: {why}", component.place))?;
            if let Ok(opened) = result {
                open.by_name.insert(component.name, opened);
            }
        }
        Ok(open)
    }
}

/// Kubernetes alone.
fn usual_store(caching: &Caching) -> Result<Stores, String> {
    let Made { store, .. } = kind::usual().map_err(|why| {
        format!("its secrets are in the store `{USUAL_STORE}`, as `auth.secretStore` says no other: {why}")
    })?;
    let mut stores = Stores::default();
    let opened = Opened { name: USUAL_STORE.to_owned(), store };
    stores.add(
        ServedStore {
            name: USUAL_STORE.to_owned(),
            kind: "secretstores.kubernetes".to_owned(),
            version: "v1".to_owned(),
            // Without one, that of the pod or of the kubeconfig is meant.
            takes: Takes::Namespace,
            store: Ok(opened),
        },
        caching,
        None,
    )?;
    Ok(stores)
}

fn made(component: &Component, settings: Vec<(String, Zeroizing<String>)>) -> Result<Made, String> {
    let mut fields = Fields::new(settings);
    let made = component.kind.open(&mut fields)?;
    for name in fields.left() {
        // As daprd has it.
        warn(&format!(
            "{}: the component `{}` has `{}` in its metadata, which is not looked at",
            component.place,
            component.name,
            Shown(name)
        ));
    }
    Ok(made)
}

impl Component {
    /// What its file says, for telling whether it has changed.
    fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut add = |text: &str| {
            digest.update(text.len().to_le_bytes());
            digest.update(text);
        };
        add(&self.of.0);
        add(&self.secret_store);
        for (name, worth) in &self.metadata {
            add(name);
            match worth {
                Worth::Text(text) => ["text", text.as_str(), ""],
                Worth::Secret { name, key } => ["secret", name, key],
                Worth::Variable(name) => ["variable", name, ""],
            }
            .into_iter()
            .for_each(&mut add);
        }
        digest.finalize().into()
    }

    /// Its settings, with what other stores have of them.
    fn settings(&self, stores: &Stores) -> Result<Vec<(String, Zeroizing<String>)>, String> {
        let mut all = Vec::with_capacity(self.metadata.len());
        for (name, worth) in &self.metadata {
            let text = match worth {
                Worth::Text(text) => text.clone(),
                Worth::Variable(variable) => Zeroizing::new(env::var(variable).unwrap_or_default()),
                Worth::Secret { name: secret, key } => {
                    self.asked(stores, secret, key).map_err(|why| format!("no `{name}`: {why}"))?
                }
            };
            all.push((name.clone(), text));
        }
        Ok(all)
    }

    /// A key of a secret in its store.
    fn asked(&self, stores: &Stores, secret: &str, key: &str) -> Result<Zeroizing<String>, String> {
        let runtime = Handle::try_current().map_err(|error| error.to_string())?;
        let namespace = self.namespace.iter();
        let metadata: Metadata = namespace.map(|it| ("namespace".to_owned(), it.clone())).collect();
        let store = self.secret_store.as_str();
        let asked = Asked { store, name: secret, metadata: &metadata };
        // No rule of clients holds for the server itself.
        let given = runtime.block_on(stores.get(asked, &Scopes::default()));
        let mut given = given.map_err(|error| error.to_string())?;
        given.values.remove(key).ok_or_else(|| {
            format!("the secret `{secret}` of the store `{store}` has no key `{key}`")
        })
    }
}

fn digest_of(settings: &[(String, Zeroizing<String>)]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for text in settings.iter().flat_map(|(name, text)| [name, &**text]) {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    }
    digest.finalize().into()
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").field("opened", &self.opened).finish_non_exhaustive()
    }
}
