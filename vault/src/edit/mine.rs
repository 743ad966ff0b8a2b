//! Changes to a developer's own values.

use super::draft::{EditError, SetOutcome, put_value};
use super::splice::{Changes, apply_to};
use super::terms::Expiry;
use crate::crypto::{DataKey, Place};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::index::{Document, Index, Mine, Origin};
use crate::name::check_secret_name;

/// The text of a mine file without a value.
pub const NEW_MINE_FILE: &str = "# Strongroom: values of your own for `local`, sealed. They beat those of the vault. Do not commit this file.\n";

/// Seals a value of one's own, and gives the mine file's new text. The same value again changes nothing.
///
/// # Errors
///
/// The environment's type is not `local`, the name is not allowed, or the value is larger than 1 MiB.
pub fn set_mine(
    text: &str,
    index: &Index<'_>,
    key: &DataKey,
    name: &str,
    environment: &Environment,
    value: &[u8],
    today: Date,
) -> Result<(String, SetOutcome), EditError> {
    if environment.kind() != EnvironmentType::Local || key.kind() != EnvironmentType::Local {
        return Err(EditError::OtherType(key.kind()));
    }
    check_secret_name(name).map_err(EditError::BadName)?;
    let document = Document::parse(text)?;
    let mine = Mine::of(&document, index)?;
    let secret = mine.secret(name);
    // As spelled here before, else as in the vault, so that both files read alike.
    let name = match (secret, index.secret(name)) {
        (Some(own), _) => own.name(),
        (None, Some(shared)) => shared.name(),
        (None, None) => name,
    };
    let old = secret.and_then(|secret| secret.value(environment.name()));
    let place = Place { origin: Origin::Mine, name, environment: environment.name(), version: 0 };
    let mut changes = Changes::default();
    match put_value(&mut changes, key, place, old, value, (today, &Expiry::Unsaid.into()))? {
        SetOutcome::Unchanged => Ok((text.to_owned(), SetOutcome::Unchanged)),
        outcome => Ok((apply_mine(&document, &changes, index)?, outcome)),
    }
}

/// Removes a value of one's own, and gives the mine file's new text; none if there was no such value.
///
/// # Errors
///
/// The text cannot be read or changed in place.
pub fn unset_mine(
    text: &str,
    index: &Index<'_>,
    name: &str,
    environment: &Environment,
) -> Result<Option<String>, EditError> {
    let document = Document::parse(text)?;
    let mine = Mine::of(&document, index)?;
    let Some(secret) = mine.secret(name) else { return Ok(None) };
    if secret.value(environment.name()).is_none() {
        return Ok(None);
    }
    let mut changes = Changes::default();
    let table = ["secrets", secret.name()];
    changes.remove(&table, environment.name());
    if secret.values().len() == 1 {
        changes.remove_table(&table);
    }
    apply_mine(&document, &changes, index).map(Some)
}

fn apply_mine(
    document: &Document<'_>,
    changes: &Changes,
    index: &Index<'_>,
) -> Result<String, EditError> {
    Ok(apply_to(document, changes, |read_back| Mine::of(read_back, index).map(drop))?)
}
