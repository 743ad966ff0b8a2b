//! Azure Key Vault: secrets that are one value each, or a JSON object with keys, in versions.

mod names;
mod setup;
mod write;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use azure_core::http::ClientMethodOptions;
use azure_core::http::pager::PagerOptions;
use azure_security_keyvault_secrets::models::{
    SecretClientGetDeletedSecretOptions, SecretClientGetSecretOptions,
    SecretClientListSecretPropertiesOptions,
};
use azure_security_keyvault_secrets::{SecretClient, SecretClientOptions};
use futures_util::TryStreamExt as _;
use tokio::sync::OnceCell;

use self::setup::Setup;
use crate::azure::{Deed, Reply, ask, ask_pages};
use crate::failure::Failure;
use crate::json;
use crate::members;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store, Value};

/// The secrets of one vault.
struct AzureKeyVault {
    setup: Setup,
    client: OnceCell<SecretClient>,
}

impl fmt::Debug for AzureKeyVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureKeyVault").field("setup", &self.setup).finish_non_exhaustive()
    }
}

/// Opens a store; paths are relative to `base`.
pub(super) fn open(
    settings: &mut Settings,
    base: &Path,
) -> Result<Arc<dyn Store>, InvalidSettings> {
    Ok(Arc::new(AzureKeyVault { setup: Setup::take(settings, base)?, client: OnceCell::new() }))
}

/// A value and its version.
struct Current {
    value: Value,
    version: Option<String>,
}

impl AzureKeyVault {
    async fn client(&self) -> Result<&SecretClient, Failure> {
        self.client.get_or_try_init(|| async { self.made() }).await
    }

    fn made(&self) -> Result<SecretClient, Failure> {
        let parts = self.setup.access.parts()?;
        let options = SecretClientOptions {
            client_options: parts.options,
            verify_challenge_resource: Some(parts.verifies),
            ..SecretClientOptions::default()
        };
        SecretClient::new(&parts.address, parts.login, Some(options))
            .map_err(|_| Failure::unreachable("no client for the vault can be made here").lasting())
    }

    /// The name of a secret in Azure.
    fn named(&self, name: &str) -> Result<String, Failure> {
        names::of(&self.setup.prefix, name)
    }

    /// Reading, for messages.
    fn reading<'a>(&'a self, what: &'a str, permission: &'a str, absent: &'static str) -> Deed<'a> {
        let endpoint = &self.setup.access.endpoint;
        Deed { endpoint, what, role: "Key Vault Secrets User", permission, absent }
    }

    /// The value of a secret; none when there is no such secret, deleted ones included.
    async fn current(&self, name: &str, version: Option<&str>) -> Result<Option<Current>, Failure> {
        let client = self.client().await?;
        let reply = ask(|method_options| {
            let secret_version = version.map(str::to_owned);
            let options = SecretClientGetSecretOptions {
                method_options,
                secret_version,
                ..Default::default()
            };
            client.get_secret(name, Some(options))
        })
        .await?;
        match reply.status {
            200 => read(&reply).map(Some),
            404 if reply.is("SecretNotFound") => Ok(None),
            _ => Err(self.reading("get secrets", "Get", NO_SUCH).failure(&reply)),
        }
    }

    /// Why a secret is not there: its version is unknown, it was deleted, or it never was.
    async fn absent(&self, name: &str, version: Option<&str>) -> Result<Failure, Failure> {
        if version.is_some() && self.current(name, None).await.is_ok_and(|found| found.is_some()) {
            return Ok(Failure::absent("there is no such version of it"));
        }
        let client = self.client().await?;
        let reply = ask(|method_options: ClientMethodOptions<'static>| {
            let options = SecretClientGetDeletedSecretOptions { method_options };
            client.get_deleted_secret(name, Some(options))
        })
        .await?;
        // It is another right where access policies are used; without it no more is known.
        Ok(match reply.status {
            200 => reply.numbered(Failure::absent(format!(
                "it was deleted, and can be had back until it is purged: {}",
                self.recover(name)
            ))),
            _ => reply.numbered(Failure::absent(NO_SUCH)),
        })
    }

    /// The command that takes a deleted secret back.
    fn recover(&self, name: &str) -> String {
        let vault = self.setup.access.endpoint.name();
        format!("`az keyvault secret recover --vault-name {vault} --name {name}`")
    }

    async fn found(&self, item: &Item) -> Result<Current, Failure> {
        let name = self.named(&item.name)?;
        let version = item.version.as_deref().map(names::version).transpose()?;
        match self.current(&name, version).await? {
            Some(current) => Ok(current),
            None => Err(self.absent(&name, version).await?),
        }
    }

    async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let Current { value, version } = self.found(item).await?;
        Ok(Fetched { content: members::content(self.setup.has_keys, value)?, version })
    }

    async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        let client = self.client().await?;
        let prefix = &self.setup.prefix;
        let listed = ask_pages(|context| async move {
            let options = SecretClientListSecretPropertiesOptions {
                method_options: PagerOptions { context, ..PagerOptions::default() },
                ..Default::default()
            };
            let mut found = Vec::new();
            let mut secrets = client.list_secret_properties(Some(options))?;
            while let Some(secret) = secrets.try_next().await? {
                let id = secret.id.unwrap_or_default();
                let Some((name, _)) = names::of_id(&id) else { continue };
                let Some(name) = name.strip_prefix(prefix.as_str()) else { continue };
                if !name.is_empty() {
                    found.push(Listed { name: name.to_owned(), keys: Vec::new() });
                }
                if found.len() > SECRETS {
                    break;
                }
            }
            Ok(found)
        })
        .await?;
        let mut found = match listed {
            Ok(found) => found,
            Err(reply) => {
                return Err(self.reading("list secrets", "List", NO_SUCH).failure(&reply));
            }
        };
        if found.len() > SECRETS {
            return Err(Failure::invalid(format!("there are more than {SECRETS} secrets")));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

impl Store for AzureKeyVault {
    fn keys(&self) -> Keys {
        if self.setup.has_keys { Keys::Several } else { Keys::One }
    }

    fn check(&self, name: &str, _key: Option<&str>) -> Result<(), Failure> {
        self.named(name).map(drop)
    }

    fn spelled(&self, name: &str) -> String {
        names::spelled(name)
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(self.fetched(item))
    }

    /// The vault tells versions without values too, but not which of those of one second is the last.
    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async { Ok(self.found(item).await?.version) })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.listed())
    }

    fn bounds(&self) -> Result<Option<String>, Failure> {
        let prefix = &self.setup.prefix;
        Ok((!prefix.is_empty()).then(|| format!("names that begin with `{prefix}`")))
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(self.written(name, key, value))
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        Box::pin(self.removed(name, key))
    }

    /// A login with the Azure CLI takes some seconds.
    fn patience(&self) -> Duration {
        Duration::from_secs(10)
    }
}

/// The value of an answer.
fn read(reply: &Reply) -> Result<Current, Failure> {
    let told = || {
        let body = reply.members()?;
        let value = json::value(body.get("value")?)?;
        let id = json::text(&body, "id").unwrap_or_default();
        let version = names::of_id(&id).and_then(|(_, version)| version).map(str::to_owned);
        Some(Current { value, version })
    };
    told().ok_or_else(|| {
        reply.numbered(Failure::invalid("the vault does not answer as one that has secrets"))
    })
}

const NO_SUCH: &str = "there is no such secret";
/// The most secrets that are listed.
const SECRETS: usize = 10_000;
