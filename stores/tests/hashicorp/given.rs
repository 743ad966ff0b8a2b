//! What only who starts a program gives, and no vault: a token, authorities, and less care than a vault may ask for.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{Content, Item, Keys, Setting, Settings, Store, open};
use zeroize::Zeroizing;

use crate::listener::Listener;
use crate::vault::{VALUE, get, get_within, json, strict, usual};

/// A store with a token that is given, and more.
fn store(address: String, given: &[(&'static str, &str)]) -> Arc<dyn Store> {
    let settings = [
        ("address".to_owned(), Setting::Text(address)),
        ("kv_version".to_owned(), Setting::Integer(2)),
    ];
    let settings = given.iter().fold(Settings::new(settings), |settings, (name, text)| {
        settings.with_given(name, Zeroizing::new((*text).to_owned()))
    });
    let settings = settings.with_given("token", Zeroizing::new(GIVEN.to_owned()));
    assert!(!format!("{settings:?}").contains(GIVEN));
    let store = open("hashicorp-vault", settings, Path::new("")).expect("a store");
    assert!(!format!("{store:?}").contains(GIVEN));
    store
}

#[tokio::test]
async fn a_token_and_authorities_can_be_given() {
    let server = Listener::new(strict(usual)).await;
    let pem = fs::read_to_string(server.ca_file()).expect("a file");
    let store = store(server.url(), &[("ca_pem", &pem)]);
    assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    assert_eq!(server.lines(), ["GET /v1/secret/data/app"]);
    assert!(server.asked().iter().all(|asked| asked.header("x-vault-token") == Some(GIVEN)));
}

#[tokio::test]
async fn a_certificate_may_be_for_another_name_or_for_anybody() {
    let server = Listener::of("vault.internal", strict(usual)).await;
    let pem = fs::read_to_string(server.ca_file()).expect("a file");
    let soon = Duration::from_secs(2);
    let careful = store(server.url(), &[("ca_pem", &pem)]);
    get_within(&careful, "app/password", soon).await.expect_err("another name");
    let other = [("ca_pem", pem.as_str()), ("server_name", "other.internal")];
    get_within(&store(server.url(), &other), "app/password", soon).await.expect_err("another one");
    assert_eq!(server.lines(), [""; 0], "the token was sent");
    let named = [("ca_pem", pem.as_str()), ("server_name", "vault.internal")];
    for given in [&named[..], &[("skip_verify", "true")]] {
        let store = store(server.url(), given);
        assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    }
}

#[tokio::test]
async fn a_secret_may_be_one_text() {
    let body = r#"{"data":{"data":{"z":"<1>","a":{"n": 2},"m":null},"metadata":{"version":3}}}"#;
    let server = Listener::of("", strict(move |_, _| Some(json(200, body)))).await;
    let store = store(server.url(), &[("whole", "true")]);
    assert_eq!(store.keys(), Keys::One);
    let item = Item { name: "app".to_owned(), version: None };
    let fetched = store.fetch(&item).await.expect("a secret");
    let Content::One(text) = fetched.content else { panic!("one value") };
    assert_eq!(String::from_utf8_lossy(&text), r#"{"a":{"n": 2},"m":null,"z":"<1>"}"#);
}

#[test]
fn plain_http_to_another_machine_must_be_asked_for() {
    let address = || "http://vault:8200".to_owned();
    store(address(), &[("plain_http", "true")]);
    let settings = Settings::new([("address".to_owned(), Setting::Text(address()))]);
    open("hashicorp-vault", settings, Path::new("")).expect_err("it is refused");
    // No text of a vault is taken for what is given.
    for name in ["token", "skip_verify", "ca_pem", "server_name", "plain_http", "whole"] {
        let settings = Settings::new([(name.to_owned(), Setting::Text("true".to_owned()))]);
        open("hashicorp-vault", settings, Path::new("")).expect_err(name);
    }
}

/// No other test has it.
const GIVEN: &str = "hvs.given-by-a-component";
