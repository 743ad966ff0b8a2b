//! Who else can read a key or write a vault. Only Unix has these modes; elsewhere the folder's own rights count.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

#[cfg(not(unix))]
use self::other::{lets_others_replace, readable_by_others, writable_by_others};
#[cfg(not(unix))]
pub use self::other::{private_file, private_folder};
#[cfg(unix)]
use self::unix::{lets_others_replace, readable_by_others, writable_by_others};
#[cfg(unix)]
pub use self::unix::{private_file, private_folder};
use crate::file::MINE_FILE_NAME;
use crate::shown::ShownPath;

/// A file that others can read or write, and must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenToOthers {
    path: PathBuf,
    what: &'static str,
    remedy: &'static str,
}

impl fmt::Display for OpenToOthers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = ShownPath(&self.path);
        write!(f, "{} {path}\nmend it with: chmod {} {path}", self.what, self.remedy)
    }
}

impl std::error::Error for OpenToOthers {}

/// Refuses a vault that others than its owner or root can write: a program must not take a stranger's word for where its
/// secrets are.
///
/// A group that belongs to the file's owner alone (the same number as the owner's, as many systems set up) may write.
///
/// # Errors
///
/// The file may be written by others, or be replaced in a folder that everybody can write.
pub fn check_vault_permissions(path: &Path, metadata: &Metadata) -> Result<(), OpenToOthers> {
    if writable_by_others(metadata) {
        return Err(OpenToOthers {
            path: path.to_owned(),
            what: if path.ends_with(MINE_FILE_NAME) {
                "others can write your own values in"
            } else {
                "others can write the vault"
            },
            remedy: "go-w",
        });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if fs::metadata(folder).is_ok_and(|metadata| lets_others_replace(folder, &metadata)) {
        return Err(OpenToOthers {
            path: folder.to_owned(),
            what: "others can put another vault in its place: they can write the folder",
            remedy: "o-w",
        });
    }
    Ok(())
}

/// Refuses a key, or an identity, that others can read.
///
/// # Errors
///
/// They can.
pub fn check_key_permissions(path: &Path, metadata: &Metadata) -> Result<(), OpenToOthers> {
    if readable_by_others(metadata) {
        return Err(OpenToOthers {
            path: path.to_owned(),
            what: "others can read the key in",
            remedy: "600",
        });
    }
    Ok(())
}
