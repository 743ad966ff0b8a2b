//! Why no secret is given, as Dapr's API tells it: one code and one text for each, on every protocol.

use std::fmt;

use super::Why;

/// Why no secret is given.
#[derive(Debug, Clone)]
pub(crate) enum SecretError {
    /// There is no store at all.
    NotConfigured,
    /// There is no store of that name.
    NoStore {
        /// The name.
        store: String,
    },
    /// The scopes say no.
    Denied {
        /// The store.
        store: String,
        /// The secret.
        name: String,
    },
    /// The store has no such secret, or failed.
    Failed {
        /// The store.
        store: String,
        /// The secret; none where all were wanted.
        name: Option<String>,
        /// Why.
        why: Why,
    },
}

impl SecretError {
    pub(super) fn denied(store: &str, name: &str) -> Self {
        Self::Denied { store: store.to_owned(), name: name.to_owned() }
    }

    pub(super) fn failed(store: &str, name: Option<&str>, why: Why) -> Self {
        Self::Failed { store: store.to_owned(), name: name.map(str::to_owned), why }
    }

    /// The word for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "ERR_SECRET_STORES_NOT_CONFIGURED",
            Self::NoStore { .. } => "ERR_SECRET_STORE_NOT_FOUND",
            Self::Denied { .. } => "ERR_PERMISSION_DENIED",
            Self::Failed { .. } => "ERR_SECRET_GET",
        }
    }

    /// The word for metrics and the access record.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::NotConfigured | Self::NoStore { .. } => "no_store",
            Self::Denied { .. } => "denied",
            Self::Failed { why, .. } if why.is_absent => "absent",
            Self::Failed { .. } => "failed",
        }
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("secret store is not configured"),
            Self::NoStore { store } => {
                write!(f, "failed finding secret store with key {store}")
            }
            Self::Denied { store, name } => {
                write!(f, "access denied by policy to get \"{name}\" from \"{store}\"")
            }
            Self::Failed { store, name: Some(name), why } => write!(
                f,
                "failed getting secret with key {name} from secret store {store}: {}",
                why.text
            ),
            Self::Failed { store, name: None, why } => {
                write!(f, "failed getting secrets from secret store {store}: {}", why.text)
            }
        }
    }
}
