//! Tells a service manager how the server fares: `sd_notify`, a datagram to the socket that it named.

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixDatagram;

use crate::ui;

/// It answers requests.
pub(super) const READY: &str = "READY=1";

/// It ends, and finishes what was begun.
pub(super) const STOPPING: &str = "STOPPING=1";

/// It reads everything again; [`READY`] says that it has.
pub(super) fn reloading() -> String {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    format!("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1_000_000 + now.tv_nsec / 1000)
}

/// Says something, where somebody listens.
pub(super) fn say(what: &str) {
    let Some(socket) = env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()) else {
        return;
    };
    if let Err(error) = send(&socket, what) {
        ui::warn(&format!("the service manager cannot be told: {error}"));
    }
}

fn send(socket: &OsStr, what: &str) -> std::io::Result<()> {
    let from = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    if let Some(name) = socket.as_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        return from.send_to_addr(what.as_bytes(), &address).map(|_| ());
    }
    from.send_to(what.as_bytes(), OsStr::from_bytes(socket.as_bytes())).map(|_| ())
}
