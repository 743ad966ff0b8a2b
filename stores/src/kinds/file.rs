//! A file on this machine: read to its end and no further than agreed, its version, and in words what went wrong.

#[cfg(any(feature = "directory", feature = "files"))]
use std::fs;
use std::fs::Metadata;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use strongroom_formats::Sheet;
use strongroom_vault::{ShownPath, open_regular};
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
pub(super) fn read(path: &Path) -> Result<Contents, Failure> {
    let failed = |error| failure("read", path, &error);
    let mut file = open_regular(path).map_err(|error| other_than_a_file(path, &error))?;
    let before = file.metadata().map_err(failed)?;
    if before.len() > MOST {
        return Err(too_long(path));
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
        if sheet.as_bytes().len() as u64 > MOST {
            return Err(too_long(path));
        }
    }
    Ok(Contents { bytes: sheet.into_bytes(), version: version_of(&before) })
}

/// The version of the file at a path; what is no regular file has none.
#[cfg(any(feature = "directory", feature = "files"))]
pub(super) fn version(path: &Path) -> Result<String, Failure> {
    let metadata = fs::metadata(path).map_err(|error| failure("look at", path, &error))?;
    if metadata.is_file() { Ok(version_of(&metadata)) } else { Err(no_file(path)) }
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
pub(super) fn failure(doing: &'static str, path: &Path, error: &io::Error) -> Failure {
    let shown = ShownPath(path);
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Failure::absent(format!("there is no {shown}"))
        }
        io::ErrorKind::PermissionDenied => {
            Failure::denied(format!("this program may not {doing} {shown}"))
        }
        io::ErrorKind::IsADirectory => no_file(path),
        _ => Failure::unreachable(format!("cannot {doing} {shown}: {error}")),
    }
}

/// What cannot be opened as a regular file: most often it is something else, and says what.
fn other_than_a_file(path: &Path, error: &io::Error) -> Failure {
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::Other, None) => Failure::invalid(format!("{}: {error}", ShownPath(path))),
        _ => failure("read", path, error),
    }
}

fn no_file(path: &Path) -> Failure {
    Failure::invalid(format!("{} is no regular file", ShownPath(path)))
}

fn too_long(path: &Path) -> Failure {
    Failure::invalid(format!("{} has more than {MOST} bytes", ShownPath(path)))
}

/// Does what may take long, such as reading files over a network, where it holds nobody up.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::unreachable("the adapter of this store failed"))
}

/// The most bytes of a file (4 MiB).
const MOST: u64 = 4 << 20;
