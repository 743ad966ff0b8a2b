//! Files that are written beside the one that they are to replace, and what makes the replacement last.

use std::io;
use std::path::{Path, PathBuf};

use crate::crypto::random;

/// A hidden name in the same folder, so that renaming stays within one file system.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{suffix}"))
}

/// As [`beside`], under a name that nobody else takes: numbers of processes come again, in containers often at once.
pub(crate) fn unique_beside(path: &Path) -> io::Result<PathBuf> {
    let number = random().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(beside(path, &format!("new-{:016x}", u64::from_be_bytes(number))))
}

/// Makes what a folder says of a file survive a power cut, where the file system can.
#[cfg(unix)]
pub(crate) fn flush_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // A folder that may be written and not read cannot be opened, and some network mounts cannot flush one.
    let Ok(folder) = std::fs::File::open(folder.unwrap_or(Path::new("."))) else { return Ok(()) };
    match folder.sync_all() {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        flushed => flushed,
    }
}

/// NTFS keeps a journal of renames.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where flushing can fail")]
pub(crate) fn flush_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}
