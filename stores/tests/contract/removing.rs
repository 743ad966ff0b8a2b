//! What is removed: it is gone, its neighbours are not, it can be written again, and of several who write and remove at once
//! none loses anything.

use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{FailureKind, Keys, Store};

use super::writing::{TRIES, WRITERS, put};
use super::{Asked, assert_tells_no_value, keys_of};

pub(super) async fn holds_for(asked: &Asked<'_>) {
    what_is_removed_is_gone_and_can_be_written_again(asked).await;
    if asked.keys == Keys::Several {
        removing_one_keeps_the_others(asked).await;
    }
    if let Some(denied) = asked.subject.open_denied() {
        who_may_not_is_denied(asked, &denied).await;
    }
    if asked.subject.writes_at_once() {
        writing_and_removing_at_once_loses_nothing(asked).await;
    }
}

/// What cannot be removed stays, and that is said.
pub(super) async fn is_refused(asked: &Asked<'_>) {
    let removed = asked.subject.open().remove("lines", asked.only()).await;
    assert_tells_no_value(&removed.expect_err("it is refused"));
    let seed = asked.seeds.iter().find(|seed| seed.name == "lines").expect("a seed");
    assert_eq!(asked.value("lines").await, seed.value);
}

/// Removes until nobody else has written meanwhile.
async fn remove(store: &Arc<dyn Store>, name: &str, key: Option<&str>) {
    for tries in 0..TRIES {
        match store.remove(name, key).await {
            Ok(()) => return,
            Err(failure) => {
                assert_tells_no_value(&failure);
                let is_passing =
                    matches!(failure.kind(), FailureKind::Conflict | FailureKind::Throttled);
                assert!(is_passing, "`{name}`: {failure}");
            }
        }
        tokio::time::sleep(Duration::from_millis(5 + tries)).await;
    }
    panic!("`{name}`: {TRIES} conflicts");
}

async fn is_absent(asked: &Asked<'_>, reference: &str) {
    let failure = asked.failure(reference).await;
    if asked.subject.tells_what_is_absent() {
        assert_eq!(failure.kind(), FailureKind::Absent, "`{reference}`: {failure}");
    }
}

/// The system keeps the name of a secret that was removed.
async fn is_kept(asked: &Asked<'_>, name: &str, key: Option<&str>) {
    if !asked.subject.tells_that_names_are_kept() {
        return;
    }
    let store = asked.subject.open();
    let failure = store.put(name, key, b"hunter2-again").await.expect_err("it is kept");
    assert_tells_no_value(&failure);
    assert_eq!(failure.kind(), FailureKind::Conflict, "`{name}`: {failure}");
}

async fn what_is_removed_is_gone_and_can_be_written_again(asked: &Asked<'_>) {
    let store = asked.subject.open();
    for name in ["removed", "team-removed"] {
        for value in [&b"hunter2-first"[..], b"hunter2-second"] {
            put(&store, name, asked.only(), value).await;
            assert_eq!(asked.value(name).await, value);
            remove(&store, name, asked.only()).await;
            is_absent(asked, name).await;
            if !asked.subject.frees_names() {
                is_kept(asked, name, asked.only()).await;
                break;
            }
        }
    }
    // Nothing is done twice, and nothing that is not there.
    for name in ["removed", "no-such-name"] {
        let failure = store.remove(name, asked.only()).await.expect_err("there is nothing");
        assert_tells_no_value(&failure);
        if asked.subject.tells_what_is_absent() {
            assert_eq!(failure.kind(), FailureKind::Absent, "`{name}`: {failure}");
        }
    }
    // By other means than it was put there, and with one key it need not be named.
    asked.subject.plant("planted", asked.only(), b"hunter2").await;
    remove(&store, "planted", asked.only()).await;
    is_absent(asked, "planted").await;
    let seed = asked.seeds.iter().find(|seed| seed.name == "lines").expect("a seed");
    assert_eq!(asked.value("lines").await, seed.value);
}

async fn removing_one_keeps_the_others(asked: &Asked<'_>) {
    let store = asked.subject.open();
    for (key, value) in [("user", "hunter2-u"), ("password", "hunter2-p"), ("url", "hunter2-l")] {
        asked.subject.plant("parted", Some(key), value.as_bytes()).await;
    }
    let failure = store.remove("parted", None).await.expect_err("which one?");
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
    let failure = store.remove("parted", Some("nothing")).await.expect_err("there is none");
    assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
    remove(&store, "parted", Some("password")).await;
    is_absent(asked, "parted/password").await;
    assert_eq!(asked.value("parted/user").await, b"hunter2-u");
    assert_eq!(asked.value("parted/url").await, b"hunter2-l");
    remove(&store, "parted", Some("user")).await;
    remove(&store, "parted", Some("url")).await;
    for reference in ["parted/user", "parted/password", "parted/url", "parted"] {
        is_absent(asked, reference).await;
    }
    if asked.subject.frees_names() {
        put(&store, "parted", Some("user"), b"hunter2-again").await;
        assert_eq!(asked.value("parted/user").await, b"hunter2-again");
        is_absent(asked, "parted/url").await;
    } else {
        is_kept(asked, "parted", Some("user")).await;
    }
    for (key, value) in keys_of(&asked.seeds, "several") {
        if key != "password" {
            assert_eq!(asked.value(&format!("several/{key}")).await, value, "{key}");
        }
    }
}

async fn who_may_not_is_denied(asked: &Asked<'_>, denied: &Arc<dyn Store>) {
    asked.subject.plant("guarded", asked.only(), b"hunter2-guarded").await;
    let failure = denied.remove("guarded", asked.only()).await.expect_err("it is denied");
    assert_tells_no_value(&failure);
    assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    assert_eq!(asked.value("guarded").await, b"hunter2-guarded");
}

/// Half of them remove what was there, the others write beside it.
async fn writing_and_removing_at_once_loses_nothing(asked: &Asked<'_>) {
    let sides = [asked.subject.open(), asked.subject.open()];
    let place = |what: &str, number: usize| match asked.keys {
        Keys::Several => ("beside".to_owned(), Some(format!("{what}{number}"))),
        Keys::One => (format!("beside-{what}{number}"), None),
    };
    for number in 0..WRITERS {
        let (name, key) = place("old", number);
        put(&sides[0], &name, key.as_deref(), b"hunter2-old").await;
    }
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..WRITERS {
        let (store, other) = (Arc::clone(&sides[number % 2]), Arc::clone(&sides[1 - number % 2]));
        let (old, new) = (place("old", number), place("new", number));
        tasks.spawn(async move { remove(&store, &old.0, old.1.as_deref()).await });
        tasks.spawn(async move {
            put(&other, &new.0, new.1.as_deref(), b"hunter2-new").await;
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("one that ends");
    }
    let reference = |(name, key): (String, Option<String>)| match key {
        Some(key) => format!("{name}/{key}"),
        None => name,
    };
    for number in 0..WRITERS {
        is_absent(asked, &reference(place("old", number))).await;
        let new = reference(place("new", number));
        assert_eq!(asked.value(&new).await, b"hunter2-new", "`{new}`");
    }
}
