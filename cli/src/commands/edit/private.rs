//! The file that the editor gets: in a fresh folder for this user alone, overwritten and removed in the
//! end. What a killed process left is removed by the next one.

use std::env;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use strongroom_vault::limits::FILE_BYTES;
use strongroom_vault::random;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::system::{foreign_owner, private_file, private_folder};
use crate::value::limited;

/// A file in a folder of its own. Dropping it removes both.
#[derive(Debug)]
pub(super) struct PrivateFile {
    folder: PathBuf,
    path: PathBuf,
    /// Held as long as this process lives, whatever ends it: a folder whose lock is free is left over.
    _lock: File,
}

impl PrivateFile {
    /// Makes the folder, in `XDG_RUNTIME_DIR` where there is one: that lies in memory, and only this user
    /// can enter it.
    pub(super) fn new(name: &str) -> Result<Self, Error> {
        let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let runtime = runtime.filter(|folder| folder.is_absolute() && folder.is_dir());
        let places = runtime.into_iter().chain([env::temp_dir()]);
        let mut last = None;
        for place in places {
            match Self::within(&place, name) {
                Ok(file) => {
                    remove_leftovers(&place, &file.folder);
                    return Ok(file);
                }
                Err(error) => last = Some((place, error)),
            }
        }
        Err(match last {
            Some((place, error)) => Error::file("make a private folder in", &place, &error),
            None => Error::cannot("there is no folder for temporary files"),
        })
    }

    fn within(place: &Path, name: &str) -> io::Result<Self> {
        let unique: [u8; 8] = random().map_err(|error| io::Error::other(error.to_string()))?;
        let unique = u64::from_be_bytes(unique);
        let folder = place.join(format!("{PREFIX}{unique:016x}"));
        private_folder().create(&folder)?;
        let made = create(&folder.join(LOCK)).and_then(|lock| {
            lock.lock()?;
            create(&folder.join(name))?;
            Ok(lock)
        });
        match made {
            Ok(lock) => Ok(Self { path: folder.join(name), folder, _lock: lock }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its text.
    pub(super) fn write(&self, text: &[u8]) -> Result<(), Error> {
        OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(&self.path)
            .and_then(|mut file| file.write_all(text))
            .map_err(|error| Error::file("write", &self.path, &error))
    }

    /// What the file holds now; an editor may have put another one in its place.
    pub(super) fn read(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        File::open(&self.path)
            .and_then(|file| limited(file, FILE_BYTES))
            .map_err(|error| Error::file("read", &self.path, &error))?
            .ok_or_else(|| Error::usage(format!("the file has more than {FILE_BYTES} bytes")))
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Overwrites every file of a folder and removes it whole, with what the editor put beside its file.
pub(super) fn remove(folder: &Path) {
    overwrite(folder);
    // An editor that is about to end may write once more meanwhile.
    for _ in 0..TRIES {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                std::thread::sleep(MOMENT);
            }
            _ => break,
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
                let written = OpenOptions::new().write(true).open(&path).and_then(|mut file| {
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

/// Removes the folders of processes that were killed: nobody holds their locks any more.
fn remove_leftovers(place: &Path, ours: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        let folder = entry.path();
        let is_ours_by_name = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes());
        if !is_ours_by_name || folder == ours {
            continue;
        }
        // Others could have made a folder of this name in a place that is everybody's.
        let is_ours = |it: &Metadata| it.is_dir() && foreign_owner(it).is_none();
        if folder.symlink_metadata().is_ok_and(|it| is_ours(&it)) && is_left_over(&folder) {
            remove(&folder);
        }
    }
}

fn is_left_over(folder: &Path) -> bool {
    if let Ok(lock) = File::open(folder.join(LOCK)) {
        return !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    }
    // Another process may be about to make it.
    let made = folder.symlink_metadata().and_then(|metadata| metadata.modified());
    made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > YOUNG))
}

fn create(path: &Path) -> io::Result<File> {
    private_file().write(true).create_new(true).open(path)
}

const PREFIX: &str = "strongroom-edit-";
const LOCK: &str = "lock";
const TRIES: u32 = 20;
const MOMENT: Duration = Duration::from_millis(10);
const YOUNG: Duration = Duration::from_mins(1);
