//! What `serve` gives: read from the vault with the key that is here, and again whenever a file changes.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use strongroom_server::{
    Applications, Components, Contents, Held, HeldContent, ServedStore, Source, Takes, Vault,
    component_files,
};
use strongroom_stores::Opened;
use strongroom_vault::search::{check_vault_permissions, mine_path};
use strongroom_vault::{Content, DataKey, Environment, Index, Mine, Place as Stands, StoreEntry};

use super::rules::RuleFiles;
use crate::environments::One;
use crate::error::Error;
use crate::key_services;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::selection::look_up;
use crate::session::Place;
use crate::stores::{self, Asker, refuse_unseen};

/// The vault at a place, for one environment.
#[derive(Debug)]
pub(super) struct VaultSource {
    place: Place,
    environment: One,
    rules: RuleFiles,
    /// The folders of Dapr's component files, and the application that they are for.
    components: (Vec<PathBuf>, String),
    kept: Mutex<Kept>,
}

/// What stays from one reading to the next.
#[derive(Debug, Default)]
struct Kept {
    /// The vault's file, once it was found.
    path: Option<PathBuf>,
    key: Option<Arc<DataKey>>,
    /// Stores with the settings that they were opened with.
    stores: HashMap<String, (String, Opened)>,
}

impl VaultSource {
    pub(super) fn new(
        place: Place,
        environment: One,
        rules: RuleFiles,
        components: (Vec<PathBuf>, String),
    ) -> Self {
        Self { place, environment, rules, components, kept: Mutex::default() }
    }

    /// Reads everything; the first time somebody may be asked for a passphrase.
    fn contents(&self) -> Result<Contents, Error> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = self.rules.read()?;
        let (folders, app_id) = &self.components;
        let components = Components::read(folders, app_id).map_err(Error::cannot)?;
        let found = if folders.is_empty() || kept.path.is_some() {
            self.place.read()?
        } else if let Some(found) = self.place.read_if_there()? {
            found
        } else {
            return Ok(Contents { components, rules, ..Contents::default() });
        };
        kept.path = Some(found.path().to_owned());
        let session = found.open()?;
        check_vault_permissions(session.path(), found.metadata())
            .map_err(|error| Error::cannot(error.to_string()))?;
        let index = &session.index;
        let environment = self.environment.pick(index)?;
        let own = OwnFile::read(&session, &environment)?;
        let mine = own.open(index)?;
        let key = kept.key(index, &environment)?;
        // The rest needs no service.
        key_services::forget();
        let asker = Asker::of(&session);
        let stores = kept.stores(index, key.as_deref(), &asker);
        let vault = Vault {
            environment: environment.name().to_owned(),
            secrets: held(index, mine.as_ref(), &environment, key.as_deref(), &stores),
            settings: settings(index, &environment),
            applications: Applications::of(index, session.apps()?, key.as_deref()),
            key,
        };
        let stores = stores.into_iter().map(|(name, store)| ServedStore {
            kind: format!("secretstores.{}", store.kind),
            version: "v1".to_owned(),
            takes: Takes::Nothing,
            store: store.served,
            name,
        });
        Ok(Contents { vault: Some(vault), stores: stores.collect(), components, rules })
    }
}

impl Source for VaultSource {
    fn read(&self) -> Result<Contents, String> {
        self.contents().map_err(|error| error.text().to_owned())
    }

    fn files(&self) -> Vec<PathBuf> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let vault = kept.path.iter().flat_map(|path| [path.clone(), mine_path(path)]);
        let rules = self.rules.files().map(ToOwned::to_owned);
        vault.chain(rules).chain(component_files(&self.components.0)).collect()
    }
}

/// A store of the vault.
struct OfVault {
    kind: String,
    /// For references, whose seals are checked one by one.
    opened: Result<Opened, String>,
    /// For names that a client chooses: only where seals or a person vouch for its settings.
    served: Result<Opened, String>,
}

impl Kept {
    /// The data key: the one that was opened before, as long as it is the current one.
    fn key(
        &mut self,
        index: &Index<'_>,
        environment: &Environment,
    ) -> Result<Option<Arc<DataKey>>, Error> {
        if stores::is_keyless() {
            return Ok(None);
        }
        let kind = environment.kind();
        let current = index.keys().of_type(kind).current();
        let is_current = |key: &&Arc<DataKey>| {
            current.is_some_and(|current| {
                current.fingerprint_text() == key.fingerprint().entry_prefix()
            })
        };
        if let Some(key) = self.key.as_ref().filter(is_current) {
            return Ok(Some(Arc::clone(key)));
        }
        let keys = if self.key.is_none() {
            Keys::of_types(index, [kind])?
        } else {
            // Nobody is at a terminal any more.
            let mut found = Keys::default();
            if !found.try_type(index, kind)? {
                return Err(Error::cannot(format!(
                    "no key that is here opens `{kind}` since its data key was changed\n\
                     give this server another one, and start it again"
                )));
            }
            found
        };
        let key = keys.into_ring().into_data_key(index, kind);
        let key = Arc::new(key.map_err(|error| Error::cannot(error.to_string()))?);
        self.key = Some(Arc::clone(&key));
        Ok(Some(key))
    }

