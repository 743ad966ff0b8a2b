//! Ctrl-C while a file with values is not whole: it is removed before that ends this process.

use std::io;

use super::{remove_watched, watched};

/// Removes the file that is watched at Ctrl-C, from now on to the end of the process.
pub(super) fn remove_at_signals() -> io::Result<()> {
    let set = ctrlc::set_handler(|| {
        // Held to the end: nothing may be finished after it.
        let mut watched = watched();
        remove_watched(&mut watched);
        std::process::exit(INTERRUPTED);
    });
    match set {
        // It is there already.
        Err(ctrlc::Error::MultipleHandlers) | Ok(()) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// The status of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
