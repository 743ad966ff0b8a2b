//! A folder for this user alone, known by more than its path: what others put in its place is left alone.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use strongroom_vault::search::private_folder;

use crate::system::{identity, is_own, open_own};

/// A private folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
    identity: (u64, u64),
}

impl Folder {
    /// Makes one.
    pub(super) fn make(path: PathBuf) -> io::Result<Self> {
        private_folder().create(&path)?;
        Self::at(path)
    }

    /// One that is there, if it is this user's.
    pub(super) fn at(path: PathBuf) -> io::Result<Self> {
        let metadata = path.symlink_metadata()?;
        if metadata.is_dir() && is_own(&metadata) {
            return Ok(Self { identity: identity(&metadata), path });
        }
        Err(io::Error::other("it is no folder of yours"))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that it still is the folder that it was.
    pub(super) fn check(&self) -> io::Result<()> {
        if Self::at(self.path.clone())?.identity == self.identity {
            return Ok(());
        }
        Err(io::Error::other("another folder was put in the place of the private one"))
    }

    /// Overwrites every file in it and removes it whole, with what the editor put beside its file.
    pub(super) fn remove(&self) {
        if self.check().is_err() {
            return;
        }
        overwrite(&self.path);
        // An editor that is about to end may write once more meanwhile.
        for _ in 0..TRIES {
            if self.check().is_err() {
                return;
            }
            match fs::remove_dir_all(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                    std::thread::sleep(MOMENT);
                }
                _ => break,
            }
        }
    }
}

fn overwrite(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => overwrite(&path),
            Ok(metadata) if metadata.is_file() => {
                let opened = open_own(OpenOptions::new().write(true), &path);
                let written = opened.and_then(|mut file| {
                    io::copy(&mut io::Read::take(io::repeat(0), metadata.len()), &mut file)?;
                    file.sync_data()
                });
                // Best effort: the file is removed in any case.
                drop(written);
            }
            _ => {}
        }
    }
}

const TRIES: u32 = 20;
const MOMENT: Duration = Duration::from_millis(10);
