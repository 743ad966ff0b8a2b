//! A file without a name, which Linux gives where the file system can: whatever ends this process, nothing is left of it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat};

use super::{beside, remove_at_signals, remove_watched, watched};

/// Makes a file; none where that is not possible here, and nothing was made.
pub(super) fn create(path: &Path, bytes: &[u8], is_forced: bool) -> Option<io::Result<()>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file =
        openat(CWD, folder.unwrap_or(Path::new(".")), flags, Mode::RUSR | Mode::WUSR).ok()?;
    let mut file = File::from(file);
    if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_all()) {
        return Some(Err(error));
    }
    if is_forced {
        return replace(&file, path);
    }
    named(give_name(&file, path))
}

/// What became of giving a name; none where only another way can help.
fn named(given: io::Result<()>) -> Option<io::Result<()>> {
    match given {
        // There is no /proc, or the file system has files without names and no links.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => None,
        given => Some(given),
    }
}

/// A name that is taken can only be renamed to: for that moment the file has one of its own.
fn replace(file: &File, path: &Path) -> Option<io::Result<()>> {
    let replaced = || {
        remove_at_signals()?;
        let new = beside(path)?;
        let mut watched = watched();
        // Whoever cleans up leaves what is locked alone. Where that is impossible, both say what happened.
        let _ = file.lock();
        give_name(file, &new)?;
        *watched = Some(new.clone());
        let renamed = fs::rename(&new, path);
        if renamed.is_ok() {
            *watched = None;
        }
        remove_watched(&mut watched);
        renamed
    };
    named(replaced())
}

fn give_name(file: &File, path: &Path) -> io::Result<()> {
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}
