//! Signals while a file with values is not whole: it is removed before they end this process.

use std::io;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::{remove_watched, watched};

/// Removes the file that is watched when a signal comes, from now on to the end of the process.
pub(super) fn remove_at_signals() -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let watching = move || {
        let Some(signal) = signals.forever().next() else { return };
        // Held to the end: nothing may be finished after it.
        let mut watched = watched();
        remove_watched(&mut watched);
        let _ = emulate_default_handler(signal);
        std::process::exit(128 + signal);
    };
    thread::Builder::new().spawn(watching).map(drop)
}
