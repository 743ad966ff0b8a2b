//! Where an export goes: a new file that only its owner can read, or the file of a GitHub step.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;

use super::unfinished;
use crate::error::Error;
use crate::{reveal, ui};

/// The file that `GITHUB_ENV` names, open.
#[derive(Debug)]
pub(super) struct StepFile {
    path: PathBuf,
    file: File,
}

impl StepFile {
    /// Opens the file; the runner makes it.
    pub(super) fn open() -> Result<Self, Error> {
        let Some(path) = env::var_os("GITHUB_ENV").filter(|path| !path.is_empty()) else {
            return Err(Error::cannot(
                "GITHUB_ENV is not set: this is no step of GitHub Actions\nfor a file use: --format dotenv",
            ));
        };
        let path = PathBuf::from(path);
        match OpenOptions::new().read(true).append(true).open(&path) {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => Err(unwritten(&path, &error)),
        }
    }

    /// Adds to it, on a line of its own.
    pub(super) fn append(mut self, bytes: &[u8]) -> Result<(), Error> {
        reveal::permit("every value")?;
        let is_open = ends_within_a_line(&mut self.file).unwrap_or(false);
        let newline: &[u8] = if is_open { b"\n" } else { b"" };
        let written = self.file.write_all(newline).and_then(|()| self.file.write_all(bytes));
        written.map_err(|error| unwritten(&self.path, &error))
    }
}

/// Whether the last line of a file has no end. A pipe has no last line.
fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Refuses a file that exists.
pub(super) fn refuse_existing(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(exists(path)),
        Err(_) => Ok(()),
    }
}

/// Refuses what is there and is no file: putting one in the place of a device or a link would break
/// what others use.
pub(super) fn refuse_no_file(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(Error::usage(format!(
            "{0} is no regular file, and is not replaced\nwrite to it with: > {0}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Writes a file completely or not at all, and removes what killed exports left beside it.
pub(super) fn save(path: &Path, bytes: &[u8], is_forced: bool) -> Result<(), Error> {
    reveal::permit("every value")?;
    if path.file_name().is_none() {
        return Err(Error::usage(format!("{} is no name of a file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    for left in unfinished::remove_leftovers(folder.unwrap_or(Path::new("."))) {
        ui::say(&format!("removed what a killed export left: {}", ShownPath(&left)));
    }
    unfinished::create(path, bytes, is_forced).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists if !is_forced => exists(path),
        _ => Error::file("write", path, &error),
    })
}

fn exists(path: &Path) -> Error {
    Error::usage(format!("{} exists already\nreplace it with: --force", path.display()))
}

fn unwritten(path: &Path, error: &io::Error) -> Error {
    Error::file("write to", path, error).with_hint("named by: GITHUB_ENV")
}
