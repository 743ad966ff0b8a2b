//! Whether what two stores of a vault call by their names may be one and the same thing in one system.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::{env, fs};

use strongroom_vault::{Content, Index, StoreEntry};

use super::leads_to;

/// A store, seen beside the others of its vault.
///
/// Two stores may lead into one system: with other logins, or one into a part of the other. Where the settings do not tell,
/// they are taken for one: then something stays that could have gone.
#[derive(Debug)]
pub(crate) struct Sameness<'i, 't> {
    index: &'i Index<'t>,
    store: &'i StoreEntry<'t>,
    /// The vault's folder.
    base: PathBuf,
    /// What the vault refers to in that system, as places in it.
    referred: Vec<(String, Referrer<'i>)>,
}

/// A value of the vault that refers to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Referrer<'i> {
    pub(crate) secret: &'i str,
    pub(crate) environment: &'i str,
}

impl<'i, 't> Sameness<'i, 't> {
    /// A store of the vault at a path.
    pub(crate) fn of(vault: &Path, index: &'i Index<'t>, store: &'i StoreEntry<'t>) -> Self {
        let base = vault.parent().unwrap_or(Path::new("")).to_owned();
        let mut sameness = Self { index, store, base, referred: Vec::new() };
        for secret in index.secrets() {
            for value in secret.values() {
                let Content::Reference { store: to, reference, .. } = value.content() else {
                    continue;
                };
                let to = index.stores().get(to).filter(|to| sameness.may_be(to));
                let spellings = to.map(|to| sameness.spellings(to, reference)).unwrap_or_default();
                let (secret, environment) = (secret.name(), value.environment());
                let referrer = Referrer { secret, environment };
                sameness.referred.extend(spellings.into_iter().map(|it| (it, referrer)));
            }
        }
        sameness
    }

    /// A value that refers to a place of the store, through whatever store leads there.
    pub(crate) fn referrer(&self, place: &str) -> Option<Referrer<'i>> {
        let places = self.spellings(self.store, place);
        let leads_there = |(reference, _): &&(String, Referrer<'_>)| {
            places.iter().any(|place| leads_to(reference, place))
        };
        self.referred.iter().find(leads_there).map(|(_, referrer)| *referrer)
    }

    /// The name of another store that has a part of this one for itself, if the place lies in that.
    pub(crate) fn nested(&self, place: &str) -> Option<&'i str> {
        let within = self.folder(self.store).unwrap_or_default();
        // A file of another kind may lie in a folder.
        let may_lie = |other: &&StoreEntry<'_>| {
            self.may_be(other) || (is_folder(self.store) && other.text("path").is_some())
        };
        let mut others = self.index.stores().iter().filter(may_lie);
        let places = self.spellings(self.store, place);
        let is_part = |other: &&StoreEntry<'_>| {
            self.part(other).is_some_and(|other| {
                let is_deeper = other.len() > within.len() && other.starts_with(&within);
                let is_in = |place: &String| *place == other || is_below(place, &other);
                is_deeper && places.iter().any(is_in)
            })
        };
        others.find(is_part).map(StoreEntry::name)
    }

    /// Whether another store may lead into the same system.
    fn may_be(&self, other: &StoreEntry<'_>) -> bool {
        let differs = |name: &&str| match (self.store.text(name), other.text(name)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        self.store.kind() == other.kind() && !WHERE.iter().any(differs)
    }

    /// The folder or the beginning of names that a store adds to every name. A folder on this machine is the real one, whatever
    /// way leads there.
    fn folder(&self, store: &StoreEntry<'_>) -> Option<String> {
        if is_folder(store) {
            let path = real_folder(&self.base, store)?;
            return Some(path.to_string_lossy().trim_end_matches('/').to_owned());
        }
        let folder = store.text("prefix").or_else(|| store.text("path"))?;
        Some(folder.trim_start_matches("./").trim_end_matches('/').to_owned())
    }

    /// The part of this store that another may have for itself.
    fn part(&self, other: &StoreEntry<'_>) -> Option<String> {
        if is_folder(self.store) && !is_folder(other) {
            let path = real(&self.base.join(other.text("path")?));
            return Some(path.to_string_lossy().into_owned());
        }
        self.folder(other)
    }

    /// What a place may be called in the system: what is before a name may end with a `/` of its own, or not.
    fn spellings(&self, store: &StoreEntry<'_>, place: &str) -> Vec<String> {
        let folder = match self.folder(store) {
            None => return vec![place.to_owned()],
            Some(folder) if is_folder(store) => folder,
            Some(folder) if folder.is_empty() => return vec![place.to_owned()],
            Some(folder) => return vec![format!("{folder}/{place}"), format!("{folder}{place}")],
        };
        let named = format!("{folder}/{place}");
        // A name may be a link to another one.
        let file = place.split(['@', '#']).next().unwrap_or(place);
        let rest = &place[file.len()..];
        let linked = fs::canonicalize(format!("{folder}/{file}")).ok();
        let linked = linked.map(|linked| format!("{}{rest}", linked.to_string_lossy()));
        let linked = linked.filter(|linked| *linked != named);
        [named].into_iter().chain(linked).collect()
    }
}

