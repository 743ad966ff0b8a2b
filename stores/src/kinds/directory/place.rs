//! From a name to a file of the folder, through the links of a Kubernetes mount, and never out of the folder.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use strongroom_vault::{Shown, ShownPath};

use super::write::UNFINISHED;
use crate::failure::Failure;
use crate::kinds::file;

/// The folder, without links on the way to it.
#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    /// The variable that names it. What that holds may be anything, and is never shown.
    variable: Option<String>,
    /// Where each mounted folder's `..data` leads, as first seen: what is read through one root is of one state.
    data: RefCell<HashMap<PathBuf, Option<PathBuf>>>,
}

/// Where the value of a name is, or would be.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// Whether it is in a folder that Kubernetes mounted.
    pub(super) is_mounted: bool,
}

impl Root {
    pub(super) fn of(path: &Path, variable: Option<String>) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        if !path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is no folder"));
        }
        Ok(Self { path, variable, data: RefCell::default() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A path of the folder, for a message.
    pub(super) fn shown<'a>(&'a self, path: &'a Path) -> ShownIn<'a> {
        ShownIn { root: self, path }
    }

    /// Where a name leads. What is there is not looked at, except for links.
    pub(super) fn place_of(&self, name: &str) -> Result<Place, Failure> {
        let (mut path, mut is_mounted) = (self.path.clone(), false);
        for part in name.split('/') {
            check_file_name(part, name)?;
            if let Some(data) = self.data_of(&path) {
                is_mounted = true;
                // The link beside it would lead through the `..data` of this moment.
                if !is_beside(&path.join(part)) {
                    path = data;
                }
            }
            path.push(part);
            // Each step anew, so that a later part finds the `..data` of a folder that is a link.
            path = match fs::canonicalize(&path) {
                Ok(path) => path,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.check_dangling(&path, name)?;
                    path
                }
                Err(error) => return Err(file::failure("look at", &self.shown(&path), &error)),
            };
            self.check(&path, name)?;
        }
        Ok(Place { path, is_mounted })
    }

    /// Refuses a folder that lies elsewhere.
    pub(super) fn check_inside(&self, folder: &Path, name: &str) -> Result<(), Failure> {
        let real = fs::canonicalize(folder);
        let real = real.map_err(|error| file::failure("look at", &self.shown(folder), &error))?;
        self.check(&real, name)
    }

    fn check(&self, real: &Path, name: &str) -> Result<(), Failure> {
        if real.starts_with(&self.path) { Ok(()) } else { Err(self.leaves(name)) }
    }

    /// Refuses a link to nothing: what is written there could land anywhere.
    fn check_dangling(&self, path: &Path, name: &str) -> Result<(), Failure> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        if !is_link {
            return Ok(());
        }
        let (name, folder) = (Shown(name), self.shown(&self.path));
        Err(Failure::absent(format!("`{name}` in {folder} is a link that leads to nothing")))
    }

    fn leaves(&self, name: &str) -> Failure {
        let (name, folder) = (Shown(name), self.shown(&self.path));
        Failure::invalid(format!(
            "`{name}` is a link that leads out of {folder}, and is not followed"
        ))
    }

    /// Where `..data` of a folder leads: Kubernetes swaps that link to change all files of a mount at once.
    pub(super) fn data_of(&self, folder: &Path) -> Option<PathBuf> {
        let mut known = self.data.borrow_mut();
        let data = known.entry(folder.to_owned()).or_insert_with(|| {
            let data = fs::canonicalize(folder.join(DATA)).ok()?;
            (data.starts_with(&self.path) && data.is_dir()).then_some(data)
        });
        data.clone()
    }

    /// Whether a `..data` leads elsewhere by now, so that what it led to may be gone.
    pub(super) fn has_moved(&self) -> bool {
        let known = self.data.borrow();
        known.iter().any(|(folder, data)| fs::canonicalize(folder.join(DATA)).ok() != *data)
    }
}

/// A path of the folder: the folder itself by its variable, if one names it.
pub(super) struct ShownIn<'a> {
    root: &'a Root,
    path: &'a Path,
}

impl fmt::Display for ShownIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(variable) = &self.root.variable else { return ShownPath(self.path).fmt(f) };
        match self.path.strip_prefix(&self.root.path) {
            Ok(inner) if !inner.as_os_str().is_empty() => write!(f, "`{}` in ", ShownPath(inner))?,
            _ => {}
        }
        write!(f, "the folder that `{}` names", Shown(variable))
    }
}

/// Whether something in a mounted folder is not part of what is swapped.
fn is_beside(path: &Path) -> bool {
    match fs::read_link(path) {
        Ok(target) => !target.starts_with(DATA),
        Err(_) => fs::symlink_metadata(path).is_ok(),
    }
}

/// Refuses a part of a name that is no file's.
pub(super) fn check_file_name(part: &str, name: &str) -> Result<(), Failure> {
    if is_file_name(part) {
        return Ok(());
    }
    Err(Failure::invalid(format!("`{}` cannot be the name of a file here", Shown(name))))
}

/// Whether a part of a name is a file's: what begins with two dots is Kubernetes' own, or leads upwards.
pub(super) fn is_file_name(part: &str) -> bool {
    let is_windows = cfg!(windows) && part.contains(['\\', ':']);
    !part.is_empty()
        && part != "."
        && !part.starts_with("..")
        && !part.starts_with(UNFINISHED)
        && !part.contains(['/', '\0'])
        && !is_windows
}

const DATA: &str = "..data";
