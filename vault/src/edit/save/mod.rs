//! Saving without loss: one writer at a time, and the old file or the new one at every moment.

#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(not(windows))]
use self::unix::{Lock, for_everybody_to_read, keep_owner};
#[cfg(windows)]
use self::windows::{Lock, for_everybody_to_read, keep_owner};
use crate::beside::{beside, flush_folder, unique_beside};
use crate::file::{FileError, VaultFile};
use crate::replace::replace;
use crate::shown::ShownPath;

/// A vault's file, locked for one writer, with the text that it had when the lock was taken.
///
/// Nobody may be asked anything while this is held: others wait.
#[derive(Debug)]
pub struct LockedVault {
    /// The file itself, where a symbolic link leads.
    path: PathBuf,
    vault: VaultFile,
    _lock: Lock,
}

impl LockedVault {
    /// Waits for the lock, then reads the file.
    ///
    /// # Errors
    ///
    /// The file is not there, is read-only, or cannot be locked or read.
    pub fn open(path: &Path) -> Result<Self, SaveError> {
        Self::open_or_wait(path, || {})
    }

    /// As [`LockedVault::open`]; says once that somebody else has the lock if that lasts longer than a second. After a minute
    /// it is an error: a program that was stopped has a lock for ever.
    ///
    /// # Errors
    ///
    /// As [`LockedVault::open`], and [`SaveError::Locked`].
    pub fn open_or_wait(path: &Path, waits: impl FnOnce()) -> Result<Self, SaveError> {
        Self::open_within(MOST_PATIENCE, path, waits)
    }

    fn open_within(
        patience: Duration,
        path: &Path,
        waits: impl FnOnce(),
    ) -> Result<Self, SaveError> {
        let wrap = |doing| move |error| SaveError::io(path, doing, error);
        let path = path.canonicalize().map_err(wrap("find"))?;
        let (started, mut waits) = (Instant::now(), Some(waits));
        let lock = loop {
            if let Some(lock) = Lock::try_take(&path).map_err(wrap("lock"))? {
                break lock;
            }
            if started.elapsed() > patience {
                return Err(SaveError::Locked(path));
            }
            if started.elapsed() > PATIENCE
                && let Some(waits) = waits.take()
            {
                waits();
            }
            thread::sleep(PAUSE);
        };
        let vault = VaultFile::read(&path)?;
        if vault.metadata().permissions().readonly() {
            return Err(SaveError::ReadOnly(path));
        }
        Ok(Self { path, vault, _lock: lock })
    }

    /// The file as it was when the lock was taken.
    #[must_use]
    pub fn vault(&self) -> &VaultFile {
        &self.vault
    }

    /// Replaces the file: a new one beside it, flushed to disk, is put in its place in one step. Keeps mode and owner.
    ///
    /// # Errors
    ///
    /// The folder cannot be written, or the disk is full; the old file is untouched then.
    pub fn save(self, text: &str) -> Result<(), SaveError> {
        if text == self.vault.text() {
            return Ok(());
        }
        let new = beside(&self.path, "new");
        let wrap = |error| SaveError::io(&self.path, "write", error);
        let like = self.vault.metadata();
        // Only the holder of the lock uses this name: what lies there is of a save that was interrupted.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrap(error)),
            _ => {}
        }
        write_new(&new, text, Some(like)).map_err(wrap)?;
        if let Err(error) = replace(&new, &self.path) {
            let _ = fs::remove_file(&new);
            return Err(wrap(error));
        }
        flush_folder(&self.path).map_err(|error| SaveError::io(&self.path, FLUSH, error))
    }
}

