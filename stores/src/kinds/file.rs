//! A file on this machine: read to its end and no further than agreed, its version, and in words what went wrong.

use std::fmt::Display;
use std::fs::{self, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use strongroom_formats::Sheet;
#[cfg(any(feature = "env", feature = "files"))]
use strongroom_vault::ShownPath;
use strongroom_vault::open_regular;
use strongroom_vault::search::is_place_of_keys;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::store::Value;

/// What a file held.
pub(super) struct Contents {
    pub(super) bytes: Value,
    /// Changes whenever the file is replaced or written.
    #[cfg_attr(
        not(any(feature = "directory", feature = "files")),
        expect(dead_code, reason = "variables have no versions")
    )]
    pub(super) version: String,
}

/// Reads a regular file. Whatever else stands there is not waited for.
#[cfg(any(feature = "env", feature = "files"))]
pub(super) fn read(path: &Path) -> Result<Contents, Failure> {
    read_at_most(MOST, path, &ShownPath(path))
}

/// The same, of no more than some bytes, with the words for the file in a message.
pub(super) fn read_at_most(
    most: u64,
    path: &Path,
    shown: &dyn Display,
) -> Result<Contents, Failure> {
    let failed = |error| failure("read", shown, &error);
    let path = given(path, "read", shown)?;
    let mut file = open_regular(&path).map_err(|error| other_than_a_file(shown, &error))?;
    let before = file.metadata().map_err(failed)?;
    if before.len() > most {
        return Err(too_long(most, shown));
    }
    let (mut sheet, mut piece) = (Sheet::new(), Zeroizing::new([0; 8 << 10]));
    loop {
        match file.read(&mut *piece) {
            Ok(0) => break,
            // Writing to a sheet cannot fail.
            Ok(length) => sheet.write_all(&piece[..length]).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
        if sheet.as_bytes().len() as u64 > most {
            return Err(too_long(most, shown));
        }
    }
    Ok(Contents { bytes: sheet.into_bytes(), version: version_of(&before) })
}

/// The version of the file at a path; what is no regular file has none.
#[cfg(any(feature = "directory", feature = "files"))]
pub(super) fn version(path: &Path, shown: &dyn Display) -> Result<String, Failure> {
    let path = given(path, "look at", shown)?;
    let metadata = fs::metadata(path).map_err(|error| failure("look at", shown, &error))?;
    if metadata.is_file() { Ok(version_of(&metadata)) } else { Err(no_file(shown)) }
}

/// Where a path leads, unless that is where keys are kept.
fn given(path: &Path, doing: &'static str, shown: &dyn Display) -> Result<PathBuf, Failure> {
    let real = fs::canonicalize(path).map_err(|error| failure(doing, shown, &error))?;
    refuse_keys(&real, shown)?;
    Ok(real)
}

/// Refuses a place where keys of ours are kept: whoever writes a reference would get somebody's key.
pub(super) fn refuse_keys(real: &Path, shown: &dyn Display) -> Result<(), Failure> {
    if !is_place_of_keys(real) {
        return Ok(());
    }
    Err(Failure::denied(format!("{shown} is where keys of ours are kept, and is never given")))
}

/// When a file was changed, how long it is, and which one of its file system it is.
fn version_of(metadata: &Metadata) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // The time of the last change of anything: nobody can set it back, unlike that of the content.
        format!(
            "{:x}-{:x}-{:x}-{:x}",
            metadata.ctime(),
            metadata.ctime_nsec(),
            metadata.ino(),
            metadata.len()
        )
    }
    #[cfg(not(unix))]
    {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        format!("{:x}-{:x}", since.unwrap_or_default().as_nanos(), metadata.len())
    }
}

/// The failure of the operating system to do something with a file, as a store's.
pub(super) fn failure(doing: &'static str, shown: &dyn Display, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Failure::absent(format!("there is no {shown}"))
        }
        io::ErrorKind::PermissionDenied => {
            Failure::denied(format!("this program may not {doing} {shown}"))
        }
        io::ErrorKind::IsADirectory => no_file(shown),
        _ => Failure::unreachable(format!("cannot {doing} {shown}: {error}")),
    }
}

/// What cannot be opened as a regular file: most often it is something else, and says what.
fn other_than_a_file(shown: &dyn Display, error: &io::Error) -> Failure {
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::Other, None) => Failure::invalid(format!("{shown}: {error}")),
        _ => failure("read", shown, error),
    }
}

fn no_file(shown: &dyn Display) -> Failure {
    Failure::invalid(format!("{shown} is no regular file"))
}

fn too_long(most: u64, shown: &dyn Display) -> Failure {
    Failure::invalid(format!("{shown} has more than {most} bytes"))
}

/// Does what may take long, such as reading files over a network, where it holds nobody up.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::unreachable("the adapter of this store failed"))
}

/// The most bytes of a file (4 MiB).
pub(super) const MOST: u64 = 4 << 20;
