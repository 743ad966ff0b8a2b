//! From what a store gave to the one text that a field gets: the key, then the way into JSON.

use crate::failure::Failure;
use crate::reference::Reference;
use crate::store::{Content, Fetched, Keys, Value};

/// The value that a reference is about.
pub(crate) fn pick(fetched: &Fetched, reference: &Reference, keys: Keys) -> Result<Value, Failure> {
    let value = match (&fetched.content, reference.split(keys).1) {
        (Content::One(value), None) => value,
        (Content::One(_), Some(key)) => {
            return Err(Failure::absent(format!("it has no keys, and `{key}` is asked for")));
        }
        (Content::Several(values), Some(key)) => values.get(key).ok_or_else(|| {
            Failure::absent(format!("it has no key `{key}`; {}", names(values.keys())))
        })?,
        (Content::Several(values), None) => match values.values().next() {
            Some(value) if values.len() == 1 => value,
            Some(_) => {
                return Err(Failure::invalid(format!(
                    "it has several keys, so the reference must name one; {}",
                    names(values.keys())
                )));
            }
            None => return Err(Failure::absent("it has no keys")),
        },
    };
    if value.len() > VALUE_BYTES {
        return Err(Failure::invalid(format!(
            "it has {} bytes, and a secret has {VALUE_BYTES} at most",
            value.len()
        )));
    }
    match reference.path() {
        None => Ok(value.clone()),
        Some(path) => todo!("{path}"),
    }
}

/// Names of keys for a message: the first few.
fn names<'k>(keys: impl ExactSizeIterator<Item = &'k String>) -> String {
    let more = keys.len().saturating_sub(SHOWN);
    let shown: Vec<String> =
        keys.take(SHOWN).map(|key| format!("`{}`", key.escape_debug())).collect();
    match (shown.len(), more) {
        (0, _) => "it has none".to_owned(),
        (_, 0) => format!("it has {}", shown.join(", ")),
        _ => format!("it has {} and {more} more", shown.join(", ")),
    }
}

/// How many keys a message names.
const SHOWN: usize = 8;
/// The longest value, as a vault has it.
const VALUE_BYTES: usize = 1 << 20;
