//! The secrets engine for keys and values: how its two versions lay a secret out.

use std::collections::BTreeMap;

use super::client::Reply;
use super::setup::Kv;
use crate::failure::Failure;
use crate::json::{self, Members, Writer};
use crate::store::{Content, Fetched, Value};

impl Kv {
    /// The path of a secret's values.
    pub(super) fn of_values(self, mount: &str, path: &str) -> String {
        match self {
            Self::One => format!("{mount}/{path}"),
            Self::Two => format!("{mount}/data/{path}"),
        }
    }

    /// The path by which a folder is listed; the whole mount for an empty one.
    pub(super) fn of_folder(self, mount: &str, path: &str) -> String {
        match self {
            Self::One => format!("{mount}/{path}"),
            Self::Two => format!("{mount}/metadata/{path}"),
        }
    }
}

/// The path of what is known of a secret in version 2.
pub(super) fn of_metadata(mount: &str, path: &str) -> String {
    format!("{mount}/metadata/{path}")
}

/// The path by which versions of a secret are deleted in version 2.
pub(super) fn of_deletion(mount: &str, path: &str) -> String {
    format!("{mount}/delete/{path}")
}

/// A secret as the engine gave it: slices of the answer.
pub(super) struct Secret<'t> {
    pub(super) values: Members<'t>,
    pub(super) version: Option<u64>,
}

/// Why there is no secret in an answer.
pub(super) enum Gone {
    /// The version was deleted; it can be taken back.
    Deleted(Option<u64>),
    /// The version was destroyed.
    Destroyed(Option<u64>),
    /// There never was such a version, or it is too old.
    Never(u64),
    /// It is not laid out as the version of the engine does it.
    Strange,
}

impl<'t> Secret<'t> {
    /// The secret of an answer, whose status may be 404 for one that was deleted.
    pub(super) fn of(kv: Kv, reply: &'t Reply) -> Result<Self, Gone> {
        let body = json::of(&reply.body).ok_or(Gone::Strange)?;
        let data = json::object(&body, "data").ok_or(Gone::Strange)?;
        if kv == Kv::One {
            return Ok(Self { values: data, version: None });
        }
        let metadata = json::object(&data, "metadata").ok_or(Gone::Strange)?;
        let version = json::number(&metadata, "version");
        match data.get("data") {
            Some(raw) if raw.get() == "null" => {
                let is_destroyed = json::is(&metadata, "destroyed");
                Err(if is_destroyed { Gone::Destroyed(version) } else { Gone::Deleted(version) })
            }
            _ => {
                let values = json::object(&data, "data").ok_or(Gone::Strange)?;
                Ok(Self { values, version })
            }
        }
    }

    /// Copies the values out of the answer. Null is no value.
    pub(super) fn fetched(&self) -> Fetched {
        let values: BTreeMap<String, Value> = self
            .values
            .iter()
            .filter_map(|(key, raw)| Some((key.clone(), json::value(raw)?)))
            .collect();
        let version = self.version.map(|version| version.to_string());
        Fetched { content: Content::Several(values), version }
    }

    /// Copies all of it out of the answer as one value: JSON, its members in the order of their names.
    pub(super) fn whole(&self) -> Fetched {
        let mut names: Vec<&String> = self.values.keys().collect();
        names.sort_unstable();
        let mut body = Writer::default();
        let mut before = "{";
        for name in &names {
            body = body.raw(before).text(name).raw(":").raw(self.values[*name].get());
            before = ",";
        }
        let body = body.raw(if names.is_empty() { "{}" } else { "}" }).finish();
        let version = self.version.map(|version| version.to_string());
        Fetched { content: Content::One(body), version }
    }
}

/// The version that is current, of the metadata of a secret; the one that is asked for, if it is still there. None where
/// only a look at the values tells.
pub(super) fn current(reply: &Reply, asked: Option<u64>) -> Result<Option<u64>, Gone> {
    let body = json::of(&reply.body).ok_or(Gone::Strange)?;
    let data = json::object(&body, "data").ok_or(Gone::Strange)?;
    let number = json::number(&data, "current_version").ok_or(Gone::Strange)?;
    let number = asked.unwrap_or(number);
    let versions = json::object(&data, "versions").ok_or(Gone::Strange)?;
    let Some(version) = json::object(&versions, &number.to_string()) else {
        return Err(Gone::Never(number));
    };
    if json::is(&version, "destroyed") {
        return Err(Gone::Destroyed(Some(number)));
    }
    // A time of deletion may be one that is still to come.
    let is_there = json::text(&version, "deletion_time").is_some_and(|time| time.is_empty());
    Ok(is_there.then_some(number))
}

/// The version that was just written, where the engine has some.
pub(super) fn new_version(reply: &Reply) -> Option<u64> {
    json::number(&json::object(&json::of(&reply.body)?, "data")?, "version")
}

/// Whether an answer 404 says nothing but that there is no such thing.
pub(super) fn is_only_absent(reply: &Reply) -> bool {
    let errors = json::of(&reply.body).and_then(|body| json::texts(&body, "errors"));
    errors.is_some_and(|errors| errors.is_empty())
}

/// The body that writes a value beside the others, if nobody has written after `version`.
pub(super) fn written(
    kv: Kv,
    others: &Members<'_>,
    version: u64,
    (key, value): (&str, &str),
) -> Value {
    whole(kv, others, version, key, Some(value))
}

/// The body that writes the others alone, if nobody has written after `version`.
pub(super) fn without(kv: Kv, all: &Members<'_>, version: u64, key: &str) -> Value {
    whole(kv, all, version, key, None)
}

fn whole(kv: Kv, all: &Members<'_>, version: u64, key: &str, value: Option<&str>) -> Value {
    let mut body = Writer::default();
    if kv == Kv::Two {
        body = body.raw(&format!("{{\"options\":{{\"cas\":{version}}},\"data\":"));
    }
    let mut before = "{";
    for (other, raw) in all.iter().filter(|(other, _)| *other != key) {
        body = body.raw(before).text(other).raw(":").raw(raw.get());
        before = ",";
    }
    if let Some(value) = value {
        body = body.raw(before).text(key).raw(":").text(value);
    }
    body = body.raw("}");
    if kv == Kv::Two {
        body = body.raw("}");
    }
    body.finish()
}

/// The body that names one version.
pub(super) fn versions(version: u64) -> Value {
    Writer::default().raw(&format!("{{\"versions\":[{version}]}}")).finish()
}

impl Gone {
    /// In words, with what to do.
    pub(super) fn failure(self) -> Failure {
        let of = |version: Option<u64>| match version {
            Some(version) => format!("version {version}"),
            None => "its current version".to_owned(),
        };
        match self {
            Self::Deleted(version) => Failure::absent(format!(
                "{} was deleted: `vault kv undelete` takes it back, or write a new one",
                of(version)
            )),
            Self::Destroyed(version) => {
                Failure::absent(format!("{} was destroyed, for good: write a new one", of(version)))
            }
            Self::Never(version) => Failure::absent(format!("there is no version {version} of it")),
            Self::Strange => Failure::invalid(
                "the secrets engine does not answer as its version does: is `kv_version` right?",
            ),
        }
    }
}
