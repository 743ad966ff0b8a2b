//! Addresses that the server listens at.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// At an address of this machine.
    Tcp(SocketAddr),
    /// At a socket in a folder.
    Unix(PathBuf),
}

/// A socket that is bound.
#[derive(Debug)]
pub(crate) enum Bound {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, SocketFile),
}

/// The file of a socket, which goes with it.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct SocketFile(PathBuf);

/// An address cannot be listened at.
#[derive(Debug)]
pub struct BindError {
    /// The address.
    pub address: Address,
    /// Why.
    pub why: io::Error,
}

impl Address {
    /// Whether only this machine can reach it.
    #[must_use]
    pub fn is_near(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix(_) => true,
        }
    }

    /// Binds it.
    pub(crate) async fn bind(&self) -> Result<Bound, BindError> {
        let failed = |why| BindError { address: self.clone(), why };
        match self {
            Self::Tcp(address) => TcpListener::bind(address).await.map(Bound::Tcp).map_err(failed),
            #[cfg(unix)]
            Self::Unix(path) => bind_socket(path).map_err(failed),
            #[cfg(not(unix))]
            Self::Unix(_) => Err(failed(io::ErrorKind::Unsupported.into())),
        }
    }
}

/// Binds the file of a socket, which only this user can reach. One that a server left behind that is no more goes first.
#[cfg(unix)]
fn bind_socket(path: &std::path::Path) -> io::Result<Bound> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let is_socket = |path: &std::path::Path| {
        std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket())
    };
    if is_socket(path) {
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    let file = SocketFile(path.to_owned());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(Bound::Unix(listener, file))
}

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Bound {
    /// Whether it is a file, which only programs of this machine can reach.
    pub(super) fn is_socket_file(&self) -> bool {
        match self {
            Self::Tcp(_) => false,
            #[cfg(unix)]
            Self::Unix(..) => true,
        }
    }

    /// Where it listens: the port that the system chose, if it was to choose one.
    pub(crate) fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            #[cfg(unix)]
            Self::Unix(_, file) => Ok(Address::Unix(file.0.clone())),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "cannot listen at {}: another program does already", self.address)
            }
            _ => write!(f, "cannot listen at {}: {}", self.address, self.why),
        }
    }
}

impl std::error::Error for BindError {}
