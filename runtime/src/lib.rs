//! Secrets as a struct: a missing one is a compile error, and a loaded one was sealed by someone who holds the key.
//!
//! ```no_run
//! # #[cfg(feature = "macros")] mod example {
//! #[strongroom::secrets]
//! struct Secrets {
//!     /// personal access token for deployments
//!     github_api_token: String,
//!     /// where to send errors, if anywhere
//!     sentry_dsn: Option<String>,
//! }
//!
//! fn main() -> Result<(), strongroom::LoadError> {
//!     let secrets = Secrets::load()?;
//!     deploy(&secrets.github_api_token);
//!     Ok(())
//! }
//! # fn deploy(_: &str) {}
//! # }
//! ```
//!
//! `#[secrets]` gives the struct `load()`, `load_async()`, `get()` and `from_values(…)`, a `Debug` that shows no value, and a
//! `Drop` that wipes them. Because of that `Drop` a field cannot be moved out; take it with [`std::mem::take`].
//!
//! The values come from the vault, `strongroom.toml`, which the command `strongroom` makes and changes. A program finds
//! it in `STRONGROOM_VAULT`, else from cargo's manifest folder, the current folder and the program's own folder upwards to
//! the root of a git repository. Which environment counts is in `STRONGROOM_ENV`; unset, it is the one that the build
//! checked. The key is looked for in `STRONGROOM_KEY`, `STRONGROOM_KEY_FILE`, systemd's credentials,
//! `STRONGROOM_PASSPHRASE`, and the user's configuration folder; instead of an access key there may be a line that names the
//! service which has or opens it. [`Loader`] chooses each by hand.
//!
//! Structs nest (`#[secret(nested)]`), so that libraries bring their own secrets; with `#[secrets(embed)]` a program carries
//! its sealed values and reads no vault. For tests, `from_values` makes a struct, and within `scope` and `scope_async` it is
//! what `get()` gives. [`secrets`](macro@crate::secrets) has every option.
//!
//! What is no secret but differs between environments too, such as a number of retries, is declared with
//! [`settings`](macro@crate::settings): plain in the vault, and checked by the build in the same way, its type too.
//!
//! # Features
//!
//! - `macros` (default): the attribute `#[secrets]`.
//! - `json`: a field may be a `Json<T>` of any `T` that serde can read.
//! - `pem`: a field may be a `Pem`, a private key or a certificate, or a `Vec<Pem>`.
//! - `resolve`: `strongroom::resolve` fills references to secrets in a configuration that other crates read.
//! - `secrecy`: a field may be a `secrecy::SecretString` or a `secrecy::SecretBox<[u8]>`.
//! - `tracing`: spans for each load and each request to a store, with names and durations, never a value.
//! - `url`: a field may be a `url::Url`.
//! - `watch`: `Secrets::watch()` and [`Loader`]'s `watch`: secrets that follow changes of the vault and of stores.
//!
//! One for each kind of store, so that values may be kept outside the vault; what each costs stands in its page of the guide:
//!
//! - `aws-parameter-store`: Parameter Store of AWS Systems Manager.
//! - `aws-secrets-manager`: AWS Secrets Manager.
//! - `azure-key-vault`: Azure Key Vault.
//! - `command`: a program that prints the value, such as a password manager.
//! - `directory`: one file for each secret, as Docker, Kubernetes and systemd mount them.
//! - `env`: environment variables, and Encore's.
//! - `files`: a dotenv, JSON or TOML file.
//! - `gcp-secret-manager`: Secret Manager of Google Cloud.
//! - `hashicorp-vault`: HashiCorp Vault and OpenBao.
//! - `kubernetes`: Secrets of a Kubernetes cluster.
//! - `strongroom`: another vault.
//!
//! One for each service that opens a wrapped access key, so that `STRONGROOM_KEY` holds none; stores that keep one as it is
//! need the feature of their kind alone:
//!
//! - `aws-kms`: AWS KMS.
//! - `azure-key`: a key of Azure Key Vault.
//! - `gcp-kms`: Cloud KMS of Google Cloud.
//! - `vault-transit`: the transit engine of HashiCorp Vault and OpenBao.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod background;
mod declared;
mod from_secret;
mod from_setting;
mod load;
mod loader;
mod locate;
mod methods;
mod nested;
mod observer;
mod report;
#[cfg(feature = "resolve")]
mod resolve;
mod scope;
mod stack;
mod stores;
mod telemetry;
mod values;
#[cfg(feature = "watch")]
mod watch;

/// The crate whose types a field may have.
#[cfg(feature = "secrecy")]
pub use secrecy;
/// In short, with values that a test gives:
///
/// ```
/// #[strongroom::secrets]
/// struct Secrets {
///     github_api_token: String,
///     #[secret(name = "ssh-private-key")]
///     server_key: Vec<u8>,
///     sentry_dsn: Option<String>,
/// }
///
/// let secrets = Secrets::from_values([("GitHubAPIToken", "x"), ("ssh_private_key", "y")])?;
/// assert_eq!(secrets.server_key, b"y");
/// assert_eq!(secrets.sentry_dsn, None);
/// assert!(format!("{secrets:?}").contains("server_key: [hidden]"));
/// # Ok::<(), strongroom::LoadError>(())
/// ```
#[cfg(feature = "macros")]
pub use strongroom_macros::secrets;
/// In short, with values that a test gives:
///
/// ```
/// use std::time::Duration;
///
/// #[strongroom::settings]
/// struct Settings {
///     max_retries: u32,
///     request_timeout: Option<Duration>,
///     #[setting(name = "log/level", default = "info")]
///     log_level: String,
/// }
///
/// let settings = Settings::from_values([("max_retries", "3"), ("request_timeout", "1m30s")])?;
/// assert_eq!(settings.max_retries, 3);
/// assert_eq!(settings.request_timeout, Some(Duration::from_secs(90)));
/// assert_eq!(settings.log_level, "info");
/// # Ok::<(), strongroom::LoadError>(())
/// ```
#[cfg(feature = "macros")]
pub use strongroom_macros::settings;
pub use strongroom_vault::{Date, EnvironmentType, NotUtf8, Plaintext};
/// The crate whose type a field may have.
#[cfg(feature = "url")]
pub use url;

pub use self::declared::{Loadable, Secrets, Settings};
#[cfg(feature = "json")]
pub use self::from_secret::Json;
#[cfg(feature = "pem")]
pub use self::from_secret::Pem;
pub use self::from_secret::{FromSecret, InvalidSecret};
pub use self::from_setting::{FromSetting, InvalidSetting};
pub use self::loader::Loader;
pub use self::report::{LoadError, LoadErrorKind, SecretCause, SecretFailure, StoreFailure};
#[cfg(feature = "resolve")]
pub use self::resolve::{ResolveError, resolve, resolve_async};

/// What the code that `#[secrets]` generates uses; no promise is made for anything else.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "macros")]
    pub use strongroom_macros::{Declaration, SettingsDeclaration};
    pub use strongroom_vault::{
        Date, Embedded, EmbeddedGrant, EmbeddedKind, EmbeddedSecret, EmbeddedValue, PassphraseCosts,
    };

    pub use crate::__from_values as from_values_method;
    pub use crate::__methods as methods;
    pub use crate::__watch as watch_method;
    pub use crate::declared::{Build, Declared, Field, Kind, Once, from_values, load, load_async};
    pub use crate::nested::{Checked, Found, check_nested};
    pub use crate::scope::{scope, scope_async};
    pub use crate::values::{Slot, Values, leave, wipe, wipe_optional};
    #[cfg(feature = "watch")]
    pub use crate::watch::Receiver;
}
