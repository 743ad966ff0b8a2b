//! Which files are looked at: what git has or would take, or what somebody named.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{Input, Scanner};
use crate::error::Error;
use crate::{git, system};

/// Looks through files and folders that somebody named; `-` is standard input.
pub(crate) fn named(paths: &[PathBuf], scanner: &mut Scanner<'_>) {
    for path in paths {
        if path.as_os_str() == "-" {
            let stdin = Input::Stream(Box::new(io::stdin().lock()));
            scanner.look("standard input".to_owned(), stdin, STREAM);
        } else if path.is_dir() {
            walk(path, scanner);
        } else {
            open(path, File::open(path), scanner);
        }
    }
}

/// The files of the repository around the current folder: those that git tracks, and those that it would take. None where
/// there is no repository.
pub(crate) fn of_repository() -> Result<Option<Vec<PathBuf>>, Error> {
    let Some(root) = git::to_root()? else { return Ok(None) };
    let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = git::printed(&root, &words)?;
    let mut paths: Vec<PathBuf> = listed
        .split(|b| *b == 0)
        .filter(|name| !name.is_empty())
        .filter_map(|name| system::variable_value(name).map(|name| root.join(name)))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(Some(paths))
}

/// Looks through a file that was found, not named: only if it is a regular one, and no link.
pub(crate) fn found(path: &Path, scanner: &mut Scanner<'_>) {
    match system::open_unlinked(path) {
        Ok(Some(file)) => open(path, Ok(file), scanner),
        Ok(None) => {}
        // Deleted in the working tree, or meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => open(path, Err(error), scanner),
    }
}

/// Looks through everything in a folder, links apart.
pub(crate) fn walk(folder: &Path, scanner: &mut Scanner<'_>) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                scanner.unreadable(folder.display().to_string(), &error);
                continue;
            }
        };
        entries.sort_unstable_by_key(fs::DirEntry::file_name);
        let mut inner = Vec::new();
        for entry in entries {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => inner.push(entry.path()),
                _ => found(&entry.path(), scanner),
            }
        }
        folders.extend(inner.into_iter().rev());
    }
}

fn open(path: &Path, file: io::Result<File>, scanner: &mut Scanner<'_>) {
    // What was found in the current folder is called as git calls it.
    let name = path.strip_prefix(".").unwrap_or(path).display().to_string();
    let opened = file.and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    match opened {
        Ok((file, metadata)) if metadata.is_file() => {
            scanner.look(name, Input::File(file), metadata.len());
        }
        // A pipe, such as the shell's `<(command)`.
        Ok((file, _)) => scanner.look(name, Input::Stream(Box::new(file)), STREAM),
        Err(error) => scanner.unreadable(name, &error),
    }
}

/// What counts as the length of something whose end is not known: 1 GiB.
const STREAM: u64 = 1 << 30;
