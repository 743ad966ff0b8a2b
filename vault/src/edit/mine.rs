//! Changes to a developer's own values.

use super::deposit::open_retired;
use super::draft::{SetOutcome, put_value};
use super::edit_error::EditError;
use super::splice::{Changes, apply_to, string_text};
use super::terms::Expiry;
use crate::crypto::{DataKey, Place};
use crate::date::Date;
use crate::environment::{Environment, EnvironmentType};
use crate::index::{Content, Document, Index, Mine, Origin, Secret, Value};
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

/// Seals the values of one's own that lie under a previous data key again under the current one; version and day stay.
/// Gives the mine file's new text, and which values those are: secret and environment. What no key opens stays as it is.
///
/// # Errors
///
/// The key is not one of `local`, or the text cannot be read or changed in place.
pub fn reseal_mine(
    text: &str,
    index: &Index<'_>,
    key: &DataKey,
    is_meant: impl Fn(&Secret<'_>, &Value<'_>) -> bool,
) -> Result<(String, Vec<(String, String)>), EditError> {
    if key.kind() != EnvironmentType::Local {
        return Err(EditError::OtherType(key.kind()));
    }
    let document = Document::parse(text)?;
    let mine = Mine::of(&document, index)?;
    let retired = key.retired(index);
    let (mut changes, mut again) = (Changes::default(), Vec::new());
    for (secret, value) in mine.left_behind(index).filter(|(secret, it)| is_meant(secret, it)) {
        let Content::Sealed(sealed) = value.content() else { continue };
        let place = Place::of(secret, value);
        let Ok(opened) = open_retired(&retired, place, sealed) else { continue };
        let sealed = key.seal(place, opened.as_bytes())?;
        let line = ["secrets", secret.name(), value.environment()];
        changes.put(&line, "sealed", string_text(&sealed));
        again.push((secret.name().to_owned(), value.environment().to_owned()));
    }
    let text =
        if again.is_empty() { text.to_owned() } else { apply_mine(&document, &changes, index)? };
    Ok((text, again))
}

fn apply_mine(
    document: &Document<'_>,
    changes: &Changes,
    index: &Index<'_>,
) -> Result<String, EditError> {
    Ok(apply_to(document, changes, |read_back| Mine::of(read_back, index).map(drop))?)
}
