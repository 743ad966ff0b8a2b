//! One value: setting it counts, sealing it again under another key does not.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::decide::Fate;
use super::entries::{Entry, is_same, line_of, table_line};
use super::sides::{Side, Sides, is_set};
use super::stores::store_of_seals;
use crate::edit::splice::same;
use crate::edit::terms::due_text;
use crate::index::{Index, Removed, Value};
use crate::name::fold;

/// What a value becomes.
pub(super) fn fate(sides: &Sides<'_, '_, '_>, entry: &Entry) -> Fate {
    let before = sides.base.and_then(|base| value_of(base.index, entry));
    let set = [Side::Ours, Side::Theirs]
        .map(|side| is_set(before, value_of(sides.of(side).index, entry)));
    match set {
        [true, false] => with_due(sides, entry, Side::Ours),
        [false, true] => with_due(sides, entry, Side::Theirs),
        [false, false] => sealed_again(sides, entry),
        [true, true] => same_set(sides, entry),
    }
}

/// The value of an entry below `[secrets]`.
pub(super) fn value_of<'i, 't>(index: &'i Index<'t>, entry: &Entry) -> Option<&'i Value<'t>> {
    let name = entry.table.get(1)?;
    let secret = index.secret(name).filter(|secret| secret.name() == name)?;
    secret.value(&entry.key)
}

/// One side's value, with the names that the other noted as due: whoever was removed there could read this one too.
pub(super) fn with_due(sides: &Sides<'_, '_, '_>, entry: &Entry, side: Side) -> Fate {
    let Some(here) = sides.of(side).get(entry) else { return Fate::Gone };
    let DeValue::Table(table) = here.get_ref() else { return Fate::Of(side) };
    let mut due = due_of(sides, entry, side);
    due.extend(removed_meanwhile(sides, entry, side));
    let own = value_of(sides.of(side).index, entry).map(|value| value.due().len());
    if own == Some(due.len()) {
        return Fate::Of(side);
    }
    Fate::Text(table_line(table, &[("due", Some(due_text(&due)))]))
}

/// Whom the other side removed, and who had the key under which this side set its value.
fn removed_meanwhile(sides: &Sides<'_, '_, '_>, entry: &Entry, side: Side) -> BTreeSet<String> {
    let before = sides.base.map(|base| base.index);
    let here = sides.of(side).index;
    let value = value_of(here, entry);
    let Some(value) = value
        .filter(|value| is_set(before.and_then(|before| value_of(before, entry)), Some(value)))
    else {
        return BTreeSet::new();
    };
    let had = |name: &str| {
        let mut vaults = before.into_iter().chain([here]);
        vaults.any(|vault| {
            let grants = vault.keys().of_type(value.kind()).grants();
            grants.iter().any(|grant| fold(grant.holder()) == fold(name))
        })
    };
    let removed = sides.of(side.other()).index.removed().iter().map(Removed::name);
    let is_new = |name: &&str| before.is_none_or(|before| before.removal(name).is_none());
    removed.filter(is_new).filter(|name| had(name)).map(str::to_owned).collect()
}

/// The names that a side has as due, and those that the other side added, or kept for the same version.
fn due_of(sides: &Sides<'_, '_, '_>, entry: &Entry, side: Side) -> BTreeSet<String> {
    let names = |index: &Index<'_>| -> BTreeSet<String> {
        let due = value_of(index, entry).map(Value::due).unwrap_or_default();
        due.iter().map(ToString::to_string).collect()
    };
    let version = |side| value_of(sides.of(side).index, entry).map(Value::version);
    // Only a value of another version takes a mark away.
    let is_same = version(side) == version(side.other());
    let before = sides.base.filter(|_| !is_same);
    let before = before.map(|base| names(base.index)).unwrap_or_default();
    let mut due = names(sides.of(side).index);
    due.extend(names(sides.of(side.other()).index).difference(&before).cloned());
    due
}

