//! Finding a vault's file and reading it.

use std::fmt;
use std::fs::Metadata;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::ReadError;
use crate::index::utf8;
use crate::limits::FILE_BYTES;
use crate::regular::open_regular;
use crate::shown::ShownPath;

/// The name of a vault's file.
pub const FILE_NAME: &str = "strongroom.toml";

/// The name of the file with a developer's own values, beside a vault.
pub const MINE_FILE_NAME: &str = "strongroom.mine.toml";

/// The variable that names another file.
pub const VAULT_VARIABLE: &str = "STRONGROOM_VAULT";

/// Looks for a vault in a folder and those above it, to the root of its git repository at most; outside of a
/// repository in the folder alone.
///
/// # Errors
///
/// Lists the folders that hold none.
pub fn find_upwards(start: &Path) -> Result<PathBuf, NoVault> {
    let mut looked = Vec::new();
    let repository = start.ancestors().find(|folder| folder.join(".git").exists());
    for folder in start.ancestors() {
        let file = folder.join(FILE_NAME);
        // Whatever it is: one that is no file is told, and not looked past.
        if file.exists() {
            return Ok(file);
        }
        looked.push(folder.to_owned());
        if repository.is_none_or(|root| root == folder) {
            break;
        }
    }
    Err(NoVault { looked, in_repository: repository.is_some() })
}

/// No vault is where one was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoVault {
    /// The folders that hold none, in the order in which they were tried.
    pub looked: Vec<PathBuf>,
    /// Whether the search began in a git repository. Outside of one it does not go upwards.
    pub in_repository: bool,
}

impl fmt::Display for NoVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {FILE_NAME} found")?;
        for (at, folder) in self.looked.iter().enumerate() {
            let lead = if at == 0 { "\nlooked in: " } else { "\n           " };
            write!(f, "{lead}{}", ShownPath(folder))?;
        }
        if !self.in_repository {
            write!(
                f,
                "\noutside of a git repository only this folder is searched; name a vault elsewhere in {VAULT_VARIABLE}"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for NoVault {}

/// A vault's text and where it was read from; [`crate::Index::read`] takes it from here.
#[derive(Clone)]
pub struct VaultFile {
    path: PathBuf,
    text: String,
    metadata: Metadata,
}

impl VaultFile {
    /// Reads a file of 16 MiB at most.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is no regular one, is too large, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let wrap = |cause| FileError { path: path.to_owned(), cause };
        let mut bytes = Vec::new();
        let metadata = open_regular(path)
            .and_then(|file| {
                let metadata = file.metadata()?;
                let length = metadata.len();
                bytes.reserve(usize::try_from(length).unwrap_or(0).min(FILE_BYTES));
                file.take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
                Ok(metadata)
            })
            .map_err(|error| wrap(FileCause::Io(error)))?;
        let text = utf8(bytes).map_err(|error| wrap(FileCause::Read(error)))?;
        Ok(Self { path: path.to_owned(), text, metadata })
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the file system says of the file that was read.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// An error of this file's text, with the file's path.
    #[must_use]
    pub fn error(&self, error: ReadError) -> FileError {
        FileError { path: self.path.clone(), cause: FileCause::Read(error) }
    }
}

impl fmt::Debug for VaultFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What messages call a file.
pub(crate) fn noun(path: &Path) -> &'static str {
    if path.ends_with(MINE_FILE_NAME) { "your own values in" } else { "the vault" }
}

/// Why a vault's file cannot be used: the path, and the cause with its line.
#[derive(Debug)]
pub struct FileError {
    path: PathBuf,
    cause: FileCause,
}

#[derive(Debug)]
enum FileCause {
    Io(io::Error),
    Read(ReadError),
}

impl FileError {
    /// The fault in the text, if the file could be read.
    #[must_use]
    pub fn read_error(&self) -> Option<&ReadError> {
        match &self.cause {
            FileCause::Io(_) => None,
            FileCause::Read(error) => Some(error),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, path) = (noun(&self.path), ShownPath(&self.path));
        match &self.cause {
            FileCause::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                write!(f, "there is no vault at {path}\nmake one with: strongroom init")
            }
            FileCause::Io(error) => {
                write!(f, "cannot read {what} {path}: {error}")?;
                let inside = self.path.join(FILE_NAME);
                if inside.is_file() {
                    write!(f, "\nname the file in it: {}", ShownPath(&inside))?;
                }
                Ok(())
            }
            FileCause::Read(error) if error.line == 0 => {
                write!(f, "cannot use {what} {path}: {error}")
            }
            FileCause::Read(error) if error.column == 0 => {
                write!(f, "cannot use {what} {path}:{}: {}", error.line, error.fault)
            }
            FileCause::Read(error) => {
                write!(
                    f,
                    "cannot use {what} {path}:{}:{}: {}",
                    error.line, error.column, error.fault
                )
            }
        }
    }
}

impl std::error::Error for FileError {}
