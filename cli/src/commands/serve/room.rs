//! Room for connections: each needs a file descriptor, and systems give a program few of them unless it asks.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::ui;

/// Takes as many file descriptors as this program may have.
pub(super) fn take() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    // With fewer it serves all the same.
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        let current = current.unwrap_or_default();
        ui::warn(&format!("there is room for {current} connections and files only: {error}"));
    }
}
