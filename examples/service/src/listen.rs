//! Where the service listens: an address, or a socket in the file system.

use std::env;
use std::error::Error;
use std::fmt;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

/// What `SERVICE_LISTEN` says.
pub(crate) enum Listen {
    /// An address with a port; port 0 is any that is free.
    Address(String),
    /// A path: anything with a slash.
    #[cfg(unix)]
    Socket(PathBuf),
}

impl Listen {
    /// Reads the variable; unset, it is a port of this machine alone.
    pub(crate) fn from_variable() -> Result<Self, CannotListen> {
        match env::var(VARIABLE) {
            Err(env::VarError::NotPresent) => Ok(Self::Address("127.0.0.1:8080".to_owned())),
            #[cfg(unix)]
            Ok(text) if text.contains('/') => Ok(Self::Socket(text.into())),
            Ok(text) => Ok(Self::Address(text)),
            Err(error @ env::VarError::NotUnicode(_)) => Err(CannotListen::new(VARIABLE, error)),
        }
    }
}

/// Listens on an address.
pub(crate) async fn tcp(address: &str) -> Result<TcpListener, CannotListen> {
    TcpListener::bind(address).await.map_err(|error| CannotListen::new(address, error))
}

/// Listens on a socket, in place of one that a process before left behind.
#[cfg(unix)]
pub(crate) fn socket(path: &Path) -> Result<UnixListener, CannotListen> {
    use std::os::unix::fs::FileTypeExt;
    let is_socket = path.symlink_metadata().is_ok_and(|metadata| metadata.file_type().is_socket());
    if is_socket {
        // Whatever stands in the way still is told by `bind`.
        let _ = std::fs::remove_file(path);
    }
    UnixListener::bind(path).map_err(|error| CannotListen::new(path.display(), error))
}

/// The service cannot listen there.
#[derive(Debug)]
pub(crate) struct CannotListen(String);

impl CannotListen {
    fn new(place: impl fmt::Display, error: impl fmt::Display) -> Self {
        Self(format!(
            "cannot listen on {place}: {error}\n       choose another place with {VARIABLE}"
        ))
    }
}

impl fmt::Display for CannotListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for CannotListen {}

const VARIABLE: &str = "SERVICE_LISTEN";
