//! Saving without loss: one writer at a time, and the old file or the new one at every moment.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::file::{FileError, VaultFile};
use crate::shown::ShownPath;

/// A vault's file, locked for one writer, with the text that it had when the lock was taken.
///
/// Nobody may be asked anything while this is held: others wait.
#[derive(Debug)]
pub struct LockedVault {
    /// The file itself, where a symbolic link leads.
    path: PathBuf,
    /// Unlocks when dropped.
    lock: File,
    vault: VaultFile,
}

impl LockedVault {
    /// Waits for the lock, then reads the file.
    ///
    /// # Errors
    ///
    /// The file is not there, is read-only, or cannot be locked or read.
    pub fn open(path: &Path) -> Result<Self, SaveError> {
        let wrap = |doing| move |error| SaveError::io(path, doing, error);
        let path = path.canonicalize().map_err(wrap("find"))?;
        loop {
            let lock = File::open(&path).map_err(wrap("open"))?;
            if lock.metadata().map_err(wrap("read"))?.permissions().readonly() {
                return Err(SaveError::ReadOnly(path));
            }
            lock.lock().map_err(wrap("lock"))?;
            // Whoever held the lock before may have put another file in this one's place.
            if same_file(&lock, &path).map_err(wrap("read"))? {
                let vault = VaultFile::read(&path)?;
                return Ok(Self { path, lock, vault });
            }
        }
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
        let like = self.lock.metadata().map_err(wrap)?;
        // Only the holder of the lock uses this name: what lies there is of a save that was interrupted.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrap(error)),
            _ => {}
        }
        let written =
            write_new(&new, text, Some(&like)).and_then(|()| fs::rename(&new, &self.path));
        if let Err(error) = written {
            let _ = fs::remove_file(&new);
            return Err(wrap(error));
        }
        flush_folder(&self.path).map_err(wrap)
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
    let new = beside(path, &format!("new-{}", std::process::id()));
    let created = write_new(&new, text, None).and_then(|()| fs::hard_link(&new, path));
    let _ = fs::remove_file(&new);
    match created {
        // Some file systems have no links; there a crash in this moment can leave a part of the file.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            write_new(path, text, None).map_err(wrap)?;
        }
        created => created.map_err(wrap)?,
    }
    flush_folder(path).map_err(wrap)
}

/// Why a vault is not saved. The file is as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum SaveError {
    /// The file exists, and a new one was to be made.
    Exists(PathBuf),
    /// The file may not be written.
    ReadOnly(PathBuf),
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
            Self::File(error) => error.fmt(f),
            Self::Io { path, doing: "find" | "open", source }
                if source.kind() == io::ErrorKind::NotFound =>
            {
                write!(
                    f,
                    "there is no vault at {}\nmake one with: strongroom init",
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

fn write_new(path: &Path, text: &str, like: Option<&fs::Metadata>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // A program refuses a vault that its group can write, whatever the user's mask is.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    let mut file = options.open(path)?;
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
        keep_owner(&file, like);
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A hidden name in the same folder, so that renaming stays within one file system.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{suffix}"))
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (file, path) = (file.metadata()?, fs::metadata(path)?);
    Ok((file.dev(), file.ino()) == (path.dev(), path.ino()))
}

#[cfg(not(unix))]
fn same_file(file: &File, path: &Path) -> io::Result<bool> {
    let (file, path) = (file.metadata()?, fs::metadata(path)?);
    Ok((file.created()?, file.len()) == (path.created()?, path.len()))
}

/// Gives a new file the owner of the old one, where that is allowed: root may edit somebody else's vault.
#[cfg(unix)]
fn keep_owner(file: &File, like: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(file, Some(like.uid()), Some(like.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _like: &fs::Metadata) {}

/// Makes a renamed file survive a power cut.
#[cfg(unix)]
fn flush_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn flush_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
