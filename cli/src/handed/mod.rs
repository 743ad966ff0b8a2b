//! A file for one program that lies on no disk: what `run` hands over, under a path that opens in that program alone.

#[cfg(target_os = "linux")]
mod memory;
#[cfg(not(unix))]
mod nowhere;
#[cfg(unix)]
mod pipe;

use std::io;
#[cfg(unix)]
use std::os::fd::OwnedFd;
#[cfg(unix)]
use std::path::PathBuf;

#[cfg(not(unix))]
pub(crate) use self::nowhere::Handed;
use crate::error::Error;

/// A file that this process holds open for the program that takes its place.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Handed {
    path: PathBuf,
    _file: OwnedFd,
}

#[cfg(unix)]
impl Handed {
    /// Makes a file. On Linux it is memory, which can be read again and again; elsewhere a pipe, which is read once.
    pub(crate) fn of(bytes: &[u8], what: &str) -> Result<Self, Error> {
        #[cfg(target_os = "linux")]
        match memory::file(bytes) {
            Ok(made) => return Ok(made),
            // A container's rules may forbid it, and a pipe is as good for who reads once.
            Err(error) if may_be_forbidden(&error) => {}
            Err(error) => return Err(not_handed(what, &error)),
        }
        pipe::file(bytes).map_err(|error| not_handed(what, &error))
    }

    /// The path that the program opens.
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }
}

#[cfg(target_os = "linux")]
fn may_be_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

/// The error for a file that a program cannot be given.
fn not_handed(what: &str, error: &io::Error) -> Error {
    Error::cannot(format!("{what} cannot be handed to a program without a file: {error}"))
        .with_hint("write it to one that only you can read: strongroom render --out PRIVATE FILE")
}
