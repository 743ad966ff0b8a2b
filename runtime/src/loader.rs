//! The loader: vault, environment and key chosen by hand.

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::background;
use crate::declared::Secrets;
use crate::load;
use crate::report::LoadError;

/// Loads secrets from a vault, an environment or with a key that the program chooses; what is not chosen is found as
/// [`load`](macro@crate::secrets) finds it.
///
/// ```no_run
/// # fn example<Secrets: strongroom::Secrets>() -> Result<Secrets, strongroom::LoadError> {
/// let secrets: Secrets = strongroom::Loader::new()
///     .vault("/etc/shop/strongroom.toml")
///     .environment("production")
///     .key_file("/run/keys/strongroom")
///     .load()?;
/// # Ok(secrets)
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Loader {
    pub(crate) vault: Option<PathBuf>,
    pub(crate) environment: Option<String>,
    pub(crate) key: Option<Key>,
    pub(crate) holder: Option<String>,
}

/// A key that the program gives.
#[derive(Clone)]
pub(crate) enum Key {
    Text(Zeroizing<String>),
    File(PathBuf),
    Passphrase(Zeroizing<String>),
}

impl Loader {
    /// A loader that chooses nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads this vault, also where the program carries its secrets (`#[secrets(embed)]`).
    #[must_use]
    pub fn vault(mut self, path: impl Into<PathBuf>) -> Self {
        self.vault = Some(path.into());
        self
    }

    /// Loads for this environment: a type, a short form, or a named environment. Beats `STRONGROOM_ENV`.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Opens with this access key, `strongroom_key_…`.
    #[must_use]
    pub fn access_key(mut self, text: impl Into<String>) -> Self {
        self.key = Some(Key::Text(Zeroizing::new(text.into())));
        self
    }

    /// Opens with the access key in this file.
    #[must_use]
    pub fn key_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.key = Some(Key::File(path.into()));
        self
    }

    /// Opens with this passphrase. Costs one run of Argon2id for each holder who is tried: 0.13 s in an optimised build,
    /// several seconds in another.
    #[must_use]
    pub fn passphrase(mut self, text: impl Into<String>) -> Self {
        self.key = Some(Key::Passphrase(Zeroizing::new(text.into())));
        self
    }

    /// Says whose passphrase it is. Without this, four holders with a passphrase are tried at most.
    #[must_use]
    pub fn holder(mut self, name: impl Into<String>) -> Self {
        self.holder = Some(name.into());
        self
    }

    /// Loads the secrets of a struct.
    ///
    /// Needs no async runtime, and may be called inside one; it blocks the thread for as long as reading a file takes.
    ///
    /// # Errors
    ///
    /// A report of everything that is missing or wrong; [`LoadError::kind`] tells what comes first.
    pub fn load<S: Secrets>(&self) -> Result<S, LoadError> {
        load::load(self)
    }

    /// As [`Loader::load`], on a thread of its own: blocks no async runtime and needs none.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`].
    pub async fn load_async<S: Secrets>(&self) -> Result<S, LoadError> {
        let loader = self.clone();
        background::run(move || load::load(&loader)).await
    }
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader")
            .field("vault", &self.vault)
            .field("environment", &self.environment)
            .field("holder", &self.holder)
            .finish_non_exhaustive()
    }
}
