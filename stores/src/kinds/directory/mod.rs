//! `directory`: one file for each secret, as Docker, Kubernetes and systemd put them there.

mod changing;
mod list;
mod place;
mod read;
mod remove;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fmt, io};

use strongroom_vault::search::{CREDENTIALS_VARIABLE, is_of_keys};
use strongroom_vault::{Shown, ShownPath};

use self::place::Root;
use super::file;
use crate::failure::Failure;
use crate::settings::{InvalidSettings, Settings};
use crate::store::{Answer, Fetched, Item, Keys, Listed, Store};

/// A folder with one file for each secret, or for each key of one.
#[derive(Debug)]
pub(super) struct Directory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: Folder,
    keys: Keys,
    /// Whether the last newline of a file is not part of the value.
    trim: bool,
    /// The vault's folder.
    base: PathBuf,
}

/// Where the folder is.
#[derive(Debug)]
enum Folder {
    At(PathBuf),
    /// Where a variable says.
    Named(String),
}

/// Goes on after "the folder". What a variable holds may be anything, such as a token in the wrong place, and is never shown.
impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(path) => ShownPath(path).fmt(f),
            Self::Named(variable) => write!(f, "that `{}` names", Shown(variable)),
        }
    }
}

impl Directory {
    pub(super) fn open(settings: &mut Settings, base: &Path) -> Result<Self, InvalidSettings> {
        let folder = match (settings.text("path")?, settings.text("path_from")?) {
            (Some(path), None) => Folder::At(base.join(path)),
            (None, Some(variable)) if variable.contains(['=', '\0']) => {
                let expected = "the name of a variable";
                return Err(InvalidSettings::Shape { name: "path_from".to_owned(), expected });
            }
            (None, Some(variable)) if is_of_keys(&variable) && variable != CREDENTIALS_VARIABLE => {
                let why = "names a variable that holds or leads to a key";
                return Err(InvalidSettings::Refused { name: "path_from", why });
            }
            (None, Some(variable)) => Folder::Named(variable),
            (Some(_), Some(_)) => {
                return Err(InvalidSettings::Together { name: "path", other: "path_from" });
            }
            (None, None) => {
                let what = "the folder, or instead `path_from`: the variable that names it";
                return Err(InvalidSettings::Missing { name: "path", what });
            }
        };
        let keys = match settings.text("keys")?.as_deref() {
            None | Some("one") => Keys::One,
            Some("several") => Keys::Several,
            Some(_) => {
                let expected = "`one` (a file for each secret) or `several` (a folder for each, a file for each key)";
                return Err(InvalidSettings::Shape { name: "keys".to_owned(), expected });
            }
        };
        let trim = settings.boolean("trim")?.unwrap_or(false);
        let base = base.to_owned();
        Ok(Self(Arc::new(Inner { folder, keys, trim, base })))
    }
}

impl Store for Directory {
    fn keys(&self) -> Keys {
        self.0.keys
    }

    fn check(&self, name: &str, key: Option<&str>) -> Result<(), Failure> {
        name.split('/').chain(key).try_for_each(|part| place::check_file_name(part, name))
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        let items = std::slice::from_ref(item);
        Box::pin(async move {
            let answers = self.fetch_batch(items).await;
            answers.into_iter().next().unwrap_or_else(|| Err(Failure::absent("it was not read")))
        })
    }

    fn batch_size(&self) -> usize {
        BATCH
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        let (inner, asked) = (Arc::clone(&self.0), items.to_vec());
        Box::pin(async move {
            let work = move || match inner.root() {
                Ok(root) => read::all(&inner, root, &asked),
                Err(failure) => asked.iter().map(|_| Err(failure.clone())).collect(),
            };
            match file::aside(work).await {
                Ok(answers) => answers,
                Err(failure) => items.iter().map(|_| Err(failure.clone())).collect(),
            }
        })
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        let (inner, item) = (Arc::clone(&self.0), item.clone());
        Box::pin(async move {
            file::aside(move || read::version(&inner, &inner.root()?, &item).map(Some)).await?
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { file::aside(move || list::all(&inner, &inner.root()?)).await? })
    }

    fn bounds(&self) -> Result<Option<String>, Failure> {
        self.0.bounds()
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        let inner = Arc::clone(&self.0);
        let (name, key) = (name.to_owned(), key.map(str::to_owned));
        let value = zeroize::Zeroizing::new(value.to_vec());
        Box::pin(async move {
            file::aside(move || inner.put(&name, key.as_deref(), &value).map(Some)).await?
        })
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        let inner = Arc::clone(&self.0);
        let (name, key) = (name.to_owned(), key.map(str::to_owned));
        Box::pin(
            async move { file::aside(move || remove::one(&inner, &name, key.as_deref())).await? },
        )
    }
}

impl Inner {
    /// The folder, as it is now.
    fn root(&self) -> Result<Root, Failure> {
        let (path, variable) = match &self.folder {
            Folder::At(path) => (path.clone(), None),
            Folder::Named(variable) => {
                let path = env::var_os(variable).ok_or_else(|| {
                    let variable = Shown(variable);
                    let what =
                        format!("the variable `{variable}`, which names the folder, is not set");
                    Failure::unreachable(what).lasting()
                })?;
                (PathBuf::from(path), Some(variable.clone()))
            }
        };
        Root::of(&path, variable).map_err(|error| {
            let folder = &self.folder;
            match error.kind() {
                io::ErrorKind::PermissionDenied => {
                    Failure::denied(format!("this program may not enter the folder {folder}"))
                }
                io::ErrorKind::NotFound => {
                    Failure::unreachable(format!("there is no folder {folder}")).lasting()
                }
                _ => Failure::unreachable(format!("cannot enter the folder {folder}: {error}")),
            }
        })
    }

    /// The name of the file of a secret, or of a key of one.
    fn whole(&self, name: &str, key: Option<&str>) -> Result<String, Failure> {
        match (self.keys, key) {
            (Keys::One, None) => Ok(name.to_owned()),
            (Keys::Several, Some(key)) => Ok(format!("{name}/{key}")),
            (Keys::One, Some(_)) => Err(Failure::invalid("its secrets have no keys")),
            (Keys::Several, None) => {
                Err(Failure::invalid("a secret has several keys here: name one, NAME/KEY"))
            }
        }
    }
}

/// How many secrets are read together: those of one folder come from the same state of it.
const BATCH: usize = 256;
