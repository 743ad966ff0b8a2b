//! What a commit's text has at each place: the version, and how it is sealed.

use std::collections::BTreeMap;

use strongroom_vault::{Content, Index, Secret, Value, fold};

/// A secret and an environment, as the text spells them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) environment: String,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stands {
    pub(crate) version: u32,
    /// The sealed value, or the reference's seal.
    pub(crate) sealed: String,
    /// Under which data key it lies, as the sealed text begins.
    pub(crate) key: String,
    /// Where a store keeps the value, if one does.
    pub(crate) reference: Option<String>,
    /// The generation of the type's data key in this text; none where the value does not lie under that key.
    generation: Option<u32>,
}

impl Stands {
    /// Whether this is what stood there before, sealed again: by a rotation, from the data key of then to a newer one, or as
    /// a reference whose store was changed. Nothing else seals anew what has a version already, so anything else is another
    /// value, whatever somebody calls it.
    pub(crate) fn is_sealed_again(&self, before: &Self) -> bool {
        if self.version != before.version {
            return false;
        }
        if self.reference.is_some() && self.reference == before.reference {
            return true;
        }
        let (Some(now), Some(then)) = (self.generation, before.generation) else { return false };
        self.key != before.key && now > then
    }

    /// Whether this line is the one that stood there before, also where the data key of its type is another one meanwhile.
    pub(crate) fn is_same_line(&self, before: &Self) -> bool {
        let line = |it: &Self| (it.version, it.sealed.clone(), it.reference.clone());
        line(self) == line(before)
    }
}

/// The places of a text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Places(pub(crate) BTreeMap<Place, Stands>);

impl Places {
    /// The places of a vault, or those of one secret in any spelling.
    pub(crate) fn of(index: &Index<'_>, name: Option<&str>) -> Self {
        let folded = name.map(fold);
        let mut places = BTreeMap::new();
        let is_meant =
            |secret: &&Secret<'_>| folded.as_ref().is_none_or(|name| fold(secret.name()) == *name);
        for secret in index.secrets().filter(is_meant) {
            for value in secret.values() {
                let (name, environment) =
                    (secret.name().to_owned(), value.environment().to_owned());
                let stands = Stands {
                    version: value.version(),
                    sealed: sealed_of(value).to_owned(),
                    key: value.content().fingerprint_text().to_owned(),
                    reference: reference_of(value),
                    generation: generation(index, value),
                };
                places.insert(Place { name, environment }, stands);
            }
        }
        Self(places)
    }

    /// The places of a text; none if it is no vault.
    pub(crate) fn of_text(text: &str, name: Option<&str>) -> Option<Self> {
        Index::read(text).ok().map(|index| Self::of(&index, name))
    }

    pub(crate) fn get(&self, place: &Place) -> Option<&Stands> {
        self.0.get(place)
    }
}

fn generation(index: &Index<'_>, value: &Value<'_>) -> Option<u32> {
    let current = index.keys().of_type(value.kind()).current()?;
    let is_under_it = value.content().fingerprint_text() == current.fingerprint_text();
    is_under_it.then(|| current.generation())
}

fn reference_of(value: &Value<'_>) -> Option<String> {
    match value.content() {
        Content::Sealed(_) => None,
        Content::Reference { store, reference, .. } => Some(format!("{store}:{reference}")),
    }
}

/// The sealed text of a value, or the seal of a reference.
pub(crate) fn sealed_of<'v>(value: &'v Value<'_>) -> &'v str {
    match value.content() {
        Content::Sealed(sealed) | Content::Reference { seal: sealed, .. } => sealed,
    }
}
