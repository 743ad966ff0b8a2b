//! JSON as slices of a body: it is looked at in place, and only values are copied, into memory that wipes itself.

use std::collections::BTreeMap;
use std::io;

use serde_json::value::RawValue;
use strongroom_formats::json;
use zeroize::Zeroizing;

use crate::store::Value;

/// The members of an object: names, and slices of the body.
pub(crate) type Members<'t> = BTreeMap<String, &'t RawValue>;

/// The members of the object that a body is; none for anything else.
pub(crate) fn of(body: &[u8]) -> Option<Members<'_>> {
    serde_json::from_slice(body).ok()
}

/// The members of an object; none for anything else.
#[cfg(feature = "http")]
fn members(text: &str) -> Option<Members<'_>> {
    serde_json::from_str(text).ok()
}

/// The members of the object that stands below a name.
#[cfg(feature = "http")]
pub(crate) fn object<'t>(members: &Members<'t>, name: &str) -> Option<Members<'t>> {
    self::members(members.get(name)?.get())
}

/// The members of each object in the list below a name.
#[cfg(feature = "google")]
pub(crate) fn objects<'t>(members: &Members<'t>, name: &str) -> Option<Vec<Members<'t>>> {
    let list: Vec<&RawValue> = serde_json::from_str(members.get(name)?.get()).ok()?;
    Some(list.into_iter().filter_map(|raw| self::members(raw.get())).collect())
}

/// The text below a name: not for values, nobody wipes it.
#[cfg(feature = "http")]
pub(crate) fn text(members: &Members<'_>, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// The texts of the list below a name.
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) fn texts(members: &Members<'_>, name: &str) -> Option<Vec<String>> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// The number below a name.
#[cfg(any(feature = "google", feature = "hashicorp-vault"))]
pub(crate) fn number(members: &Members<'_>, name: &str) -> Option<u64> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// Whether it is true what stands below a name.
#[cfg(any(feature = "gcp-kms", feature = "hashicorp-vault"))]
pub(crate) fn is(members: &Members<'_>, name: &str) -> bool {
    members.get(name).is_some_and(|raw| raw.get() == "true")
}

/// The value below a name: what a string says, and anything else as it is written; none for null.
pub(crate) fn value(raw: &RawValue) -> Option<Value> {
    if raw.get() == "null" { None } else { json::text(raw.get()) }
}

/// Writes JSON without leaving a copy that nobody wipes.
#[derive(Default)]
pub(crate) struct Writer(Value);

impl Writer {
    /// Adds JSON.
    pub(crate) fn raw(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Adds a text as a string.
    pub(crate) fn text(mut self, text: &str) -> Self {
        serde_json::to_writer(&mut self, text).expect("memory takes everything");
        self
    }

    /// What was written.
    pub(crate) fn finish(self) -> Value {
        self.0
    }

    /// Adds bytes. What they no longer fit into is wiped.
    fn add(&mut self, bytes: &[u8]) {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let capacity = (self.0.len() + bytes.len()).max(self.0.capacity() * 2).max(FIRST);
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Room for most of what is written.
const FIRST: usize = 1024;
