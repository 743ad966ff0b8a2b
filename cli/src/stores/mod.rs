//! What stores keep: the seal of each reference is checked here, and then a store is asked. The only place that asks one.

#[cfg(feature = "stores")]
mod fetching;
mod opening;
mod recording;
#[cfg(feature = "stores")]
mod reference;
mod shown;
mod trust;
mod why;
#[cfg(not(feature = "stores"))]
mod without;

use std::path::{Path, PathBuf};

pub(crate) use strongroom_vault::search::is_keyless;
use strongroom_vault::search::{Allowed, UserFolder};
use strongroom_vault::{Environment, Index, StoreEntry, VaultId, nearest};

#[cfg(feature = "stores")]
pub(crate) use self::fetching::check_reference;
pub(crate) use self::opening::{checked, open_all};
pub(crate) use self::recording::{Link, who_refers};
pub(crate) use self::shown::{json, line, shown};
pub(crate) use self::trust::refuse_doubtful;
pub(crate) use self::why::{Lies, Why};
#[cfg(not(feature = "stores"))]
pub(crate) use self::without::check_reference;
use crate::error::Error;
use crate::session::Session;

/// Who asks stores: this machine, for a vault.
#[derive(Debug)]
pub(crate) struct Asker {
    vault: VaultId,
    /// The folder of the vault, to which paths in settings are relative.
    #[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only a store reads files"))]
    base: PathBuf,
    /// Where it is remembered which commands may run here.
    folder: Option<UserFolder>,
}

/// One value that is wanted of a store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) store: &'a StoreEntry<'a>,
    pub(crate) reference: &'a str,
}

/// A value that a store has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Offered {
    /// Where it lies.
    pub(crate) reference: String,
    /// What a secret of it would be called.
    pub(crate) name: String,
}

impl Asker {
    /// For the vault of a session.
    pub(crate) fn of(session: &Session<'_>) -> Self {
        let base = session.path().parent().unwrap_or(Path::new("."));
        Self { vault: session.index.id(), base: base.to_owned(), folder: UserFolder::find() }
    }

    /// Whether somebody allowed this on this machine.
    pub(crate) fn is_allowed(&self, what: &Allowed) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.is_allowed(self.vault, what))
    }

    /// Allows that from now on, or takes it back.
    pub(crate) fn set_allowed(&self, what: &Allowed, is_allowed: bool) -> Result<(), Error> {
        let Some(folder) = &self.folder else {
            return Err(Error::cannot("this user has no configuration folder to remember it in"));
        };
        let written = if is_allowed {
            folder.allow(self.vault, what)
        } else {
            folder.forbid(self.vault, what)
        };
        written.map_err(|error| Error::file("remember it in", folder.path(), &error))
    }
}

/// The store of a name.
pub(crate) fn named<'i, 't>(index: &'i Index<'t>, name: &str) -> Result<&'i StoreEntry<'t>, Error> {
    index.stores().get(name).ok_or_else(|| {
        let near = nearest(name, index.stores().iter().map(StoreEntry::name)).map(str::to_owned);
        strongroom_vault::EditError::UnknownStore { name: name.to_owned(), near }.into()
    })
}

/// The store that is named, or the default one of an environment.
pub(crate) fn named_or_default<'i, 't>(
    index: &'i Index<'t>,
    name: Option<&str>,
    environment: &Environment,
    example: &str,
) -> Result<&'i StoreEntry<'t>, Error> {
    if let Some(name) = name {
        return named(index, name);
    }
    index.stores().default_for(environment).ok_or_else(|| {
        Error::usage(format!("which store? `{environment}` has no default one"))
            .with_hint(format!("for example: {example}"))
            .with_hint(format!(
                "or say which one is meant from now on: strongroom store default {environment} STORE"
            ))
    })
}

/// Refuses a store whose settings are others than they were when it was asked: a seal would cover what nobody looked at.
pub(crate) fn unchanged(index: &Index<'_>, store: &StoreEntry<'_>) -> Result<(), Error> {
    if index.stores().get(store.name()) == Some(store) {
        return Ok(());
    }
    Err(Error::cannot(format!("the store `{}` changed meanwhile: try again", store.name())))
}