    /// The stores of the vault. One that is as it was stays open, with its connections and logins.
    fn stores(
        &mut self,
        index: &Index<'_>,
        key: Option<&DataKey>,
        asker: &Asker,
    ) -> BTreeMap<String, OfVault> {
        let before = std::mem::take(&mut self.stores);
        let mut all = BTreeMap::new();
        for entry in index.stores().iter() {
            let name = entry.name().to_owned();
            let settings = format!("{entry:?}");
            let known = before.get(&name).filter(|(known, _)| *known == settings);
            // Each time: what was allowed may be forbidden meanwhile.
            let opened = asker.open(entry).map_err(|why| {
                let next = why.next(entry.name()).map(|next| format!("\n{next}"));
                format!("{why}{}", next.unwrap_or_default())
            });
            let opened = match (opened, known) {
                (Ok(_), Some((_, known))) => Ok(known.clone()),
                (opened, _) => opened,
            };
            if let Ok(opened) = &opened {
                self.stores.insert(name.clone(), (settings, opened.clone()));
            }
            let served = opened
                .clone()
                .and_then(|opened| vouched(index, key, asker, entry).map(|()| opened));
            all.insert(name, OfVault { kind: entry.kind().to_owned(), opened, served });
        }
        all
    }
}

/// Refuses a store that nobody vouches for: whoever can write the file could lead it, and its login, elsewhere.
fn vouched(
    index: &Index<'_>,
    key: Option<&DataKey>,
    asker: &Asker,
    entry: &StoreEntry<'_>,
) -> Result<(), String> {
    // Without a key the file is taken as source code is.
    let Some(key) = key else { return Ok(()) };
    refuse_unseen(index, key, asker, entry).map_err(|error| error.text().to_owned())
}

/// What the vault has for every secret, for the environment.
fn held(
    index: &Index<'_>,
    mine: Option<&Mine<'_>>,
    environment: &Environment,
    key: Option<&DataKey>,
    stores: &BTreeMap<String, OfVault>,
) -> BTreeMap<String, Held> {
    let own = mine.into_iter().flat_map(Mine::secrets);
    let own = own.filter(|secret| index.secret(secret.name()).is_none());
    let mut all = BTreeMap::new();
    for secret in index.secrets().chain(own) {
        let Some(chosen) = look_up(index, mine, secret, environment) else { continue };
        let (from, value) = chosen.sealed();
        let content = match (chosen.fault(), value.content()) {
            (Some(fault), _) => HeldContent::Unavailable(fault.to_string()),
            (None, Content::Sealed(sealed)) => HeldContent::Sealed {
                origin: from.origin(),
                name: from.name().to_owned(),
                environment: value.environment().to_owned(),
                sealed: sealed.to_string(),
            },
            (None, Content::Reference { .. }) => match stores::checked(index, key, from, value) {
                Ok(wanted) => kept_in(&wanted, stores),
                Err(why) => HeldContent::Unavailable(why.to_string()),
            },
        };
        let version = Stands::of(from, value).version;
        all.insert(secret.name().to_owned(), Held { version, content });
    }
    all
}

fn kept_in(wanted: &stores::Wanted<'_>, stores: &BTreeMap<String, OfVault>) -> HeldContent {
    let opened = match stores.get(wanted.store.name()) {
        Some(store) => store.opened.clone(),
        None => Err("the vault has no such store in [stores]".to_owned()),
    };
    let reference = strongroom_stores::Reference::parse(wanted.reference);
    match (opened, reference) {
        (Ok(store), Ok(reference)) => HeldContent::Kept { store, reference },
        (Err(why), _) => {
            HeldContent::Unavailable(format!("its store `{}`: {why}", wanted.store.name()))
        }
        (_, Err(error)) => HeldContent::Unavailable(error.to_string()),
    }
}

fn settings(index: &Index<'_>, environment: &Environment) -> BTreeMap<String, String> {
    let settings = index.settings().iter();
    let found = settings.filter_map(|setting| Some((setting.name(), setting.lookup(environment)?)));
    found.map(|(name, value)| (name.to_owned(), value.text().to_owned())).collect()
}