/// Creates a file that must not exist yet, complete or not at all.
///
/// # Errors
///
/// The file exists, or it cannot be written.
pub fn create_file(path: &Path, text: &str) -> Result<(), SaveError> {
    let wrap = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists(path.to_owned()),
        _ => SaveError::io(path, "create", error),
    };
    let new = unique_beside(path).map_err(wrap)?;
    write_new(&new, text, None).map_err(wrap)?;
    let linked = fs::hard_link(&new, path);
    let _ = fs::remove_file(&new);
    match linked {
        // Some file systems have no links, and each says so in words of its own. There a crash in this moment can leave a
        // part of the file.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            write_new(path, text, None).map_err(wrap)?;
        }
        linked => linked.map_err(wrap)?,
    }
    flush_folder(path).map_err(|error| {
        let _ = fs::remove_file(path);
        wrap(error)
    })
}

/// What is done when the new file is in its place already.
const FLUSH: &str = "flush";

/// Why a vault is not saved. The file is as it was, but where only flushing it failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum SaveError {
    /// The file exists, and a new one was to be made.
    Exists(PathBuf),
    /// The file may not be written.
    ReadOnly(PathBuf),
    /// Somebody else has had the lock for a minute.
    Locked(PathBuf),
    /// The file cannot be read.
    File(FileError),
    /// The operating system refuses.
    Io {
        /// The vault.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
}

impl SaveError {
    fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), doing, source }
    }
}

impl From<FileError> for SaveError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(f, "there is a vault already: {}", ShownPath(path)),
            Self::ReadOnly(path) => {
                write!(
                    f,
                    "the vault {0} is read-only\nallow writing with: chmod u+w {0}",
                    ShownPath(path)
                )
            }
            Self::Locked(path) => write!(
                f,
                "the vault {0} is locked by another program, and was not given free within a minute: a strongroom that was stopped, \
                 an editor, or a backup\nsee which with: {LISTS_PROGRAMS} {0}\nthe vault is unchanged",
                ShownPath(path)
            ),
            Self::File(error) => error.fmt(f),
            Self::Io { path, doing: "find", source }
                if source.kind() == io::ErrorKind::NotFound =>
            {
                write!(
                    f,
                    "there is no vault at {}\nmake one with: strongroom init",
                    ShownPath(path)
                )
            }
            Self::Io { path, doing: FLUSH, source } => {
                write!(
                    f,
                    "the vault {} is written, but may not survive a power cut: {source}",
                    ShownPath(path)
                )
            }
            Self::Io { path, doing: "create", source } => {
                write!(f, "cannot create the vault {}: {source}", ShownPath(path))
            }
            Self::Io { path, doing, source } => {
                write!(
                    f,
                    "cannot {doing} the vault {}: {source}\nthe vault is unchanged",
                    ShownPath(path)
                )
            }
        }
    }
}

impl std::error::Error for SaveError {}

/// Writes a file that must not exist yet; nothing stays of it if that fails.
fn write_new(path: &Path, text: &str, like: Option<&fs::Metadata>) -> io::Result<()> {
    let mut file = for_everybody_to_read().write(true).create_new(true).open(path)?;
    let written = fill(&mut file, text, like);
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

fn fill(file: &mut File, text: &str, like: Option<&fs::Metadata>) -> io::Result<()> {
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
        keep_owner(file, like);
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Time between two looks at a lock that somebody else has.
const PAUSE: Duration = Duration::from_millis(10);
/// Time after which it is said that somebody else has the lock.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time after which it is not waited for any longer: far more than any change takes.
const MOST_PATIENCE: Duration = Duration::from_secs(60);

/// What tells which programs have a file open.
const LISTS_PROGRAMS: &str = if cfg!(windows) { "handle.exe" } else { "lsof" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_somebody_has_for_ever_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("strongroom.toml");
        fs::write(&path, "# a vault").expect("a file");
        let held = LockedVault::open(&path).expect("a lock");
        let waits = || panic!("this is said after a second");
        let error = LockedVault::open_within(PAUSE * 3, &path, waits).expect_err("locked");
        assert!(matches!(&error, SaveError::Locked(locked) if locked.ends_with("strongroom.toml")));
        assert!(error.to_string().contains("is locked by another program"), "{error}");
        drop(held);
        LockedVault::open_within(PAUSE * 3, &path, waits).expect("a lock");
    }
}
