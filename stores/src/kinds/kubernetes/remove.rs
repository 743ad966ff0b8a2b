//! Removing one key: the others stay; with the last one the secret goes, as it was looked at and no other.

use http::{Method, StatusCode};
use zeroize::Zeroizing;

use super::ask::{Question, ask};
use super::forms::Secret;
use super::refused::{self, Deed};
use super::write::written;
use super::{JSON, MANAGER, ONE_WITHOUT_VALUES, Shared, names, path};
use crate::failure::{Failure, FailureKind};

/// Removes a key of a secret, or the secret with its last one.
pub(super) async fn one(shared: &Shared, name: &str, key: Option<&str>) -> Result<(), Failure> {
    names::writable(name, key)?;
    let secret: Secret = shared.get(name, JSON).await?.read()?;
    let namespace = shared.namespace().await?;
    let kept = |why: &str| {
        let deed = Deed { verb: "patch", name: Some(name), namespace: &namespace };
        Failure::new(FailureKind::Conflict, format!("the {deed} is {why}"))
    };
    if !secret.is_opaque() {
        return Err(kept("of another type than `Opaque`, so something else needs it as it is"));
    }
    if secret.is_immutable() {
        return Err(kept("immutable: it must be deleted as a whole, by hand"));
    }
    let version = serde_json::to_string(&secret.metadata.resource_version).unwrap_or_default();
    let keys: Vec<String> = secret.into_values().into_keys().collect();
    let key = match (key, keys.as_slice()) {
        (Some(key), _) if keys.iter().any(|other| other == key) => key,
        (Some(key), _) => return Err(Failure::absent(format!("it has no key `{key}`"))),
        (None, [only]) => only,
        (None, []) => return Err(Failure::absent("it has no keys")),
        (None, _) => {
            return Err(Failure::invalid("it has several keys, so one must be named: `name/key`"));
        }
    };
    if keys.len() == 1 {
        return delete(shared, &namespace, name, &version).await;
    }
    patch(shared, &namespace, name, &version, key).await
}

async fn patch(
    shared: &Shared,
    namespace: &str,
    name: &str,
    version: &str,
    key: &str,
) -> Result<(), Failure> {
    let body = format!(r#"{{"metadata":{{"resourceVersion":{version}}},"data":{{"{key}":null}}}}"#);
    let question = Question {
        method: Method::PATCH,
        path: format!("{}/{name}?fieldManager={MANAGER}", path(namespace)),
        accept: ONE_WITHOUT_VALUES,
        body: Some(("application/merge-patch+json", Zeroizing::new(body.into_bytes()))),
    };
    let answer = ask(&shared.connections, &question).await?;
    written(Deed { verb: "patch", name: Some(name), namespace }, &answer).map(drop)
}

async fn delete(
    shared: &Shared,
    namespace: &str,
    name: &str,
    version: &str,
) -> Result<(), Failure> {
    let body = format!(r#"{{"preconditions":{{"resourceVersion":{version}}}}}"#);
    let question = Question {
        method: Method::DELETE,
        path: format!("{}/{name}", path(namespace)),
        accept: JSON,
        body: Some((JSON, Zeroizing::new(body.into_bytes()))),
    };
    let answer = ask(&shared.connections, &question).await?;
    let deed = Deed { verb: "delete", name: Some(name), namespace };
    match answer.status {
        StatusCode::OK | StatusCode::ACCEPTED => Ok(()),
        _ => Err(refused::failure(deed, &answer)),
    }
}
