//! Saving on Unix: modes and owners are kept, and the file itself is what is locked.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;

use crate::regular::open_regular;

/// The lock of a vault. Unlocks when dropped.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "unlocks when dropped")] File);

impl Lock {
    /// Locks a file; none while somebody else has it locked, or has just put another file in its place.
    pub(super) fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let file = open_regular(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
            Ok(()) => {}
        }
        let (locked, now) = (file.metadata()?, fs::metadata(path)?);
        let is_still_there = (locked.dev(), locked.ino()) == (now.dev(), now.ino());
        Ok(is_still_there.then_some(Self(file)))
    }
}

/// How a new vault is opened. A program refuses one that its group can write, whatever the user's mask is.
pub(super) fn for_everybody_to_read() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o644);
    options
}

/// Gives a new file the owner of the old one, where that is allowed: root may edit somebody else's vault.
pub(super) fn keep_owner(file: &File, like: &Metadata) {
    let _ = fchown(file, Some(like.uid()), Some(like.gid()));
}
