//! Puts a value in the place of a file, or where none is yet, in one step: nobody reads half of it.

use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_vault::search::private_file;

/// Replaces or makes a file: always a new one that its owner alone can read. What stood there, a link too, gives it neither
/// rights nor an owner.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut new = New::create(folder)?;
    new.file.write_all(bytes)?;
    new.file.sync_all()?;
    fs::rename(&new.path, path)?;
    new.is_placed = true;
    Ok(())
}

/// A file in the making; it goes when it is dropped before it has its place.
struct New {
    path: PathBuf,
    file: File,
    is_placed: bool,
}

impl New {
    fn create(folder: &Path) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Two machines may share the folder.
        let chance = RandomState::new().hash_one(count);
        let path = folder.join(format!("{UNFINISHED}{}-{count}-{chance:x}", process::id()));
        let file = private_file().write(true).create_new(true).open(&path)?;
        Ok(Self { path, file, is_placed: false })
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// How the name of a file begins that has no place yet.
pub(super) const UNFINISHED: &str = ".strongroom-";
