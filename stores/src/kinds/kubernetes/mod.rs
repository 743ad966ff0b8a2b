//! Secrets of a Kubernetes cluster: read one by one, as roles allow it, written with care, and watched.

mod access;
mod ask;
mod connection;
mod forms;
mod names;
mod refused;
mod remove;
mod watch;
mod write;

use std::path::Path;
use std::sync::Arc;

use http::StatusCode;
use strongroom_vault::{Shown, VaultId};

use self::access::Access;
use self::ask::{Answer, Question, ask, is_too_large};
use self::connection::Connections;
use self::forms::{Known, Metadata, Page, Secret};
use self::refused::Deed;
use crate::failure::Failure;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{self, Content, Fetched, Item, Keys, Listed, Store};

/// The Secrets of one namespace.
#[derive(Debug)]
pub(super) struct Kubernetes {
    shared: Arc<Shared>,
}

/// What requests share, also those of watches.
#[derive(Debug)]
struct Shared {
    namespace: Option<String>,
    /// The vault that the store is of.
    vault: Option<VaultId>,
    connections: Arc<Connections>,
}

impl Kubernetes {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let namespace = settings.text("namespace")?;
        if namespace.as_deref().is_some_and(|name| !names::is_namespace(name)) {
            return Err(InvalidSettings::Refused { name: "namespace", why: NO_NAMESPACE });
        }
        let vault = settings.vault();
        let connections = Arc::new(Connections::new(Access::open(settings, base)?));
        Ok(Self { shared: Arc::new(Shared { namespace, vault, connections }) })
    }
}

impl Store for Kubernetes {
    fn keys(&self) -> Keys {
        Keys::Several
    }

    fn spelled(&self, name: &str) -> String {
        names::spelled(name)
    }

    fn check(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        names::writable(name, key)
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> store::Answer<'a, Result<Fetched, Failure>> {
        Box::pin(self.shared.fetch(item))
    }

    fn version<'a>(&'a self, item: &'a Item) -> store::Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async {
            let version = self.shared.version(&item.name).await?;
            is_asked_for(item, &version)?;
            Ok(Some(version))
        })
    }

    fn list(&self) -> store::Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.shared.list(Whose::Anybodys))
    }

    /// Only what the vault names: a context of a kubeconfig may lead anywhere.
    fn bounds(&self) -> Result<Option<String>, Failure> {
        Ok(self.shared.namespace.as_ref().map(|namespace| {
            format!("the namespace `{namespace}`, of which only what this vault wrote is removed")
        }))
    }

    fn list_own(&self) -> store::Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.shared.list(Whose::Ours))
    }

    fn within(&self, namespace: &str) -> Option<Result<Arc<dyn Store>, Failure>> {
        if !names::is_namespace(namespace) {
            return Some(Err(Failure::invalid(format!("the namespace {NO_NAMESPACE}"))));
        }
        let Shared { vault, connections, .. } = &*self.shared;
        let shared = Shared {
            namespace: Some(namespace.to_owned()),
            vault: *vault,
            connections: Arc::clone(connections),
        };
        Some(Ok(Arc::new(Self { shared: Arc::new(shared) })))
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> store::Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async move { write::put(&self.shared, name, key, value).await.map(Some) })
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> store::Answer<'a, Result<(), Failure>> {
        Box::pin(remove::one(&self.shared, name, key))
    }

    fn watch<'a>(
        &'a self,
        items: &'a [Item],
        changed: &'a (dyn Fn() + Send + Sync),
    ) -> Option<store::Answer<'a, Failure>> {
        Some(Box::pin(watch::watch(&self.shared, items, changed)))
    }
}

impl Shared {
    async fn fetch(&self, item: &Item) -> Result<Fetched, Failure> {
        let secret: Secret = self.get(&item.name, JSON).await?.read()?;
        let version = secret.metadata.resource_version.clone();
        is_asked_for(item, &version)?;
        Ok(Fetched { content: Content::Several(secret.into_values()), version: Some(version) })
    }

    /// The current version, without a value.
    async fn version(&self, name: &str) -> Result<String, Failure> {
        let answer = self.get(name, ONE_WITHOUT_VALUES).await?;
        Ok(answer.read::<Known>()?.metadata.resource_version)
    }

    /// One secret, in one of the API's forms.
    async fn get(&self, name: &str, accept: &'static str) -> Result<Answer, Failure> {
        names::readable(name)?;
        let namespace = self.namespace().await?;
        let question = Question::get(format!("{}/{name}", path(&namespace)), accept);
        let answer = ask(&self.connections, &question).await?;
        match answer.status {
            StatusCode::OK => Ok(answer),
            StatusCode::NOT_FOUND if answer.refusal().is_some() => {
                let deed = Deed { verb: "get", name: Some(name), namespace: &namespace };
                Err(self.absent(deed, &answer).await)
            }
            _ => {
                let deed = Deed { verb: "get", name: Some(name), namespace: &namespace };
                Err(refused::failure(deed, &answer))
            }
        }
    }

