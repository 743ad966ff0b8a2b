//! What was typed, against what was there: the values to set and to remove.

use std::collections::BTreeMap;

use strongroom_formats::{Entry, dotenv};
use strongroom_vault::limits::VALUE_BYTES;
use strongroom_vault::{
    Draft, EditError, Environment, Index, Lookup, SetOutcome, Shown, check_settable, fold,
};
use zeroize::Zeroizing;

use super::text::{Base, Known};
use crate::environments::unchanged;
use crate::error::Error;
use crate::expiry::without_a_day;
use crate::hints;
use crate::keys::Keys;
use crate::today::today;
use crate::value::open;

/// The lines of the file.
#[derive(Debug)]
pub(super) struct Typed(Vec<Entry>);

/// A value to set, or one to remove.
#[derive(Debug)]
pub(super) struct Change {
    name: String,
    value: Option<Zeroizing<Vec<u8>>>,
}

impl Change {
    /// What to say of a new name that is like one which is there.
    pub(super) fn also(&self, index: &Index<'_>, environment: &Environment) -> Option<String> {
        self.value.as_ref().and_then(|_| hints::also(index, &self.name, [environment]))
    }
}

impl Typed {
    /// Reads the file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        // Somebody who deletes everything means to leave, not to remove every value.
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Error::usage("the file is empty")
                .with_hint("to remove every value, delete their lines and leave a comment"));
        }
        dotenv::read(bytes).map(|read| Self(read.entries)).map_err(Error::usage)
    }

    /// What is to change. A fault has its place in the file and never a value.
    pub(super) fn changes(
        self,
        base: &Base,
        index: &Index<'_>,
        environment: &Environment,
    ) -> Result<Vec<Change>, Error> {
        let (mut changes, mut faults) = (Vec::new(), Vec::new());
        let mut seen = BTreeMap::new();
        for Entry { name, value, at } in self.0 {
            if let Some(first) = seen.insert(fold(&name), at) {
                let error = Error::usage(format!(
                    "`{}` is the secret of {first} in another spelling",
                    Shown(&name)
                ));
                faults.push(error.while_doing(at));
                continue;
            }
            let known = base.get(&name);
            let before = known.and_then(|known| known.shown.as_ref());
            if before.is_some_and(|before| before.as_bytes() == value.as_slice()) {
                continue;
            }
            let name = known.map_or(name, |known| known.name.clone());
            match settable(index, &name, environment, &value) {
                Ok(()) => changes.push(Change { name, value: Some(value) }),
                Err(error) => faults.push(error.while_doing(at)),
            }
        }
        // All of them, so that one more time in the editor is enough.
        let fault = faults.into_iter().reduce(|all, next| all.with_hint(next.text()));
        if let Some(fault) = fault {
            return Err(fault);
        }
        let gone = base
            .iter()
            .filter(|(folded, known)| known.shown.is_some() && !seen.contains_key(*folded));
        changes.extend(gone.map(|(_, known)| Change { name: known.name.clone(), value: None }));
        Ok(changes)
    }
}

/// Checks that a secret may have this value.
fn settable(
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
    value: &[u8],
) -> Result<(), Error> {
    check_settable(index, name, environment)?;
    if value.is_empty() {
        return Err(Error::usage(format!("`{}` has no value", Shown(name))).with_hint(
            "delete the line to remove it; an empty value on purpose is for: strongroom set --allow-empty",
        ));
    }
    if value.len() > VALUE_BYTES {
        return Err(EditError::ValueTooLong(value.len()).into());
    }
    Ok(())
}

/// Makes the changes in the vault as it is now. What others changed as well is given in `theirs`, and
/// then nothing is changed.
pub(super) fn apply(
    changes: &[Change],
    draft: &mut Draft<'_, '_>,
    index: &Index<'_>,
    keys: &Keys,
    base: &Base,
    environment: &Environment,
    theirs: &mut Vec<(String, Option<Known>)>,
) -> Result<Vec<String>, Error> {
    unchanged(index, environment)?;
    let key = keys.current_data_key(index, environment.kind())?;
    let mut said = Vec::new();
    for Change { name, value } in changes {
        let secret = index.secret(name);
        let now = secret.and_then(|secret| Some((secret, secret.value(environment.name())?)));
        let is_same = match (base.get(name), now) {
            (None, None) => true,
            (Some(known), Some((_, now))) => known.is(now),
            _ => false,
        };
        if !is_same {
            let is_done = match (value, now) {
                (Some(value), Some((secret, now))) => {
                    open(key, secret, now).is_ok_and(|now| now.as_bytes() == value.as_slice())
                }
                (value, now) => value.is_none() && now.is_none(),
            };
            if !is_done {
                let known = |(secret, now)| Known::of(secret, now, open(key, secret, now).ok());
                theirs.push((name.clone(), now.map(known)));
            }
            continue;
        }
        said.extend(match value {
            Some(value) => match draft.set_value(key, name, environment, value, today())? {
                SetOutcome::Created => Some(format!("created {name} for {environment}")),
                SetOutcome::Updated(version) => {
                    let lost = without_a_day(index, name, environment);
                    let lost = lost.map(|lost| format!("\n{lost}")).unwrap_or_default();
                    Some(format!("updated {name} for {environment} (version {version}){lost}"))
                }
                SetOutcome::Unchanged => None,
            },
            None => draft
                .unset_value(name, environment.name())
                .then(|| removed(index, name, environment)),
        });
    }
    if theirs.is_empty() { Ok(said) } else { Err(changed_by_others(theirs, environment)) }
}

fn removed(index: &Index<'_>, name: &str, environment: &Environment) -> String {
    let kind = environment.kind();
    if environment.is_named() && !matches!(index.lookup(name, &kind.into()), Lookup::Missing) {
        format!("removed {name} for {environment}, which has the value of {kind} now")
    } else {
        format!("removed {name} for {environment}")
    }
}

fn changed_by_others(theirs: &[(String, Option<Known>)], environment: &Environment) -> Error {
    let names: Vec<String> = theirs.iter().map(|(name, _)| format!("`{}`", Shown(name))).collect();
    let was = if names.len() == 1 { "was" } else { "were" };
    Error::cannot(format!(
        "{} {was} changed for `{environment}` by somebody else meanwhile",
        names.join(", ")
    ))
}
