//! What is written: it is read back, keeps its neighbours, and of two who write at once none loses anything.

use std::sync::Arc;
use std::time::Duration;

use strongroom_stores::{FailureKind, Keys, Store};

use super::{Asked, BINARY, UNICODE, assert_tells_no_value, keys_of, version_of};

pub(super) async fn holds_for(asked: &Asked<'_>) {
    what_is_written_is_read(asked).await;
    writing_one_keeps_the_others(asked).await;
    if asked.subject.writes_at_once() {
        writing_at_once_loses_nothing(asked).await;
    }
}

/// Writes until nobody else has written meanwhile.
pub(super) async fn put(
    store: &Arc<dyn Store>,
    name: &str,
    key: Option<&str>,
    value: &[u8],
) -> Option<String> {
    for tries in 0..TRIES {
        match store.put(name, key, value).await {
            Ok(version) => return version,
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

async fn what_is_written_is_read(asked: &Asked<'_>) {
    let store = asked.subject.open();
    let mut values: Vec<&[u8]> = vec![b"hunter2-new", b"hunter2-newer, longer", UNICODE.as_bytes()];
    if asked.subject.has_empty_values() {
        values.push(b"");
    }
    if asked.subject.has_binary_values() {
        values.push(BINARY);
    }
    for value in values {
        let written = put(&store, "written", asked.only(), value).await;
        assert!(asked.value("written").await == value, "another value than was written");
        if asked.subject.has_versions() {
            assert_eq!(written, version_of(&store, "written").await, "the version that is told");
        }
    }
    if asked.subject.has_unicode_names() {
        put(&store, "neu-鍵", asked.only(), b"hunter2").await;
        assert_eq!(asked.value("neu-鍵").await, b"hunter2");
    }
    // A value that is there already, written by other means.
    put(&store, "one", asked.only(), b"hunter2-again").await;
    assert_eq!(asked.value("one").await, b"hunter2-again");
}

async fn writing_one_keeps_the_others(asked: &Asked<'_>) {
    let store = asked.subject.open();
    if asked.keys == Keys::Several {
        put(&store, "several", Some("password"), b"hunter2-changed").await;
        put(&store, "several", Some("added"), b"hunter2-added").await;
        assert_eq!(asked.value("several/password").await, b"hunter2-changed");
        assert_eq!(asked.value("several/added").await, b"hunter2-added");
        for (key, value) in keys_of(&asked.seeds, "several") {
            if key != "password" {
                assert_eq!(asked.value(&format!("several/{key}")).await, value, "{key}");
            }
        }
    }
    for seed in asked.seeds.iter().filter(|seed| ["lines", "empty", "json"].contains(&&*seed.name))
    {
        assert_eq!(asked.value(&seed.name).await, seed.value, "{}", seed.name);
    }
}

async fn writing_at_once_loses_nothing(asked: &Asked<'_>) {
    let sides = [asked.subject.open(), asked.subject.open()];
    let mut tasks = tokio::task::JoinSet::new();
    let mut places = Vec::new();
    for number in 0..WRITERS {
        let (name, key, reference) = match asked.keys {
            Keys::Several => {
                let key = format!("key{number}");
                ("together".to_owned(), Some(key.clone()), format!("together/{key}"))
            }
            Keys::One => {
                let name = format!("together-{number}");
                (name.clone(), None, name)
            }
        };
        let store = Arc::clone(&sides[number % 2]);
        let value = format!("hunter2-{number}");
        places.push((reference, value.clone()));
        tasks.spawn(async move { put(&store, &name, key.as_deref(), value.as_bytes()).await });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a writer that ends");
    }
    for (reference, value) in places {
        assert_eq!(asked.value(&reference).await, value.as_bytes(), "`{reference}`");
    }
}

pub(super) const WRITERS: usize = 8;
pub(super) const TRIES: u64 = 100;
