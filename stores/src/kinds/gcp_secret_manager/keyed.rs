//! Secrets whose payload is a JSON object: each member is a key.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::json::{self, Members, Writer};
use crate::store::Value;

/// The values of all keys. Null is no value.
pub(super) fn values(payload: &Value) -> Result<BTreeMap<String, Value>, Failure> {
    let members = members(payload)?;
    Ok(members.iter().filter_map(|(key, raw)| Some((key.clone(), json::value(raw)?))).collect())
}

/// The members of a payload.
pub(super) fn members(payload: &Value) -> Result<Members<'_>, Failure> {
    json::of(payload).ok_or_else(|| {
        Failure::invalid("it is no JSON object, and with `keys` each of its members is a key")
    })
}

/// The key that is meant where a reference names none: the only one there is, or the usual one.
pub(super) fn meant<'k>(
    key: Option<&'k str>,
    members: &'k Members<'_>,
) -> Result<&'k str, Failure> {
    match (key, members.keys().next()) {
        (Some(key), _) => Ok(key),
        (None, None) => Ok(KEY),
        (None, Some(only)) if members.len() == 1 => Ok(only),
        (None, Some(_)) => {
            Err(Failure::invalid("it has several keys, so the reference must name one"))
        }
    }
}

/// The payload with one key written, or taken away, and the others as they are.
pub(super) fn payload(members: &Members<'_>, key: &str, value: Option<&str>) -> Value {
    let mut payload = Writer::default().raw("{");
    let mut is_first = true;
    let mut comma = move || if std::mem::take(&mut is_first) { "" } else { "," };
    for (other, raw) in members.iter().filter(|(other, _)| *other != key) {
        payload = payload.raw(comma()).text(other).raw(":").raw(raw.get());
    }
    if let Some(value) = value {
        payload = payload.raw(comma()).text(key).raw(":").text(value);
    }
    payload.raw("}").finish()
}

/// The key of a new secret for which none is named.
const KEY: &str = "value";
