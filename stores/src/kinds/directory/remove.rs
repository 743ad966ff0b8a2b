//! Removes the file of a name, and folders that are empty without it.

use std::fs;
use std::io;

use super::Inner;
use crate::failure::Failure;
use crate::kinds::file;

/// Removes one file. A link goes, and what it leads to stays.
pub(super) fn one(inner: &Inner, name: &str, key: Option<&str>) -> Result<(), Failure> {
    let whole = inner.whole(name, key)?;
    let root = inner.root()?;
    let path = inner.changeable(&root, &whole)?;
    let shown = root.shown(&path);
    let metadata = fs::metadata(&path).map_err(|error| file::failure("look at", &shown, &error))?;
    if !metadata.is_file() {
        return Err(Failure::invalid(format!("{shown} is no regular file")));
    }
    fs::remove_file(&path).map_err(|error| match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => {
            Failure::denied(format!("{shown} is mounted so that nobody can write"))
        }
        _ => file::failure("remove", &shown, &error),
    })?;
    // One that has something in it is refused by the system.
    let mut folder = path.clone();
    while folder.pop() && folder != root.path() && fs::remove_dir(&folder).is_ok() {}
    Ok(())
}
