//! The file of a GitHub step, to which an export adds variables.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::reveal;

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

fn unwritten(path: &Path, error: &io::Error) -> Error {
    Error::file("write to", path, error).with_hint("named by: GITHUB_ENV")
}
