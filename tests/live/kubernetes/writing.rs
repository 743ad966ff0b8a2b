//! What a real API does not take, and what somebody else wrote.

use serde_json::json;
use strongroom_stores::FailureKind;

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