/// Whether a store is a folder on this machine.
fn is_folder(store: &StoreEntry<'_>) -> bool {
    store.kind() == "directory"
}

/// Where the folder of a store really is, or would be; none where a variable names it that is not set.
pub(crate) fn real_folder(base: &Path, store: &StoreEntry<'_>) -> Option<PathBuf> {
    let path = match (store.text("path"), store.text("path_from")) {
        (Some(path), _) => OsString::from(path),
        (None, Some(variable)) if !variable.contains(['=', '\0']) => env::var_os(variable)?,
        (None, _) => return None,
    };
    Some(real(&base.join(path)))
}

/// A path without links, `.` and `..`, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let mut real = env::current_dir().unwrap_or_default();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        real = fs::canonicalize(&real).unwrap_or(real);
    }
    real
}

fn is_below(place: &str, folder: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    place.strip_prefix(folder).is_some_and(|rest| {
        rest.starts_with('/') || !folder.ends_with(is_word) || rest.starts_with(['-', '_', '.'])
    })
}

/// Settings that say which system it is: two that differ are two systems.
const WHERE: [&str; 10] = [
    "address",
    "account",
    "context",
    "endpoint",
    "location",
    "mount",
    "namespace",
    "project",
    "region",
    "vault_name",
];

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: &str = r#"
[strongroom]
format = 1
id = "5f0c3c1e9a7b4c7c9d2f6f3e8a1b0c4d"

[stores.all]
kind = "hashicorp-vault"
address = "https://vault.example"

[stores.shop]
kind = "hashicorp-vault"
address = "https://vault.example"
prefix = "shop"

[stores.staging]
kind = "hashicorp-vault"
role = "deploy"
prefix = "shop/staging"

[stores.other]
kind = "hashicorp-vault"
address = "https://other.example"
prefix = "shop/other"

[stores.named]
kind = "flat"
prefix = "shop-"

[stores.deeper]
kind = "flat"
prefix = "shop-staging-"
"#;

    #[test]
    fn what_lies_in_a_part_of_another_store_is_that_ones() {
        let index = Index::read(VAULT).expect("a vault");
        let nested = |store: &str, place: &str| {
            let store = index.stores().get(store).expect("a store");
            Sameness::of(Path::new(""), &index, store).nested(place)
        };
        for (store, place, within) in [
            ("all", "shop/db/password", Some("shop")),
            ("all", "shopping/db", None),
            ("shop", "staging/db/password", Some("staging")),
            ("shop", "db/password", None),
            ("shop", "other/db", None),
            ("staging", "db/password", None),
            ("named", "staging-db", Some("deeper")),
            ("named", "db", None),
            ("deeper", "db", None),
        ] {
            assert_eq!(nested(store, place), within, "{store}:{place}");
        }
    }
}
