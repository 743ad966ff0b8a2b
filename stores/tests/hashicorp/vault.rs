//! What a Vault of a test answers, and the store that is opened in front of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};

use crate::listener::{Asked, Does, Listener, Response};

/// Checks what every request has, then takes the routes; what none of them takes is a fault of the store.
pub(crate) fn strict(
    routes: impl Fn(&str, &Asked) -> Option<Does> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Response + Send + Sync + 'static {
    move |asked: &Asked| {
        let line = format!("{} {}", asked.method, asked.path);
        let is_login = asked.path.ends_with("/login");
        if asked.header("x-vault-request") != Some("true") {
            return Err("without X-Vault-Request".to_owned());
        }
        if is_login == asked.header("x-vault-token").is_some() {
            return Err("a token goes with all requests but logins".to_owned());
        }
        let has_kind = asked.header("content-type") == Some("application/json");
        if has_kind == asked.body.is_empty() {
            return Err("a body is JSON and says so".to_owned());
        }
        if asked.header("referer").is_some() {
            return Err("a path is told to nobody".to_owned());
        }
        routes(&line, asked).ok_or_else(|| "no such path, or another method".to_owned())
    }
}

/// A Vault with one KV of version 2 and one secret in it, `app` with `password`.
pub(crate) fn usual(line: &str, asked: &Asked) -> Option<Does> {
    match line {
        "GET /v1/sys/internal/ui/mounts/secret" => Some(mounted("2")),
        "GET /v1/secret/data/app" => Some(secret(VALUE)),
        "GET /v1/auth/token/lookup-self" => Some(error(403, "permission denied")),
        _ => {
            let _ = asked;
            None
        }
    }
}

pub(crate) fn mounted(version: &str) -> Does {
    json(
        200,
        format!(
            r#"{{"request_id":"r-mount","data":{{"path":"secret/","type":"kv","options":{{"version":"{version}"}}}}}}"#
        ),
    )
}

pub(crate) fn secret(password: &str) -> Does {
    json(
        200,
        format!(
            r#"{{"request_id":"r-secret","data":{{"data":{{"password":"{password}"}},"metadata":{{"version":3,"destroyed":false,"deletion_time":""}}}}}}"#
        ),
    )
}

/// The answer to a login or to a renewal.
pub(crate) fn granted(token: &str, seconds: u64, is_renewable: bool) -> Does {
    json(
        200,
        format!(
            r#"{{"request_id":"r-auth","data":null,"auth":{{"client_token":"{token}","lease_duration":{seconds},"renewable":{is_renewable}}}}}"#
        ),
    )
}

pub(crate) fn error(status: u16, text: &str) -> Does {
    json(status, format!(r#"{{"errors":["{text}"]}}"#))
}

pub(crate) fn json(status: u16, body: impl Into<String>) -> Does {
    Does::Json(status, body.into())
}

/// A store with a token from a file in front of a server; more settings as they are needed.
pub(crate) fn store(server: &Listener, more: &[(&str, &str)]) -> Arc<dyn Store> {
    let folder = server.folder();
    std::fs::write(folder.join("token"), format!("{TOKEN}\n")).expect("a file");
    let mut settings = BTreeMap::from([
        ("address".to_owned(), server.url()),
        ("auth".to_owned(), "token-file".to_owned()),
        ("token_file".to_owned(), "token".to_owned()),
    ]);
    if server.ca_file().exists() {
        settings.insert("ca_file".to_owned(), "ca.pem".to_owned());
    }
    for (name, value) in more {
        match *value {
            "" => settings.remove(*name),
            value => settings.insert((*name).to_owned(), value.to_owned()),
        };
    }
    opened(settings, &folder)
}

/// A store that logs in with an AppRole.
pub(crate) fn app_role(server: &Listener) -> Arc<dyn Store> {
    std::fs::write(server.folder().join("secret-id"), SECRET_ID).expect("a file");
    let more = [
        ("auth", "approle"),
        ("token_file", ""),
        ("role_id", "shop"),
        ("secret_id_file", "secret-id"),
    ];
    store(server, &more)
}

fn opened(settings: BTreeMap<String, String>, folder: &Path) -> Arc<dyn Store> {
    let settings = settings.into_iter().map(|(name, value)| match name.as_str() {
        "kv_version" => (name, Setting::Integer(value.parse().expect("a number"))),
        _ => (name, Setting::Text(value)),
    });
    let store = open("hashicorp-vault", Settings::new(settings), folder).expect("a store");
    assert_tells_nothing(&format!("{store:?}"));
    store
}

/// Fetches a reference as a program does, within a deadline.
pub(crate) async fn get_within(
    store: &Arc<dyn Store>,
    reference: &str,
    deadline: Duration,
) -> Result<String, Failure> {
    let opened = Opened { name: "vault".to_owned(), store: Arc::clone(store) };
    let reference = Reference::parse(reference).expect("a reference");
    let limits = Limits { deadline, ..Limits::default() };
    let mut answers = fetch(&[Fetch { store: opened, reference }], &limits).await;
    let answer = answers.pop().expect("an answer");
    match answer {
        Ok(got) => Ok(String::from_utf8(got.value.to_vec()).expect("text")),
        Err(failure) => {
            assert_tells_nothing(&format!("{failure} {failure:?}"));
            Err(failure)
        }
    }
}

/// Fetches a reference that is there, or whose failure lasts.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    get_within(store, reference, Duration::from_secs(10)).await
}

/// Why `app/password` cannot be had, as a person reads it; `PORT` stands for the server's.
pub(crate) async fn said(server: &Listener, store: &Arc<dyn Store>) -> String {
    let answer = get_within(store, "app/password", Duration::from_millis(500)).await;
    let failure = answer.expect_err("a failure");
    failure.to_string().replace(&server.address.port().to_string(), "PORT")
}

/// No value, token or credential is in a text.
fn assert_tells_nothing(text: &str) {
    for secret in [VALUE, TOKEN, SECRET_ID, JWT, "hvs."] {
        assert!(!text.contains(secret), "{text}");
    }
}

pub(crate) const VALUE: &str = "hunter2";
pub(crate) const TOKEN: &str = "hvs.of-the-file";
pub(crate) const SECRET_ID: &str = "s3cr3t-id";
/// `{"alg":"none"}`, `{}`, `sig`.
pub(crate) const JWT: &str = "eyJhbGciOiJub25lIn0.e30.c2ln";
