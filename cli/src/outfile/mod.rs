//! A file with values that a command writes: new, for its owner alone, and whole or not at all.

mod unfinished;

use std::fs;
use std::io;
use std::path::Path;

use strongroom_vault::ShownPath;

pub(crate) use self::unfinished::leftovers;
use crate::error::Error;
use crate::{reveal, ui};

/// Refuses a file that exists.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(exists(path)),
        Err(_) => Ok(()),
    }
}

/// Refuses what is there and is no file: putting one in the place of a device or a link would break
/// what others use.
pub(crate) fn refuse_no_file(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(Error::usage(format!(
            "{0} is no regular file, and is not replaced\nwrite to it with: > {0}",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Writes a file completely or not at all, and removes what killed ones left beside it.
pub(crate) fn save(path: &Path, bytes: &[u8], is_forced: bool) -> Result<(), Error> {
    reveal::permit("every value")?;
    if path.file_name().is_none() {
        return Err(Error::usage(format!("{} is no name of a file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    for left in unfinished::remove_leftovers(folder.unwrap_or(Path::new("."))) {
        ui::say(&format!("removed what a killed strongroom left: {}", ShownPath(&left)));
    }
    unfinished::create(path, bytes, is_forced).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists if !is_forced => exists(path),
        _ => Error::file("write", path, &error),
    })
}

fn exists(path: &Path) -> Error {
    Error::usage(format!("{} exists already\nreplace it with: --force", path.display()))
}
