//! The Rust files of a package: those in the folder of each target and below, other packages apart.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::packages::Package;

/// Every file that may belong to a package, sorted.
///
/// Whether a file is reached by a `mod` is not asked: macros may declare modules, and a declaration
/// too many in a table is better than one too few.
pub(super) fn of(package: &Package) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for target in &package.targets {
        files.insert(target.file.clone());
        // Beside a build script stands the whole package, and a target at the root is followed into
        // its own modules only by that.
        if !target.is_build_script {
            folders.extend(target.file.parent().map(Path::to_owned));
        }
    }
    for folder in &folders {
        walk(folder, &mut files);
    }
    files
}

fn walk(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        if kind.is_dir() {
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let is_other =
                is_hidden || path.join("Cargo.toml").exists() || path.join("CACHEDIR.TAG").exists();
            if !is_other {
                walk(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path);
        }
    }
}
