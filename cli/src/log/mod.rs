//! The local record of what was read and changed, where `[audit] log = true` asks for one: names, never a value or a key.
//!
//! What opens values and what saves tell it; one line is written when the command ends or becomes another program.

mod file;

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use strongroom_vault::{Index, Secret, Value, VaultId};

pub(crate) use self::file::{path, read};
use crate::ui;

/// What this command did until now.
#[derive(Debug, Default)]
struct Record {
    vault: Option<VaultId>,
    holder: Option<String>,
    command: String,
    read: BTreeSet<(String, String)>,
    changed: BTreeSet<(String, String)>,
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
    let mut record = record();
    if record.vault.is_some() {
        record.read.insert((secret.name().to_owned(), value.environment().to_owned()));
    }
}

/// The vault was saved: what is another value now was changed.
pub(crate) fn saved(before: &Index<'_>, text: &str) {
    let mut record = record();
    if record.vault.is_none() {
        return;
    }
    let Ok(after) = Index::read(text) else { return };
    for (one, other) in [(before, &after), (&after, before)] {
        for secret in one.secrets() {
            for value in secret.values() {
                let now = other.secret(secret.name()).filter(|it| it.name() == secret.name());
                let now = now.and_then(|secret| secret.value(value.environment()));
                if now.map(Value::version) != Some(value.version()) {
                    let place = (secret.name().to_owned(), value.environment().to_owned());
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
    let places = |places: &BTreeSet<(String, String)>| -> Vec<Json> {
        let json = |(secret, environment): &(String, String)| json!({ "secret": secret, "environment": environment });
        places.iter().map(json).collect()
    };
    let line = json!({
        "time": format!("{:.0}", Timestamp::now()),
        "holder": record.holder,
        "command": record.command,
        "read": places(&record.read),
        "changed": places(&record.changed),
    });
    if let Err(error) = file::append(id, &format!("{line}\n")) {
        ui::warn(&format!("what was done could not be recorded: {error}"));
    }
}
