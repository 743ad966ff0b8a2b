//! Finds the vault, reads it, and changes it: the only place that does.

use std::env;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use strongroom_vault::{
    Apps, Document, Draft, Index, LockedVault, VAULT_VARIABLE, VaultFile, find_upwards,
};

use crate::error::Error;
use crate::{log, returning, ui};

/// Where to work: the two options that every command takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Use this vault instead of the nearest strongroom.toml
    #[arg(long, value_name = "FILE", global = true, help_heading = "Where")]
    vault: Option<PathBuf>,

    /// Work as if started in this folder
    #[arg(short = 'C', value_name = "FOLDER", global = true, help_heading = "Where")]
    folder: Option<PathBuf>,
}

impl Place {
    /// A place of these two options.
    pub(crate) fn new(vault: Option<PathBuf>, folder: Option<PathBuf>) -> Self {
        Self { vault, folder }
    }

    /// Goes to the folder of `-C`. Every other path counts from there, as with git and make.
    pub(crate) fn enter(&self) -> Result<(), Error> {
        match &self.folder {
            Some(folder) => env::set_current_dir(folder)
                .map_err(|error| Error::file("go to the folder", folder, &error)),
            None => Ok(()),
        }
    }

    /// The vault that `--vault` or `STRONGROOM_VAULT` names.
    pub(crate) fn named_vault(&self) -> Option<PathBuf> {
        let variable = || env::var_os(VAULT_VARIABLE).filter(|path| !path.is_empty());
        self.vault.clone().or_else(|| variable().map(PathBuf::from))
    }

    /// Finds and reads the vault; none where there is none and nothing names one.
    pub(crate) fn read_if_there(&self) -> Result<Option<Found>, Error> {
        if self.named_vault().is_none() && find_upwards(&current_folder()?).is_err() {
            return Ok(None);
        }
        self.read().map(Some)
    }

    /// Finds and reads the vault.
    pub(crate) fn read(&self) -> Result<Found, Error> {
        let (path, is_named) = match self.named_vault() {
            Some(path) => (path, true),
            None => (find_upwards(&current_folder()?).map_err(no_vault)?, false),
        };
        let file = VaultFile::read(&path).map_err(|error| match self.vault {
            None if is_named => Error::from(error).with_hint(format!("named by: {VAULT_VARIABLE}")),
            _ => error.into(),
        })?;
        Ok(Found { file, is_named })
    }
}

/// The folder that this command works in.
pub(crate) fn current_folder() -> Result<PathBuf, Error> {
    env::current_dir()
        .map_err(|error| Error::cannot(format!("the current folder cannot be used: {error}")))
}

/// A vault's text.
#[derive(Debug)]
pub(crate) struct Found {
    file: VaultFile,
    /// Whether an option or a variable names it, so that it counts for every package.
    pub(crate) is_named: bool,
}

impl Found {
    /// The vault's file.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The text as it was read.
    pub(crate) fn text(&self) -> &str {
        self.file.text()
    }

    /// Puts another text in the place of what was there, which need not be a vault: a merge may have left markers in it.
    pub(crate) fn replace(&self, was: &str, text: &str) -> Result<(), Error> {
        let locked = LockedVault::open_or_wait(self.path(), || ui::say(WAITING))?;
        if locked.vault().text() != was {
            return Err(Error::cannot("the vault changed meanwhile: try again"));
        }
        Ok(locked.save(text)?)
    }

    /// What the file system says of the file.
    pub(crate) fn metadata(&self) -> &Metadata {
        self.file.metadata()
    }

    /// Reads the text as a vault.
    pub(crate) fn open(&self) -> Result<Session<'_>, Error> {
        let faulty = |error| Error::from(self.file.error(error));
        let document = Document::parse(self.file.text()).map_err(faulty)?;
        let index = Index::of(&document).map_err(faulty)?;
        log::vault(&index);
        returning::take_again(self, &index);
        Ok(Session { found: self, document, index })
    }
}

/// An open vault, as it was when this command began.
#[derive(Debug)]
pub(crate) struct Session<'t> {
    found: &'t Found,
    document: Document<'t>,
    /// What the vault says without a key.
    pub(crate) index: Index<'t>,
}

impl Session<'_> {
    /// The vault's file.
    pub(crate) fn path(&self) -> &Path {
        self.found.file.path()
    }

    /// The text as it was read.
    pub(crate) fn text(&self) -> &str {
        self.found.text()
    }

    /// Whether an option or a variable names the vault.
    pub(crate) fn is_named(&self) -> bool {
        self.found.is_named
    }

    /// The applications of the vault.
    pub(crate) fn apps(&self) -> Result<&Apps<'_>, Error> {
        self.index.apps().map_err(|error| self.found.file.error(error).into())
    }

    /// Changes the vault under its lock and saves it. The change sees the vault as it is then:
    /// others may have written since this command began. It must not ask anybody anything.
    pub(crate) fn edit<T>(
        &self,
        change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let locked = LockedVault::open_or_wait(self.path(), || ui::say(WAITING))?;
        let (text, result) = if locked.vault().text() == self.found.file.text() {
            drafted(&self.document, &self.index, change)?
        } else {
            let faulty = |error| Error::from(locked.vault().error(error));
            let document = Document::parse(locked.vault().text()).map_err(faulty)?;
            let index = Index::of(&document).map_err(faulty)?;
            if index.id() != self.index.id() {
                return Err(Error::cannot(
                    "another vault was put in its place meanwhile: try again",
                ));
            }
            drafted(&document, &index, change)?
        };
        locked.save(&text)?;
        log::saved(&self.index, &text);
        Ok(result)
    }

    /// The text that a change would leave.
    pub(crate) fn imagine<T>(
        &self,
        change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> Result<T, Error>,
    ) -> Result<String, Error> {
        drafted(&self.document, &self.index, change).map(|(text, _)| text)
    }

    /// Makes a change without saving it, to learn whether it can be made.
    pub(crate) fn rehearse<T>(
        &self,
        change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        drafted(&self.document, &self.index, change).map(|(_, result)| result)
    }
}

fn drafted<T>(
    document: &Document<'_>,
    index: &Index<'_>,
    change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> Result<T, Error>,
) -> Result<(String, T), Error> {
    let mut draft = Draft::new(document, index);
    let result = change(&mut draft, index)?;
    Ok((draft.finish()?, result))
}

fn no_vault(error: strongroom_vault::NoVault) -> Error {
    Error::cannot(error).with_hint("make one with: strongroom init, or name one with: --vault FILE")
}

/// What is said while somebody else has the vault's lock.
pub(crate) const WAITING: &str = "waiting for another strongroom that is writing this vault";
