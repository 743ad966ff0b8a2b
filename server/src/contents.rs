//! What is served: the secrets of a vault for one environment, the stores, and the settings. Whoever starts the server reads it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use strongroom_stores::{Opened, Reference};
use strongroom_vault::{DataKey, OpenError, Origin, Place, Plaintext};
use zeroize::Zeroizing;

use crate::applications::Applications;
use crate::components::Components;
use crate::rules::Rules;

/// Where the server gets what it serves, again and again: its files change while it runs.
pub trait Source: fmt::Debug + Send + Sync + 'static {
    /// Reads everything anew. Blocks for as long as reading files takes.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, in words for an operator and without a value: what was read before is served on.
    fn read(&self) -> Result<Contents, String>;

    /// The files that it is read from: when one of them changes, it is read again.
    fn files(&self) -> Vec<PathBuf>;
}

/// What is served.
#[derive(Debug, Default)]
pub struct Contents {
    /// The vault; none where only components are served.
    pub vault: Option<Vault>,
    /// The stores beside it.
    pub stores: Vec<ServedStore>,
    /// Dapr's component files.
    pub components: Components,
    /// Who may see what, and how.
    pub rules: Rules,
}

/// The secrets and settings of a vault for one environment.
#[derive(Debug)]
pub struct Vault {
    /// The environment's name.
    pub environment: String,
    /// Opens what is sealed; none for a server without a key.
    pub key: Option<Arc<DataKey>>,
    /// The secrets by their names, as spelled in the vault.
    pub secrets: BTreeMap<String, Held>,
    /// The settings by their names, as spelled in the vault.
    pub settings: BTreeMap<String, String>,
    /// The applications that have a secret by API key.
    pub applications: Applications,
}

/// The value of a secret, as the server holds it: it is opened when somebody asks, and wiped when it was given.
#[derive(Debug)]
pub struct Held {
    /// How often it was set.
    pub version: u32,
    /// What there is of it.
    pub content: HeldContent,
}

/// What the vault has of a value.
#[derive(Debug)]
pub enum HeldContent {
    /// The value, sealed.
    Sealed {
        /// The file that has it.
        origin: Origin,
        /// The secret's name there, which may be another spelling.
        name: String,
        /// The environment whose value it is: the type's, where a named environment has none of its own.
        environment: String,
        /// What opens with the data key.
        sealed: String,
    },
    /// A store keeps it, and the seal of the reference was checked.
    Kept {
        /// The store.
        store: Opened,
        /// Where it lies there.
        reference: Reference,
    },
    /// It cannot be had; why, in words that go on after a colon.
    Unavailable(String),
}

/// A store that is served under a name.
#[derive(Debug)]
pub struct ServedStore {
    /// Its name.
    pub name: String,
    /// Its kind, as `/v1.0/metadata` tells it: `secretstores.kubernetes`.
    pub kind: String,
    /// The version of its kind.
    pub version: String,
    /// What a request may say beside the name and `version_id`.
    pub takes: Takes,
    /// The store; or why it cannot be asked, in words that go on after a colon.
    pub store: Result<Opened, String>,
}

/// What the metadata of a request may say to a store, beside `version_id`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Takes {
    /// Nothing else.
    #[default]
    Nothing,
    /// `namespace`, beside the one that the store has.
    Namespace,
    /// `namespace`, which it needs: it has none of its own.
    ItsNamespace,
    /// `version_stage`.
    Stage,
    /// `maxresults`, for a request for everything.
    Most,
}

impl Vault {
    /// The value of a secret by its whole name, for the server itself: what a store keeps is not looked at.
    pub(crate) fn text(&self, name: &str) -> Result<Zeroizing<String>, String> {
        let held = self.secrets.get(name);
        let held =
            held.ok_or_else(|| format!("the vault has no value for `{}`", self.environment))?;
        match &held.content {
            HeldContent::Sealed { origin, name, environment, sealed } => {
                let place = Place { origin: *origin, name, environment, version: held.version };
                let value = self.open(place, sealed)?;
                let text = value.as_str().map_err(|error| error.to_string())?;
                Ok(Zeroizing::new(text.to_owned()))
            }
            HeldContent::Kept { .. } => {
                Err("a store keeps it, and it must be in the vault".to_owned())
            }
            HeldContent::Unavailable(why) => Err(why.clone()),
        }
    }

    /// Opens a value that is sealed in the vault.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &str) -> Result<Plaintext, String> {
        let Some(key) = &self.key else {
            return Err("it is sealed, and this server has no key".to_owned());
        };
        key.open(place, sealed).map_err(|error| match error {
            OpenError::AnotherDataKey => {
                "it is sealed under another data key: strongroom reseal".to_owned()
            }
            OpenError::Altered => "it was altered: it does not open at this place".to_owned(),
        })
    }
}
