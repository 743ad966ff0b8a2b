//! References that have no value: all of them at once, each with its places and the command that sets it.

use strongroom_formats::render::Reference;
use strongroom_vault::{Environment, Index, Shown, check_secret_name};

use super::Source;
use crate::error::Error;
use crate::hints::set_command;
use crate::selection::Undone;

/// What was looked for and is not there.
pub(super) struct Missing<'a, 't> {
    index: &'a Index<'t>,
    environment: &'a Environment,
    /// Names, each with its places.
    names: Vec<(String, Vec<String>)>,
}

impl<'a, 't> Missing<'a, 't> {
    pub(super) fn new(index: &'a Index<'t>, environment: &'a Environment) -> Self {
        Self { index, environment, names: Vec::new() }
    }

    pub(super) fn add(&mut self, source: &Source, reference: Reference<'_>) {
        let place = format!("{}:{}:{}", source.described(), reference.at.line, reference.at.column);
        match self.names.iter_mut().find(|(name, _)| name == reference.name) {
            Some((_, places)) => places.push(place),
            None => self.names.push((reference.name.to_owned(), vec![place])),
        }
    }

    /// The error for all that is missing, if anything is.
    pub(super) fn refuse(self, undone: Undone) -> Result<(), Error> {
        if self.names.is_empty() {
            return Ok(());
        }
        let lines = self.names.iter().map(|(name, places)| self.explain(name, places));
        let lines: Vec<String> = lines.collect();
        Err(Error::no(format!("{}\n{}", lines.join("\n"), undone.0)))
    }

    fn explain(&self, name: &str, places: &[String]) -> String {
        let mut at = places[..places.len().min(SHOWN)].join(", ");
        if places.len() > SHOWN {
            at = format!("{at} and {} more", places.len() - SHOWN);
        }
        if check_secret_name(name).is_err() {
            return format!(
                "{at}: this cannot be the name of a secret\nsee those that exist with: strongroom list"
            );
        }
        let (index, environment) = (self.index, self.environment);
        let known = index.secret(name);
        if known.is_none() && index.settings().get(name).is_some() {
            let name = Shown(name);
            return format!(
                "{at}: `{name}` is a setting, and no secret\nwrite its value there: strongroom setting get {name}"
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
        format!("{at}: {what}\nset it with: {}", set_command(spelled, [environment]))
    }
}

/// The most places that are told for one name.
const SHOWN: usize = 3;
