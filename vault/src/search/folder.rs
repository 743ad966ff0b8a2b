//! The user's configuration folder: kept keys, and what was seen of a vault.
//!
//! ```text
//! ~/.config/strongroom/keys/<vault id>/<holder>.key        an access key, mode 0600
//! ~/.config/strongroom/keys/<vault id>/<holder>~previous.key and .newest  one that gave way, and the newest vault that it opens
//! ~/.config/strongroom/keys/<vault id>/<holder>.unlocked   an unlocked key, mode 0600
//! $XDG_RUNTIME_DIR/strongroom/<vault id>/<holder>.unlocked one that ends, mode 0600
//! ~/.config/strongroom/generations/<vault id>              the highest generation of each data key that was opened
//! ~/.config/strongroom/fingerprints/<vault id>             the fingerprints of holder and deposit keys that were trusted
//! ~/.config/strongroom/older/<vault id>                    older data keys that a person took, each with the commit that had it
//! ~/.config/strongroom/allowed/<vault id>                 digests of what stores may run here, and of stores that may be asked
//! ~/.config/strongroom/lock                                whoever writes the above has it locked
//! ```

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, thread};

use super::generations::Generations;
#[cfg(feature = "edit")]
use super::generations::RolledBack;
use super::permissions::{private_file, private_folder};
use crate::beside::{flush_folder, unique_beside};
use crate::crypto::KeyRing;
use crate::index::VaultId;
use crate::regular::{read_text, refuse_other_than_a_file};
use crate::replace::replace;

/// `$XDG_CONFIG_HOME/strongroom`, else `~/.config/strongroom`; on Windows `%APPDATA%\strongroom`. And what ends with the
/// login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFolder {
    path: PathBuf,
    /// `$XDG_RUNTIME_DIR/strongroom`.
    until_logout: Option<PathBuf>,
}

impl UserFolder {
    /// The folder of the user who runs this; none where there is no home.
    #[must_use]
    pub fn find() -> Option<Self> {
        let absolute =
            |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = if cfg!(windows) {
            absolute("APPDATA")?
        } else {
            absolute("XDG_CONFIG_HOME").or_else(|| Some(home()?.join(".config")))?
        };
        let until_logout = absolute("XDG_RUNTIME_DIR").map(|path| path.join("strongroom"));
        Some(Self { path: base.join("strongroom"), until_logout })
    }

    /// Another folder, with nothing that ends with the login.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), until_logout: None }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where keys are kept.
    #[must_use]
    pub fn keys_folder(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// The folder of what ends with the login, if the system has one.
    #[cfg(feature = "edit")]
    pub(super) fn until_logout(&self) -> Option<&Path> {
        self.until_logout.as_deref()
    }

    /// Where unlocked keys that end are kept: a folder that the system empties when the user logs out, else where all are.
    pub(super) fn ending_keys_folder(&self) -> PathBuf {
        self.until_logout.clone().unwrap_or_else(|| self.keys_folder())
    }

    /// The highest generations seen of a vault's data keys; nothing where nothing was seen or can be read.
    #[must_use]
    pub fn generations(&self, id: VaultId) -> Generations {
        read_text(&self.generations_file(id))
            .map(|text| Generations::parse(&text))
            .unwrap_or_default()
    }

    /// Remembers the generations of opened keys, where they are higher than what is remembered.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub fn remember(&self, id: VaultId, ring: &KeyRing) -> io::Result<()> {
        if !self.generations(id).raise(ring) {
            return Ok(());
        }
        self.write_locked(&self.generations_file(id), || {
            let mut generations = self.generations(id);
            generations.raise(ring).then(|| generations.to_string())
        })
    }

