//! What the API says, and what is asked of it: without values where none are needed, and nothing of others overwritten.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{FailureKind, Item, Listed};

use crate::cluster::{assert_tells_nothing, by_line, get, said, secret, status, store_of};
use crate::listener::{Does, Listener};

const SECRETS: &str = "/api/v1/namespaces/shop/secrets";

#[tokio::test]
async fn a_refusal_is_told_without_the_words_of_the_api() {
    for (code, reason, expected) in [
        (
            401,
            "Unauthorized",
            "denied: the cluster does not know these credentials: the token or certificate is wrong, or has run out",
        ),
        (
            403,
            "Forbidden",
            "denied: the right to `get` Secret `a` in namespace `shop` is missing; ask with `kubectl auth can-i get secrets/a --namespace shop`",
        ),
        (404, "NotFound", "absent: there is no Secret `a` in namespace `shop`"),
        (400, "BadRequest", "not valid: the API does not understand the request (status 400)"),
        (500, "InternalError", "unreachable: the API at `localhost:PORT` answers with status 500"),
        (
            503,
            "ServiceUnavailable",
            "unreachable: the API at `localhost:PORT` answers with status 503",
        ),
    ] {
        let server = Listener::new(by_line(move |line, _| match line {
            // Who reads no secrets knows no namespaces.
            "GET /api/v1/namespaces/shop" => Some(status(403, "Forbidden")),
            _ => Some(status(code, reason)),
        }))
        .await;
        assert_eq!(said(&server).await, expected);
    }
}

#[tokio::test]
async fn the_number_of_a_request_is_told() {
    let mut headers = vec![("Content-Type", "application/json".to_owned())];
    headers.push(("Audit-Id", "7c4f-1".to_owned()));
    let Does::Json(code, body) = status(403, "Forbidden") else { panic!("JSON") };
    let server = Listener::new(by_line(move |_, _| {
        Some(Does::Answer(code, headers.clone(), body.clone().into_bytes()))
    }))
    .await;
    assert!(said(&server).await.ends_with(" (request 7c4f-1)"));
}

#[tokio::test]
async fn another_version_than_the_current_one_is_gone() {
    let server = Listener::new(by_line(|_, _| Some(secret("7")))).await;
    let store = store_of(&server);
    let at = |version: &str| Item { name: "a".to_owned(), version: Some(version.to_owned()) };
    assert_eq!(store.version(&at("7")).await.expect("a version"), Some("7".to_owned()));
    store.fetch(&at("7")).await.expect("a value");
    let failure = store.fetch(&at("6")).await.map(drop).expect_err("a failure");
    assert_eq!(failure.to_string(), "absent: it is version `7` now, and a cluster keeps no other");
    let failure = store.version(&at("6")).await.expect_err("a failure");
    assert_eq!(failure.kind(), FailureKind::Absent);
    for strange in ["\u{1b}[31m7", "7`\nrun this", "strongroom_key_abc", &"7".repeat(100), ""] {
        let strange = strange.to_owned();
        let server = Listener::new(by_line(move |_, _| Some(secret(&strange)))).await;
        let failure = store_of(&server).version(&at("6")).await.expect_err("a failure");
        assert_eq!(
            failure.to_string(),
            "absent: it is another version now, and a cluster keeps no other"
        );
    }
}

#[tokio::test]
async fn values_come_only_where_one_is_fetched() {
    let server = Listener::new(by_line(|line, asked| {
        let accept = asked.header("accept").expect("a header");
        let is_for_values = accept == "application/json";
        let is_fetch = line == format!("GET {SECRETS}/a") && is_for_values;
        if !is_fetch && !accept.contains("as=PartialObjectMetadata") {
            return None;
        }
        Some(if line.contains("limit=") {
            Does::Json(200, json!({ "metadata": {}, "items": [] }).to_string())
        } else {
            secret("7")
        })
    }))
    .await;
    let store = store_of(&server);
    get(&store, Duration::from_secs(5)).await.expect("a value");
    store.version(&Item { name: "a".to_owned(), version: None }).await.expect("a version");
    assert_eq!(store.list().await.expect("a list"), []);
    store.put("a", Some("key"), b"hunter2").await.expect("it is written");
}

