//! Puts a new file in the place of an old one, in one step.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

/// Renames a file to a name that may be taken.
///
/// Windows refuses that while somebody reads the old file, which takes a moment: then it is tried again.
pub(crate) fn replace(new: &Path, old: &Path) -> io::Result<()> {
    let started = Instant::now();
    loop {
        match fs::rename(new, old) {
            Err(error)
                if cfg!(windows)
                    && error.kind() == io::ErrorKind::PermissionDenied
                    && started.elapsed() < PATIENCE =>
            {
                thread::sleep(PAUSE);
            }
            renamed => return renamed,
        }
    }
}

const PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(2);
