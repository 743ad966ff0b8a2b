//! AWS Secrets Manager: secrets that are one value, or a JSON object with a key in each of its members.

mod list;
mod names;
mod read;
mod refused;
mod write;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use tokio::sync::OnceCell;

use super::{Account, Setup};
use crate::failure::Failure;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store};

/// A store in Secrets Manager.
#[derive(Debug)]
struct SecretsManager(Arc<Shared>);

/// What all requests of a store share.
struct Shared {
    account: Account,
    /// What stands before each name, without `/` at its end.
    prefix: Option<String>,
    keys: Keys,
    client: OnceCell<Client>,
    /// Asking for several secrets at once is not allowed.
    is_one_by_one: AtomicBool,
}

/// Opens a store; paths are relative to `base`.
pub(in super::super) fn open(
    settings: &mut Settings,
    base: &Path,
) -> Result<Arc<dyn Store>, InvalidSettings> {
    let setup = Setup::take(settings, base)?;
    let prefix = match settings.text("prefix")? {
        Some(text) => Some(names::prefix(&text)?),
        None => None,
    };
    let has_keys = settings.boolean("keys")?.unwrap_or_default();
    Ok(Arc::new(SecretsManager(Arc::new(Shared {
        account: Account::new(setup),
        prefix,
        keys: if has_keys { Keys::Several } else { Keys::One },
        client: OnceCell::new(),
        is_one_by_one: AtomicBool::new(false),
    }))))
}

impl Shared {
    async fn client(&self) -> Result<&Client, Failure> {
        let made = || async {
            let mut config = Builder::from(self.account.config().await?);
            if let Some(endpoint) = self.account.endpoint() {
                config = config.endpoint_url(endpoint);
            }
            Ok(Client::from_conf(config.build()))
        };
        self.client.get_or_try_init(made).await
    }

    /// What AWS calls a secret: its whole name, or its ARN.
    fn id(&self, name: &str) -> String {
        names::id(self.prefix.as_deref(), name)
    }
}

impl Store for SecretsManager {
    fn keys(&self) -> Keys {
        self.0.keys
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(self.0.fetched(item))
    }

    fn check(&self, name: &str, _key: Option<&str>) -> Result<(), Failure> {
        names::readable(&self.0.id(name))
    }

    fn batch_size(&self) -> usize {
        read::AT_ONCE
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        Box::pin(read::batch(&self.0, items))
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(self.0.current(item))
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(self.0.listed())
    }

    fn bounds(&self) -> Result<Option<String>, Failure> {
        Ok(self.0.prefix.as_ref().map(|prefix| format!("the prefix `{prefix}`")))
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(self.0.written(name, key, value))
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        Box::pin(self.0.removed(name, key))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("account", &self.account)
            .field("prefix", &self.prefix)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
