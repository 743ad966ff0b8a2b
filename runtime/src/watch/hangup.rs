//! `SIGHUP`, with which an operator asks a program to load again.

/// Waits for the signal, where it is wanted and the system has it.
pub(super) struct Hangup {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangup {
    pub(super) fn if_wanted(is_wanted: bool) -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Self { signal: is_wanted.then(|| signal(SignalKind::hangup()).ok()).flatten() }
        }
        #[cfg(not(unix))]
        {
            let _ = is_wanted;
            Self {}
        }
    }

    /// Ends when the signal comes.
    pub(super) async fn received(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
