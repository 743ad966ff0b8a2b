//! Reads secrets of the folder: those that are asked for together are of one state of it.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

use strongroom_vault::Shown;

use super::Inner;
use super::place::{Root, is_file_name};
use crate::failure::Failure;
use crate::kinds::file;
use crate::store::{Content, Fetched, Item, Keys, Value};

/// Reads secrets; again if the folder was swapped meanwhile, since what was read of it may be half gone.
pub(super) fn all(inner: &Inner, mut root: Root, items: &[Item]) -> Vec<Result<Fetched, Failure>> {
    for _ in 0..SWAPS {
        let answers: Vec<_> = items.iter().map(|item| one(inner, &root, item)).collect();
        if !root.has_moved() {
            return answers;
        }
        match inner.root() {
            Ok(anew) => root = anew,
            Err(failure) => return items.iter().map(|_| Err(failure.clone())).collect(),
        }
    }
    items.iter().map(|_| Err(Failure::unreachable("the folder changes all the time"))).collect()
}

/// The current version of a secret.
pub(super) fn version(inner: &Inner, root: &Root, item: &Item) -> Result<String, Failure> {
    let place = root.place_of(&item.name)?;
    if inner.keys == Keys::One {
        return file::version(&place.path, &root.shown(&place.path));
    }
    let mut versions = Versions::default();
    for (key, path) in files(root, &place.path, &item.name)? {
        match file::version(&path, &root.shown(&path)) {
            Err(_) if is_gone(&path) => {}
            version => versions.add(&key, &version?),
        }
    }
    Ok(versions.all())
}

fn one(inner: &Inner, root: &Root, item: &Item) -> Result<Fetched, Failure> {
    let place = root.place_of(&item.name)?;
    let fetched = match inner.keys {
        Keys::One => {
            // A newline that is no part of the value is one byte more.
            let most = MOST_ALONE + u64::from(inner.trim);
            let read = file::read_at_most(most, &place.path, &root.shown(&place.path))?;
            let value = trimmed(inner, read.bytes);
            Fetched { content: Content::One(value), version: Some(read.version) }
        }
        Keys::Several => {
            let (mut values, mut versions) = (BTreeMap::new(), Versions::default());
            let mut bytes = 0;
            for (key, path) in files(root, &place.path, &item.name)? {
                let read = match file::read_at_most(file::MOST, &path, &root.shown(&path)) {
                    Err(_) if is_gone(&path) => continue,
                    read => read?,
                };
                bytes += read.bytes.len();
                if bytes > MOST {
                    let folder = root.shown(&place.path);
                    return Err(Failure::invalid(format!("{folder} has more than {MOST} bytes")));
                }
                versions.add(&key, &read.version);
                values.insert(key, trimmed(inner, read.bytes));
            }
            Fetched { content: Content::Several(values), version: Some(versions.all()) }
        }
    };
    match (&item.version, &fetched.version) {
        (Some(asked), Some(current)) if asked != current => Err(Failure::absent(format!(
            "a folder keeps only the current version, which is `{current}` and not `{}`",
            Shown(asked)
        ))),
        _ => Ok(fetched),
    }
}

/// The keys of a secret with the file of each, in order.
fn files(root: &Root, folder: &Path, name: &str) -> Result<Vec<(String, PathBuf)>, Failure> {
    let folder = root.data_of(folder).unwrap_or_else(|| folder.to_owned());
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotADirectory => Failure::absent(format!(
            "{} is a file, and no folder with a file for each key",
            root.shown(&folder)
        )),
        _ => file::failure("read", &root.shown(&folder), &error),
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let Some(key) = entry.map_err(failed)?.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if !is_file_name(&key) {
            continue;
        }
        // As a name would lead there, so that a link out of the folder is refused here too.
        let entry = folder.join(&key);
        let path = match fs::canonicalize(&entry) {
            Err(_) if is_gone(&entry) => continue,
            path => path.map_err(failed)?,
        };
        if !path.starts_with(root.path()) {
            return Err(root.place_of(&format!("{name}/{key}")).err().unwrap_or_else(|| {
                Failure::invalid(format!("`{}` leads out of the folder", Shown(&key)))
            }));
        }
        if path.is_file() {
            files.push((key, path));
        }
        if files.len() > KEYS {
            let folder = root.shown(&folder);
            return Err(Failure::invalid(format!("{folder} has more than {KEYS} files")));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::absent(format!("there is no file in {}", root.shown(&folder))));
    }
    Ok(files)
}

/// Whether a file was removed since it was listed: then it is no key any more.
fn is_gone(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn trimmed(inner: &Inner, mut value: Value) -> Value {
    if inner.trim && value.last() == Some(&b'\n') {
        value.pop();
    }
    value
}

/// The versions of several files as one.
#[derive(Default)]
struct Versions(DefaultHasher);

impl Versions {
    fn add(&mut self, key: &str, version: &str) {
        (key, version).hash(&mut self.0);
    }

    fn all(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// How often the folder may be swapped while it is read.
const SWAPS: usize = 20;
/// The most files of a secret.
const KEYS: usize = 1_000;
/// The most bytes of a secret that is one file (1 MiB): many are held at once.
const MOST_ALONE: u64 = 1 << 20;
/// The most bytes of all values of a secret (4 MiB).
const MOST: usize = 4 << 20;
