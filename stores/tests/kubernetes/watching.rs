//! Watches that are forgotten, end at once, or are none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use strongroom_stores::{Failure, FailureKind, Item};
use tokio::time::timeout;

use crate::cluster::{by_line, secret, status, store_of};
use crate::listener::{Does, Listener};

const SECRET: &str = "GET /api/v1/namespaces/shop/secrets/a";
const WATCH: &str = "GET /api/v1/namespaces/shop/secrets?watch=true&fieldSelector=metadata.name%3Da&allowWatchBookmarks=true&timeoutSeconds=290";

/// Watches `a` until the watch fails; gives how many changes it told, too.
async fn watch(server: &Listener) -> (usize, Failure) {
    let store = store_of(server);
    let (told, items) = (AtomicUsize::new(0), [Item { name: "a".to_owned(), version: None }]);
    let changed = || {
        told.fetch_add(1, Ordering::SeqCst);
    };
    let watching = store.watch(&items, &changed).expect("it tells by itself");
    let failure = timeout(Duration::from_secs(10), watching).await.expect("an end");
    (told.load(Ordering::SeqCst), failure)
}

fn line(kind: &str, version: &str) -> String {
    let metadata = json!({ "name": "a", "resourceVersion": version });
    json!({ "type": kind, "object": { "metadata": metadata } }).to_string() + "\n"
}

#[tokio::test]
async fn a_watch_goes_on_from_the_version_that_it_saw_and_tells_each_change_once() {
    let (looks, watches) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Listener::new(by_line(move |asked, request| {
        let accept = request.header("accept")?;
        if !accept.contains("as=PartialObjectMetadata;") {
            return None;
        }
        if asked == SECRET {
            return Some(match looks.fetch_add(1, Ordering::SeqCst) {
                // It changed while nobody watched.
                2 => secret("9"),
                3 => status(404, "NotFound"),
                looks => secret(if looks == 0 { "7" } else { "8" }),
            });
        }
        let times = watches.fetch_add(1, Ordering::SeqCst);
        let from = asked.strip_prefix(WATCH)?;
        let gone = json!({ "type": "ERROR", "object": { "kind": "Status", "code": 410 } });
        match (times, from) {
            (0, "&resourceVersion=7") => {
                let lines = [line("BOOKMARK", "7"), line("MODIFIED", "8"), line("MODIFIED", "8")];
                Some(Does::Answer(200, Vec::new(), lines.concat().into_bytes()))
            }
            (1, "&resourceVersion=8") => Some(Does::Json(200, format!("{gone}\n"))),
            (2, "&resourceVersion=9") => Some(status(410, "Expired")),
            _ => None,
        }
    }))
    .await;
    let (told, failure) = watch(&server).await;
    // 8, and 9 that was seen at the look; the API ended all of the watches at once.
    assert_eq!((told, failure.kind()), (2, FailureKind::Unreachable), "{failure}");
    assert_eq!(failure.detail(), "the API ends each watch at once");
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_waited_for() {
    let watches = AtomicUsize::new(0);
    let server = Listener::new(by_line(move |asked, _| {
        if asked == SECRET || asked == "GET /api/v1/namespaces/shop" {
            return Some(status(404, "NotFound"));
        }
        Some(match (asked == WATCH, watches.fetch_add(1, Ordering::SeqCst)) {
            (true, 0) => Does::Json(200, [line("ADDED", "1"), line("DELETED", "2")].concat()),
            (true, _) => status(403, "Forbidden"),
            _ => return None,
        })
    }))
    .await;
    let (told, failure) = watch(&server).await;
    assert!((1..=2).contains(&told), "it came and went: {told}");
    assert!(failure.detail().starts_with("the right to `watch` Secret `a`"), "{failure}");
}

#[tokio::test]
async fn what_is_no_watch_is_said_to_be_none() {
    let server = Listener::new(by_line(|asked, _| {
        Some(match asked {
            SECRET => secret("7"),
            _ => Does::Answer(200, Vec::new(), b"<html>\nhunter2\n</html>\n".to_vec()),
        })
    }))
    .await;
    let (told, failure) = watch(&server).await;
    assert_eq!((told, failure.detail()), (0, "something that is no watch was answered"));
}
