//! The user's configuration folder: kept keys, and what was seen of a vault.
//!
//! ```text
//! ~/.config/strongroom/keys/<vault id>/<holder>.key     an access key, mode 0600
//! ~/.config/strongroom/generations/<vault id>           the highest generation of each data key that was opened
//! ~/.config/strongroom/lock                             whoever writes the above has it locked
//! ```

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, thread};

use zeroize::Zeroizing;

use super::generations::Generations;
use super::permissions::{check_key_permissions, private_file, private_folder};
use super::{KeyError, Source, Wanted, unlock_text};
use crate::beside::{flush_folder, unique_beside};
#[cfg(feature = "edit")]
use crate::crypto::AccessKey;
use crate::crypto::KeyRing;
use crate::index::{Index, VaultId};
use crate::replace::replace;

/// `$XDG_CONFIG_HOME/strongroom`, else `~/.config/strongroom`; on Windows `%APPDATA%\strongroom`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFolder(PathBuf);

impl UserFolder {
    /// The folder of the user who runs this; none where there is no home.
    #[must_use]
    pub fn find() -> Option<Self> {
        let absolute =
            |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = if cfg!(windows) {
            absolute("APPDATA")?
        } else {
            absolute("XDG_CONFIG_HOME").or_else(|| {
                Some(env::home_dir().filter(|home| home.is_absolute())?.join(".config"))
            })?
        };
        Some(Self(base.join("strongroom")))
    }

    /// Another folder.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where keys are kept.
    #[must_use]
    pub fn keys_folder(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The keys kept for a vault, sorted by the names of their holders.
    ///
    /// # Errors
    ///
    /// A key that cannot be read, or that others can read.
    pub fn keys(&self, id: VaultId) -> Result<Vec<KeptKey>, KeyError> {
        let folder = self.keys_folder().join(id.to_string());
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(KeyError::Unreadable(Source::Kept(folder), error)),
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
            .collect();
        paths.sort();
        paths.into_iter().map(KeptKey::read).collect()
    }

    /// Keeps an access key for a vault, under its holder's name; gives the file.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    #[cfg(feature = "edit")]
    pub fn keep_key(&self, id: VaultId, holder: &str, key: &AccessKey) -> io::Result<PathBuf> {
        let folder = self.keys_folder().join(id.to_string());
        create_private_folder(&folder)?;
        let path = folder.join(format!("{holder}.{EXTENSION}"));
        let mut text = key.to_text();
        text.push('\n');
        write_private(&path, text.as_bytes())?;
        Ok(path)
    }

    /// Forgets the key of a holder; false if there was none.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    #[cfg(feature = "edit")]
    pub fn forget_key(&self, id: VaultId, holder: &str) -> io::Result<bool> {
        let path = self.keys_folder().join(id.to_string()).join(format!("{holder}.{EXTENSION}"));
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The highest generations seen of a vault's data keys; nothing where nothing was seen or can be read.
    #[must_use]
    pub fn generations(&self, id: VaultId) -> Generations {
        fs::read_to_string(self.generations_file(id))
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
        let path = self.generations_file(id);
        let folder = path.parent().unwrap_or(&self.0);
        create_private_folder(folder)?;
        // Two programs at once: the second must add to what the first wrote.
        let lock =
            private_file().write(true).create(true).truncate(false).open(self.0.join(LOCK))?;
        let mut pauses = 0;
        while let Err(busy) = lock.try_lock() {
            // A program must start, also where this folder is stuck: the next one will remember.
            if pauses == MOST_PAUSES {
                return Err(busy.into());
            }
            pauses += 1;
            thread::sleep(PAUSE);
        }
        let mut generations = self.generations(id);
        if generations.raise(ring) {
            write_private(&path, generations.to_string().as_bytes())?;
        }
        Ok(())
    }

    fn generations_file(&self, id: VaultId) -> PathBuf {
        self.0.join("generations").join(id.to_string())
    }
}

/// A key in the configuration folder.
pub struct KeptKey {
    /// Its file.
    pub path: PathBuf,
    pub(super) text: Zeroizing<String>,
}

impl KeptKey {
    fn read(path: PathBuf) -> Result<Self, KeyError> {
        let read = |path: &Path| {
            let metadata = fs::metadata(path)?;
            Ok((metadata, Zeroizing::new(fs::read_to_string(path)?)))
        };
        match read(&path) {
            Ok((metadata, text)) => {
                check_key_permissions(&path, &metadata).map_err(KeyError::OpenToOthers)?;
                Ok(Self { path, text })
            }
            Err(error) => Err(KeyError::Unreadable(Source::Kept(path), error)),
        }
    }

    /// Opens the grants of the key's holder.
    ///
    /// # Errors
    ///
    /// The text is no access key, or the key opens nothing in this vault.
    pub fn open(&self, index: &Index<'_>) -> Result<KeyRing, KeyError> {
        let source = Source::Kept(self.path.clone());
        unlock_text(index, Wanted::Anything, source, &self.text).map(|found| found.ring)
    }

    /// The holder's name, as the file is called.
    #[must_use]
    pub fn holder(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptKey").field("path", &self.path).finish_non_exhaustive()
    }
}

const EXTENSION: &str = "key";
const LOCK: &str = "lock";
/// Time between two looks at a lock that another program has, and how many there are.
const PAUSE: Duration = Duration::from_millis(5);
const MOST_PAUSES: u32 = 40;

fn create_private_folder(path: &Path) -> io::Result<()> {
    private_folder().recursive(true).create(path)
}

/// Writes a file that only its owner can read, complete or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
    use crate::crypto::{Credential, random};
    use crate::edit::{HolderSecret, NewHolder, Scopes, new_vault};
    use crate::environment::EnvironmentType;

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
