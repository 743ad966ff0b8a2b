//! Where each value lies in the store, or would: nothing is asked yet, and two values never share a place.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use strongroom_vault::{Content, Environment, Index, Secret, Shown, StoreEntry, Value};

use crate::error::Error;
use crate::keys::Keys;
use crate::selection::Chosen;
use crate::session::Session;
use crate::stores::{Asker, Sameness, Why, checked, real_folder};
use crate::value::unopened;

/// The places of the values that are pushed.
pub(super) struct Places<'i, 't> {
    pub(super) store: &'i StoreEntry<'t>,
    pub(super) of: Vec<Where<'i, 't>>,
    /// Where the store is a folder on this machine: that folder.
    pub(super) folder: Option<PathBuf>,
}

/// The place of one value.
pub(super) struct Where<'i, 't> {
    pub(super) secret: &'i Secret<'t>,
    pub(super) value: &'i Value<'t>,
    pub(super) reference: String,
    /// Whether the vault says already that it lies there.
    pub(super) is_in_place: bool,
}

impl<'i, 't> Places<'i, 't> {
    pub(super) fn of(
        session: &'i Session<'t>,
        asker: &Asker,
        store: &'i StoreEntry<'t>,
        environment: &Environment,
        chosen: &[Chosen<'i, 't>],
    ) -> Result<Self, Error> {
        let mut of = Vec::with_capacity(chosen.len());
        for (secret, value) in chosen.iter().map(Chosen::sealed) {
            let there = match value.content() {
                Content::Reference { store: to, reference, .. } if to == store.name() => {
                    Some(reference.to_string())
                }
                _ => None,
            };
            let is_in_place = there.is_some();
            let reference = match there {
                Some(reference) => reference,
                None => asker
                    .reference_of(store, secret.name())
                    .and_then(|it| asker.check_writable(store, &it).map(|()| it))
                    .map_err(|why| refused(store, &why))?,
            };
            of.push(Where { secret, value, reference, is_in_place });
        }
        let base = session.path().parent().unwrap_or(Path::new(""));
        let folder = (store.kind() == "directory").then(|| real_folder(base, store)).flatten();
        let places = Self { store, of, folder };
        places.refuse_shared(session, environment)?;
        Ok(places)
    }

    /// Which of them lie in the store already, in order.
    pub(super) fn are_in_place(&self) -> impl Iterator<Item = bool> {
        self.of.iter().map(|each| each.is_in_place)
    }

    /// Checks the seals of what lies in the store already: what somebody led elsewhere is not left as if it were right.
    pub(super) fn check_seals(&self, index: &Index<'_>, keys: &Keys) -> Result<(), Error> {
        for Where { secret, value, is_in_place, .. } in &self.of {
            if *is_in_place {
                let key = keys.current_data_key(index, value.kind())?;
                checked(index, Some(key), secret, value).map_err(|why| {
                    unopened(index, secret, value, &why).with_hint("nothing was written")
                })?;
            }
        }
        Ok(())
    }

    /// Refuses to write where another value lies: of those that are pushed, or of those that something refers to.
    fn refuse_shared(&self, session: &Session<'_>, environment: &Environment) -> Result<(), Error> {
        let sameness = Sameness::of(session.path(), &session.index, self.store);
        let store = Shown(self.store.name());
        let mut taken: HashMap<&str, &str> = HashMap::new();
        for this in self.of.iter().filter(|this| !this.is_in_place) {
            let (name, place) = (this.secret.name(), this.reference.as_str());
            if let Some(other) = taken.insert(place, name) {
                return Err(Error::usage(format!(
                    "`{}` and `{}` would both lie at `{}` in the store `{store}`: nothing was written\n\
                     leave one out with: --except {1}, or give it another name with: strongroom rename",
                    Shown(other),
                    Shown(name),
                    Shown(place)
                )));
            }
            if let Some(other) = sameness.referrer(place) {
                return Err(Error::usage(format!(
                    "`{0}` would be written to `{1}` in the store `{store}`, where `{2}` for `{3}` lies: nothing was written\n\
                     let it refer to that: strongroom link {4} {0} {store}:{1} --replace\n\
                     or leave it out with: --except {0}",
                    Shown(name),
                    Shown(place),
                    Shown(other.secret),
                    Shown(other.environment),
                    environment.flag()
                )));
            }
        }
        Ok(())
    }
}

pub(super) fn refused(store: &StoreEntry<'_>, why: &Why) -> Error {
    Error::cannot(format!("cannot write into the store `{}`: {why}", Shown(store.name())))
        .with_hints(why.next(store.name()))
}
