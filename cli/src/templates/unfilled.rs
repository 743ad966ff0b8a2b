//! References that cannot be filled: all kinds of them at once, each with its places and what to do, the first of too many.

use std::collections::BTreeMap;

use strongroom_formats::Position;
use strongroom_vault::{Environment, Index, Shown, check_secret_name};

use super::Source;
use crate::error::Error;
use crate::hints::set_command;
use crate::selection::Undone;

/// What is wrong with some files.
pub(super) struct Unfilled<'a, 't> {
    index: &'a Index<'t>,
    environment: &'a Environment,
    found: Vec<Found>,
    /// The number of what was found about a name that has no value.
    names: BTreeMap<String, usize>,
}

struct Found {
    /// The first place: the number of the file, and where in it.
    first: (usize, Position),
    places: Vec<String>,
    more_places: usize,
    what: What,
}

enum What {
    /// No value could stand there, whatever is in the vault.
    Fault(String),
    /// This name has no value.
    Missing(String),
}

impl<'a, 't> Unfilled<'a, 't> {
    pub(super) fn new(index: &'a Index<'t>, environment: &'a Environment) -> Self {
        Self { index, environment, found: Vec::new(), names: BTreeMap::new() }
    }

    /// A reference in the file with this number that no value can fill.
    pub(super) fn fault(&mut self, number: usize, source: &Source, at: Position, text: String) {
        self.found.push(Found {
            first: (number, at),
            places: vec![place(source, at)],
            more_places: 0,
            what: What::Fault(text),
        });
    }

    /// A reference to something that has no value.
    pub(super) fn missing(&mut self, number: usize, source: &Source, at: Position, name: &str) {
        let known = self.names.get(name).and_then(|number| self.found.get_mut(*number));
        match known {
            Some(known) if known.places.len() < PLACES => known.places.push(place(source, at)),
            Some(known) => known.more_places += 1,
            None => {
                self.names.insert(name.to_owned(), self.found.len());
                self.found.push(Found {
                    first: (number, at),
                    places: vec![place(source, at)],
                    more_places: 0,
                    what: What::Missing(name.to_owned()),
                });
            }
        }
    }

    /// The error for all of it, if anything is wrong.
    pub(super) fn refuse(mut self, undone: Undone) -> Result<(), Error> {
        if self.found.is_empty() {
            return Ok(());
        }
        self.found.sort_by_key(|found| found.first);
        let mut lines: Vec<String> =
            self.found.iter().take(TOLD).map(|found| self.told(found)).collect();
        if self.found.len() > TOLD {
            lines.push(format!("and {} more", self.found.len() - TOLD));
        }
        let text = format!("{}\n{}", lines.join("\n"), undone.0);
        let is_fault = |found: &Found| matches!(found.what, What::Fault(_));
        let has_faults = self.found.iter().any(is_fault);
        Err(if has_faults { Error::cannot(text) } else { Error::no(text) })
    }

    fn told(&self, found: &Found) -> String {
        let mut at = found.places.join(", ");
        if found.more_places > 0 {
            at = format!("{at} and {} more", found.more_places);
        }
        match &found.what {
            What::Fault(text) => format!("{at}: {text}"),
            What::Missing(name) => format!("{at}: {}", self.explain(name)),
        }
    }

    /// What was looked for and is not there.
    fn explain(&self, name: &str) -> String {
        if check_secret_name(name).is_err() {
            return "this cannot be the name of a secret\nsee those that exist with: strongroom list"
                .to_owned();
        }
        let (index, environment) = (self.index, self.environment);
        let known = index.secret(name);
        if known.is_none() && index.settings().get(name).is_some() {
            let name = Shown(name);
            return format!(
                "`{name}` is a setting, and no secret\nwrite its value there: strongroom setting get {name}"
            );
        }
        let mut waiting = index.deposits().waiting_for(name, environment);
        let what = match (known, index.near_secret(name)) {
            _ if waiting.next().is_some() => {
                let name = Shown(name);
                format!(
                    "`{name}` has only a deposit that waits for `{environment}`\na holder types: strongroom accept {name}"
                )
            }
            (Some(known), _) => {
                format!("`{}` has no value for `{environment}`", Shown(known.name()))
            }
            (None, Some(near)) => {
                format!("there is no secret `{}`; did you mean `{}`?", Shown(name), Shown(near))
            }
            (None, None) => format!("there is no secret `{}`", Shown(name)),
        };
        let spelled = known.map_or(name, |known| known.name());
        format!("{what}\nset it with: {}", set_command(spelled, [environment]))
    }
}

fn place(source: &Source, at: Position) -> String {
    format!("{}:{}:{}", source.described(), at.line, at.column)
}

/// The most places that are told for one name.
const PLACES: usize = 3;
/// The most that is told: who mends these reads the rest next time.
const TOLD: usize = 20;
