//! Unix: a program takes this process's place; modes and limits.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rustix::fs::OFlags;
use rustix::process::{Resource, Rlimit, geteuid, getrlimit, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The limit of core dumps that this process was started with.
static FOUND: OnceLock<Rlimit> = OnceLock::new();

/// Keeps the memory of this process off the disk when it crashes: it holds values and keys.
pub(crate) fn core_dumps_off() {
    let found = *FOUND.get_or_init(|| getrlimit(Resource::Core));
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: found.maximum });
    // Where a program takes core dumps, Linux asks it whatever the limit is.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Is true from when somebody asks this process to stop, with Ctrl-C or as a pipeline does. Whoever asks again ends it.
pub(crate) fn asked_to_stop() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // What cannot be watched ends the process, as before. The order counts: the first of them looks whether it was true.
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked));
        let _ = flag::register(signal, Arc::clone(&asked));
    }
    asked
}

/// Whether a crash of this process leaves its memory nowhere.
pub(crate) fn are_core_dumps_off() -> bool {
    getrlimit(Resource::Core).current == Some(0)
}

/// Whether standard input is a regular file.
pub(crate) fn input_is_file() -> bool {
    let input = std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned();
    let metadata = input.and_then(|input| std::fs::File::from(input).metadata());
    metadata.is_ok_and(|metadata| metadata.is_file())
}

/// The number of a file's owner, if that is neither who runs this nor root.
pub(crate) fn foreign_owner(metadata: &Metadata) -> Option<u32> {
    let owner = metadata.uid();
    (owner != 0 && owner != geteuid().as_raw()).then_some(owner)
}

/// Whether a file belongs to who runs this.
pub(crate) fn is_own(metadata: &Metadata) -> bool {
    metadata.uid() == geteuid().as_raw()
}

/// Whether nobody else can put something else in the place of what one makes in this folder.
pub(crate) fn keeps_own(folder: &Metadata) -> bool {
    let (others_write, sticky) = (folder.mode() & 0o022 != 0, folder.mode() & 0o1000 != 0);
    (is_own(folder) && !others_write) || (foreign_owner(folder).is_none() && sticky)
}

/// What makes a file or folder the same one, whatever it is called.
pub(crate) fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Opens a file if it is a regular one of who runs this, and no link to one.
pub(crate) fn open_own(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Without waiting: a pipe would have nobody at its other end.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = options.custom_flags(flags.bits().cast_signed()).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && is_own(&metadata) {
        return Ok(file);
    }
    Err(io::Error::other("it is no regular file of yours"))
}

/// Opens a file if it is a regular one, and no link to one; none if it is something else.
pub(crate) fn open_unlinked(path: &Path) -> io::Result<Option<File>> {
    if !path.symlink_metadata()?.is_file() {
        return Ok(None);
    }
    // Should it be replaced in this moment: a link is refused, and a pipe is not waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    Ok(file.metadata()?.is_file().then_some(file))
}

/// The value of a variable from the bytes of a secret.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every value can be one")]
pub(crate) fn variable_value(bytes: &[u8]) -> Option<OsString> {
    Some(OsStr::from_bytes(bytes).to_owned())
}

/// Becomes the program, under the limits that this process was started with. Returns only if that
/// fails.
pub(crate) fn become_program(command: &mut Command) -> io::Error {
    // A program that takes another one's place may be dumped again by itself.
    if let Some(found) = FOUND.get() {
        let _ = setrlimit(Resource::Core, *found);
    }
    let error = command.exec();
    core_dumps_off();
    error
}
