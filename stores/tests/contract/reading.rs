//! What is read: values as they were planted, what is not there by its kind, keys, versions, lists.

use std::collections::BTreeSet;
use std::sync::Arc;

use strongroom_stores::{Content, FailureKind, Item, Keys, Store};

use super::counted::Counted;
use super::{Asked, SIDE_BY_SIDE, VALUE_BYTES, keys_of, many, version_of};

pub(super) async fn holds_for(asked: &Asked<'_>) {
    values_are_what_was_planted(asked).await;
    what_is_not_there_is_absent(asked).await;
    what_is_too_long_is_not_valid(asked).await;
    a_path_leads_into_json(asked).await;
    many_are_fetched_side_by_side(asked).await;
    one_secret_is_asked_for_once(asked).await;
    if asked.keys == Keys::Several {
        keys_are_told_apart(asked).await;
    }
    versions_are_told_apart(asked).await;
    if asked.subject.lists() {
        everything_is_listed(asked).await;
    }
    if let Some(denied) = asked.subject.open_denied() {
        who_may_not_is_denied(asked, &denied).await;
    }
}

async fn values_are_what_was_planted(asked: &Asked<'_>) {
    for seed in asked.seeds.iter().filter(|seed| seed.value.len() <= VALUE_BYTES) {
        let reference = match seed.key {
            Some(key) => format!("{}/{key}", seed.name),
            None => seed.name.clone(),
        };
        // Many of them alike prove nothing more.
        if seed.name.starts_with("many-") && seed.name != many(0) {
            continue;
        }
        assert!(asked.value(&reference).await == seed.value, "`{reference}` is another value");
    }
}

async fn what_is_not_there_is_absent(asked: &Asked<'_>) {
    let mut references = vec!["no-such-name".to_owned(), "one@999999999".to_owned()];
    if let Some(key) = asked.only() {
        references.push(format!("one/{key}@999999999"));
        references.push("one/no-such-key".to_owned());
        references.push("no-such-name/no-such-key".to_owned());
    } else {
        references.push("one/below-a-value".to_owned());
    }
    for reference in references {
        let failure = asked.failure(&reference).await;
        let is_invalid = failure.kind() == FailureKind::Invalid;
        let is_absent = failure.kind() == FailureKind::Absent;
        let is_told = is_absent || is_invalid && !asked.subject.tells_what_is_absent();
        assert!(is_told, "`{reference}`: {failure}");
    }
    if asked.keys == Keys::Several {
        let failure = asked.failure("several/no-such-key").await;
        for key in ["`password`", "`url`", "`user`"] {
            assert!(failure.detail().contains(key), "the keys that there are: {failure}");
        }
    }
}

async fn what_is_too_long_is_not_valid(asked: &Asked<'_>) {
    let name = format!("long-{}", VALUE_BYTES + 1);
    if asked.seeds.iter().any(|seed| seed.name == name) {
        let failure = asked.failure(&name).await;
        assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
    }
}

async fn a_path_leads_into_json(asked: &Asked<'_>) {
    for (path, value) in
        [("db.password", "hunter2-ü"), ("db.port", "5432"), ("users.0", "hunter2-a")]
    {
        assert_eq!(asked.value(&format!("json#{path}")).await, value.as_bytes(), "{path}");
    }
    let failure = asked.failure("json#db.user").await;
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
    assert!(failure.detail().contains("db.user"), "the path: {failure}");
    let failure = asked.failure("one#db").await;
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
}

async fn many_are_fetched_side_by_side(asked: &Asked<'_>) {
    let counted = Counted::new(asked.subject.open());
    let store: Arc<dyn Store> = counted.clone();
    let names: Vec<String> = (0..SIDE_BY_SIDE).map(many).collect();
    let references: Vec<&str> = names.iter().map(String::as_str).collect();
    for (number, answer) in asked.fetch_through(&store, &references).await.iter().enumerate() {
        match answer {
            Ok(value) => assert_eq!(value.as_slice(), format!("hunter2-{number}").as_bytes()),
            Err(failure) => panic!("`{}`: {failure}", many(number)),
        }
    }
    let requests = SIDE_BY_SIDE.div_ceil(store.batch_size());
    assert_eq!(counted.so_far(), (requests, SIDE_BY_SIDE), "requests and secrets");
}

