//! Opens regular files alone: a pipe is waited for, a device may have no end, and a folder is no text.

use std::fs::{self, File, FileType, Metadata};
use std::io;
#[cfg(feature = "crypto")]
use std::io::Read;
use std::path::Path;
#[cfg(feature = "crypto")]
use std::sync::mpsc;
#[cfg(feature = "crypto")]
use std::thread;
#[cfg(feature = "crypto")]
use std::time::Duration;

/// Opens a file for reading if it is a regular one, or a link to one.
///
/// # Errors
///
/// It is something else, which is said, or it cannot be opened.
pub fn open_regular(path: &Path) -> io::Result<File> {
    // Before it is opened: a pipe without anybody at its other end would keep everybody waiting.
    refuse(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    refuse(&file.metadata()?)?;
    Ok(file)
}

/// What something is that is no regular file, in words.
pub(crate) fn other_than_a_file(metadata: &Metadata) -> Option<&'static str> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_file() => None,
        () if kind.is_dir() => Some("a folder"),
        () if is_pipe(kind) => Some("a pipe"),
        () => Some("a device or a socket"),
    }
}

/// Refuses what is there and is no regular file, or no link to one: whoever opens a pipe to write waits for a reader.
///
/// # Errors
///
/// It is something else, which is said.
pub fn refuse_other_than_a_file(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) => refuse(&metadata),
        // It is about to be made.
        Err(_) => Ok(()),
    }
}

fn refuse(metadata: &Metadata) -> io::Result<()> {
    match other_than_a_file(metadata) {
        None => Ok(()),
        Some(what) => Err(not_regular(what)),
    }
}

fn not_regular(what: &str) -> io::Error {
    io::Error::other(format!("it is {what}, and no regular file"))
}

/// The bytes of a regular file.
#[cfg(feature = "crypto")]
pub(crate) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file.
#[cfg(feature = "crypto")]
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open_regular(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// Opens a file that somebody named: a shell's `<(…)` gives a pipe, and so do programs that hand out secrets. One to which
/// nobody writes is not waited for.
#[cfg(feature = "crypto")]
pub(crate) fn open_named(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(not_regular("a folder"));
    }
    if !is_pipe(metadata.file_type()) {
        return File::open(path);
    }
    let (opened, hears) = mpsc::channel();
    let pipe = path.to_owned();
    // It waits for as long as this program runs, should nobody come.
    thread::spawn(move || opened.send(File::open(pipe)));
    hears.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::TimedOut, "it is a pipe, and nobody writes to it"))
    })
}

/// Opens a regular file, or a pipe as a shell's `<(…)` gives it; one to which nobody writes is not waited for.
///
/// # Errors
///
/// It is something else, which is said, or it cannot be opened.
#[cfg(feature = "crypto")]
pub fn open_regular_or_pipe(path: &Path) -> io::Result<File> {
    if is_pipe(fs::metadata(path)?.file_type()) { open_named(path) } else { open_regular(path) }
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

/// How long somebody may take to open the other end of a pipe. A shell has done so before it starts a program.
#[cfg(feature = "crypto")]
const PATIENCE: Duration = Duration::from_secs(2);

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::file::{FILE_NAME, VaultFile, find_upwards};

    /// What the macro, the runtime and the command share.
    #[test]
    fn a_vault_that_is_no_file_is_found_and_told_without_waiting() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = folder.path().join(FILE_NAME);
        let told = || {
            let found = find_upwards(folder.path()).expect("something");
            VaultFile::read(&found).expect_err("no vault").to_string()
        };
        fs::create_dir(&vault).expect("a folder");
        assert!(told().ends_with("it is a folder, and no regular file"), "{}", told());
        fs::remove_dir(&vault).expect("a folder");
        pipe(&vault);
        assert!(told().ends_with("it is a pipe, and no regular file"), "{}", told());
    }

    fn pipe(path: &Path) {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.expect("mkfifo").success());
    }

    #[test]
    fn whoever_writes_is_told_of_everything_that_is_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").expect("a file");
        pipe(&at("pipe"));
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("a socket");
        for name in ["file", "absent"] {
            assert!(refuse_other_than_a_file(&at(name)).is_ok(), "{name}");
        }
        for (name, what) in
            [("", "a folder"), ("pipe", "a pipe"), ("socket", "a device or a socket")]
        {
            let told = refuse_other_than_a_file(&at(name)).expect_err(name).to_string();
            assert_eq!(told, format!("it is {what}, and no regular file"));
        }
    }

    /// A file is opened by who asks: its reading ends, whatever hears of pipes.
    #[cfg(feature = "crypto")]
    #[test]
    fn a_pipe_that_somebody_named_is_waited_for_and_not_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        pipe(&at("written"));
        pipe(&at("alone"));
        let written = at("written");
        let writer = thread::spawn(move || fs::write(written, "text"));
        let mut text = String::new();
        let mut opened = open_named(&at("written")).expect("a pipe with a writer");
        opened.read_to_string(&mut text).expect("text");
        assert_eq!(text, "text");
        writer.join().expect("no panic").expect("written");
        let (told, hears) = mpsc::channel();
        let alone = at("alone");
        thread::spawn(move || told.send(open_named(&alone)));
        let answer = hears.recv_timeout(PATIENCE * 5).expect("an answer in time");
        assert_eq!(answer.expect_err("nobody writes").kind(), io::ErrorKind::TimedOut);
        assert!(open_named(folder.path()).is_err());
    }
}
