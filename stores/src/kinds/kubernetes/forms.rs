//! The parts of the API's JSON that are read: secrets, what is known of them without values, and refusals.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::base64;
use crate::store::Value;

/// A secret with its values.
#[derive(Deserialize)]
pub(super) struct Secret {
    pub(super) metadata: Metadata,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    immutable: bool,
    #[serde(default)]
    data: Option<BTreeMap<String, Data>>,
}

/// What is known of a secret without its values.
#[derive(Deserialize)]
pub(super) struct Known {
    pub(super) metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) resource_version: String,
    #[serde(default)]
    managed_fields: Vec<Managed>,
}

/// Who wrote which fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Managed {
    #[serde(default)]
    manager: String,
    #[serde(default)]
    fields_v1: Fields,
}

#[derive(Deserialize, Default)]
struct Fields {
    #[serde(rename = "f:data", default)]
    data: BTreeMap<String, serde_json::Value>,
}

/// One page of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) metadata: PageMetadata,
    /// Null where there are none.
    #[serde(default)]
    pub(super) items: Option<Vec<Known>>,
}

#[derive(Deserialize)]
pub(super) struct PageMetadata {
    #[serde(rename = "continue", default)]
    pub(super) next: String,
}

/// One line of a watch.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) object: Object,
}

/// What a line of a watch is about: a secret, a mark in time, or a refusal.
#[derive(Deserialize)]
pub(super) struct Object {
    #[serde(default)]
    pub(super) metadata: Mark,
    #[serde(default)]
    pub(super) code: u16,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mark {
    #[serde(default)]
    pub(super) resource_version: String,
}

/// Why the API refused. Its words are not read: they can hold what was sent.
#[derive(Deserialize, Default)]
pub(super) struct Status {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) details: Option<Details>,
}

#[derive(Deserialize, Default)]
pub(super) struct Details {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) causes: Vec<Cause>,
}

#[derive(Deserialize)]
pub(super) struct Cause {
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) field: String,
}

impl Secret {
    /// Whether it is for nothing special.
    pub(super) fn is_opaque(&self) -> bool {
        self.kind == "Opaque"
    }

    /// Whether the cluster takes no changes of it.
    pub(super) fn is_immutable(&self) -> bool {
        self.immutable
    }

    pub(super) fn into_values(self) -> BTreeMap<String, Value> {
        self.data.unwrap_or_default().into_iter().map(|(key, Data(value))| (key, value)).collect()
    }
}

impl Metadata {
    /// The keys of the secret as the API keeps book of them; none where somebody had it stop.
    pub(super) fn keys(&self) -> Vec<String> {
        self.keys_where(|_| true)
    }

    /// The keys that a manager was the last to set.
    pub(super) fn keys_of(&self, manager: &str) -> Vec<String> {
        self.keys_where(|managed| managed.manager == manager)
    }

    fn keys_where(&self, is_meant: impl Fn(&Managed) -> bool) -> Vec<String> {
        let managed = self.managed_fields.iter().filter(|managed| is_meant(managed));
        let fields = managed.flat_map(|managed| managed.fields_v1.data.keys());
        let keys: BTreeSet<&str> = fields.filter_map(|field| field.strip_prefix("f:")).collect();
        keys.into_iter().map(str::to_owned).collect()
    }
}

/// A value in base64, decoded from where it was read: no text is made of it on the way.
struct Data(Value);

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Base64)
    }
}

struct Base64;

impl Visitor<'_> for Base64 {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base64")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Data, E> {
        base64::decode(text.as_bytes()).map(Data).ok_or_else(|| E::custom("not base64"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Data, E> {
        Ok(Data(Value::default()))
    }
}
