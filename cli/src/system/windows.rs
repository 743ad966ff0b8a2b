//! Windows: a program is started and waited for; owners of files have no numbers.

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Windows writes no memory of a crashed process by default.
pub(crate) fn core_dumps_off() {}

/// Is true from when somebody asks this process to stop, with Ctrl-C. Whoever asks again ends it.
pub(crate) fn asked_to_stop() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&asked);
    let _ = ctrlc::set_handler(move || {
        if told.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    asked
}

/// Whether a crash of this process leaves its memory nowhere.
pub(crate) fn are_core_dumps_off() -> bool {
    true
}

/// Whether standard input is a regular file.
pub(crate) fn input_is_file() -> bool {
    let input = std::os::windows::io::AsHandle::as_handle(&std::io::stdin()).try_clone_to_owned();
    let metadata = input.and_then(|input| std::fs::File::from(input).metadata());
    metadata.is_ok_and(|metadata| metadata.is_file())
}

/// The number of a file's owner: owners have none here.
pub(crate) fn foreign_owner(_metadata: &Metadata) -> Option<u32> {
    None
}

/// Whether a file belongs to who runs this: owners have no number here.
pub(crate) fn is_own(_metadata: &Metadata) -> bool {
    true
}

/// Whether nobody else can put something else in the place of what one makes in this folder: the
/// user's own place for temporary files is private.
pub(crate) fn keeps_own(_folder: &Metadata) -> bool {
    true
}

/// What makes a file or folder the same one: it has no number here.
pub(crate) fn identity(_metadata: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Opens a file if it is a regular one, and no link to one.
pub(crate) fn open_own(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    if path.symlink_metadata()?.is_file() {
        return options.open(path);
    }
    Err(io::Error::other("it is no regular file of yours"))
}

/// Opens a file if it is a regular one, and no link to one; none if it is something else.
pub(crate) fn open_unlinked(path: &Path) -> io::Result<Option<File>> {
    if path.symlink_metadata()?.is_file() { File::open(path).map(Some) } else { Ok(None) }
}

/// The value of a variable from the bytes of a secret: UTF-8 is what this system has in common with
/// them.
pub(crate) fn variable_value(bytes: &[u8]) -> Option<OsString> {
    std::str::from_utf8(bytes).ok().map(OsString::from)
}

/// Runs the program, and ends with its exit status. Returns only if it cannot be started.
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    // Ctrl-C reaches every program at the console. What it means is for the other one to say, and
    // this one must still be there to pass the exit status on.
    let _ = ctrlc::set_handler(|| {});
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
