//! Access keys that a real server wraps, opens and keeps: each part runs in a process that has the server in its environment.

use std::env;
use std::ffi::OsString;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use strongroom_stores::{FailureKind, KeyFailure, fetch_key, wrap_key};
use strongroom_vault::search::KeyPlace;
use strongroom_vault::{AccessKey, VaultId};

use super::vault::{Engine, unique, vault};
use crate::server::run_alone;

/// A transit engine of one test with the key `shop`, and an engine for the rest of it.
async fn transit() -> Option<(Engine, String)> {
    let vault = vault()?;
    let engine = vault.engine(2, None).await;
    let mount = format!("strongroom-test/{}", unique());
    let path = format!("sys/mounts/{mount}");
    vault.ask(Method::POST, &path, Some(&json!({ "type": "transit" }))).await;
    vault.ask(Method::POST, &format!("{mount}/keys/shop"), Some(&json!({}))).await;
    Some((engine, mount))
}

/// Runs a part with the server in its environment.
fn alone(part: &str, engine: &Engine, token: Option<&str>, more: &[(&'static str, &str)]) {
    let mut variables = engine.vault.variables(token);
    variables.extend(more.iter().map(|(name, text)| (*name, OsString::from(text))));
    run_alone(&[], &format!("openbao::keys::{part}"), variables);
}

fn variable(name: &str) -> String {
    env::var(name).expect("a variable of the test")
}

fn key() -> AccessKey {
    AccessKey::generate(VaultId([7; 16])).expect("randomness")
}

fn place(line: &str) -> KeyPlace {
    KeyPlace::parse(line).expect("a line").expect("a place")
}

async fn wrap(with: &str, key: &AccessKey) -> Result<String, KeyFailure> {
    wrap_key(&place(with), key, PATIENCE).await
}

async fn get(line: &str) -> Result<String, KeyFailure> {
    fetch_key(&place(line), PATIENCE).await.map(|text| text.to_string())
}

/// The kind of a failure that says something, and shows nothing of a line.
#[track_caller]
fn failed<T>(answer: Result<T, KeyFailure>, kind: FailureKind, said: &str) {
    let Err(KeyFailure::Failed { failure, .. }) = answer else { panic!("no failure") };
    assert_eq!(failure.kind(), kind, "{failure}");
    let text = format!("{failure} {failure:?}");
    assert!(text.contains(said), "`{said}` is not in: {text}");
    assert!(!text.contains("vault:v") && !text.contains("strongroom_key_"), "{text}");
}

#[tokio::test]
async fn a_key_is_wrapped_and_opened_by_its_own_key_only() {
    let Some((engine, mount)) = transit().await else { return };
    for (name, kind) in [
        ("other", "aes256-gcm96"),
        ("rsa", "rsa-2048"),
        ("chacha", "chacha20-poly1305"),
        ("sign", "ed25519"),
    ] {
        let body = json!({ "type": kind });
        engine.ask(Method::POST, &format!("{mount}/keys/{name}"), Some(&body)).await;
    }
    let body = json!({ "derived": true });
    engine.ask(Method::POST, &format!("{mount}/keys/derived"), Some(&body)).await;
    alone("wraps_and_opens", &engine, None, &[("MOUNT", &mount)]);
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn wraps_and_opens() {
    let (key, mount) = (key(), variable("MOUNT"));
    for name in ["shop", "rsa", "chacha"] {
        let line = wrap(&format!("vault-transit:{mount}/{name}"), &key).await.expect("a line");
        assert!(line.starts_with(&format!("vault-transit:{mount}/{name}#vault:v1:")), "{name}");
        assert_eq!(get(&line).await.expect("the key"), *key.to_text(), "{name}");
    }
    let line = wrap(&format!("vault-transit:{mount}/shop"), &key).await.expect("a line");
    let altered = "does not open the ciphertext: it was altered or cut";
    let at = line.len() - 8;
    let changed = if &line[at..=at] == "A" { "B" } else { "A" };
    for line in [
        line.replace("/shop#", "/other#"),
        line.replace("vault:v1:", "vault:v9:"),
        line.replace("vault:v1:", "vault:v1:!"),
        line[..at].to_owned(),
        format!("{}{changed}{}", &line[..at], &line[at + 1..]),
    ] {
        failed(get(&line).await, FailureKind::Invalid, altered);
    }
    let line_of = |name: &str| line.replace("/shop#", &format!("/{name}#"));
    failed(get(&line_of("none")).await, FailureKind::Absent, "there is no key `none` at");
    failed(get(&line_of("sign")).await, FailureKind::Invalid, "neither seals nor opens");
    let elsewhere = line.replace(&mount, "strongroom-test/none");
    failed(get(&elsewhere).await, FailureKind::Absent, "no secrets engine is mounted at");
    let with = |name: &str| format!("vault-transit:{mount}/{name}");
    failed(wrap(&with("none"), &key).await, FailureKind::Absent, "make one with `vault write -f");
    failed(wrap(&with("sign"), &key).await, FailureKind::Invalid, "neither seals nor opens");
    failed(wrap(&with("derived"), &key).await, FailureKind::Invalid, "wants a context");
    let elsewhere = wrap("vault-transit:strongroom-test/none/shop", &key).await;
    failed(elsewhere, FailureKind::Absent, "no secrets engine is mounted at");
    failed(get("vault-transit:a/../shop#vault:v1:x").await, FailureKind::Invalid, "`.` or `..`");
}

#[tokio::test]
async fn the_rights_of_the_guide_are_enough_and_each_one_is_needed() {
    let Some((engine, mount)) = transit().await else { return };
    let policy =
        |what: &str| format!("path \"{mount}/{what}/shop\" {{ capabilities = [\"update\"] }}");
    let wrapping = engine.token(&policy("encrypt"), 600).await;
    let opening = engine.token(&policy("decrypt"), 600).await;
    alone("only_wraps", &engine, Some(&wrapping), &[("MOUNT", &mount)]);
    let body = json!({ "plaintext": data_encoding::BASE64.encode(key().to_text().as_bytes()) });
    let sealed = engine.ask(Method::POST, &format!("{mount}/encrypt/shop"), Some(&body)).await;
    let sealed = sealed["data"]["ciphertext"].as_str().expect("a ciphertext");
    let more = [("MOUNT", mount.as_str()), ("SEALED", sealed)];
    alone("only_opens", &engine, Some(&opening), &more);
    alone("is_refused", &engine, Some("hvs.of-nobody"), &more);
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn only_wraps() {
    let mount = variable("MOUNT");
    let line = wrap(&format!("vault-transit:{mount}/shop"), &key()).await.expect("a line");
    let needed = format!("path \"{mount}/decrypt/shop\" {{ capabilities = [\"update\"] }}");
    let answer = get(&line).await.map(drop);
    let Err(KeyFailure::Failed { failure, .. }) = answer else { panic!("it may not") };
    assert!(failure.detail().contains(&needed), "{failure}");
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn only_opens() {
    let (mount, sealed) = (variable("MOUNT"), variable("SEALED"));
    let text = get(&format!("vault-transit:{mount}/shop#{sealed}")).await.expect("a key");
    AccessKey::parse(&text).expect("an access key");
    let answer = wrap(&format!("vault-transit:{mount}/shop"), &key()).await;
    failed(answer, FailureKind::Denied, "/encrypt/shop");
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn is_refused() {
    let (mount, sealed) = (variable("MOUNT"), variable("SEALED"));
    let answer = get(&format!("vault-transit:{mount}/shop#{sealed}")).await;
    failed(answer, FailureKind::Denied, "the token is not valid (any more)");
}

#[tokio::test]
async fn a_key_that_a_store_keeps_as_it_is_comes_from_there() {
    let Some(vault) = vault() else { return };
    // Without settings a store is that of the mount `secret`, which others of the server may use too.
    let body = json!({ "type": "kv", "options": { "version": "2" } });
    let mounts = vault.ask(Method::GET, "sys/mounts", None).await;
    if mounts["data"]["secret/"].is_null() {
        vault.ask(Method::POST, "sys/mounts/secret", Some(&body)).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let engine = vault.engine(2, None).await;
    let (name, key) = (format!("strongroom-test/{}", unique()), key());
    let values = json!({ "data": { "key": *key.to_text(), "json": { "key": *key.to_text() } } });
    vault.ask(Method::POST, &format!("secret/data/{name}"), Some(&values)).await;
    let text = key.to_text();
    alone("keeps", &engine, None, &[("NAME", &name), ("TEXT", &text)]);
    vault.ask(Method::DELETE, &format!("secret/metadata/{name}"), None).await;
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn keeps() {
    let (name, text) = (variable("NAME"), variable("TEXT"));
    for rest in ["key", "key@1", "json#key"] {
        let line = format!("hashicorp-vault:{name}/{rest}");
        assert_eq!(get(&line).await.expect("the key"), text, "{rest}");
    }
    let absent = get(&format!("hashicorp-vault:{name}/none")).await;
    failed(absent, FailureKind::Absent, "it has no key `none`");
    let wrapped = wrap("hashicorp-vault:shop", &key()).await;
    assert!(matches!(wrapped, Err(KeyFailure::WrapsNothing { .. })));
}

const PATIENCE: Duration = Duration::from_secs(10);
