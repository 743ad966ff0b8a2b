//! What is to be done: each value beside what the store has, and what the store has to lose.

use std::path::PathBuf;

use strongroom_vault::{Environment, Plaintext, Shown, StoreEntry};

use super::places::{Places, Where};
use crate::error::Error;
use crate::stores::{Asker, Wanted};

/// What is to be done in a store, and what became of it.
pub(super) struct Plan<'i, 't> {
    pub(super) store: &'i StoreEntry<'t>,
    pub(super) steps: Vec<Step<'i, 't>>,
    /// What is to be removed.
    pub(super) removed: Vec<Removal>,
    /// What is not removed although no secret is pushed to it: where, and why.
    pub(super) left: Vec<(String, String)>,
    /// Where the store is a folder on this machine: that folder.
    folder: Option<PathBuf>,
}

/// What is to be done with one value.
pub(super) struct Step<'i, 't> {
    pub(super) place: Where<'i, 't>,
    /// The value; none for what lies in the store already.
    pub(super) value: Option<Plaintext>,
    pub(super) act: Act,
    pub(super) end: End,
}

/// A place that is to have nothing any more.
pub(super) struct Removal {
    pub(super) reference: String,
    /// Whether it is a file where a value that is to be written needs a folder.
    pub(super) makes_way: bool,
    pub(super) end: End,
}

impl Removal {
    pub(super) fn of(reference: String) -> Self {
        Self { reference, makes_way: false, end: End::Open }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The store has nothing there.
    Create,
    /// The store has another value there.
    Replace,
    /// The store has this value there.
    Same,
    /// The vault says that it lies there, and it does.
    InPlace,
    /// The vault says that it lies there, and it does not.
    NotThere,
}

/// How far something came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing was begun.
    Open,
    Done,
    Failed(String),
    /// It would have been next, and the store was not asked.
    Untried,
}

impl Act {
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Replace)
    }
}

impl<'i, 't> Plan<'i, 't> {
    /// Looks at every place in the store. One that cannot be read stops everything, before anything is written.
    pub(super) fn of(
        asker: &Asker,
        places: Places<'i, 't>,
        values: Vec<Option<Plaintext>>,
    ) -> Result<Self, Error> {
        let Places { store, of: places, folder } = places;
        let wanted: Vec<Wanted<'_>> =
            places.iter().map(|it| Wanted { store, reference: &it.reference }).collect();
        let answers = asker.fetch(&wanted);
        let (mut steps, mut faults, mut hints) = (Vec::new(), String::new(), Vec::new());
        for ((place, value), there) in places.into_iter().zip(values).zip(answers) {
            let act = match (there, &value) {
                (Ok(_), None) => Act::InPlace,
                (Ok(there), Some(value)) if there == *value => Act::Same,
                (Ok(_), Some(_)) => Act::Replace,
                (Err(why), None) if why.is_absent() => Act::NotThere,
                (Err(why), Some(_)) if why.is_absent() => Act::Create,
                (Err(why), _) => {
                    let (name, at) = (Shown(place.secret.name()), Shown(&place.reference));
                    faults = format!("{faults}\n`{name}` at `{at}`: {why}");
                    hints.extend(why.next(store.name()));
                    continue;
                }
            };
            steps.push(Step { place, value, act, end: End::Open });
        }
        if !faults.is_empty() {
            hints.dedup();
            let text = format!(
                "cannot see what the store `{}` has{faults}\nnothing was written: when that is settled, type the same command",
                Shown(store.name())
            );
            return Err(Error::cannot(text).with_hints(hints));
        }
        Ok(Self { store, steps, removed: Vec::new(), left: Vec::new(), folder })
    }

    /// Whether the store does not hold yet what it should.
    pub(super) fn has_something_to_do(&self) -> bool {
        !self.removed.is_empty() || self.steps.iter().any(|step| step.act.writes())
    }

    /// Marks what must go before something else can be written: in a folder on this machine a file cannot have others below it.
    pub(super) fn make_way(&mut self) {
        if self.folder.is_none() {
            return;
        }
        for removal in &mut self.removed {
            let mut written = self.steps.iter().filter(|step| step.act.writes());
            removal.makes_way =
                written.any(|step| is_below(&step.place.reference, &removal.reference));
        }
    }

    /// Whether something must go before a value can be written.
    pub(super) fn waits(&self, step: &Step<'_, '_>) -> bool {
        let mut removed = self.removed.iter().filter(|removal| removal.makes_way);
        removed.any(|removal| is_below(&step.place.reference, &removal.reference))
    }

    /// What to type about a value that was not written because a file lies where it needs a folder.
    pub(super) fn way(&self, step: &Step<'_, '_>, environment: &Environment) -> Option<String> {
        let (folder, place) = (self.folder.as_ref()?, &step.place.reference);
        let ends = place.match_indices('/').map(|(end, _)| &place[..end]);
        let file = ends.into_iter().find(|above| folder.join(above).is_file())?;
        let mut others = self.steps.iter().map(|step| &step.place);
        if let Some(other) = others.find(|other| other.reference == file) {
            let (other, store) = (Shown(other.secret.name()), Shown(self.store.name()));
            return Some(format!(
                "`{other}` is a file in the store `{store}`, which has none below it: give one of the two another name with: \
                 strongroom rename"
            ));
        }
        Some(format!(
            "where the vault no longer has `{}`, this takes it away: strongroom push --to {} {} --prune",
            Shown(file),
            Shown(self.store.name()),
            environment.flag()
        ))
    }

    /// The places that are to have nothing any more.
    pub(super) fn removals(&self) -> impl Iterator<Item = &str> {
        self.removed.iter().map(|removal| removal.reference.as_str())
    }

    /// What was not begun is not begun any more.
    pub(super) fn leave_the_rest(&mut self) {
        let written = self.steps.iter_mut().filter(|step| step.act.writes());
        let ends = written.map(|step| &mut step.end);
        for end in ends.chain(self.removed.iter_mut().map(|removal| &mut removal.end)) {
            if *end == End::Open {
                *end = End::Untried;
            }
        }
    }

    /// The error for references of the vault to what the store does not have: no push puts it there.
    pub(super) fn not_there(&self, environment: &Environment) -> Option<Error> {
        let store = Shown(self.store.name());
        let lacking = self.steps.iter().filter(|step| step.act == Act::NotThere);
        let (mut lines, mut next) = (Vec::new(), None);
        for Step { place: Where { secret, value, reference, .. }, .. } in lacking {
            let (name, at) = (Shown(secret.name()), Shown(reference));
            lines.push(format!("`{name}` for `{}` refers to `{at}`", Shown(value.environment())));
            next.get_or_insert_with(|| {
                format!("set it with: strongroom set {} --store {store} {name}", environment.flag())
            });
        }
        let text = format!(
            "the store `{store}` does not have what the vault says that it keeps\n{}",
            lines.join("\n")
        );
        next.map(|next| Error::cannot(text).with_hint(next))
    }
}

/// Whether a place lies below another one that is no folder.
fn is_below(place: &str, above: &str) -> bool {
    place.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
