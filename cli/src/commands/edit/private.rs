//! The file that the editor gets: in a fresh folder for this user alone, overwritten and removed in the
//! end. What a killed process left is removed by the next one.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use strongroom_vault::limits::FILE_BYTES;
use strongroom_vault::random;
use strongroom_vault::search::private_file;
use zeroize::Zeroizing;

use super::folder::Folder;
use super::place::{LOCK, PREFIX, leftovers, places};
use crate::error::Error;
use crate::reveal;
use crate::system::open_own;
use crate::value::limited;

/// A file in a folder of its own. Dropping it removes both.
#[derive(Debug)]
pub(super) struct PrivateFile {
    folder: Folder,
    path: PathBuf,
    /// The file as it was made.
    file: File,
    /// Held as long as this process lives, whatever ends it: a folder whose lock is free is left over.
    _lock: File,
}

impl PrivateFile {
    /// Makes the folder in the first place where that is possible.
    pub(super) fn new(name: &str) -> Result<Self, Error> {
        let mut last = None;
        for place in places() {
            match Self::within(&place, name) {
                Ok(file) => {
                    // The new one is not among them: its lock is held.
                    for folder in leftovers() {
                        folder.remove();
                    }
                    return Ok(file);
                }
                Err(error) => last = Some((place, error)),
            }
        }
        Err(match last {
            Some((place, error)) => Error::file("make a private folder in", &place, &error),
            None => Error::cannot(format!(
                "there is no place for a private file: {} is no folder, or others can replace what is in it",
                env::temp_dir().display()
            ))
            .with_hint("name a folder that only you can write in: export TMPDIR=FOLDER"),
        })
    }

    fn within(place: &Path, name: &str) -> io::Result<Self> {
        let unique: [u8; 8] = random().map_err(|error| io::Error::other(error.to_string()))?;
        let unique = u64::from_be_bytes(unique);
        let folder = Folder::make(place.join(format!("{PREFIX}{unique:016x}")))?;
        let path = folder.path().join(name);
        let made = create(&folder.path().join(LOCK)).and_then(|lock| {
            lock.lock()?;
            Ok((create(&path)?, lock))
        });
        match made {
            Ok((file, lock)) => Ok(Self { folder, path, file, _lock: lock }),
            Err(error) => {
                folder.remove();
                Err(error)
            }
        }
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the new file its text.
    pub(super) fn write(&self, text: &[u8]) -> Result<(), Error> {
        reveal::permit("every value of the environment")?;
        (&self.file).write_all(text).map_err(|error| Error::file("write", &self.path, &error))
    }

    /// What the file holds now; an editor may have put another one in its place.
    pub(super) fn read(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.folder
            .check()
            .and_then(|()| open_own(OpenOptions::new().read(true), &self.path))
            .and_then(|file| limited(file, FILE_BYTES))
            .map_err(|error| Error::file("read", &self.path, &error))?
            .ok_or_else(|| Error::usage(format!("the file has more than {FILE_BYTES} bytes")))
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        self.folder.remove();
    }
}

fn create(path: &Path) -> io::Result<File> {
    private_file().write(true).create_new(true).open(path)
}
