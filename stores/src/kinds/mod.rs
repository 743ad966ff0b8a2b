//! The kinds of stores that this build has, and how one is opened.

#[cfg(feature = "aws")]
pub(crate) mod aws;
#[cfg(feature = "azure-key-vault")]
mod azure_key_vault;
#[cfg(feature = "command")]
mod command;
#[cfg(feature = "directory")]
mod directory;
#[cfg(feature = "env")]
mod env;
#[cfg(any(feature = "directory", feature = "env", feature = "files"))]
mod file;
#[cfg(feature = "files")]
mod files;
#[cfg(feature = "gcp-secret-manager")]
mod gcp_secret_manager;
#[cfg(feature = "hashicorp-vault")]
pub(crate) mod hashicorp_vault;
#[cfg(feature = "kubernetes")]
mod kubernetes;
#[cfg(feature = "strongroom")]
mod strongroom;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use strongroom_vault::{Shown, StoreKind, has_store_kind};

use crate::settings::{InvalidSettings, Settings};
use crate::store::Store;

/// Why a store cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such kind.
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// This build does not have it.
    NotBuilt {
        /// The kind.
        kind: &'static str,
        /// The feature to add.
        feature: &'static str,
    },
    /// A setting is missing, unknown or of another shape.
    Settings(InvalidSettings),
}

/// Whether this build has a kind of store.
#[must_use]
pub fn is_built(kind: &StoreKind) -> bool {
    has_store_kind!(kind)
}

/// Opens a store. Nothing is asked yet: connecting, logging in and reading come with the first request.
///
/// Paths in settings are relative to `base`, the folder of the vault.
pub fn open(kind: &str, mut settings: Settings, base: &Path) -> Result<Arc<dyn Store>, OpenError> {
    let Some(known) = StoreKind::named(kind) else {
        return Err(OpenError::UnknownKind { kind: kind.to_owned() });
    };
    let store = opened(known, &mut settings, base)?;
    settings.finish().map_err(OpenError::Settings)?;
    Ok(store)
}

fn opened(
    kind: &StoreKind,
    settings: &mut Settings,
    base: &Path,
) -> Result<Arc<dyn Store>, OpenError> {
    let _ = (&settings, base);
    match kind.name {
        #[cfg(feature = "aws-parameter-store")]
        "aws-parameter-store" => Ok(aws::parameter_store::open(settings, base)?),
        #[cfg(feature = "aws-secrets-manager")]
        "aws-secrets-manager" => Ok(aws::secrets_manager::open(settings, base)?),
        #[cfg(feature = "azure-key-vault")]
        "azure-key-vault" => Ok(azure_key_vault::open(settings, base)?),
        #[cfg(feature = "command")]
        "command" => Ok(Arc::new(command::Command::open(settings, base)?)),
        #[cfg(feature = "directory")]
        "directory" => Ok(Arc::new(directory::Directory::open(settings, base)?)),
        #[cfg(feature = "env")]
        "env" => Ok(Arc::new(env::Env::open(settings, base)?)),
        #[cfg(feature = "files")]
        "dotenv" | "json" | "toml" => Ok(Arc::new(files::File::open(kind.name, settings, base)?)),
        #[cfg(feature = "gcp-secret-manager")]
        "gcp-secret-manager" => Ok(gcp_secret_manager::open(settings)?),
        #[cfg(feature = "hashicorp-vault")]
        "hashicorp-vault" => Ok(hashicorp_vault::open(settings, base)?),
        #[cfg(feature = "kubernetes")]
        "kubernetes" => Ok(Arc::new(kubernetes::Kubernetes::open(settings, base)?)),
        #[cfg(feature = "strongroom")]
        "strongroom" => Ok(Arc::new(strongroom::Strongroom::open(settings, base)?)),
        _ => Err(OpenError::NotBuilt { kind: kind.name, feature: kind.feature }),
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind { kind } => {
                let (kind, names) = (Shown(kind), StoreKind::names());
                write!(f, "there is no kind of store `{kind}`; there are: {names}")
            }
            Self::NotBuilt { kind, feature } => {
                write!(
                    f,
                    "this program was built without stores of the kind `{kind}` (feature `{feature}`)"
                )
            }
            Self::Settings(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<InvalidSettings> for OpenError {
    fn from(error: InvalidSettings) -> Self {
        Self::Settings(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_built_in_where_its_adapter_is() {
        for kind in StoreKind::ALL {
            let settings = Settings::new(Vec::<(String, crate::Setting)>::new());
            let opened = open(kind.name, settings, Path::new("."));
            let has_adapter = !matches!(opened, Err(OpenError::NotBuilt { .. }));
            assert_eq!(has_adapter, is_built(kind), "{}", kind.name);
        }
    }
}
