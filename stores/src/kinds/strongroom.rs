//! `strongroom`: another vault, such as that of a platform team in a folder beside this one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fmt};

use strongroom_vault::search::{Source, UserFolder, Wanted, check_vault_permissions, unlock_text};
use strongroom_vault::{
    Content, Environment, EnvironmentType, Index, KeyRing, Lookup, OpenError, Place, Secret, Shown,
    VaultFile, VaultId,
};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::failure::{Failure, FailureKind};
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Content as Fetchable, Fetched, Item, Keys, Listed, Store, Value};

/// The values that another vault has for one of its environments.
#[derive(Debug)]
pub(super) struct Strongroom(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    vault: PathBuf,
    /// The vault that declares this store.
    own: Option<VaultId>,
    /// Which vault it must be: a name for a file says nothing.
    id: String,
    environment: String,
    /// The type that the environment must have, so that nobody gives a named one another.
    kind: EnvironmentType,
    /// The variable with an access key; without one the keys that are kept for that vault count. `STRONGROOM_KEY` is a key
    /// of the program's own vault.
    key_from: Option<String>,
}

impl Strongroom {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let vault = settings.required_text("path", "where the other vault is")?;
        let what = "the environment of the other vault: a type or a named environment";
        let environment = settings.required_text("environment", what)?;
        let id = settings.required_text("id", "the id of the other vault, as its file has it")?;
        let kind = settings.text("type")?;
        let kind = kind.as_deref().or(Some(&environment)).and_then(EnvironmentType::from_full);
        let what = "the type of that named environment, in full";
        let kind = kind.ok_or(InvalidSettings::Missing { name: "type", what })?;
        let key_from = settings.text("key_from")?;
        if key_from.as_deref().is_some_and(|variable| variable.contains(['=', '\0'])) {
            let expected = "the name of a variable";
            return Err(InvalidSettings::Shape { name: "key_from".to_owned(), expected });
        }
        let (vault, own) = (base.join(vault), settings.vault());
        Ok(Self(Arc::new(Inner { vault, own, id, environment, kind, key_from })))
    }

    /// Does something that reads files, and may derive a key, on a thread for that.
    fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Failure> + Send + 'static,
    ) -> Answer<'_, Result<T, Failure>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let done = spawn_blocking(move || work(&inner)).await;
            done.unwrap_or_else(|_| Err(Failure::unreachable("reading the other vault failed")))
        })
    }
}