#[tokio::test]
async fn a_list_that_the_api_forgets_begins_again_and_one_that_is_long_gets_shorter() {
    let forgets = AtomicUsize::new(0);
    let one = |name: &str| {
        let fields = json!([{ "fieldsV1": { "f:data": { ".": {}, "f:b": {}, "f:a": {} } } }]);
        json!({ "metadata": { "name": name, "resourceVersion": "1", "managedFields": fields } })
    };
    let server = Listener::new(by_line(move |line, _| {
        let page = |next: &str, name: &str| {
            let page = json!({ "metadata": { "continue": next }, "items": [one(name)] });
            Some(Does::Json(200, page.to_string()))
        };
        let (next, limit) = (line.split("continue=").nth(1)?, line.split("limit=").nth(1)?);
        match next {
            "" if limit.starts_with("200") => Some(Does::Json(200, " ".repeat(5 << 20))),
            "" => page("a+/=", "second"),
            // Encoded, and only once in three.
            "a%2B%2F%3D" if forgets.fetch_add(1, Ordering::SeqCst) == 0 => {
                Some(status(410, "Expired"))
            }
            "a%2B%2F%3D" => page("", "first"),
            _ => None,
        }
    }))
    .await;
    let listed = store_of(&server).list().await.expect("a list");
    let keys = || vec!["a".to_owned(), "b".to_owned()];
    let expected = ["first", "second"].map(|name| Listed { name: name.to_owned(), keys: keys() });
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_write_names_its_key_and_the_version_that_it_saw() {
    let answers = AtomicUsize::new(0);
    let server = Listener::new(by_line(move |line, asked| match line {
        "GET /api/v1/namespaces/shop/secrets/a" => Some(secret("7")),
        "PATCH /api/v1/namespaces/shop/secrets/a?fieldManager=strongroom" => {
            if asked.header("content-type") != Some("application/merge-patch+json") {
                return None;
            }
            let body: Value = serde_json::from_str(&asked.body).ok()?;
            // `hunter2"new`
            let expected =
                json!({ "metadata": { "resourceVersion": "7" }, "data": { "key": "aHVudGVyMiJuZXc=" } });
            (body == expected).then(|| match answers.fetch_add(1, Ordering::SeqCst) {
                0 => secret("8"),
                1 => status(409, "Conflict"),
                _ => status(404, "NotFound"),
            })
        }
        _ => None,
    }))
    .await;
    let store = store_of(&server);
    let put = || store.put("a", Some("key"), b"hunter2\"new");
    assert_eq!(put().await.expect("a version"), Some("8".to_owned()));
    for what in ["somebody wrote", "somebody deleted it"] {
        let failure = put().await.expect_err(what);
        assert_eq!(
            failure.to_string(),
            "not written: somebody else changed the Secret `a` in namespace `shop` at the same time"
        );
        assert_tells_nothing(&failure);
    }
}

#[tokio::test]
async fn of_two_who_make_a_secret_one_is_told() {
    let server = Listener::new(by_line(|line, asked| match line {
        "POST /api/v1/namespaces/shop/secrets?fieldManager=strongroom" => {
            let body: Value = serde_json::from_str(&asked.body).ok()?;
            let is_whole =
                body["metadata"]["name"] == "a" && body["data"] == json!({ "value": "" });
            is_whole.then(|| status(409, "AlreadyExists"))
        }
        _ => Some(status(404, "NotFound")),
    }))
    .await;
    let failure = store_of(&server).put("a", None, b"").await.expect_err("a failure");
    assert_eq!(failure.kind(), FailureKind::Conflict);
}