    /// No secret, or not even the namespace: the API says the same of both, so it is asked if that is allowed.
    async fn absent(&self, deed: Deed<'_>, answer: &Answer) -> Failure {
        let path = format!("/api/v1/namespaces/{}", deed.namespace);
        let namespace = ask(&self.connections, &Question::get(path, ONE_WITHOUT_VALUES)).await;
        match namespace {
            Ok(other) if other.status == StatusCode::NOT_FOUND => {
                answer.numbered(refused::no_namespace(deed.namespace))
            }
            _ => refused::failure(deed, answer),
        }
    }

    async fn list(&self, whose: Whose) -> Result<Vec<Listed>, Failure> {
        let namespace = self.namespace().await?;
        let chosen = match whose {
            Whose::Anybodys => NOT_THE_CLUSTERS.to_owned(),
            Whose::Ours => format!("{OPAQUE}&labelSelector={}", encoded(&self.selector())),
        };
        let mut listed = Vec::new();
        let (mut next, mut limit, mut begins_again) = (String::new(), PAGE, false);
        loop {
            let path = format!("{}?limit={limit}&{chosen}&continue={next}", path(&namespace));
            let answer =
                match ask(&self.connections, &Question::get(path, ALL_WITHOUT_VALUES)).await {
                    // Notes of other tools on a secret can be long.
                    Err(failure) if is_too_large(&failure) && limit > 1 => {
                        limit = (limit / 8).max(1);
                        continue;
                    }
                    answer => answer?,
                };
            // What the API remembers of a list runs out after minutes.
            if answer.status == StatusCode::GONE && !next.is_empty() && !begins_again {
                (next, begins_again) = (String::new(), true);
                listed.clear();
                continue;
            }
            if answer.status != StatusCode::OK {
                let deed = Deed { verb: "list", name: None, namespace: &namespace };
                return Err(refused::failure(deed, &answer));
            }
            let page: Page = answer.read()?;
            let keys_of = |metadata: &Metadata| match whose {
                Whose::Anybodys => metadata.keys(),
                Whose::Ours => metadata.keys_of(MANAGER),
            };
            listed.extend(page.items.into_iter().flatten().map(|Known { metadata }| Listed {
                keys: keys_of(&metadata),
                name: metadata.name,
            }));
            if page.metadata.next.is_empty() {
                break;
            }
            next = encoded(&page.metadata.next);
        }
        listed.sort();
        Ok(listed)
    }

    /// The labels of the Secrets that this vault's pushes made.
    fn selector(&self) -> String {
        let vault = self.vault.map(|vault| format!(",{VAULT_LABEL}={vault}")).unwrap_or_default();
        format!("{MANAGER_LABEL}={MANAGER}{vault}")
    }

    /// The namespace of the settings, or that of the service account or context.
    async fn namespace(&self) -> Result<String, Failure> {
        if let Some(namespace) = &self.namespace {
            return Ok(namespace.clone());
        }
        let connection = self.connections.get().await?;
        match connection.namespace() {
            name if names::is_namespace(name) => Ok(name.to_owned()),
            _ => Err(Failure::denied(
                "the namespace of the service account or of the kubeconfig's context is no name of one",
            )),
        }
    }
}

/// Which Secrets a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// All but those that the cluster and Helm keep for themselves.
    Anybodys,
    /// Those that were made by this program for this vault, each with the keys that nobody else has written since.
    Ours,
}

/// The path of a namespace's Secrets.
fn path(namespace: &str) -> String {
    format!("/api/v1/namespaces/{namespace}/secrets")
}

/// Refuses another version than the one that is asked for: a cluster keeps only the current one.
fn is_asked_for(item: &Item, current: &str) -> Result<(), Failure> {
    match &item.version {
        Some(version) if version != current => {
            // It is the server's word.
            let is_plain = (1..=VERSION_BYTES).contains(&current.len())
                && current.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let now = if is_plain {
                format!("version `{}`", Shown(current))
            } else {
                "another version".to_owned()
            };
            Err(Failure::absent(format!("it is {now} now, and a cluster keeps no other")))
        }
        _ => Ok(()),
    }
}

/// A text as a parameter of an address.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

const NO_NAMESPACE: &str =
    "must have small letters, digits and `-`, 63 at most, with a letter or digit at both ends";
const JSON: &str = "application/json";
const ONE_WITHOUT_VALUES: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const ALL_WITHOUT_VALUES: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
/// Secrets that the cluster and Helm keep for themselves are nobody's to load.
const NOT_THE_CLUSTERS: &str = "fieldSelector=type%21%3Dkubernetes.io%2Fservice-account-token%2Ctype%21%3Dbootstrap.kubernetes.io%2Ftoken%2Ctype%21%3Dhelm.sh%2Frelease.v1";
/// Secrets that are for nothing special.
const OPAQUE: &str = "fieldSelector=type%3DOpaque";
/// Who wrote this, for people who look at a cluster, and for its notes of who set what.
const MANAGER: &str = "strongroom";
const MANAGER_LABEL: &str = "app.kubernetes.io/managed-by";
/// Which vault it was for: several may share a namespace.
const VAULT_LABEL: &str = "strongroom/vault";
/// How many secrets a page of a list has at most.
const PAGE: usize = 200;
/// The longest version that is told; that of a cluster is a number of 64 bits.
const VERSION_BYTES: usize = 20;
