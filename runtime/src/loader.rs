//! The loader: vault, environment and key chosen by hand.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use strongroom_vault::search::is_keyless;
use zeroize::Zeroizing;

use crate::background;
use crate::declared::Loadable;
use crate::load;
use crate::observer::Observer;
use crate::report::LoadError;
use crate::stores::GivenUp;
#[cfg(feature = "watch")]
use crate::watch::{self, Following, Receiver};

/// Loads secrets or settings from a vault, an environment or with a key that the program chooses; what is not chosen is found as
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
    keyless: bool,
    pub(crate) deadline: Option<Duration>,
    pub(crate) given_up: GivenUp,
    pub(crate) observer: Observer,
    #[cfg(feature = "watch")]
    pub(crate) following: Following,
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

    /// Opens with this access key, `strongroom_key_…`; or with the one that is where a line such as `aws-kms:…` says, as
    /// `STRONGROOM_KEY` may have it.
    #[must_use]
    pub fn access_key(mut self, text: impl Into<String>) -> Self {
        self.key = Some(Key::Text(Zeroizing::new(text.into())));
        self
    }

    /// Opens with the access key in this file, or with the one that is where a line in it says.
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

    /// Says that the program has no key, as `STRONGROOM_KEYLESS=1` does: then none is looked for, values that stores keep are
    /// fetched without checking the seals of their references, and sealed values are failures.
    ///
    /// # Security
    ///
    /// A program without a key trusts the vault's references and `[stores]` as it trusts its own source code: whoever can
    /// change the file chooses where its values come from. It never runs a `command` store.
    #[must_use]
    pub fn keyless(mut self) -> Self {
        self.keyless = true;
        self
    }

    /// Gives up on stores, and on a service that has or opens the access key, after this time, in all, from the first request
    /// on. Unless this says something else it is ten seconds for that service, and then for stores ten more, or one more than
    /// the longest `timeout_seconds` of a `command` store.
    ///
    /// What was not there in time is reported as unreachable.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same loader, whose requests end when it is told that nobody waits any more.
    pub(crate) fn until(&self, given_up: GivenUp) -> Self {
        Self { given_up, ..self.clone() }
    }

    /// Whether the program is without a key.
    pub(crate) fn is_keyless(&self) -> bool {
        self.keyless || is_keyless()
    }

    /// Loads the secrets or settings of a struct.
    ///
    /// Needs no async runtime, and may be called inside one; it blocks the thread for as long as reading a file takes, and
    /// where stores keep values, until all are there.
    ///
    /// # Errors
    ///
    /// A report of everything that is missing or wrong; [`LoadError::kind`] tells what comes first.
    pub fn load<S: Loadable>(&self) -> Result<S, LoadError> {
        load::load(self)
    }

    /// As [`Loader::load`], on a thread of its own: blocks no async runtime and needs none. Dropping the future ends the
    /// requests to stores that are under way.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`].
    pub async fn load_async<S: Loadable>(&self) -> Result<S, LoadError> {
        let given_up = GivenUp::default();
        let loader = self.until(given_up.clone());
        background::run(move || load::load(&loader), move || given_up.tell()).await
    }
}

/// Following changes: feature `watch`.
#[cfg(feature = "watch")]
#[cfg_attr(docsrs, doc(cfg(feature = "watch")))]
impl Loader {
    /// Loads the secrets or settings of a struct and follows changes of the vault and of stores: what the receiver gives is always the
    /// last good load, and waiting for it with `changed()` ends when a value is another one.
    ///
    /// The vault's file is watched, also where it is replaced by renaming or through a link. Stores that can tell of a change
    /// do so; others are asked, see [`Loader::ask_stores_every`]. A change that cannot be loaded leaves the secrets as they
    /// were and is reported, see [`Loader::on_failed_reload`]; so is its end, see [`Loader::on_recovered_reload`]. Old secrets are wiped when the last reader lets go of them.
    /// When the last receiver is dropped, following ends.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`], of the first load.
    pub async fn watch<S: Loadable>(&self) -> Result<Receiver<S>, LoadError> {
        watch::watch(self).await
    }

    /// Asks stores that cannot tell of changes about so often, and loads again after a load that failed; once in a minute
    /// unless this says something else.
    #[must_use]
    pub fn ask_stores_every(mut self, pause: Duration) -> Self {
        self.following.every = pause;
        self
    }

    /// Loads again when the process gets `SIGHUP`, which then no longer ends it. Systems without signals ignore this.
    #[must_use]
    pub fn reload_on_hangup(mut self) -> Self {
        self.following.hangup = true;
        self
    }

    /// Is told of a change that cannot be loaded, once for each. Without this, the report goes to standard error.
    #[must_use]
    pub fn on_failed_reload(mut self, told: impl Fn(&LoadError) + Send + Sync + 'static) -> Self {
        self.following.told = Some(std::sync::Arc::new(told));
        self
    }

    /// Is told when a load is good again after one or several that were reported, also where all values are as before.
    /// Without this and without [`Loader::on_failed_reload`], a line goes to standard error.
    #[must_use]
    pub fn on_recovered_reload(mut self, told: impl Fn() + Send + Sync + 'static) -> Self {
        self.following.recovered = Some(std::sync::Arc::new(told));
        self
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
