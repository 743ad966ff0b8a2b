//! The configuration API, whatever the protocol: the settings of the vault for its environment.

mod subscriptions;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use self::subscriptions::{
    Next, SubscribeError, Subscription, Subscriptions, not_subscribed, subscribe,
};
use crate::secrets::VAULT_STORE;
use crate::state::Served;

/// Why no settings are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConfigurationError {
    /// There is no vault.
    NotConfigured,
    /// There is no such store of settings.
    NoStore {
        /// Its name.
        store: String,
    },
}

/// Settings by their names: those of these keys that there are; all where none is named.
pub(crate) fn get(
    served: &Served,
    store: &str,
    keys: &[String],
) -> Result<BTreeMap<String, String>, ConfigurationError> {
    let vault = served.vault.as_ref().ok_or(ConfigurationError::NotConfigured)?;
    if store != VAULT_STORE {
        return Err(ConfigurationError::NoStore { store: store.to_owned() });
    }
    if keys.is_empty() {
        return Ok(vault.settings.clone());
    }
    let found = keys.iter().filter_map(|key| vault.settings.get_key_value(key));
    Ok(found.map(|(key, text)| (key.clone(), text.clone())).collect())
}

impl ConfigurationError {
    /// The word for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "ERR_CONFIGURATION_STORE_NOT_CONFIGURED",
            Self::NoStore { .. } => "ERR_CONFIGURATION_STORE_NOT_FOUND",
        }
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("configuration stores not configured"),
            Self::NoStore { store } => write!(f, "configuration store {store} not found"),
        }
    }
}
