//! Removes the file of a name, and folders that are empty without it.

use std::fs;
use std::io;

use super::{Inner, changeable};
use crate::failure::Failure;
use crate::kinds::file;

/// Removes one file. A link goes, and what it leads to stays.
pub(super) fn one(inner: &Inner, name: &str, key: Option<&str>) -> Result<(), Failure> {
    let whole = inner.whole(name, key)?;
    inner.refuse_links()?;
    let root = inner.root()?;
    let real = changeable(&root, &whole)?.path;
    let shown = root.shown(&real);
    let metadata = fs::metadata(&real).map_err(|error| file::failure("look at", &shown, &error))?;
    if !metadata.is_file() {
        return Err(Failure::invalid(format!("{shown} is no regular file")));
    }
    // The file as the name has it: the way to it was followed, its own last part is not.
    let (mut folder, last) = match whole.rsplit_once('/') {
        Some((folder, last)) => (root.place_of(folder)?.path, last),
        None => (root.path().to_owned(), whole.as_str()),
    };
    fs::remove_file(folder.join(last)).map_err(|error| match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => {
            Failure::denied(format!("{shown} is mounted so that nobody can write"))
        }
        _ => file::failure("remove", &shown, &error),
    })?;
    // One that has something in it is refused by the system.
    while folder != root.path() && fs::remove_dir(&folder).is_ok() {
        folder.pop();
    }
    Ok(())
}
