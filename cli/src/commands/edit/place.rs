//! Where private folders are made, and what killed processes left there.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::Folder;
use crate::system::keeps_own;

/// `XDG_RUNTIME_DIR`, which lies in memory and which only this user can enter, and the folder for
/// temporary files. One in which others could replace what is ours is left out.
pub(super) fn places() -> Vec<PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.filter(|place| place.is_absolute());
    let mut places: Vec<PathBuf> = runtime.into_iter().chain([env::temp_dir()]).collect();
    places.retain(|place| is_safe(place));
    places.dedup();
    places
}

fn is_safe(place: &Path) -> bool {
    place.metadata().is_ok_and(|it| it.is_dir() && keeps_own(&it))
}

/// The folders of processes that were killed: nobody holds their locks any more.
pub(crate) fn leftovers() -> Vec<Folder> {
    let entries = places().into_iter().filter_map(|place| fs::read_dir(place).ok());
    let named = entries
        .flat_map(Iterator::flatten)
        .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()));
    // Others could have made a folder of this name in a place that is everybody's.
    named.filter_map(|entry| Folder::at(entry.path()).ok()).filter(is_left_over).collect()
}

fn is_left_over(folder: &Folder) -> bool {
    if let Ok(lock) = File::open(folder.path().join(LOCK)) {
        return !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    }
    // Another process may be about to make it.
    let made = folder.path().symlink_metadata().and_then(|metadata| metadata.modified());
    made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > YOUNG))
}

/// How the names of private folders begin.
pub(super) const PREFIX: &str = "strongroom-edit-";
/// The file in each that its process holds locked.
pub(super) const LOCK: &str = "lock";
const YOUNG: Duration = Duration::from_mins(1);
