//! Where a folder is changed, and where it never is: behind a link, among git's own files, where keys are kept, in a mount.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;
use strongroom_vault::search::private_folder;

use super::place::Root;
use super::{Folder, Inner, read, write};
use crate::failure::{Failure, FailureKind};
use crate::kinds::file;
use crate::store::Item;

impl Inner {
    /// Refuses to change anything behind a link in the way from the vault to the folder: whoever committed one would decide
    /// where values go, and what is removed. A path from elsewhere is its owner's own.
    fn refuse_links(&self) -> Result<(), Failure> {
        let Folder::At(path) = &self.folder else { return Ok(()) };
        let Ok(below) = path.strip_prefix(&self.base) else { return Ok(()) };
        let mut folder = self.base.clone();
        for part in below.components() {
            folder.push(part);
            refuse_link(&folder, &ShownPath(&folder))?;
        }
        Ok(())
    }

    /// The folder, if it is one of its own: a variable may name any, and the vault itself lies in none.
    pub(super) fn bounds(&self) -> Result<Option<String>, Failure> {
        if let Folder::Named(_) = self.folder {
            return Ok(None);
        }
        self.refuse_links()?;
        let root = self.root()?;
        refuse_repository(&root, root.path())?;
        let base = fs::canonicalize(&self.base);
        let is_apart = base.is_ok_and(|base| !base.starts_with(root.path()))
            && root.path().join(".git").symlink_metadata().is_err();
        Ok(is_apart.then(|| format!("the folder {}", self.folder)))
    }

    /// Where the file of a name is written or removed: the name itself, not what a link there leads to.
    pub(super) fn changeable(&self, root: &Root, whole: &str) -> Result<PathBuf, Failure> {
        self.refuse_links()?;
        let place = root.place_of(whole)?;
        let shown = root.shown(&place.path);
        file::refuse_keys(&place.path, &shown)?;
        refuse_repository(root, &place.path)?;
        if place.is_mounted {
            return Err(Failure::new(
                FailureKind::Conflict,
                "the folder is mounted by Kubernetes, which takes every change back: write the Secret itself",
            ));
        }
        let (folders, last) = whole.rsplit_once('/').unwrap_or(("", whole));
        let mut path = root.path().to_owned();
        for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
            path.push(folder);
            refuse_link(&path, &root.shown(&path))?;
        }
        Ok(path.join(last))
    }

    /// Writes a new file in the place of a name.
    pub(super) fn put(
        &self,
        name: &str,
        key: Option<&str>,
        value: &[u8],
    ) -> Result<String, Failure> {
        let whole = self.whole(name, key)?;
        let root = self.root()?;
        let path = match self.changeable(&root, &whole) {
            Err(failure) => return Err(in_the_way(&root, &whole).unwrap_or(failure)),
            Ok(path) => path,
        };
        if let Some(folder) = path.parent() {
            let made = private_folder().recursive(true).create(folder);
            made.map_err(|error| file::failure("write", &root.shown(folder), &error))?;
            // A link may have been there before the folder was.
            root.check_inside(folder, &whole)?;
        }
        let written = if self.trim {
            let mut line = zeroize::Zeroizing::new(Vec::with_capacity(value.len() + 1));
            line.extend_from_slice(value);
            line.push(b'\n');
            write::replace(&path, &line)
        } else {
            write::replace(&path, value)
        };
        written.map_err(|error| match error.kind() {
            io::ErrorKind::IsADirectory => {
                Failure::new(FailureKind::Conflict, format!("{} is a folder", root.shown(&path)))
            }
            // Whoever removed the last file of the folder removed the folder too.
            io::ErrorKind::NotFound => Failure::new(
                FailureKind::Conflict,
                format!("the folder of {} was removed at the same time", root.shown(&path)),
            ),
            io::ErrorKind::ReadOnlyFilesystem => Failure::denied(format!(
                "{} is mounted so that nobody can write",
                root.shown(&path)
            )),
            _ => file::failure("write", &root.shown(&path), &error),
        })?;
        let item = Item { name: name.to_owned(), version: None };
        read::version(self, &root, &item)
    }
}

/// Refuses to change what lies among git's own files: a configuration or a hook there is run.
fn refuse_repository(root: &Root, real: &Path) -> Result<(), Failure> {
    let Some(git) = repository_around(real) else { return Ok(()) };
    let (real, git) = (root.shown(real), root.shown(git));
    Err(Failure::new(
        FailureKind::Conflict,
        format!("{real} lies among git's own files, in {git}: nothing is changed there"),
    ))
}

/// The folder of git's own files around a path: `.git`, or one that looks like a bare repository. A working tree within one
/// is no part of it.
fn repository_around(real: &Path) -> Option<&Path> {
    let is_named =
        |path: &Path| path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(".git"));
    let is_bare = |path: &Path| {
        path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir()
    };
    for folder in real.ancestors() {
        if is_named(folder) || is_bare(folder) {
            return Some(folder);
        }
        if folder.join(".git").symlink_metadata().is_ok() {
            return None;
        }
    }
    None
}

fn refuse_link(path: &Path, shown: &dyn std::fmt::Display) -> Result<(), Failure> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        let what = format!("{shown} is a link, and only read through");
        return Err(Failure::new(FailureKind::Conflict, what));
    }
    Ok(())
}

/// The failure for a file where the name has a folder.
fn in_the_way(root: &Root, whole: &str) -> Option<Failure> {
    let path = root.path().join(whole);
    let mut folders = path.ancestors().skip(1).take_while(|folder| *folder != root.path());
    let file = folders.find(|folder| folder.starts_with(root.path()) && folder.is_file())?;
    let what =
        format!("{} is a file, and should be a folder: take it away first", root.shown(file));
    Some(Failure::new(FailureKind::Conflict, what))
}
