//! When the service stops: at SIGTERM, as systemd and containers send it, and at Ctrl-C.
//!
//! Requests that have begun are finished. How long that may take is for whoever sent the signal to say (`TimeoutStopSec`).

use std::io;

/// What is ready when the service shall stop. The signal is listened to from the moment of this call.
#[cfg(unix)]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use std::future::poll_fn;
    use std::task::Poll;

    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
    Ok(poll_fn(move |context| {
        let came = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if came { Poll::Ready(()) } else { Poll::Pending }
    }))
}

/// As on Unix; here there is Ctrl-C only.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix, where listening can fail")]
pub(crate) fn signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a handler the process ends at Ctrl-C anyway.
        let _ = tokio::signal::ctrl_c().await;
    })
}
