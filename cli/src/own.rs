//! A developer's own values for `local`: reads and changes the file beside the vault.

use strongroom_vault::search::{mine_path, read_mine};
use strongroom_vault::{
    EditError, Environment, EnvironmentType, Index, LockedVault, MINE_FILE_NAME, Mine,
    NEW_MINE_FILE, SaveError, VaultFile, create_file,
};

use crate::error::Error;
use crate::session::{Session, WAITING};
use crate::{ignore, ui};

/// The text of the file, where it counts.
#[derive(Debug)]
pub(crate) struct OwnFile(Option<VaultFile>);

impl OwnFile {
    /// Reads the file. For an environment of another type than `local` it is not even looked for.
    pub(crate) fn read(session: &Session<'_>, environment: &Environment) -> Result<Self, Error> {
        match environment.kind() {
            EnvironmentType::Local => Ok(Self(read_mine(session.path())?)),
            _ => Ok(Self(None)),
        }
    }

    /// What the file says; none where there is no file.
    pub(crate) fn open(&self, index: &Index<'_>) -> Result<Option<Mine<'_>>, Error> {
        let Some(file) = &self.0 else { return Ok(None) };
        Ok(Some(Mine::read(file.text(), index).map_err(|error| file.error(error))?))
    }
}

/// Changes the file under its lock and saves it; makes it where there is none. The change is given
/// the text and gives the new one.
pub(crate) fn edit<T>(
    session: &Session<'_>,
    change: impl Fn(&str) -> Result<(String, T), EditError>,
) -> Result<T, Error> {
    let path = mine_path(session.path());
    loop {
        if read_mine(session.path())?.is_some() {
            let locked = LockedVault::open_or_wait(&path, || ui::say(WAITING))?;
            let (text, outcome) = change(locked.vault().text()).map_err(|error| match error {
                EditError::Vault(error) => Error::from(locked.vault().error(error)),
                error => error.into(),
            })?;
            locked.save(&text)?;
            return Ok(outcome);
        }
        let (text, outcome) = change(NEW_MINE_FILE)?;
        if text == NEW_MINE_FILE {
            return Ok(outcome);
        }
        match create_file(&path, &text) {
            // Somebody was quicker: then their file is changed.
            Err(SaveError::Exists(_)) => {}
            created => {
                created?;
                if let Err(error) = ignore::add_line(session.path(), MINE_FILE_NAME) {
                    ui::warn(&format!(
                        "cannot write .gitignore: {error}\nadd this line to it: {MINE_FILE_NAME}"
                    ));
                }
                return Ok(outcome);
            }
        }
    }
}

/// The environments that `--mine` is about: those that were named, all of the type `local`, or `local`
/// itself.
pub(crate) fn environments(named: Vec<Environment>) -> Result<Vec<Environment>, Error> {
    match named.iter().find(|each| each.kind() != EnvironmentType::Local) {
        Some(other) => Err(Error::usage(format!(
            "`{other}` is not of the type `local`, and values of your own count there only\n\
             leave --mine out to set the value for everybody"
        ))),
        None if named.is_empty() => Ok(vec![EnvironmentType::Local.into()]),
        None => Ok(named),
    }
}
