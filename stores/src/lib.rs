//! Systems outside the vault that keep values, behind one trait; each kind of store is a module and a feature.
//!
//! A [`Store`] is opened from its [`Settings`] with [`open`]. What a program wants of it is a [`Reference`]; [`fetch`]
//! gets many of them side by side, asks again for what may pass, and gives for each its value or a [`Failure`]; [`change`]
//! writes and removes many in the same way.
//!
//! | feature | kinds |
//! | --- | --- |
//! | `aws-parameter-store` | `aws-parameter-store` |
//! | `aws-secrets-manager` | `aws-secrets-manager` |
//! | `azure-key-vault` | `azure-key-vault` |
//! | `command` | `command` |
//! | `directory` | `directory` |
//! | `env` | `env` |
//! | `files` | `dotenv`, `json`, `toml` |
//! | `gcp-secret-manager` | `gcp-secret-manager` |
//! | `hashicorp-vault` | `hashicorp-vault` |
//! | `kubernetes` | `kubernetes` |
//! | `strongroom` | `strongroom` |
//!
//! An access key may be elsewhere too: a line such as `vault-transit:…` in `STRONGROOM_KEY` names a service that opens it, or
//! a store that keeps it. `fetch_key` gets it, `wrap_key` makes such a line.
//!
//! | feature | services |
//! | --- | --- |
//! | `aws-kms`, `azure-key`, `gcp-kms`, `vault-transit` | the one of that name opens a key that it wrapped |
//! | `aws-parameter-store`, `aws-secrets-manager`, `azure-key-vault`, `gcp-secret-manager`, `hashicorp-vault` | the store of that kind keeps one as it is |

#[cfg(feature = "azure")]
mod azure;
#[cfg(any(
    feature = "aws-kms",
    feature = "google",
    feature = "kubernetes",
    feature = "vault-transit"
))]
mod base64;
mod change;
#[cfg(any(feature = "azure", feature = "command"))]
mod child;
mod failure;
mod fetch;
#[cfg(feature = "google")]
mod google;
#[cfg(feature = "http")]
mod http;
#[cfg(any(feature = "aws-secrets-manager", feature = "http"))]
mod json;
#[cfg(feature = "keys")]
mod keys;
mod kinds;
#[cfg(any(feature = "aws", feature = "http"))]
mod loopback;
#[cfg(any(
    feature = "aws-secrets-manager",
    feature = "azure-key-vault",
    feature = "gcp-secret-manager"
))]
mod members;
#[cfg(any(feature = "aws", feature = "http"))]
mod parts;
mod pause;
mod pick;
#[cfg(feature = "network")]
mod proof;
mod reference;
mod settings;
mod store;
#[cfg(feature = "network")]
mod unanswered;
mod watch;

pub use self::change::{Change, Changed, change};
pub use self::failure::{Failure, FailureKind};
pub use self::fetch::{Fetch, Got, Limits, fetch, fetch_items};
#[cfg(feature = "keys")]
pub use self::keys::{KeyFailure, fetch_key, is_key_service_built, wrap_key};
pub use self::kinds::{OpenError, is_built, open};
pub use self::reference::{InvalidReference, Reference};
pub use self::settings::{InvalidSettings, Setting, Settings};
pub use self::store::{Answer, Content, Fetched, Item, Keys, Listed, Opened, Store, Value};
pub use self::watch::{Seen, watch};