/// Both have the version that was there before: each field is of the side that changed it.
fn sealed_again(sides: &Sides<'_, '_, '_>, entry: &Entry) -> Fate {
    if let Some(side) = sides.plain(entry) {
        return with_due(sides, entry, side);
    }
    let tables = [Side::Ours, Side::Theirs].map(|side| sides.of(side).get(entry));
    let (Some(ours), Some(theirs)) = (table_of(tables[0]), table_of(tables[1])) else {
        return Fate::Open;
    };
    let before = table_of(sides.before(entry));
    let mut instead = Vec::new();
    for key in ["version", "set", "expires", "store", "ref", "seal", "sealed"] {
        let field = |table: Option<&DeTable<'_>>| {
            table.and_then(|it| it.get(key)).map(|it| line_of(it.get_ref()))
        };
        let (was, a, b) = (field(before), field(Some(ours)), field(Some(theirs)));
        let merged = if a == b || was == b {
            a
        } else if was == a {
            b
        } else if let ("sealed" | "seal", Some(side)) = (key, under_current(sides, entry)) {
            if side == Side::Ours { a } else { b }
        } else if let ("seal", Some(side)) = (key, side_of_seal(sides, entry)) {
            if side == Side::Ours { a } else { b }
        } else {
            return Fate::Open;
        };
        instead.push((key, merged));
    }
    let due = due_of(sides, entry, Side::Ours);
    // What one of the sides took out is done with.
    instead.push(("due", (!due.is_empty()).then(|| due_text(&due))));
    let text = table_line(ours, &instead);
    let is = |side: Side| {
        let same_as = |value: &DeValue<'_>| {
            DeValue::parse(&text).is_ok_and(|text| same(text.get_ref(), value))
        };
        sides.of(side).get(entry).is_some_and(|value| same_as(value.get_ref()))
    };
    match [is(Side::Ours), is(Side::Theirs)] {
        [true, _] => Fate::Of(Side::Ours),
        [_, true] => Fate::Of(Side::Theirs),
        _ => Fate::Text(text),
    }
}

/// The side that has the value under the key that it will lie under: the one that gave its environment another type, else
/// the one that made a new key.
fn under_current(sides: &Sides<'_, '_, '_>, entry: &Entry) -> Option<Side> {
    let kind = |index: &Index<'_>| index.environment(&entry.key).ok().map(|it| it.kind());
    let before = sides.base.and_then(|base| kind(base.index));
    let only = |is: &dyn Fn(Side) -> bool| match (is(Side::Ours), is(Side::Theirs)) {
        (true, false) => Some(Side::Ours),
        (false, true) => Some(Side::Theirs),
        _ => None,
    };
    only(&|side| kind(sides.of(side).index) != before).or_else(|| {
        only(&|side| {
            let value = value_of(sides.of(side).index, entry);
            value.is_some_and(|value| sides.rotated_type(side, value.kind()))
        })
    })
}

/// The side whose seal of a reference that both have is for the store as it will be.
fn side_of_seal(sides: &Sides<'_, '_, '_>, entry: &Entry) -> Option<Side> {
    let (ours, theirs) = (sides.ours.index, sides.theirs.index);
    let store = store_of_seals(entry, ours, theirs)?;
    let before = sides.base.and_then(|base| base.index.stores().get(store));
    match [ours, theirs].map(|index| index.stores().get(store)) {
        [a, b] if a == b => {
            // Either will do; that the order of the sides does not matter is worth a rule.
            let is_theirs = sides.theirs.text(entry) < sides.ours.text(entry);
            Some(if is_theirs { Side::Theirs } else { Side::Ours })
        }
        [a, _] if a == before => Some(Side::Theirs),
        [_, b] if b == before => Some(Side::Ours),
        _ => None,
    }
}

/// Both set it: the same only if both took the same line from somewhere.
fn same_set(sides: &Sides<'_, '_, '_>, entry: &Entry) -> Fate {
    let tables = [Side::Ours, Side::Theirs].map(|side| table_of(sides.of(side).get(entry)));
    let [Some(ours), Some(theirs)] = tables else {
        return Fate::Open;
    };
    let is_same_key = |key| is_same(ours.get(key), theirs.get(key));
    if ["version", "sealed", "store", "ref", "expires"].into_iter().all(is_same_key) {
        return with_due(sides, entry, side_of_seal(sides, entry).unwrap_or(Side::Ours));
    }
    Fate::Open
}

fn table_of<'d, 't>(value: Option<super::entries::Stands<'d, 't>>) -> Option<&'d DeTable<'t>> {
    match value?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}
