//! What a real API does not take, and what somebody else wrote.

use serde_json::json;
use strongroom_stores::{Change, Changed, FailureKind, Listed, Value, change};
use strongroom_vault::VaultId;

use super::cluster::{base64, cluster, fetch};

#[tokio::test]
async fn an_immutable_secret_stays_as_it_is() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("immutable").await;
    let secret =
        json!({ "metadata": { "name": "stone" }, "immutable": true, "data": { "key": "" } });
    namespace.make(&secret).await;
    let told =
        namespace.store().put("stone", Some("key"), b"hunter2").await.expect_err("a failure");
    assert_eq!(told.kind(), FailureKind::Conflict);
    let expected = format!(
        "the Secret `stone` in namespace `{}` is immutable: it must be deleted and made anew, or another one written",
        namespace.name
    );
    assert_eq!(told.detail(), expected);
}

#[tokio::test]
async fn more_than_the_api_takes_is_told_with_its_limit() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("large").await;
    let store = namespace.store();
    let large = vec![b'x'; 700_000];
    store.put("large", Some("a"), &large).await.expect("it is written");
    let told = store.put("large", Some("b"), &large).await.expect_err("a failure");
    assert_eq!(told.kind(), FailureKind::Invalid, "{told}");
    assert_eq!(told.detail(), "a Secret has 1 MiB at most, all of its keys together");
    let told = store.put("larger", Some("a"), &vec![b'x'; (1 << 20) + 1]).await.expect_err("it");
    assert_eq!(told.detail(), "a Secret has 1 MiB at most, all of its keys together");
}

#[tokio::test]
async fn a_key_that_is_not_named_is_the_only_one() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("keys").await;
    let store = namespace.store();
    store.put("new", None, b"hunter2-first").await.expect("it is written");
    store.put("new", None, b"hunter2-second").await.expect("it is written");
    let secret = |name: &str| format!("api/v1/namespaces/NAMESPACE/secrets/{name}");
    let read = namespace.ask(http::Method::GET, &secret("new"), None).await;
    assert_eq!(read["data"], json!({ "value": base64(b"hunter2-second") }));
    assert_eq!(read["type"], "Opaque");
    assert_eq!(read["metadata"]["labels"]["app.kubernetes.io/managed-by"], "strongroom");

    namespace.plant("other", "password", b"hunter2").await;
    store.put("other", None, b"hunter2-new").await.expect("it is written");
    let read = namespace.ask(http::Method::GET, &secret("other"), None).await;
    assert_eq!(read["data"], json!({ "password": base64(b"hunter2-new") }));

    namespace.plant("other", "user", b"hunter2").await;
    let told = store.put("other", None, b"hunter2").await.expect_err("a failure");
    assert_eq!(told.kind(), FailureKind::Invalid, "{told}");

    for (name, key) in [("A_B", None), ("a", Some("a b")), ("a", Some("a\"")), ("a", Some(".."))] {
        let told = store.put(name, key, b"hunter2").await.expect_err("a failure");
        assert_eq!(told.kind(), FailureKind::Invalid, "{told}");
        assert_eq!(told.request_id(), None, "it was sent");
    }
    fetch(&store, "new").await.expect("it is there");
}

#[tokio::test]
async fn what_something_else_needs_as_it_is_is_not_removed() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("kept").await;
    let store = namespace.store();
    for (name, kind, immutable, said) in [
        (
            "own",
            "example.com/own",
            false,
            "is of another type than `Opaque`, so something else needs it as it is",
        ),
        ("stone", "Opaque", true, "is immutable: it must be deleted as a whole, by hand"),
    ] {
        let data = json!({ "key": base64(b"hunter2"), "more": base64(b"hunter2") });
        let metadata = json!({ "name": name });
        let secret =
            json!({ "metadata": metadata, "type": kind, "immutable": immutable, "data": data });
        namespace.make(&secret).await;
        let told = store.remove(name, Some("key")).await.expect_err("it is refused");
        assert_eq!(told.kind(), FailureKind::Conflict, "{told}");
        let expected = format!("the Secret `{name}` in namespace `{}` {said}", namespace.name);
        assert_eq!(told.detail(), expected);
        fetch(&store, name).await.expect("it is there");
    }
    for (name, key) in [("A_B", None), ("a", Some("a b")), ("a", Some("a\""))] {
        let told = store.remove(name, key).await.expect_err("a failure");
        assert_eq!(told.kind(), FailureKind::Invalid, "{told}");
    }
}

/// Several vaults may write into one namespace, and people too.
#[tokio::test]
async fn its_own_is_what_it_made_for_the_vault_and_nobody_has_written_since() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("own").await;
    let (ours, theirs) = (VaultId([1; 16]), VaultId([2; 16]));
    let store = namespace.store_of_vault(ours);
    namespace.plant("foreign", "key", b"hunter2").await;
    store.put("foreign", Some("added"), b"hunter2").await.expect("it is written");
    namespace.store_of_vault(theirs).put("theirs", None, b"hunter2").await.expect("it is written");
    for key in ["a", "b", "c"] {
        store.put("ours", Some(key), b"hunter2").await.expect("it is written");
    }
    namespace.plant("ours", "b", b"hunter2-by-hand").await;
    namespace.plant("ours", "d", b"hunter2-by-hand").await;
    let own = store.list_own().await.expect("a list");
    let keys = vec!["a".to_owned(), "c".to_owned()];
    assert_eq!(own, [Listed { name: "ours".to_owned(), keys }]);
    let expected = format!(
        "the namespace `{}`, of which only what this vault wrote is removed",
        namespace.name
    );
    assert_eq!(store.bounds(), Ok(Some(expected)));
    let anywhere = namespace.store().bounds();
    assert_eq!(anywhere, Ok(None), "the context of a kubeconfig may lead anywhere");
    let secret = "api/v1/namespaces/NAMESPACE/secrets/ours";
    let read = namespace.ask(http::Method::GET, secret, None).await;
    let label = &read["metadata"]["labels"]["strongroom/vault"];
    assert_eq!(label, "01010101010101010101010101010101");
}

/// Keys of one Secret that are pushed together do not come in each other's way.
#[tokio::test]
async fn many_are_written_and_removed_side_by_side() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("many").await;
    let store = namespace.store();
    let changes = |removes: bool| {
        let value = || (!removes).then(|| Value::new(b"hunter2".to_vec()));
        let change = |name: String, key: String| Change { name, key: Some(key), value: value() };
        let one = (0..12).map(|number| change("one".to_owned(), format!("k{number}")));
        let many = (0..40).map(|number| change(format!("n{number}"), "value".to_owned()));
        one.chain(many).collect::<Vec<_>>()
    };
    for removes in [false, true] {
        let outcomes =
            change(&store, changes(removes), 16, &std::sync::Arc::default(), |_| ()).await;
        assert!(outcomes.iter().all(|outcome| *outcome == Changed::Done), "{outcomes:?}");
        let left = store.list().await.expect("a list").len();
        assert_eq!(left, if removes { 0 } else { 41 });
    }
}
