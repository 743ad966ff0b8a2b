//! The kinds of stores: which there are, and how one is opened.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::settings::{InvalidSettings, Settings};
use crate::store::Store;

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name, as `kind = "…"` in a vault has it.
    pub name: &'static str,
    /// The feature of this crate, and of `strongroom`, that has it.
    pub feature: &'static str,
    /// Whether this build has it.
    pub is_built: bool,
    /// What it is, in a few words.
    pub about: &'static str,
}

/// Every kind of store, whether this build has it or not.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "command",
        feature: "command",
        is_built: cfg!(feature = "command"),
        about: "a program that prints the value, such as a password manager",
    },
    Kind {
        name: "directory",
        feature: "directory",
        is_built: cfg!(feature = "directory"),
        about: "a folder with one file for each secret",
    },
    Kind {
        name: "dotenv",
        feature: "files",
        is_built: cfg!(feature = "files"),
        about: "a dotenv file",
    },
    Kind {
        name: "env",
        feature: "env",
        is_built: cfg!(feature = "env"),
        about: "environment variables",
    },
    Kind {
        name: "hashicorp-vault",
        feature: "hashicorp-vault",
        is_built: cfg!(feature = "hashicorp-vault"),
        about: "HashiCorp Vault or OpenBao, KV version 1 or 2",
    },
    Kind {
        name: "json",
        feature: "files",
        is_built: cfg!(feature = "files"),
        about: "a JSON file",
    },
    Kind {
        name: "kubernetes",
        feature: "kubernetes",
        is_built: cfg!(feature = "kubernetes"),
        about: "Secrets of a Kubernetes cluster",
    },
    Kind {
        name: "toml",
        feature: "files",
        is_built: cfg!(feature = "files"),
        about: "a TOML file",
    },
];

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

/// Opens a store. Nothing is asked yet: connecting, logging in and reading come with the first request.
///
/// Paths in settings are relative to `base`, the folder of the vault.
pub fn open(kind: &str, mut settings: Settings, base: &Path) -> Result<Arc<dyn Store>, OpenError> {
    let Some(known) = KINDS.iter().find(|known| known.name == kind) else {
        return Err(OpenError::UnknownKind { kind: kind.to_owned() });
    };
    let store = opened(known, &mut settings, base)?;
    settings.finish().map_err(OpenError::Settings)?;
    Ok(store)
}

fn opened(kind: &Kind, settings: &mut Settings, base: &Path) -> Result<Arc<dyn Store>, OpenError> {
    let _ = (&settings, base);
    match kind.name {
        _ => Err(OpenError::NotBuilt { kind: kind.name, feature: kind.feature }),
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind { kind } => {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                write!(f, "there is no kind of store `{kind}`; there are: {}", names.join(", "))
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
