//! One version number means one value: where both sides gave one to different values, the value that stays gets a new one.

use toml::de::DeValue;

use super::carry::{BothKeys, Carried, Decision};
use super::entries::{Entry, table_line};
use super::settle::SettleError;
use super::value::value_of;
use crate::crypto::Place;
use crate::edit::content::Opened;
use crate::edit::splice::string_text;
use crate::index::{Content, Value};
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
    let seal_of = |value: &Value<'_>| match value.content() {
        Content::Sealed(sealed) | Content::Reference { seal: sealed, .. } => sealed.to_string(),
    };
    let is_one = seal_of(here) == seal_of(there);
    if here.version() > there.version() || there.version() == NUMBER || is_one {
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
    let place = Place::of(secret, here);
    let Ok(opened) = Opened::of(both.stays, stays, place, here.content()) else { return Ok(None) };
    let rival = Opened::of(both.gives_way, gives_way, Place::of(rival, there), there.content());
    if rival.as_ref() == Ok(&opened) {
        return Ok(None);
    }
    let place = Place { version, ..place };
    let sealed = opened.seal(both.stays, stays, place).map_err(SettleError::Sealing)?;
    let Some((field, sealed)) = sealed else { return Ok(None) };
    let Some(DeValue::Table(table)) = decision.stays.get(entry).map(toml::Spanned::get_ref) else {
        return Ok(None);
    };
    let fields = [("version", Some(version.to_string())), (field, Some(string_text(&sealed)))];
    let line = table_line(table, &fields);
    Ok(Some((Some(line), Carried::Renumbered(name, environment))))
}
