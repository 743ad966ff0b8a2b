//! What a service of a test answers, and the stores that are opened in front of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use strongroom_stores::{
    Failure, Fetch, Limits, Opened, Reference, Setting, Settings, Store, fetch, open,
};

use crate::alone::{KEY_ID, SECRET_KEY};
use crate::listener::{Asked, Does, Listener, Response};

pub(crate) const SECRETS: &str = "aws-secrets-manager";
pub(crate) const PARAMETERS: &str = "aws-parameter-store";
pub(crate) const VALUE: &str = "hunter2";
pub(crate) const VERSION: &str = "11111111-2222-3333-4444-555555555555";

/// Checks what every request has, then does what a test says for an action; what it does not say is a fault of the store.
pub(crate) fn strict(
    does: impl Fn(&str, &Value) -> Option<Does> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Response + Send + Sync + 'static {
    move |asked: &Asked| {
        let (action, body) = action(asked);
        if (asked.method.as_str(), asked.path.as_str()) != ("POST", "/") {
            return Err("not what a service is asked by".to_owned());
        }
        let signed = format!("AWS4-HMAC-SHA256 Credential={KEY_ID}/");
        if !asked.header("authorization").is_some_and(|it| it.starts_with(&signed)) {
            return Err("not signed".to_owned());
        }
        does(&action, &body).ok_or_else(|| format!("{action} is not expected"))
    }
}

/// The action that is asked for, and the body.
pub(crate) fn action(asked: &Asked) -> (String, Value) {
    let target = asked.header("x-amz-target").unwrap_or_default();
    let action = target.split('.').next_back().unwrap_or_default().to_owned();
    (action, serde_json::from_str(&asked.body).unwrap_or_default())
}

/// The actions that a service was asked for so far.
pub(crate) fn actions(server: &Listener) -> Vec<String> {
    server.asked().iter().map(|asked| action(asked).0).collect()
}

/// An answer of a service, with the number of its request.
pub(crate) fn answer(status: u16, body: impl Into<String>) -> Does {
    let headers = vec![
        ("Content-Type", "application/x-amz-json-1.1".to_owned()),
        ("x-amzn-RequestId", "r-1".to_owned()),
    ];
    Does::Answer(status, headers, body.into().into_bytes())
}

/// A refusal.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Does {
    answer(status, serde_json::json!({ "__type": code, "Message": message }).to_string())
}

/// The answer for one secret.
pub(crate) fn secret(text: &str) -> Does {
    answer(200, one(text, "app").to_string())
}

/// A secret as an answer has it.
pub(crate) fn one(text: &str, name: &str) -> Value {
    serde_json::json!({ "SecretString": text, "VersionId": VERSION, "Name": name,
        "ARN": format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-AbCdEf"),
        "VersionStages": ["AWSCURRENT"] })
}

/// A parameter as an answer has it.
pub(crate) fn parameter(name: &str, value: &str, version: u32) -> Value {
    serde_json::json!({ "Name": name, "Value": value, "Version": version, "Type": "SecureString",
        "ARN": format!("arn:aws:ssm:eu-west-1:111122223333:parameter{name}") })
}

/// A store in front of a server; more settings as they are needed, an empty one is left out.
pub(crate) fn store(kind: &str, server: &Listener, more: &[(&str, &str)]) -> Arc<dyn Store> {
    let mut settings = BTreeMap::from([("endpoint", server.url())]);
    for (name, value) in more {
        match *value {
            "" => settings.remove(name),
            value => settings.insert(name, value.to_owned()),
        };
    }
    let settings = settings.into_iter().map(|(name, value)| match value.as_str() {
        "true" => (name.to_owned(), Setting::Boolean(true)),
        _ => (name.to_owned(), Setting::Text(value)),
    });
    let store = open(kind, Settings::new(settings), &server.folder()).expect("a store");
    assert_tells_nothing(&format!("{store:?}"));
    store
}

/// Fetches references as a program does.
pub(crate) async fn get_all(
    store: &Arc<dyn Store>,
    references: &[&str],
    deadline: Duration,
) -> Vec<Result<String, Failure>> {
    let opened = Opened { name: "aws".to_owned(), store: Arc::clone(store) };
    let wanted: Vec<Fetch> = references
        .iter()
        .map(|reference| Fetch {
            store: opened.clone(),
            reference: Reference::parse(reference).expect("a reference"),
        })
        .collect();
    let limits = Limits { deadline, ..Limits::default() };
    let answers = fetch(&wanted, &limits).await.into_iter();
    let text = |answer: Result<strongroom_stores::Got, Failure>| match answer {
        Ok(got) => Ok(String::from_utf8(got.value.to_vec()).expect("text")),
        Err(failure) => {
            assert_tells_nothing(&format!("{failure} {failure:?}"));
            Err(failure)
        }
    };
    answers.map(text).collect()
}

/// What each of some references has: its value, or why not, as a person reads it.
pub(crate) async fn told_all(store: &Arc<dyn Store>, references: &[&str]) -> Vec<String> {
    let answers = get_all(store, references, Duration::from_secs(10)).await.into_iter();
    answers.map(|answer| answer.unwrap_or_else(|failure| failure.to_string())).collect()
}

/// Fetches a hundred secrets side by side, and looks that they took as many requests, three at a time or more, where an
/// answer takes `late`. `of` is the value of a name.
pub(crate) async fn a_hundred(
    store: &Arc<dyn Store>,
    server: &Listener,
    (requests, late): (usize, Duration),
    of: impl Fn(&str) -> String,
) {
    let names: Vec<String> = (0..100).map(|number| format!("name-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let began = Instant::now();
    let answers = get_all(store, &names, Duration::from_secs(10)).await;
    let took = began.elapsed();
    for (name, answer) in names.iter().zip(answers) {
        assert_eq!(answer, Ok(of(name)));
    }
    assert_eq!(actions(server).len(), requests);
    assert!(took < late * 33 / 10, "three times as long as an answer takes: {took:?}");
}

/// Fetches a reference that is there, or whose failure lasts.
pub(crate) async fn get(store: &Arc<dyn Store>, reference: &str) -> Result<String, Failure> {
    get_all(store, &[reference], Duration::from_secs(10)).await.pop().expect("an answer")
}

/// Why `app` cannot be had, as a person reads it; `PORT` stands for the server's.
pub(crate) async fn said(server: &Listener, store: &Arc<dyn Store>) -> String {
    let mut answers = get_all(store, &["app"], Duration::from_millis(700)).await;
    told(server, answers.pop().expect("an answer").map(drop))
}

/// A failure as a person reads it.
pub(crate) fn told<T>(server: &Listener, answer: Result<T, Failure>) -> String {
    let failure = answer.err().expect("a failure");
    assert_tells_nothing(&format!("{failure:?}"));
    failure.to_string().replace(&server.address.port().to_string(), "PORT")
}

/// No value and no credential is in a text.
pub(crate) fn assert_tells_nothing(text: &str) {
    for secret in [VALUE, SECRET_KEY] {
        assert!(!text.contains(secret), "{text}");
    }
}
