//! What is removed is what was looked at; and a push that is refused in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use strongroom_stores::{Change, Changed, FailureKind, Value, change};

use crate::listener::{Asked, Does, Listener};
use crate::vault::{VALUE, error, json, mounted, secret, store, strict, usual};

fn gone(version: u64) -> Does {
    let body = format!(
        r#"{{"request_id":"r-gone","data":{{"data":null,"metadata":{{"version":{version},"destroyed":false,"deletion_time":"2026-01-01T00:00:00Z"}}}}}}"#
    );
    json(404, body)
}

#[tokio::test]
async fn the_last_key_takes_the_version_that_was_looked_at_and_no_other() {
    // What comes after the deletion: nothing, or what somebody else wrote meanwhile.
    for (after, is_done) in [(gone(3), true), (secret("newer"), false), (error(403, "no"), true)] {
        let reads = AtomicUsize::new(0);
        let server = Listener::new(strict(move |line, asked| match line {
            "GET /v1/secret/data/app" if reads.fetch_add(1, Ordering::SeqCst) > 0 => {
                Some(after.clone())
            }
            "POST /v1/secret/delete/app" if asked.body == r#"{"versions":[3]}"# => {
                Some(Does::Answer(204, Vec::new(), Vec::new()))
            }
            _ => usual(line, asked),
        }))
        .await;
        let removed = store(&server, &[]).remove("app", Some("password")).await;
        match removed {
            Ok(()) => assert!(is_done),
            Err(failure) => {
                assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
                assert!(!is_done && failure.detail().starts_with("somebody else wrote"));
            }
        }
    }
}

#[tokio::test]
async fn another_key_is_written_around_if_nobody_wrote_since() {
    let two = r#"{"request_id":"r","data":{"data":{"n":1,"password":"hunter2","user":"a\"b"},"metadata":{"version":7,"destroyed":false,"deletion_time":""}}}"#;
    let server = Listener::new(strict(move |line, asked| match line {
        "GET /v1/secret/data/app" => Some(json(200, two)),
        "POST /v1/secret/data/app" => {
            let body = r#"{"options":{"cas":7},"data":{"n":1,"user":"a\"b"}}"#;
            assert_eq!(asked.body, body);
            Some(error(400, "check-and-set parameter did not match the current version"))
        }
        _ => usual(line, asked),
    }))
    .await;
    let store = store(&server, &[]);
    let failure = store.remove("app", Some("password")).await.expect_err("a conflict");
    assert_eq!(failure.kind(), FailureKind::Conflict, "{failure}");
    let failure = store.remove("app", Some("nothing")).await.expect_err("no such key");
    assert_eq!(failure.to_string(), "absent: it has no such key");
    let failure = store.remove("app", None).await.expect_err("which one?");
    assert_eq!(failure.kind(), FailureKind::Invalid);
    let failure = store.remove("../app", None).await.expect_err("it leaves the prefix");
    assert_eq!(failure.kind(), FailureKind::Invalid);
}

#[tokio::test]
async fn version_1_loses_the_secret_with_its_last_key() {
    let server = Listener::new(strict(|line, asked| match line {
        "GET /v1/sys/internal/ui/mounts/secret" => Some(mounted("1")),
        "GET /v1/secret/app" => Some(json(200, r#"{"data":{"password":"hunter2"}}"#)),
        "DELETE /v1/secret/app" => Some(Does::Answer(204, Vec::new(), Vec::new())),
        _ => usual(line, asked),
    }))
    .await;
    store(&server, &[]).remove("app", None).await.expect("removed");
    assert!(server.lines().contains(&"DELETE /v1/secret/app".to_owned()));
}

/// Values for twelve secrets, each with one key.
fn changes() -> Vec<Change> {
    let value = |number: usize| Some(Value::new(format!("{VALUE}-{number}").into_bytes()));
    let each = |number| Change { name: format!("s{number}"), key: None, value: value(number) };
    (0..12).map(each).collect()
}

#[tokio::test]
async fn a_server_that_refuses_the_third_writing_gets_the_others_and_later_the_rest() {
    let posts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&posts);
    let server = Listener::new(strict(move |line, asked: &Asked| {
        if line.starts_with("GET /v1/secret/data/s") {
            return Some(json(404, r#"{"errors":[]}"#));
        }
        if line.starts_with("POST /v1/secret/data/s") {
            let is_third = counted.fetch_add(1, Ordering::SeqCst) == 2;
            let written = json(200, r#"{"data":{"version":1}}"#);
            return Some(if is_third { error(403, "permission denied") } else { written });
        }
        match line {
            "GET /v1/auth/token/lookup-self" => Some(json(200, r#"{"data":{"ttl":100}}"#)),
            _ => usual(line, asked),
        }
    }))
    .await;
    let store = store(&server, &[]);
    let outcomes = change(&store, changes(), 16, &Arc::default(), |_| ()).await;
    let failed: Vec<usize> = (0..12).filter(|&at| outcomes[at] != Changed::Done).collect();
    let [failed] = failed[..] else { panic!("{outcomes:?}") };
    let Changed::Failed(failure) = &outcomes[failed] else { panic!("{outcomes:?}") };
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    let rest = changes().into_iter().skip(failed).take(1).collect();
    assert_eq!(change(&store, rest, 16, &Arc::default(), |_| ()).await, [Changed::Done]);
    assert_eq!(posts.load(Ordering::SeqCst), 13);
}

#[tokio::test]
async fn a_server_that_goes_away_is_asked_for_nothing_more() {
    let server = Listener::new(strict(move |line, asked: &Asked| {
        if line.starts_with("GET /v1/secret/data/s") {
            return Some(json(404, r#"{"errors":[]}"#));
        }
        if line.starts_with("POST /v1/secret/data/s") {
            let is_away = line.ends_with("/s3");
            let written = json(200, r#"{"data":{"version":1}}"#);
            return Some(if is_away { error(503, "Vault is sealed") } else { written });
        }
        usual(line, asked)
    }))
    .await;
    let outcomes = change(&store(&server, &[]), changes(), 1, &Arc::default(), |_| ()).await;
    assert!(outcomes[..3].iter().all(|outcome| *outcome == Changed::Done));
    let Changed::Failed(failure) = &outcomes[3] else { panic!("{outcomes:?}") };
    assert!(failure.to_string().starts_with("unreachable: the server is sealed"), "{failure}");
    assert!(outcomes[4..].iter().all(|outcome| *outcome == Changed::Untried));
}
