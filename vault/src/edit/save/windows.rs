//! Saving on Windows: a folder's own rights count for the files in it, and a file beside the vault is the lock.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use crate::beside::beside;

/// The lock of a vault: a file that only one process can have open, and that is gone with it, whatever ends it.
///
/// A lock on the vault itself would keep builds and programs from reading it: on Windows locks are not advice.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "unlocks when dropped")] File);

impl Lock {
    /// Locks a file; none while somebody else has it locked.
    pub(super) fn try_take(path: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        options.share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
        match options.open(beside(path, "lock")) {
            Ok(file) => Ok(Some(Self(file))),
            Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// How a new vault is opened.
pub(super) fn for_everybody_to_read() -> OpenOptions {
    OpenOptions::new()
}

/// A new file belongs to who writes it.
pub(super) fn keep_owner(_file: &File, _like: &Metadata) {}

/// <https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew>
const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
/// <https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499->
const ERROR_SHARING_VIOLATION: i32 = 32;
