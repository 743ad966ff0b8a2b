//! A developer's own values: finds their file beside the vault, and refuses one that git tracks.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::permissions::{OpenToOthers, check_vault_permissions};
use super::tracked::is_tracked;
use crate::file::{FileError, MINE_FILE_NAME, VaultFile};
use crate::shown::ShownPath;

/// Where the mine file of a vault is, whether there is one or not.
#[must_use]
pub fn mine_path(vault: &Path) -> PathBuf {
    vault.with_file_name(MINE_FILE_NAME)
}

/// Reads the mine file beside a vault; none where there is no such file. Its text is for [`crate::Mine::read`].
///
/// # Errors
///
/// The file cannot be read, others can write it, or git tracks it.
pub fn read_mine(vault: &Path) -> Result<Option<VaultFile>, MineError> {
    let path = mine_path(vault);
    if let Err(error) = path.symlink_metadata()
        && error.kind() == io::ErrorKind::NotFound
    {
        return Ok(None);
    }
    let file = VaultFile::read(&path)?;
    check_vault_permissions(&path, file.metadata())?;
    match is_tracked(&path) {
        Ok(false) => Ok(Some(file)),
        Ok(true) => Err(MineError::Tracked(path)),
        Err(error) => Err(MineError::Git(path, error)),
    }
}

/// Why a mine file cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum MineError {
    /// It cannot be read.
    File(FileError),
    /// Others can write it.
    OpenToOthers(OpenToOthers),
    /// git tracks it, so that one developer's values would reach everybody.
    Tracked(PathBuf),
    /// git's index cannot be read, so nobody knows.
    Git(PathBuf, io::Error),
}

impl From<FileError> for MineError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<OpenToOthers> for MineError {
    fn from(error: OpenToOthers) -> Self {
        Self::OpenToOthers(error)
    }
}

impl fmt::Display for MineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::OpenToOthers(error) => error.fmt(f),
            Self::Tracked(path) => write!(
                f,
                "git tracks {0}, which holds one developer's own values\n\
                 take it out of git with: git rm --cached {0}\n\
                 and add this line to .gitignore: {MINE_FILE_NAME}",
                ShownPath(path)
            ),
            Self::Git(path, error) => write!(
                f,
                "cannot tell whether git tracks {}: {error}\n\
                 see with: git ls-files {MINE_FILE_NAME}",
                ShownPath(path)
            ),
        }
    }
}

impl std::error::Error for MineError {}