async fn one_secret_is_asked_for_once(asked: &Asked<'_>) {
    let counted = Counted::new(asked.subject.open());
    let store: Arc<dyn Store> = counted.clone();
    let references: &[&str] = match asked.keys {
        Keys::Several => &["several/user", "several/password", "several/user", "several/none"],
        Keys::One => &["json", "json#db.port", "json", "json#none"],
    };
    let answers = asked.fetch_through(&store, references).await;
    assert_eq!(counted.so_far(), (1, 1), "requests and secrets");
    assert!(answers[..3].iter().all(Result::is_ok) && answers[3].is_err(), "{answers:?}");
    assert!(answers[0] == answers[2] && answers[0] != answers[1]);
}

async fn keys_are_told_apart(asked: &Asked<'_>) {
    let store = asked.subject.open();
    let item = Item { name: "several".to_owned(), version: None };
    let fetched = store.fetch(&item).await.expect("several keys");
    let Content::Several(values) = fetched.content else { panic!("it has keys") };
    let planted = keys_of(&asked.seeds, "several");
    assert!(values.keys().eq(planted.keys()), "{:?}", values.keys());
    assert!(values.values().map(|value| value.as_slice()).eq(planted.values()));
    assert_eq!(asked.value("one").await, b"hunter2-one", "one key need not be named");
    let failure = asked.failure("several").await;
    assert_eq!(failure.kind(), FailureKind::Invalid, "{failure}");
    assert!(failure.detail().contains("`password`"), "the keys that there are: {failure}");
}

async fn versions_are_told_apart(asked: &Asked<'_>) {
    let store = asked.subject.open();
    if !asked.subject.has_versions() {
        assert_eq!(version_of(&store, "one").await, None);
        return;
    }
    let plant = |value: &'static [u8]| asked.subject.plant("changing", asked.only(), value);
    plant(b"hunter2-first").await;
    let first = version_of(&store, "changing").await.expect("a version");
    assert_eq!(version_of(&store, "changing").await.as_ref(), Some(&first), "nothing has changed");
    plant(b"hunter2-second, longer").await;
    let second = version_of(&asked.subject.open(), "changing").await.expect("a version");
    assert_ne!(first, second);
    assert_eq!(version_of(&store, "changing").await.as_ref(), Some(&second), "of an open store");
    let item = Item { name: "changing".to_owned(), version: None };
    let fetched = store.fetch(&item).await.expect("a value");
    assert_eq!(fetched.version.as_ref(), Some(&second), "a value has the version of its own");
    assert_eq!(asked.value("changing").await, b"hunter2-second, longer");
    let at = |version: &str| format!("changing@{version}");
    assert_eq!(asked.value(&at(&second)).await, b"hunter2-second, longer");
    if asked.subject.keeps_versions() {
        assert_eq!(asked.value(&at(&first)).await, b"hunter2-first");
    } else {
        let failure = asked.failure(&at(&first)).await;
        assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
    }
    let gone = Item { name: "no-such-name".to_owned(), version: None };
    let failure = store.version(&gone).await.expect_err("there is nothing");
    assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
}

async fn everything_is_listed(asked: &Asked<'_>) {
    let listed = asked.subject.open().list().await.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        listed.iter().map(|listed| &listed.name).is_sorted_by(|a, b| a < b),
        "names are in order, each once"
    );
    let names: BTreeSet<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
    for seed in &asked.seeds {
        assert!(names.contains(seed.name.as_str()), "`{}` is not listed", seed.name);
    }
    for listed in listed.iter().filter(|listed| !listed.keys.is_empty()) {
        let planted = keys_of(&asked.seeds, &listed.name);
        if !planted.is_empty() {
            assert!(listed.keys.iter().eq(planted.keys()), "{listed:?}");
        }
    }
}

async fn who_may_not_is_denied(asked: &Asked<'_>, denied: &Arc<dyn Store>) {
    for answer in asked.fetch_through(denied, &["one", "several"]).await {
        let failure = answer.expect_err("it is denied");
        assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    }
    if asked.subject.lists() {
        let failure = denied.list().await.expect_err("it is denied");
        assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
    }
    if asked.subject.writes() {
        let put = denied.put("one", asked.only(), b"hunter2-stranger").await;
        let failure = put.expect_err("it is denied");
        assert_eq!(failure.kind(), FailureKind::Denied, "{failure}");
        assert_eq!(asked.value("one").await, b"hunter2-one");
    }
}
