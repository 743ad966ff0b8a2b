//! Whether what two stores of a vault call by their names may be one and the same thing in one system.

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
    pub(crate) fn of(index: &'i Index<'t>, store: &'i StoreEntry<'t>) -> Self {
        let mut sameness = Self { index, store, referred: Vec::new() };
        for secret in index.secrets() {
            for value in secret.values() {
                let Content::Reference { store: to, reference, .. } = value.content() else {
                    continue;
                };
                let to = index.stores().get(to).filter(|to| sameness.may_be(to));
                let spellings = to.map(|to| spellings(to, reference)).unwrap_or_default();
                let (secret, environment) = (secret.name(), value.environment());
                let referrer = Referrer { secret, environment };
                sameness.referred.extend(spellings.into_iter().map(|it| (it, referrer)));
            }
        }
        sameness
    }

    /// A value that refers to a place of the store, through whatever store leads there.
    pub(crate) fn referrer(&self, place: &str) -> Option<Referrer<'i>> {
        let places = spellings(self.store, place);
        let leads_there = |(reference, _): &&(String, Referrer<'_>)| {
            places.iter().any(|place| leads_to(reference, place))
        };
        self.referred.iter().find(leads_there).map(|(_, referrer)| *referrer)
    }

    /// The name of another store that has a part of this one for itself, if the place lies in that.
    pub(crate) fn nested(&self, place: &str) -> Option<&'i str> {
        let within = folder(self.store).unwrap_or_default();
        let mut others = self.index.stores().iter().filter(|it| self.may_be(it));
        let places = spellings(self.store, place);
        let is_part = |other: &&StoreEntry<'_>| {
            folder(other).is_some_and(|other| {
                let is_deeper = other.len() > within.len() && other.starts_with(within);
                is_deeper && places.iter().any(|place| is_below(place, other))
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
}

/// The folder or the beginning of names that a store adds to every name.
fn folder<'s>(store: &'s StoreEntry<'_>) -> Option<&'s str> {
    let folder = store.text("prefix").or_else(|| store.text("path"))?;
    Some(folder.trim_start_matches("./").trim_end_matches('/'))
}

/// What a place may be called in the system: what is before a name may end with a `/` of its own, or not.
fn spellings(store: &StoreEntry<'_>, place: &str) -> Vec<String> {
    match folder(store) {
        None | Some("") => vec![place.to_owned()],
        Some(folder) => vec![format!("{folder}/{place}"), format!("{folder}{place}")],
    }
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
            Sameness::of(&index, store).nested(place)
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
