//! Reading back: whether a new text says what the old one did but for the changes that were meant.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Changes;

/// Whether two trees differ in what was to change, as it was to change, and in nothing else.
pub(super) fn same_but_for(
    changes: &Changes,
    path: &mut Vec<String>,
    old: &DeTable<'_>,
    new: &DeTable<'_>,
) -> bool {
    let here = changes.tables.get(path.as_slice());
    if changes.removed_tables.contains(path.as_slice()) {
        return new.is_empty();
    }
    let mut keys: BTreeSet<&str> =
        old.keys().chain(new.keys()).map(|key| key.get_ref().as_ref()).collect();
    // By their old names; what has a new one must not be there under the old.
    let renamed = changes.renamed_in(path);
    for (before, after) in &renamed {
        if !keys.remove(after) || old.contains_key(*after) || new.contains_key(*before) {
            return false;
        }
    }
    let none = DeTable::new();
    keys.into_iter().all(|key| {
        let (before, after) = (old.get(key), new.get(renamed.get(key).copied().unwrap_or(key)));
        if let Some(change) = here.and_then(|keys| keys.get(key)) {
            return match (change, after) {
                (Some(text), Some(after)) => {
                    DeValue::parse(text).is_ok_and(|meant| same(meant.get_ref(), after.get_ref()))
                }
                (None, None) => true,
                _ => false,
            };
        }
        path.push(key.to_owned());
        let below = changes.touches(path);
        let fine = match (before.map(Spanned::get_ref), after.map(Spanned::get_ref)) {
            (Some(DeValue::Table(before)), Some(DeValue::Table(after))) if below => {
                same_but_for(changes, path, before, after)
            }
            (Some(DeValue::Table(before)), None) if below => {
                same_but_for(changes, path, before, &none)
            }
            (None, Some(DeValue::Table(after))) if below => {
                same_but_for(changes, path, &none, after)
            }
            (Some(before), Some(after)) => same(before, after),
            _ => false,
        };
        path.pop();
        fine
    }) && here.is_none_or(|keys| {
        keys.iter().all(|(key, value)| value.is_some() == new.contains_key(key.as_str()))
    })
}

/// Whether two values mean the same, however they are written.
pub(in crate::edit) fn same(a: &DeValue<'_>, b: &DeValue<'_>) -> bool {
    match (a, b) {
        (DeValue::Table(a), DeValue::Table(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((a_key, a), (b_key, b))| {
                    a_key.get_ref() == b_key.get_ref() && same(a.get_ref(), b.get_ref())
                })
        }
        (DeValue::Array(a), DeValue::Array(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|(a, b)| same(a.get_ref(), b.get_ref()))
        }
        (DeValue::String(a), DeValue::String(b)) => a == b,
        (DeValue::Integer(a), DeValue::Integer(b)) => {
            (a.as_str(), a.radix()) == (b.as_str(), b.radix())
        }
        (DeValue::Float(a), DeValue::Float(b)) => a.as_str() == b.as_str(),
        (DeValue::Boolean(a), DeValue::Boolean(b)) => a == b,
        (DeValue::Datetime(a), DeValue::Datetime(b)) => a == b,
        _ => false,
    }
}
