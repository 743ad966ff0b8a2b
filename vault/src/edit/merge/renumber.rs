//! One version number means one value: where both sides gave one to different values, the value that stays gets a new one.

use toml::de::DeValue;

use super::carry::{BothKeys, Carried, Decision};
use super::entries::{Entry, table_line};
use super::settle::SettleError;
use super::value::value_of;
use crate::crypto::Place;
use crate::edit::splice::string_text;
use crate::index::Content;
use crate::limits::NUMBER;

/// The line of a value that was decided for, under a version above that of both sides; no line where the data key is not here.
/// None where its version says enough, the two are one value, or it does not open.
pub(super) fn renumber(
    decision: &Decision<'_, '_, '_>,
    entry: &Entry,
    keys: &[BothKeys<'_>],
) -> Result<Option<(Option<String>, Carried)>, SettleError> {
    let (stays, gives_way) = (decision.stays.index, decision.gives_way.index);
    let [here, there] = [stays, gives_way].map(|index| value_of(index, entry));
    let (Some(here), Some(there)) = (here, there) else { return Ok(None) };
    let (Content::Sealed(sealed), Content::Sealed(other)) = (here.content(), there.content())
    else {
        return Ok(None);
    };
    if here.version() > there.version() || there.version() == NUMBER || sealed == other {
        return Ok(None);
    }
    let version = there.version() + 1;
    let (name, environment, kind) = (entry.table[1].clone(), entry.key.clone(), here.kind());
    let Some(both) = keys.iter().find(|both| both.stays.kind() == kind) else {
        return Ok(Some((None, Carried::NotRenumbered { name, environment, kind })));
    };
    let (Some(secret), Some(rival)) = (stays.secret(&name), gives_way.secret(&name)) else {
        return Ok(None);
    };
    let Ok(plaintext) = both.stays.open(Place::of(secret, here), sealed) else { return Ok(None) };
    if both.gives_way.open(Place::of(rival, there), other).as_ref() == Ok(&plaintext) {
        return Ok(None);
    }
    let place = Place { version, ..Place::of(secret, here) };
    let sealed = both.stays.seal(place, plaintext.as_bytes()).map_err(SettleError::Sealing)?;
    let Some(DeValue::Table(table)) = decision.stays.get(entry).map(toml::Spanned::get_ref) else {
        return Ok(None);
    };
    let fields = [("version", Some(version.to_string())), ("sealed", Some(string_text(&sealed)))];
    let line = table_line(table, &fields);
    Ok(Some((Some(line), Carried::Renumbered(name, environment))))
}
