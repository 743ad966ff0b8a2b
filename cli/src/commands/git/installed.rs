//! The vaults of this clone that git is set up for: its settings and its hook are there once, for all of them.

use std::path::{Path, PathBuf};

use super::config;
use crate::error::Error;
use crate::git::printed;
use crate::hints::typed;
use crate::history::InGit;
use crate::system;

/// A vault's entry in the clone's own configuration: a section that is called like its path from the root.
pub(super) struct Entry {
    folder: PathBuf,
    section: String,
}

impl Entry {
    pub(super) fn of(file: &InGit) -> Result<Self, Error> {
        let prefix = printed(&file.folder, &["rev-parse", "--show-prefix"])?;
        let prefix = String::from_utf8_lossy(&prefix);
        let path = format!("{}{}", prefix.trim_end_matches(['\n', '\r']), file.name);
        Ok(Self { folder: file.folder.clone(), section: format!("{SECTION}.{path}") })
    }

    /// Adds it, if it is not there.
    pub(super) fn add(&self) -> Result<(), Error> {
        if self.is_there() { Ok(()) } else { config::set(&self.folder, &self.key(), "true") }
    }

    /// Takes it out; false if it was not there.
    pub(super) fn remove(&self) -> Result<bool, Error> {
        let is_there = self.is_there();
        if is_there {
            config::remove_section(&self.folder, &self.section)?;
        }
        Ok(is_there)
    }

    /// The other vaults with an entry. One that is gone has none any more: nobody could type anything in its place.
    pub(super) fn others(&self) -> Result<Vec<PathBuf>, Error> {
        let root = printed(&self.folder, &["rev-parse", "--show-toplevel"])?;
        let Some(root) = system::variable_value(root.trim_ascii_end()).map(PathBuf::from) else {
            return Ok(Vec::new());
        };
        let lead = format!("{SECTION}.");
        let mut others = Vec::new();
        for section in config::sections_with(&self.folder, &lead, END) {
            let Some(path) = section.strip_prefix(&lead) else { continue };
            let path = root.join(path);
            if !path.is_file() {
                config::remove_section(&self.folder, &section)?;
            } else if section != self.section {
                others.push(path);
            }
        }
        Ok(others)
    }

    fn is_there(&self) -> bool {
        config::get(&self.folder, &self.key()).is_some()
    }

    fn key(&self) -> String {
        format!("{}{END}", self.section)
    }
}

/// What to type to take git's settings back for another vault too.
pub(super) fn to_take_back(vault: &Path) -> String {
    format!("strongroom --vault {} git uninstall", typed(vault))
}

const SECTION: &str = "strongroom";
const END: &str = ".installed";
