//! The local record of what was read and changed, where `[audit] log = true` asks for one: names, never a value or a key.
//!
//! What opens values and what saves tell it; one line is written when the command ends or becomes another program.

mod file;

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use strongroom_vault::{Index, Lookup, Origin, Secret, Value, VaultId};

pub(crate) use self::file::{lines, path};
use crate::history::sealed_of;
use crate::ui;

/// What this command did until now.
#[derive(Debug, Default)]
struct Record {
    vault: Option<VaultId>,
    holder: Option<String>,
    command: String,
    read: BTreeSet<Place>,
    changed: BTreeSet<Place>,
    /// Places in stores, each with whether it was removed.
    stored: BTreeSet<(String, String, bool)>,
}

/// Where a value stands.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    secret: String,
    environment: String,
    /// Whether it is a value of one's own.
    is_own: bool,
}

impl Place {
    fn of(origin: Origin, secret: &str, environment: &str) -> Self {
        let (secret, environment) = (secret.to_owned(), environment.to_owned());
        Self { secret, environment, is_own: origin == Origin::Mine }
    }
}

static RECORD: LazyLock<Mutex<Record>> = LazyLock::new(Mutex::default);

fn record() -> MutexGuard<'static, Record> {
    RECORD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says which command is typed.
pub(crate) fn begin(name: String) {
    record().command = name;
}

/// A vault was read; nothing is recorded unless it asks for that.
pub(crate) fn vault(index: &Index<'_>) {
    if index.audit_log() {
        record().vault = Some(index.id());
    }
}

/// A holder's key opened something.
pub(crate) fn holder(name: &str) {
    record().holder = Some(name.to_owned());
}

/// A value was opened.
pub(crate) fn opened(secret: &Secret<'_>, value: &Value<'_>) {
    read(Place::of(secret.origin(), secret.name(), value.environment()));
}

/// A value was opened that stands nowhere in the vault: an earlier one, or one that somebody left.
pub(crate) fn opened_for(name: &str, environment: &str) {
    read(Place::of(Origin::Vault, name, environment));
}

fn read(place: Place) {
    let mut record = record();
    if record.vault.is_some() {
        record.read.insert(place);
    }
}

/// A value of one's own was set or removed.
pub(crate) fn changed_own(name: &str, environment: &str) {
    let mut record = record();
    if record.vault.is_some() {
        record.changed.insert(Place::of(Origin::Mine, name, environment));
    }
}

/// A value was written into a store, or removed from it.
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only a store is written into"))]
pub(crate) fn stored(store: &str, reference: &str, is_removed: bool) {
    let mut record = record();
    if record.vault.is_some() {
        record.stored.insert((store.to_owned(), reference.to_owned(), is_removed));
    }
}

/// The vault was saved: what has another version now was changed, and what counts now and did not before. What a rotation or
/// a rename seals again is the same value.
pub(crate) fn saved(before: &Index<'_>, text: &str) {
    differences(before, text, |index, secret, value| {
        let environment = index.environment(value.environment());
        let counts = environment.is_ok_and(|environment| {
            !matches!(index.lookup_in(secret, &environment), Lookup::OtherDataKey(_))
        });
        (value.version(), counts)
    });
}

/// A merge was settled: both sides may have made the same version of a value.
pub(crate) fn settled(before: &Index<'_>, text: &str) {
    differences(before, text, |_, _, value| sealed_of(value).to_owned());
}

/// Everything whose standing is another one, on either side, was changed.
fn differences<T: PartialEq>(
    before: &Index<'_>,
    text: &str,
    standing: impl Fn(&Index<'_>, &Secret<'_>, &Value<'_>) -> T,
) {
    let mut record = record();
    if record.vault.is_none() {
        return;
    }
    let Ok(after) = Index::read(text) else { return };
    for (one, other) in [(before, &after), (&after, before)] {
        for secret in one.secrets() {
            for value in secret.values() {
                let now = other.secret(secret.name()).filter(|it| it.name() == secret.name());
                let now = now.and_then(|secret| Some((secret, secret.value(value.environment())?)));
                let now = now.map(|(secret, value)| standing(other, secret, value));
                if now != Some(standing(one, secret, value)) {
                    let place = Place::of(Origin::Vault, secret.name(), value.environment());
                    record.changed.insert(place);
                }
            }
        }
    }
}

/// Writes the line, once. A record that cannot be written stops nobody.
pub(crate) fn write() {
    let record = std::mem::take(&mut *record());
    let Some(id) = record.vault else { return };
    let places = |places: &BTreeSet<Place>| -> Vec<Json> {
        let json = |Place { secret, environment, is_own }: &Place| json!({ "secret": secret, "environment": environment, "own": is_own });
        places.iter().map(json).collect()
    };
    let stored = record.stored.iter().map(|(store, reference, is_removed)| {
        let change = if *is_removed { "removed" } else { "written" };
        json!({ "store": store, "reference": reference, "change": change })
    });
    let line = json!({
        "time": format!("{:.0}", Timestamp::now()),
        "holder": record.holder,
        "command": record.command,
        "read": places(&record.read),
        "changed": places(&record.changed),
        "stored": stored.collect::<Vec<_>>(),
    });
    if let Err(error) = file::append(id, &format!("{line}\n")) {
        ui::warn(&format!("what was done could not be recorded: {error}"));
    }
}
