//! What the server refuses, and what is said of it.

use std::time::{Duration, Instant};

use strongroom_stores::{FailureKind, Item};

use crate::listener::{Does, Listener};
use crate::vault::{
    VALUE, error, get, get_within, json, mounted, said, secret, store, strict, usual,
};

/// What is said when the server answers so to the request for the secret.
async fn said_of(does: Does, more: &[(&str, &str)]) -> String {
    let server = Listener::new(strict(move |line, asked| match line {
        "GET /v1/secret/data/app" => Some(does.clone()),
        _ => usual(line, asked),
    }))
    .await;
    said(&server, &store(&server, more)).await
}

#[tokio::test]
async fn a_right_that_is_missing_is_named_as_a_policy_has_it() {
    let server = Listener::new(strict(|line, asked| match line {
        "GET /v1/secret/data/app" => Some(error(403, "1 error occurred:")),
        "GET /v1/auth/token/lookup-self" => Some(json(200, r#"{"data":{"ttl":100}}"#)),
        _ => usual(line, asked),
    }))
    .await;
    let store = store(&server, &[("namespace", "team1")]);
    let right = "denied: the token may not do it in the namespace `team1`: its policies need \
                 `path \"secret/data/app\" { capabilities = [\"read\"] }`";
    assert_eq!(said(&server, &store).await, right);
    assert_eq!(said(&server, &store).await, right);
    let lookups = server.lines().iter().filter(|line| line.ends_with("lookup-self")).count();
    assert_eq!(lookups, 1, "a good token is looked up once");
    assert!(server.asked().iter().all(|asked| asked.header("x-vault-namespace") == Some("team1")));
}

#[tokio::test]
async fn what_is_not_there_says_what_of_it() {
    let absent = json(404, r#"{"errors":[]}"#);
    assert_eq!(said_of(absent, &[]).await, "absent: there is no such secret");
    for (state, told) in [
        (
            r#""destroyed":false,"deletion_time":"2026-01-01T00:00:00Z""#,
            "absent: version 7 was deleted: `vault kv undelete` takes it back, or write a new one \
             (request r-gone)",
        ),
        (
            r#""destroyed":true,"deletion_time":"""#,
            "absent: version 7 was destroyed, for good: write a new one (request r-gone)",
        ),
    ] {
        let body = format!(
            r#"{{"request_id":"r-gone","data":{{"data":null,"metadata":{{"version":7,{state}}}}}}}"#
        );
        assert_eq!(said_of(json(404, body), &[]).await, told);
    }
    assert_eq!(
        said_of(
            error(404, "no handler for route \\\"secret/data/app\\\". route entry not found."),
            &[]
        )
        .await,
        "absent: no secrets engine is mounted at `secret`"
    );
    assert_eq!(
        said_of(error(404, "namespace not found"), &[("namespace", "nobody")]).await,
        "absent: the server has no such namespace in the namespace `nobody`"
    );
}

#[tokio::test]
async fn a_server_that_cannot_serve_says_why() {
    for (status, text, told) in [
        (
            503,
            "Vault is sealed",
            "the server is sealed: somebody must unseal it, `vault operator unseal`",
        ),
        (503, "", "the server failed (HTTP 503)"),
        (500, "internal error", "the server failed (HTTP 500)"),
        (501, "", "the server is not initialised: `vault operator init`"),
        (472, "", "the server is a standby for disaster recovery: set another `address`"),
        (473, "", "the server is a standby: set another `address`"),
        (412, "", "this server has not caught up with the others yet"),
    ] {
        assert_eq!(said_of(error(status, text), &[]).await, format!("unreachable: {told}"));
    }
    assert_eq!(
        said_of(error(405, "unsupported operation"), &[]).await,
        "not valid: the secrets engine at `secret` does not know such requests: is it of another `kv_version`?"
    );
}

#[tokio::test]
async fn a_sealed_server_that_is_unsealed_meanwhile_gives_the_value() {
    let began = Instant::now();
    let server = Listener::new(strict(move |line, asked| {
        if began.elapsed() < Duration::from_millis(250) {
            return Some(error(503, "Vault is sealed"));
        }
        usual(line, asked)
    }))
    .await;
    assert_eq!(get(&store(&server, &[]), "app/password").await.expect("a value"), VALUE);
}

#[tokio::test]
async fn a_server_that_throttles_is_left_alone_for_as_long_as_it_says() {
    let throttled = std::sync::atomic::AtomicBool::new(true);
    let server = Listener::new(strict(move |line, asked| {
        if line.contains("/data/") && throttled.swap(false, std::sync::atomic::Ordering::SeqCst) {
            let headers =
                vec![("Retry-After", "1".to_owned()), ("Content-Type", "text/plain".to_owned())];
            return Some(Does::Answer(429, headers, b"too many".to_vec()));
        }
        usual(line, asked)
    }))
    .await;
    let began = Instant::now();
    let value = get_within(&store(&server, &[]), "app/password", Duration::from_secs(5)).await;
    assert_eq!(value.expect("a value"), VALUE);
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    let busy = Listener::new(strict(|_, _| Some(error(429, "rate limit quota exceeded")))).await;
    assert_eq!(
        said(&busy, &store(&busy, &[])).await,
        "throttled: the server takes no more requests for now"
    );
    let never = Listener::new(strict(|_, _| {
        let headers = vec![("Retry-After", u64::MAX.to_string())];
        Some(Does::Answer(429, headers, Vec::new()))
    }))
    .await;
    assert_eq!(
        said(&never, &store(&never, &[])).await,
        "throttled: the server takes no more requests for now"
    );
}

#[tokio::test]
async fn the_version_of_the_engine_is_asked_once_and_followed() {
    let server = Listener::new(strict(|line, _| match line {
        "GET /v1/sys/internal/ui/mounts/secret" => Some(mounted("1")),
        "GET /v1/secret/app" => Some(json(200, r#"{"data":{"password":"hunter2"}}"#)),
        _ => None,
    }))
    .await;
    let store = store(&server, &[]);
    for _ in 0..2 {
        assert_eq!(get(&store, "app/password").await.expect("a value"), VALUE);
    }
    assert_eq!(server.lines().len(), 3, "{:?}", server.lines());
    let failure = get(&store, "app/password@2").await.expect_err("no versions");
    assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
    let item = Item { name: "app".to_owned(), version: None };
    assert_eq!(store.version(&item).await, Ok(None));
}

#[tokio::test]
async fn a_mount_that_is_none_for_keys_and_values_is_told() {
    for (mount, told) in [
        (
            r#"{"data":{"path":"secret/","type":"pki","options":null}}"#,
            "not valid: the secrets engine at `secret` is not one for keys and values",
        ),
        (
            r#"{"request_id":"r-1","data":{"path":"other/","type":"kv","options":{"version":"2"}}}"#,
            "not valid: the secrets engine is not mounted at `secret` but above it: the rest belongs into `prefix` \
             (request r-1)",
        ),
        (
            r#"{"data":{}}"#,
            "not valid: the server does not tell which version the secrets engine has: set `kv_version`",
        ),
    ] {
        let server = Listener::new(strict(move |_, _| Some(json(200, mount)))).await;
        assert_eq!(said(&server, &store(&server, &[])).await, told);
    }
    let server = Listener::new(strict(|line, _| match line {
        "GET /v1/auth/token/lookup-self" => Some(json(200, "{}")),
        _ => Some(error(403, "preflight capability check returned 403")),
    }))
    .await;
    assert_eq!(
        said(&server, &store(&server, &[])).await,
        "denied: no secrets engine is mounted at `secret`, or the token may do nothing there"
    );
}

#[tokio::test]
async fn a_version_that_is_deleted_later_is_looked_at_by_its_values() {
    let metadata = |state: &'static str| {
        strict(move |line, asked| match line {
            "GET /v1/secret/metadata/app" => Some(json(
                200,
                format!(
                    r#"{{"data":{{"current_version":2,"versions":{{"2":{{{state}}},"1":{{"destroyed":true,"deletion_time":""}}}}}}}}"#
                ),
            )),
            "GET /v1/secret/metadata/closed" => Some(error(403, "permission denied")),
            "GET /v1/auth/token/lookup-self" => Some(json(200, "{}")),
            _ => usual(line, asked),
        })
    };
    let item = |name: &str, version: Option<&str>| Item {
        name: name.to_owned(),
        version: version.map(str::to_owned),
    };
    let server = Listener::new(metadata(r#""destroyed":false,"deletion_time":"""#)).await;
    let there = store(&server, &[]);
    assert_eq!(there.version(&item("app", None)).await, Ok(Some("2".to_owned())));
    assert_eq!(there.version(&item("app", Some("2"))).await, Ok(Some("2".to_owned())));
    for (version, told) in
        [("1", "destroyed"), ("3", "no version 3"), ("0", "a number"), ("x", "a number")]
    {
        let failure = there.version(&item("app", Some(version))).await.expect_err(version);
        assert_eq!(failure.kind(), FailureKind::Absent);
        assert!(failure.detail().contains(told), "{failure}");
    }
    assert_eq!(there.version(&item("closed", None)).await, Ok(None), "another right");
    let server =
        Listener::new(metadata(r#""destroyed":false,"deletion_time":"2099-01-01T00:00:00Z""#))
            .await;
    assert_eq!(store(&server, &[]).version(&item("app", None)).await, Ok(None));
}

#[tokio::test]
async fn a_name_cannot_leave_its_prefix() {
    let server = Listener::new(strict(|line, asked| match line {
        "GET /v1/secret/data/shop/live/a%3Fb%20%25%C3%BC" => Some(secret(VALUE)),
        _ => usual(line, asked),
    }))
    .await;
    let store = store(&server, &[("prefix", "/shop/live/")]);
    assert_eq!(get(&store, "a?b %ü/password").await.expect("a value"), VALUE);
    let asked = server.lines().len();
    for name in ["../x/password", "a/../../x/password", "./x/password", "a//b/password"] {
        let failure = get(&store, name).await.expect_err(name);
        assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
    }
    assert_eq!(server.lines().len(), asked, "nothing was asked");
}

#[tokio::test]
async fn what_somebody_else_wrote_is_not_overwritten() {
    let server = Listener::new(strict(|line, asked| match line {
        "POST /v1/secret/data/app" => {
            assert_eq!(
                asked.body,
                r#"{"options":{"cas":3},"data":{"password":"hunter2","user":"a\"\nü"}}"#
            );
            Some(error(400, "check-and-set parameter did not match the current version"))
        }
        _ => usual(line, asked),
    }))
    .await;
    let store = store(&server, &[]);
    let failure =
        store.put("app", Some("user"), "a\"\nü".as_bytes()).await.expect_err("a conflict");
    assert_eq!(
        failure.to_string(),
        "not written: somebody else wrote the secret meanwhile: look at what is there, and write again"
    );
    let failure = store.put("app", None, b"\xff").await.expect_err("no text");
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
}

#[tokio::test]
async fn nothing_is_written_where_no_engine_is() {
    let server = Listener::new(strict(|line, _| match line {
        "GET /v1/secret/data/app" => Some(error(404, "no handler for route")),
        _ => None,
    }))
    .await;
    let store = store(&server, &[("kv_version", "2")]);
    let failure = store.put("app", Some("password"), b"x").await.expect_err("no engine");
    assert_eq!(failure.to_string(), "absent: no secrets engine is mounted at `secret`");
    assert_eq!(server.lines(), ["GET /v1/secret/data/app"]);
}

#[tokio::test]
async fn folders_without_end_are_not_followed() {
    let keys = |names: Vec<String>| {
        let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
        json(200, format!(r#"{{"data":{{"keys":[{}]}}}}"#, names.join(",")))
    };
    let numbered = |most: usize, end: &'static str| -> Vec<String> {
        (0..most).map(|number| format!("n{number}{end}")).collect()
    };
    for (names, requests) in [
        (vec!["deeper/".to_owned()], 33),
        (numbered(1000, "/"), 1),
        (numbered(10_001, "").into_iter().chain(["more/".to_owned()]).collect(), 1),
    ] {
        let answer = keys(names);
        let server = Listener::new(strict(move |line, asked| {
            let is_list = line.starts_with("LIST /v1/secret/metadata/");
            if is_list { Some(answer.clone()) } else { usual(line, asked) }
        }))
        .await;
        let failure = store(&server, &[]).list().await.expect_err("too much");
        assert_eq!(
            failure.to_string(),
            "not valid: there are more than 10000 secrets, 1000 folders or 32 levels: set `prefix`"
        );
        assert_eq!(server.lines().len() - 1, requests);
    }
    let names = keys(["", "/", "..", "../", "a\\u001b", "x"].map(str::to_owned).to_vec());
    let odd = Listener::new(strict(move |line, asked| match line {
        "LIST /v1/secret/metadata/" => Some(names.clone()),
        _ => usual(line, asked),
    }))
    .await;
    let listed = store(&odd, &[]).list().await.expect("a list");
    assert_eq!(listed.len(), 1, "what no reference can name: {listed:?}");
    let strange = Listener::new(strict(|line, asked| match line {
        "LIST /v1/secret/metadata/" => Some(json(200, r#"{"data":{"keys":[1]}}"#)),
        _ => usual(line, asked),
    }))
    .await;
    let failure = store(&strange, &[]).list().await.expect_err("no names");
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
}
