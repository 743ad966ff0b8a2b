//! `dotenv`, `json`, `toml`: one file with all secrets, read as `strongroom import` reads it; JSON also as Dapr does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use strongroom_formats::{Entry, ReadError, dotenv, json, toml};
use strongroom_vault::{Shown, ShownPath};

use super::file;
use crate::failure::{Failure, FailureKind};
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Content, Fetched, Item, Keys, Listed, Store};

/// A file with many secrets.
#[derive(Debug)]
pub(super) struct File(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    format: Format,
    keys: Keys,
    /// What the file had when it was last read, without values.
    known: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    version: String,
    names: BTreeSet<String>,
}

#[derive(Debug)]
enum Format {
    Dotenv,
    Toml,
    /// With what stands between the names of objects in objects, where a vault says so.
    Json(Option<String>),
}

impl File {
    /// Opens a file of one of the kinds.
    pub(super) fn open(
        kind: &str,
        settings: &mut Settings,
        base: &Path,
    ) -> Result<Self, InvalidSettings> {
        let path = base.join(settings.required_text("path", "the file")?);
        let (mut keys, mut separator) = (Keys::One, None);
        if kind == "json" {
            separator = settings.text("nested_separator")?;
            if settings.boolean("multi_valued")?.unwrap_or(false) {
                keys = Keys::Several;
                if separator.as_ref().is_some_and(|separator| separator.contains('/')) {
                    let why =
                        "cannot have a `/` with `multi_valued`: that parts the key from the name";
                    return Err(InvalidSettings::Refused { name: "nested_separator", why });
                }
            }
        }
        let format = match kind {
            "json" => Format::Json(separator),
            "toml" => Format::Toml,
            _ => Format::Dotenv,
        };
        Ok(Self(Arc::new(Inner { path, format, keys, known: Mutex::default() })))
    }
}

impl Store for File {
    fn keys(&self) -> Keys {
        self.0.keys
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async move {
            let mut answers = self.fetch_batch(std::slice::from_ref(item)).await;
            answers.pop().unwrap_or_else(|| Err(Failure::absent("it was not read")))
        })
    }

    fn batch_size(&self) -> usize {
        usize::MAX
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let read = file::aside(move || inner.read()).await.and_then(|read| read);
            let fetched = |item: &Item| match &read {
                Ok(read) => self.0.fetched(read, item),
                Err(failure) => Err(failure.clone()),
            };
            items.iter().map(fetched).collect()
        })
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        let (inner, item) = (Arc::clone(&self.0), item.clone());
        Box::pin(async move { file::aside(move || inner.version(&item).map(Some)).await? })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let read = file::aside(move || inner.read()).await??;
            Ok(read.secrets.into_iter().map(listed).collect())
        })
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        let (name, path) = (Shown(name), ShownPath(&self.0.path));
        let what = format!(
            "a file of this kind is written by hand, so that its comments stay\nset `{name}` in it with: \"$EDITOR\" {path}"
        );
        Box::pin(async { Err(Failure::new(FailureKind::Conflict, what)) })
    }
}

/// A file that was read.
struct Read {
    secrets: BTreeMap<String, Content>,
    version: String,
}

impl Inner {
    fn read(&self) -> Result<Read, Failure> {
        let file::Contents { bytes, version } = file::read(&self.path)?;
        let one = |entry: Entry| (entry.name, Content::One(entry.value));
        let secrets = match &self.format {
            Format::Dotenv => {
                dotenv::read(&bytes).map(|read| read.entries.into_iter().map(one).collect())
            }
            Format::Toml => {
                toml::read(&bytes).map(|entries| entries.into_iter().map(one).collect())
            }
            Format::Json(separator) if self.keys == Keys::One => {
                let separator = separator.as_deref().unwrap_or("/");
                let entries = json::read_nested(&bytes, separator);
                entries.map(|entries| entries.into_iter().map(one).collect())
            }
            Format::Json(separator) => {
                let members = json::read_members(&bytes, separator.as_deref().unwrap_or(DAPRS));
                members.map(|members| members.into_iter().map(with_keys).collect())
            }
        };
        let secrets: BTreeMap<String, Content> = secrets.map_err(|error: ReadError| {
            Failure::invalid(format!("{}: {error}", ShownPath(&self.path)))
        })?;
        let names = secrets.keys().cloned().collect();
        *self.known() = Some(Known { version: version.clone(), names });
        Ok(Read { secrets, version })
    }

    /// A secret of the file.
    fn fetched(&self, read: &Read, item: &Item) -> Result<Fetched, Failure> {
        let name = self.name_in(&item.name, |name| read.secrets.contains_key(name))?;
        if let Some(asked) = item.version.as_ref().filter(|asked| **asked != read.version) {
            let (asked, current) = (Shown(asked), &read.version);
            return Err(Failure::absent(format!(
                "a file has only its current version, which is `{current}` and not `{asked}`"
            )));
        }
        let content = match read.secrets.get(&name) {
            Some(Content::One(value)) => Content::One(value.clone()),
            Some(Content::Several(values)) => Content::Several(values.clone()),
            None => return Err(self.absent(&item.name)),
        };
        Ok(Fetched { content, version: Some(read.version.clone()) })
    }

    /// The version of the file, if the secret is in it. The file is read only when it has changed.
    fn version(&self, item: &Item) -> Result<String, Failure> {
        let version = file::version(&self.path, &ShownPath(&self.path))?;
        let is_known = self.known().as_ref().is_some_and(|known| known.version == version);
        let version = if is_known { version } else { self.read()?.version };
        let known = self.known();
        let has = |name: &str| known.as_ref().is_some_and(|known| known.names.contains(name));
        self.name_in(&item.name, has)?;
        Ok(version)
    }

    /// How the file spells a name. Unless a vault says otherwise, `:` leads into objects of JSON as `/` does: it is what
    /// Dapr's applications write.
    fn name_in(&self, name: &str, has: impl Fn(&str) -> bool) -> Result<String, Failure> {
        let daprs = (matches!(self.format, Format::Json(None)) && self.keys == Keys::One)
            .then(|| name.replace(DAPRS, "/"));
        let spellings = [Some(name.to_owned()), daprs];
        spellings.into_iter().flatten().find(|name| has(name)).ok_or_else(|| self.absent(name))
    }

    fn absent(&self, name: &str) -> Failure {
        let (name, path) = (Shown(name), ShownPath(&self.path));
        Failure::absent(format!("there is no `{name}` in {path}"))
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        // Whoever panicked has left nothing half-written: it is replaced as a whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_keys(member: json::Member) -> (String, Content) {
    let content = match member.content {
        json::Nested::One(value) => Content::One(value),
        json::Nested::Several(entries) => {
            Content::Several(entries.into_iter().map(|entry| (entry.name, entry.value)).collect())
        }
    };
    (member.name, content)
}

fn listed((name, content): (String, Content)) -> Listed {
    let keys = match content {
        Content::One(_) => Vec::new(),
        Content::Several(values) => values.into_keys().collect(),
    };
    Listed { name, keys }
}

/// What stands between names in Dapr's applications, unless they say otherwise.
const DAPRS: &str = ":";