impl Inner {
    /// Reads the vault and looks at it.
    fn look<T>(
        &self,
        look: impl FnOnce(&Index<'_>, &Environment) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let file = VaultFile::read(&self.vault).map_err(|error| unreadable(&error))?;
        check_vault_permissions(file.path(), file.metadata())
            .map_err(|error| Failure::denied(first_line(&error)))?;
        let index = Index::read(file.text()).map_err(|error| unreadable(&file.error(error)))?;
        if Some(index.id()) == self.own {
            return Err(Failure::denied("it is this vault itself, whose own values need no store"));
        }
        if index.id().to_string() != self.id {
            return Err(Failure::denied("it is another vault than the store names with `id`"));
        }
        let environment = index
            .environment(&self.environment)
            .map_err(|error| Failure::absent(first_line(&error)))?;
        if environment.kind() != self.kind {
            return Err(Failure::denied(format!(
                "`{environment}` has the type `{}` there, and the store says `{}`",
                environment.kind(),
                self.kind
            )));
        }
        look(&index, &environment)
    }

    fn version(&self, item: &Item) -> Result<Option<String>, Failure> {
        self.look(|index, environment| {
            let (place, _) = find(index, environment, item)?;
            Ok(Some(place.version.to_string()))
        })
    }

    fn fetch(&self, item: &Item) -> Result<Fetched, Failure> {
        self.look(|index, environment| {
            let (place, content) = find(index, environment, item)?;
            let Content::Sealed(sealed) = content else {
                return Err(Failure::invalid(
                    "the other vault has only a reference to another store",
                ));
            };
            let ring = self.ring(index, environment)?;
            let key = ring
                .data_key(index, environment.kind())
                .map_err(|error| Failure::denied(first_line(&error)))?;
            let value = key.open(place, sealed).map_err(|error| match error {
                OpenError::AnotherDataKey => {
                    Failure::invalid("it is sealed under another data key of the other vault")
                }
                OpenError::Altered => Failure::invalid("it was altered in the other vault"),
            })?;
            let version = Some(place.version.to_string());
            let value = Value::new(value.as_bytes().to_vec());
            Ok(Fetched { content: Fetchable::One(value), version })
        })
    }

    /// The keys with which the other vault is opened.
    fn ring(&self, index: &Index<'_>, environment: &Environment) -> Result<KeyRing, Failure> {
        let kind = environment.kind();
        let folder = UserFolder::find();
        if let Some(folder) = &folder {
            let seen = folder.generations(index.id()).check(index, kind);
            seen.map_err(|error| Failure::denied(first_line(&error)))?;
        }
        let wanted = Wanted::OnlyType(kind);
        if let Some(variable) = &self.key_from {
            let unset =
                || Failure::denied(format!("no access key in the variable {}", Shown(variable)));
            let text = env::var(variable).map(Zeroizing::new).map_err(|_| unset())?;
            let found = unlock_text(index, wanted, Source::Given, &text);
            return found
                .map(|found| found.ring)
                .map_err(|error| Failure::denied(first_line(&error)));
        }
        let none =
            || Failure::denied(format!("no key for `{kind}` of the other vault is kept here"));
        let kept = folder.ok_or_else(none)?.keys(index.id());
        let kept = kept.map_err(|error| Failure::denied(first_line(&error)))?;
        let mut failure = none();
        for key in kept.keys {
            match key.unlock(index, wanted) {
                Ok(found) => return Ok(found.ring),
                Err(error) => failure = Failure::denied(first_line(&error)),
            }
        }
        Err(failure)
    }

    fn list(&self) -> Result<Vec<Listed>, Failure> {
        self.look(|index, environment| {
            let has_value = |name: &str| {
                let item = Item { name: name.to_owned(), version: None };
                find(index, environment, &item).is_ok()
            };
            let names = index.secrets().map(Secret::name).filter(|name| has_value(name));
            Ok(names.map(|name| Listed { name: name.to_owned(), keys: Vec::new() }).collect())
        })
    }
}

impl Store for Strongroom {
    fn opens_with_kept_keys(&self) -> bool {
        self.0.key_from.is_none()
    }

    fn keys(&self) -> Keys {
        Keys::One
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        let item = item.clone();
        self.apart(move |inner| inner.fetch(&item))
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        let item = item.clone();
        self.apart(move |inner| inner.version(&item))
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        self.apart(Inner::list)
    }

    fn put<'a>(
        &'a self,
        _name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        let words = "another vault is changed in its own folder, with: strongroom set";
        Box::pin(async move { Err(Failure::new(FailureKind::Conflict, words)) })
    }
}

/// Where the value of a secret lies, by the exact name: for the environment, or else for its type.
fn find<'i>(
    index: &'i Index<'_>,
    environment: &Environment,
    item: &Item,
) -> Result<(Place<'i>, &'i Content<'i>), Failure> {
    let name = Shown(&item.name);
    let secret = index.secret(&item.name).filter(|secret| secret.name() == item.name);
    let secret =
        secret.ok_or_else(|| Failure::absent(format!("the other vault has no secret `{name}`")))?;
    let value = match index.lookup_in(secret, environment) {
        Lookup::Found(value) => value,
        Lookup::OtherDataKey(_) => {
            return Err(Failure::invalid("it is sealed under another data key of the other vault"));
        }
        Lookup::Missing => {
            return Err(Failure::absent(format!(
                "the other vault has no value of `{name}` for `{environment}`"
            )));
        }
    };
    let current = value.version().to_string();
    match &item.version {
        Some(version) if *version != current => Err(Failure::absent(format!(
            "the other vault has version {current} of it, and keeps no others"
        ))),
        _ => Ok((Place::of(secret, value), value.content())),
    }
}

fn unreadable(error: &impl fmt::Display) -> Failure {
    Failure::unreachable(format!("the other vault: {}", first_line(error)))
}

/// What an error says first; what it says to type is for the folder of the other vault.
fn first_line(error: &impl fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
