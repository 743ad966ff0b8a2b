//! Where the server listens: addresses of this machine, and sockets in a folder.

mod accept;
mod bound;
mod patience;
mod tls;

pub(crate) use self::accept::serve;
pub(crate) use self::bound::Bound;
pub use self::bound::{Address, BindError};
pub(crate) use self::tls::Tls;
pub use self::tls::{TlsError, TlsFiles};
