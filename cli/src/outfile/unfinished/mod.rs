//! A file with values that is being written: it has no name until it is whole, or one that goes with whatever ends this
//! process. What a killed one left all the same is removed by the next.

#[cfg(unix)]
mod unix;
#[cfg(target_os = "linux")]
mod unnamed;
#[cfg(not(unix))]
mod windows;

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use strongroom_vault::random;
use strongroom_vault::search::private_file;

#[cfg(unix)]
use self::unix::remove_at_signals;
#[cfg(not(unix))]
use self::windows::remove_at_signals;
use crate::system::{identity, is_own};

/// Makes a file completely or not at all. One that is there is replaced where that is meant, else it is an error.
pub(super) fn create(path: &Path, bytes: &[u8], is_forced: bool) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(made) = unnamed::create(path, bytes, is_forced) {
        return made;
    }
    let mut named = Named::new(path)?;
    named.write(bytes)?;
    if is_forced {
        return named.become_file(path, |new| fs::rename(new, path));
    }
    match named.become_file(path, |new| fs::hard_link(new, path)) {
        // Some file systems have no links, and each says so in words of its own. There the file has its name from the start.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            drop(named);
            let mut named = Named::at(path.to_owned())?;
            named.write(bytes)?;
            named.become_file(path, |_| Ok(()))
        }
        made => made,
    }
}

/// The files in a folder that killed processes left: nobody holds their locks any more.
pub(crate) fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.filter(|entry| is_name(&entry.file_name().to_string_lossy()));
    named.map(|entry| entry.path()).filter(|path| is_left_over(path)).collect()
}

/// Removes what killed processes left in a folder; gives what that was.
pub(super) fn remove_leftovers(folder: &Path) -> Vec<PathBuf> {
    let mut removed = leftovers(folder);
    removed.retain(|path| fs::remove_file(path).is_ok());
    removed
}

fn is_left_over(path: &Path) -> bool {
    let is_ours = path.symlink_metadata().is_ok_and(|found| found.is_file() && is_own(&found));
    is_ours
        && File::open(path)
            .is_ok_and(|file| !matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn is_name(name: &str) -> bool {
    let Some((head, number)) = name.rsplit_once(MARK) else { return false };
    head.starts_with('.') && number.len() == 16 && number.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A name beside a file, which nobody else takes.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let number = random().map_err(|error| io::Error::other(error.to_string()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(path.with_file_name(format!(".{name}{MARK}{:016x}", u64::from_be_bytes(number))))
}

/// The file that is removed when a signal ends this process; none once it is whole. There is one at a time.
static WATCHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// While this is held, no signal ends the process.
fn watched() -> MutexGuard<'static, Option<PathBuf>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the file that is watched: what is done before a signal ends this process.
fn remove_watched(watched: &mut Option<PathBuf>) {
    if let Some(path) = watched.take() {
        let _ = fs::remove_file(path);
    }
}

/// A file under a name of its own. Dropping it removes it, unless it became what it was made for.
struct Named {
    path: PathBuf,
    /// Locked as long as this process lives, whatever ends it.
    file: File,
}

impl Named {
    fn new(path: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            let named = Self::at(beside(path)?)?;
            // Somebody who cleans up can have come between its making and its lock.
            if named.is_still_there() {
                return Ok(named);
            }
        }
        Err(io::Error::other("what is made here is removed at once"))
    }

    fn at(path: PathBuf) -> io::Result<Self> {
        remove_at_signals()?;
        let mut watched = watched();
        let file = private_file().write(true).create_new(true).open(&path)?;
        *watched = Some(path.clone());
        drop(watched);
        // Where files cannot be locked, two at once in one folder may take each other for a leftover; they say so then.
        let _ = file.lock();
        Ok(Self { path, file })
    }

    fn is_still_there(&self) -> bool {
        let same = |now: fs::Metadata| {
            self.file.metadata().is_ok_and(|made| identity(&made) == identity(&now))
        };
        self.path.symlink_metadata().is_ok_and(same)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }

    /// Lets it become the file, while no signal can come between. Its own name goes in any case, if that is another one.
    fn become_file(
        &mut self,
        path: &Path,
        become_it: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut watched = watched();
        become_it(&self.path)?;
        *watched = None;
        if self.path != path {
            let _ = fs::remove_file(&self.path);
        }
        Ok(())
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        remove_watched(&mut watched());
    }
}

/// Stands in the name of every file that is not whole.
const MARK: &str = ".strongroom-export-";
const TRIES: u32 = 5;