    /// Takes lower generations than those that are remembered, because a person says that they are meant: a rotation was
    /// thrown away, or an older branch is checked out. What is opened later raises them again.
    ///
    /// # Security
    ///
    /// From then on an older vault with these keys is no longer noticed here.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn take_older(&self, id: VaultId, older: &[RolledBack]) -> io::Result<()> {
        self.write_locked(&self.generations_file(id), || {
            let mut generations = self.generations(id);
            for older in older {
                generations.lower(older);
            }
            Some(generations.to_string())
        })
    }

    /// Writes a file of this folder while no other program does: what two of them remember at once is kept of both. `text`
    /// is asked for then, and gives nothing where nothing is to be written.
    pub(super) fn write_locked(
        &self,
        path: &Path,
        text: impl FnOnce() -> Option<String>,
    ) -> io::Result<()> {
        create_private_folder(path.parent().unwrap_or(&self.path))?;
        let lock = self.path.join(LOCK);
        refuse_other_than_a_file(&lock)?;
        let lock = private_file().write(true).create(true).truncate(false).open(lock)?;
        let mut pauses = 0;
        while let Err(busy) = lock.try_lock() {
            // A program must start, also where this folder is stuck: the next one will remember.
            if pauses == MOST_PAUSES {
                return Err(busy.into());
            }
            pauses += 1;
            thread::sleep(PAUSE);
        }
        match text() {
            Some(text) => write_private(path, text.as_bytes()),
            None => Ok(()),
        }
    }

    fn generations_file(&self, id: VaultId) -> PathBuf {
        self.path.join("generations").join(id.to_string())
    }
}

/// The home of the user who runs this: the absolute path in `HOME`, on Windows the user's profile. None where that is not set.
///
/// The standard library would take the home of the user's entry in `/etc/passwd` then. Whoever clears the environment of a
/// service does not mean that keys are read, and written, there.
#[must_use]
pub fn home() -> Option<PathBuf> {
    let home = if cfg!(windows) { env::home_dir() } else { env::var_os("HOME").map(PathBuf::from) };
    home.filter(|home| home.is_absolute())
}

const LOCK: &str = "lock";
/// Time between two looks at a lock that another program has, and how many there are.
const PAUSE: Duration = Duration::from_millis(5);
const MOST_PAUSES: u32 = 40;

pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    private_folder().recursive(true).create(path)
}

/// Writes a file that only its owner can read, complete or not at all.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = unique_beside(path)?;
    let mut file = private_file().write(true).create_new(true).open(&new)?;
    let written =
        file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| replace(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
        return written;
    }
    flush_folder(path)
}

#[cfg(all(test, feature = "edit"))]
mod tests {
    use super::*;
    use crate::crypto::{AccessKey, Credential, random};
    use crate::edit::{HolderSecret, NewHolder, Scopes, new_vault};
    use crate::environment::EnvironmentType;
    use crate::index::Index;

    #[test]
    fn two_programs_at_once_remember_what_both_saw() {
        let home = tempfile::tempdir().expect("a folder");
        let id = VaultId(random().expect("randomness"));
        let key = AccessKey::generate(id).expect("a key");
        let secret = HolderSecret::AccessKey(key.clone());
        let today = crate::Date { year: 2026, month: 1, day: 1 };
        let holder =
            NewHolder { name: "owner", secret: &secret, scopes: Scopes::everything(), today };
        let text = new_vault(id, &holder).expect("a vault").text;
        let index = Index::read(&text).expect("a vault");
        let credential = Credential::AccessKey(key);
        let ring = |kind| KeyRing::unlock_only(&index, &credential, None, kind).expect("a key");
        let rings = EnvironmentType::ALL.map(ring);
        for _ in 0..20 {
            let folder = UserFolder::at(&home.path().join("strongroom"));
            thread::scope(|scope| {
                for ring in &rings {
                    scope.spawn(|| folder.remember(id, ring).expect("remembered"));
                }
            });
            let seen = EnvironmentType::ALL.map(|kind| folder.generations(id).of(kind));
            assert_eq!(seen, [1; 4]);
            fs::remove_dir_all(home.path().join("strongroom")).expect("a folder");
        }
    }
}
