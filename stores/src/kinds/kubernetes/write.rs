//! Writing one key: the others stay, and what somebody else writes meanwhile is not lost.

use data_encoding::BASE64;
use http::{Method, StatusCode};
use zeroize::Zeroizing;

use super::ask::{Answer, Question, ask};
use super::forms::{Known, Secret};
use super::refused::{self, Deed};
use super::{JSON, MANAGER, MANAGER_LABEL, ONE_WITHOUT_VALUES, Shared, VAULT_LABEL, names, path};
use crate::failure::{Failure, FailureKind};

/// Writes a key of a secret, or a new secret with it; gives the new version.
pub(super) async fn put(
    shared: &Shared,
    name: &str,
    key: Option<&str>,
    value: &[u8],
) -> Result<String, Failure> {
    names::writable(name, key)?;
    if value.len() > MOST_BYTES {
        return Err(Failure::invalid("a Secret has 1 MiB at most, all of its keys together"));
    }
    match current(shared, name, key).await? {
        Some((version, key)) => patch(shared, name, &key, &version, value).await,
        None => create(shared, name, key.unwrap_or(KEY), value).await,
    }
}

/// The version of what is there, and the key to write; none where there is nothing.
async fn current(
    shared: &Shared,
    name: &str,
    key: Option<&str>,
) -> Result<Option<(String, String)>, Failure> {
    let found = match key {
        Some(key) => shared.version(name).await.map(|version| (version, key.to_owned())),
        None => match shared.get(name, JSON).await {
            Ok(answer) => only_key(answer.read()?),
            Err(failure) => Err(failure),
        },
    };
    match found {
        Err(failure) if failure.kind() == FailureKind::Absent => Ok(None),
        found => found.map(Some),
    }
}

/// The key that is meant where none is named.
fn only_key(secret: Secret) -> Result<(String, String), Failure> {
    let version = secret.metadata.resource_version.clone();
    let mut keys = secret.into_values().into_keys();
    match (keys.next(), keys.next()) {
        (None, _) => Ok((version, KEY.to_owned())),
        (Some(key), None) => Ok((version, key)),
        _ => Err(Failure::invalid("it has several keys, so one must be named: `name/key`")),
    }
}

async fn create(shared: &Shared, name: &str, key: &str, value: &[u8]) -> Result<String, Failure> {
    let namespace = shared.namespace().await?;
    let vault = shared.vault.map(|vault| format!(r#","{VAULT_LABEL}":"{vault}""#));
    let vault = vault.unwrap_or_default();
    let head = format!(
        r#"{{"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{{"name":"{name}","labels":{{"{MANAGER_LABEL}":"{MANAGER}"{vault}}}}},"data":{{"{key}":""#
    );
    let question = Question {
        method: Method::POST,
        path: format!("{}?fieldManager={MANAGER}", path(&namespace)),
        accept: ONE_WITHOUT_VALUES,
        body: Some((JSON, body(&head, value))),
    };
    let answer = ask(&shared.connections, &question).await?;
    let deed = Deed { verb: "create", name: Some(name), namespace: &namespace };
    written(deed, &answer)
}

async fn patch(
    shared: &Shared,
    name: &str,
    key: &str,
    version: &str,
    value: &[u8],
) -> Result<String, Failure> {
    let namespace = shared.namespace().await?;
    let version = serde_json::to_string(version).unwrap_or_default();
    let head = format!(r#"{{"metadata":{{"resourceVersion":{version}}},"data":{{"{key}":""#);
    let question = Question {
        method: Method::PATCH,
        path: format!("{}/{name}?fieldManager={MANAGER}", path(&namespace)),
        accept: ONE_WITHOUT_VALUES,
        body: Some(("application/merge-patch+json", body(&head, value))),
    };
    let answer = ask(&shared.connections, &question).await?;
    let deed = Deed { verb: "patch", name: Some(name), namespace: &namespace };
    // Somebody deleted it since it was looked at.
    if answer.status == StatusCode::NOT_FOUND && answer.refusal().is_some() {
        return Err(answer.numbered(refused::changed(deed)));
    }
    written(deed, &answer)
}

pub(super) fn written(deed: Deed<'_>, answer: &Answer) -> Result<String, Failure> {
    match answer.status {
        StatusCode::OK | StatusCode::CREATED => {
            Ok(answer.read::<Known>()?.metadata.resource_version)
        }
        _ => Err(refused::failure(deed, answer)),
    }
}

/// The JSON of a request up to the value, the value in base64, and the end. It is made in one piece, which wipes itself;
/// names and keys are of characters that mean nothing in JSON.
fn body(head: &str, value: &[u8]) -> Zeroizing<Vec<u8>> {
    let begin = head.len();
    let length = BASE64.encode_len(value.len());
    let mut body = Zeroizing::new(vec![0; begin + length + TAIL.len()]);
    body[..begin].copy_from_slice(head.as_bytes());
    BASE64.encode_mut(value, &mut body[begin..begin + length]);
    body[begin + length..].copy_from_slice(TAIL);
    body
}

const TAIL: &[u8] = br#""}}"#;
/// The key of a new secret for which none is named.
const KEY: &str = "value";
/// What a cluster keeps in one secret.
const MOST_BYTES: usize = 1 << 20;
