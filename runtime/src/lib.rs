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
//! `STRONGROOM_PASSPHRASE`, and the user's configuration folder. [`Loader`] chooses each by hand.
//!
//! # Features
//!
//! `macros` (default): the attribute `#[secrets]`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod background;
mod declared;
mod from_secret;
mod load;
mod loader;
mod locate;
mod report;
mod values;

/// Declares a struct's fields as secrets, checks at build time that each has a value, and generates how they are loaded.
///
/// # The struct
///
/// It has named fields and no generics, and any visibility. A field's type is `String`, `Vec<u8>`, `bool`, an integer, a
/// float, `char`, `PathBuf`, a type that implements [`FromSecret`], or an `Option` of one of these, which may be missing.
/// A field's secret is called like the field, in any spelling (`github_api_token` and `GitHubAPIToken` are one name);
/// `#[secret(name = "…")]` names another.
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
/// let secrets = Secrets::from_values([("github_api_token", "x"), ("ssh_private_key", "y")])?;
/// assert_eq!(secrets.github_api_token, "x");
/// assert_eq!(format!("{:?}", secrets), "Secrets { github_api_token: [hidden], server_key: [hidden], sentry_dsn: [hidden] }");
/// # Ok::<(), strongroom::LoadError>(())
/// ```
///
/// # What it generates
///
/// | method | gives |
/// | --- | --- |
/// | `load()` | `Result<Self, LoadError>`; needs no async runtime, and may be called inside one |
/// | `load_async()` | the same as a future that blocks no thread of a runtime |
/// | `get()` | `Result<&'static Self, &'static LoadError>`, loaded at the first call |
/// | `from_values(…)` | one made of names and values, for tests |
///
/// And a `Debug` that shows no value, and a `Drop` that wipes them: take a field out with [`std::mem::take`].
/// `#[derive(Debug)]` and `#[derive(Serialize)]` below the attribute are errors.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `vault = "…"` | the vault to check against, relative to the source file. A running program is told where it is by `STRONGROOM_VAULT` or [`Loader::vault`]: no path is compiled in |
/// | `any_vault` | load from any vault, not just the one that the build saw |
/// | `crate = …` | the path of this crate, where it is renamed or re-exported |
///
/// # The build check
///
/// The vault is looked for from the package's folder upwards to the root of the git repository, or named by
/// `STRONGROOM_VAULT`. Checked are the environment that `STRONGROOM_ENV` names (unset: `local`) and those of `[build] check`
/// in the vault. `STRONGROOM_BUILD_CHECK=warn` makes warnings of errors, `off` nothing. Cargo builds again when the vault or
/// one of these variables changes.
#[cfg(feature = "macros")]
pub use strongroom_macros::secrets;
pub use strongroom_vault::{EnvironmentType, NotUtf8, Plaintext};

pub use self::declared::Secrets;
pub use self::from_secret::{FromSecret, InvalidSecret};
pub use self::loader::Loader;
pub use self::report::{LoadError, LoadErrorKind, SecretCause, SecretFailure};

/// What the code that `#[secrets]` generates uses; no promise is made for anything else.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "macros")]
    pub use strongroom_macros::Declaration;

    pub use crate::declared::{Build, Declared, Field, Once, from_values, load, load_async};
    pub use crate::values::{Slot, Values, wipe, wipe_optional};
}
