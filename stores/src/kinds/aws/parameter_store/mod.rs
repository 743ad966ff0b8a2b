//! AWS Systems Manager Parameter Store: parameters that are one value each, `SecureString` where this writes them.

mod list;
mod names;
mod read;
mod refused;
mod write;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Builder;
use tokio::sync::OnceCell;

use super::{Account, Setup};
use crate::failure::Failure;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store};

/// A store in Parameter Store.
#[derive(Debug)]
struct ParameterStore(Arc<Shared>);

/// What all requests of a store share.
struct Shared {
    account: Account,
    /// The path that names are below: with `/` at its beginning and none at its end.
    prefix: Option<String>,
    tier: Tier,
    client: OnceCell<Client>,
}

/// What a parameter may hold, and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// 4,096 bytes, without charge.
    Standard,
    /// 8,192 bytes, for money.
    Advanced,
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
    let tier = match settings.text("tier")?.as_deref() {
        None | Some("standard") => Tier::Standard,
        Some("advanced") => Tier::Advanced,
        Some(_) => {
            let expected = "`standard` or `advanced`";
            return Err(InvalidSettings::Shape { name: "tier".to_owned(), expected });
        }
    };
    let (account, client) = (Account::new(setup), OnceCell::new());
    Ok(Arc::new(ParameterStore(Arc::new(Shared { account, prefix, tier, client }))))
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

    /// What AWS calls a parameter: its whole name, or its ARN.
    fn id(&self, name: &str) -> String {
        names::id(self.prefix.as_deref(), name)
    }
}

impl Store for ParameterStore {
    fn keys(&self) -> Keys {
        Keys::One
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
        let _ = key;
        Box::pin(self.0.written(name, value))
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        let _ = key;
        Box::pin(self.0.removed(name))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("account", &self.account)
            .field("prefix", &self.prefix)
            .field("tier", &self.tier)
            .finish_non_exhaustive()
    }
}
