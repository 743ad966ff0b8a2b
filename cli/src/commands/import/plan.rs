//! What an import does to each secret and environment, decided before anything is done.

use strongroom_formats::Entry;
use strongroom_vault::{Environment, Index, Shown, check_settable};

use super::Args;
use super::input::Input;
use super::names::{Meant, meant, refuse};
use crate::error::Error;
use crate::keys::Keys;
use crate::value::open;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// There is none, and it is set.
    Create,
    /// Another one is there, and is replaced.
    Replace,
    /// Another one is there, and replacing was not asked for.
    Keep,
    /// The same one is there.
    Unchanged,
    /// It is empty, and empty values were not asked for.
    Skip,
}

impl What {
    /// The stable word, in tables and JSON.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Keep => "keep",
            Self::Unchanged => "unchanged",
            Self::Skip => "skip",
        }
    }

    /// Whether the vault is changed by it.
    pub(super) fn is_written(self) -> bool {
        matches!(self, Self::Create | Self::Replace)
    }
}

/// One entry of the file, the name of its secret, and what becomes of it in each environment.
pub(super) struct Change<'e> {
    pub(super) entry: &'e Entry,
    pub(super) name: String,
    pub(super) what: Vec<What>,
}

/// Everything that an import does.
pub(super) struct Plan<'e> {
    pub(super) changes: Vec<Change<'e>>,
    /// The environments of every change, in its order.
    pub(super) environments: Vec<Environment>,
}

impl<'e> Plan<'e> {
    /// Compares the file with the vault as it is now.
    pub(super) fn of(
        index: &Index<'_>,
        keys: &Keys,
        environments: &[Environment],
        entries: &'e [Entry],
        args: &Args,
        input: &Input,
    ) -> Result<Self, Error> {
        for environment in environments {
            if index.environment(environment.name()).as_ref() != Ok(environment) {
                return Err(Error::cannot(format!(
                    "the environment `{environment}` changed meanwhile: try again"
                )));
            }
        }
        let meant = selected(index, entries, args, input)?;
        if let Some(first) = meant.first() {
            for environment in environments {
                check_settable(index, &first.name, environment)?;
            }
        }
        let mut changes = Vec::with_capacity(meant.len());
        for Meant { entry, name, .. } in meant {
            let what = environments
                .iter()
                .map(|environment| what(index, keys, environment, entry, &name, args));
            let what = what.collect::<Result<_, _>>()?;
            changes.push(Change { entry, name, what });
        }
        Ok(Self { changes, environments: environments.to_vec() })
    }

    /// Refuses to go on if values are there that differ.
    pub(super) fn refuse_replacing(&self, args: &Args, input: &Input) -> Result<(), Error> {
        let mut kept = String::new();
        for change in &self.changes {
            let environments: Vec<&str> = self
                .with(change)
                .filter(|(_, what)| *what == What::Keep)
                .map(|(environment, _)| environment.name())
                .collect();
            if !environments.is_empty() {
                let name = Shown(&change.name);
                kept = format!("{kept}\n{name} ({})", environments.join(", "));
            }
        }
        if kept.is_empty() || args.replace {
            return Ok(());
        }
        let error = Error::usage(format!(
            "the vault has other values than {}: nothing was changed{kept}",
            input.described()
        ))
        .with_hint("take those of the file with: --replace");
        if args.dry_run {
            return Err(error);
        }
        Err(error.with_hint("or see first what it would do with: --dry-run"))
    }

    /// The environments of a change, each with what becomes of the value there.
    pub(super) fn with(&self, change: &Change<'_>) -> impl Iterator<Item = (&Environment, What)> {
        self.environments.iter().zip(change.what.clone())
    }
}

/// The entries that are meant.
fn selected<'e>(
    index: &Index<'_>,
    entries: &'e [Entry],
    args: &Args,
    input: &Input,
) -> Result<Vec<Meant<'e>>, Error> {
    let mut all = meant(index, entries);
    for name in args.selection.names() {
        if !all.iter().any(|each| each.is_called(name)) {
            return Err(Error::usage(format!(
                "there is no `{}` in {}: nothing was changed",
                Shown(name),
                input.described()
            )));
        }
    }
    all.retain(|each| args.selection.takes(|name| each.is_called(name)));
    refuse(&all, input)?;
    Ok(all)
}

fn what(
    index: &Index<'_>,
    keys: &Keys,
    environment: &Environment,
    entry: &Entry,
    name: &str,
    args: &Args,
) -> Result<What, Error> {
    if entry.value.is_empty() && !args.allow_empty {
        return Ok(What::Skip);
    }
    let Some(secret) = index.secret(name) else { return Ok(What::Create) };
    let Some(value) = secret.value(environment.name()) else { return Ok(What::Create) };
    let key = keys.current_data_key(index, environment.kind())?;
    // A value that cannot be opened is another one.
    let is_same = open(key, secret, value).is_ok_and(|old| old.as_bytes() == &**entry.value);
    Ok(match is_same {
        true => What::Unchanged,
        false if args.replace => What::Replace,
        false => What::Keep,
    })
}
