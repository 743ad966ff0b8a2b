//! Which files are read: every `*.yaml` and `*.yml` of a folder, in the order of their names.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of some folders.
///
/// # Errors
///
/// A folder cannot be read.
pub(super) fn of(folders: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut all = Vec::new();
    for folder in folders {
        let entries = fs::read_dir(folder).map_err(|error| {
            format!("cannot read the folder of components {}: {error}", folder.display())
        })?;
        let mut files = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if is_yaml(&path) && fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
                files.push(path);
            }
        }
        files.sort();
        all.append(&mut files);
    }
    Ok(all)
}

/// What [`Components::read`](super::Components::read) depends on: the folders, and the files that are there now.
#[must_use]
pub fn component_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = of(folders).unwrap_or_default();
    files.extend_from_slice(folders);
    files
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
}
