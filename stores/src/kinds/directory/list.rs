//! Walks the folder: every file that has a name, or every folder with files.

use std::fs;
use std::path::Path;

use strongroom_vault::search::is_place_of_keys;

use super::Inner;
use super::place::{Root, is_file_name};
use crate::failure::Failure;
use crate::kinds::file;
use crate::store::{Keys, Listed};

/// Everything that the folder has, in the order of names.
pub(super) fn all(inner: &Inner, root: &Root) -> Result<Vec<Listed>, Failure> {
    let mut walk = Walk { inner, root, left: ENTRIES, found: Vec::new() };
    walk.folder(root.path(), "", 0)?;
    walk.found.sort();
    Ok(walk.found)
}

struct Walk<'a> {
    inner: &'a Inner,
    root: &'a Root,
    left: usize,
    found: Vec<Listed>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, name: &str, depth: usize) -> Result<(), Failure> {
        let failed = |error| file::failure("read", &self.root.shown(folder), &error);
        let mut keys = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.left = self.left.checked_sub(1).ok_or_else(|| {
                let root = self.root.shown(self.root.path());
                Failure::invalid(format!("{root} has more than {ENTRIES} files"))
            })?;
            // What has no name, what has no end and what lies elsewhere cannot be asked for.
            let Some(part) = entry.file_name().to_str().map(str::to_owned) else { continue };
            let Ok(path) = fs::canonicalize(entry.path()) else { continue };
            if !is_file_name(&part) || !path.starts_with(self.root.path()) {
                continue;
            }
            let whole = if name.is_empty() { part.clone() } else { format!("{name}/{part}") };
            if path.is_dir() && depth < DEPTH {
                self.folder(&path, &whole, depth + 1)?;
            } else if path.is_file() && !is_place_of_keys(&path) {
                match self.inner.keys {
                    Keys::One => self.found.push(Listed { name: whole, keys: Vec::new() }),
                    Keys::Several => keys.push(part),
                }
            }
        }
        if !keys.is_empty() && !name.is_empty() {
            keys.sort();
            self.found.push(Listed { name: name.to_owned(), keys });
        }
        Ok(())
    }
}

/// The most files and folders that are looked at.
const ENTRIES: usize = 20_000;
/// How many folders deep.
const DEPTH: usize = 8;
