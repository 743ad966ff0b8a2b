//! What stores keep: the seal of each reference is checked here, and then a store is asked. The only place that asks one.

mod doubt;
#[cfg(feature = "stores")]
mod fetching;
#[cfg(feature = "stores")]
mod listing;
mod opening;
mod recording;
#[cfg(feature = "stores")]
mod reference;
mod sameness;
mod shown;
mod trust;
mod why;
#[cfg(not(feature = "stores"))]
mod without;
#[cfg(feature = "stores")]
mod writing;

use std::path::{Path, PathBuf};

pub(crate) use strongroom_vault::search::is_keyless;
use strongroom_vault::search::{Allowed, UserFolder};
use strongroom_vault::{Environment, Index, StoreEntry, VaultId, nearest};

pub(crate) use self::doubt::Doubt;
pub(crate) use self::opening::{checked, open_all};
pub(crate) use self::recording::{Link, leads_to, who_refers};
pub(crate) use self::sameness::{Sameness, real_folder};
pub(crate) use self::shown::{json, line, shown};
pub(crate) use self::trust::refuse_doubtful;
#[cfg(feature = "server")]
pub(crate) use self::trust::refuse_unseen;
pub(crate) use self::why::{Lies, Why};
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

/// What a store has.
pub(crate) struct Listing {
    /// Values, in the order of references.
    pub(crate) offered: Vec<Offered>,
    /// The names of which no reference can be made.
    pub(crate) unnamed: Vec<String>,
}

/// What a place in a store should have: a value, or nothing any more.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only a store is changed"))]
pub(crate) struct Change<'a> {
    pub(crate) reference: &'a str,
    pub(crate) value: Option<&'a [u8]>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only a store is changed"))]
pub(crate) enum Changed {
    /// The store has done it.
    Done,
    /// It has not.
    Failed(Why),
    /// It was not asked: it is away, or somebody said stop.
    Untried,
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
