//! A file with values that a command writes: new, for its owner alone, and whole or not at all.

mod unfinished;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use strongroom_vault::search::{is_place_of_keys, mine_path};
use strongroom_vault::{FILE_NAME, MINE_FILE_NAME, ShownPath};

pub(crate) use self::unfinished::leftovers;
use crate::error::Error;
use crate::git::{Answer, FileInTree};
use crate::hints::typed;
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

/// Refuses the vault's own file, a developer's own beside it, and where keys are kept; and a way through a link that
/// somebody committed, which may lead anywhere. A link in the place of the file itself is refused by the two above.
pub(crate) fn refuse_ours(path: &Path, vault: &Path) -> Result<(), Error> {
    let shown = ShownPath(path);
    let real = real(path);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_named = [FILE_NAME, MINE_FILE_NAME].iter().any(|own| own.eq_ignore_ascii_case(name));
    if is_named || [vault, &mine_path(vault)].iter().any(|own| self::real(own) == real) {
        return Err(Error::usage(format!(
            "{shown} is a file of Strongroom's own, and values in clear do not belong there\n{ANOTHER}"
        )));
    }
    if is_place_of_keys(&real) {
        return Err(Error::usage(format!(
            "{shown} lies where keys are kept, and nothing else is written there\n{ANOTHER}"
        )));
    }
    let folders = path.ancestors().skip(1);
    let is_link = |folder: &&Path| fs::symlink_metadata(folder).is_ok_and(|it| it.is_symlink());
    let may_be_tracked = |link: &&Path| FileInTree::of_link(link).is_tracked() != Answer::No;
    match folders.filter(is_link).find(may_be_tracked) {
        Some(link) => Err(Error::usage(format!(
            "{} is a link that git tracks, or may track, and whoever committed it says where {shown} lies\n\
             name the folder that it leads to, if that is meant: --out {}",
            ShownPath(link),
            typed(&real)
        ))),
        None => Ok(()),
    }
}

/// A path without links, but for the file itself if that is not there.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize();
        folder.map_or(path.to_owned(), |folder| folder.join(path.file_name().unwrap_or_default()))
    })
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

const ANOTHER: &str = "name another file, which git ignores: --out FILE";
