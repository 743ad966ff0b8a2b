//! What a real API refuses, and how it is told: which right is missing, what is not there, who is not known, whose
//! certificate is not trusted.

use serde_json::json;
use strongroom_stores::{FailureKind, Item};

use super::cluster::{cluster, failure, fetch, opened};

#[tokio::test]
async fn a_role_of_one_name_is_enough_to_read_it_and_to_know_its_version() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("role").await;
    for name in ["mine", "yours"] {
        namespace.plant(name, "key", b"hunter2").await;
    }
    let rules = json!([{ "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["mine"], "verbs": ["get"] }]);
    let token = namespace.account("shop", &rules).await;
    let store = namespace.store_of(&json!({ "token": token }));
    fetch(&store, "mine").await.expect("a value");
    let mine = Item { name: "mine".to_owned(), version: None };
    assert!(store.version(&mine).await.expect("a version").is_some());

    let denied = failure(&store, "yours").await;
    assert_eq!(denied.kind(), FailureKind::Denied);
    let expected = format!(
        "the right to `get` Secret `yours` in namespace `{0}` is missing; ask with `kubectl auth can-i get secrets/yours --namespace {0}`",
        namespace.name
    );
    assert_eq!(denied.detail(), expected);
    assert!(denied.request_id().is_some(), "the number of the request");

    let denied = store.list().await.expect_err("a failure");
    let expected =
        format!("the right to `list` Secrets in namespace `{}` is missing", namespace.name);
    assert!(denied.detail().starts_with(&expected), "{denied}");
    let denied = store.put("mine", Some("key"), b"hunter2").await.expect_err("a failure");
    assert!(denied.detail().starts_with("the right to `patch` Secret `mine`"), "{denied}");
}

#[tokio::test]
async fn a_namespace_that_is_not_there_is_told_to_who_may_know() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("absent").await;
    let told = failure(&namespace.store(), "none").await;
    assert_eq!(told.kind(), FailureKind::Absent);
    assert_eq!(
        told.detail(),
        format!("there is no Secret `none` in namespace `{}`", namespace.name)
    );

    let store = namespace.store_in("no-such-namespace");
    let told = failure(&store, "none").await;
    assert_eq!(told.detail(), "there is no namespace `no-such-namespace`");
    let told = store.put("new", Some("key"), b"hunter2").await.expect_err("a failure");
    assert_eq!(told.detail(), "there is no namespace `no-such-namespace`");

    // Who may read it and knows of no namespaces gets what the API says.
    let rules = json!([{ "apiGroups": [""], "resources": ["secrets"], "verbs": ["get"] }]);
    let token = namespace.account("shop", &rules).await;
    let told = failure(&namespace.store_of(&json!({ "token": token })), "none").await;
    assert_eq!(told.kind(), FailureKind::Absent);
    assert_eq!(
        told.detail(),
        format!("there is no Secret `none` in namespace `{}`", namespace.name)
    );
}

#[tokio::test]
async fn a_name_that_no_secret_can_have_is_absent_and_not_asked_for() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("names").await;
    for name in ["../configmaps/kube-root-ca.crt", "API_KEY", "a?watch=1", "größe"] {
        let told = failure(&namespace.store(), name).await;
        assert_eq!(told.kind(), FailureKind::Absent, "{told}");
        assert!(told.detail().starts_with("the name of a Secret has small letters"), "{told}");
        assert_eq!(told.request_id(), None, "it was asked for");
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_so() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("unknown").await;
    let told = failure(&namespace.store_of(&json!({ "token": "hunter2-wrong" })), "a").await;
    assert_eq!(told.kind(), FailureKind::Denied);
    let expected = "the cluster does not know these credentials: the token or certificate is wrong, or has run out";
    assert_eq!(told.detail(), expected);
    assert!(!format!("{told} {told:?}").contains("hunter2"));

    let told = failure(&namespace.store_of(&json!({})), "a").await;
    assert_eq!(told.kind(), FailureKind::Denied);
    let expected = "the kubeconfig has no credentials for this context, and ";
    assert!(told.detail().starts_with(expected), "{told}");
}

#[tokio::test]
async fn a_certificate_is_trusted_only_from_the_authority_and_for_the_name() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("certificates").await;
    let who = json!({ "token": "hunter2-token" });
    let mut place = namespace.place();
    place["tls-server-name"] = json!("shop.example.com");
    let told = failure(&opened(&namespace.kubeconfig(&place, &who)), "a").await;
    assert_eq!(
        told.to_string(),
        "unreachable: the server's certificate is not trusted: it is for another name"
    );
    assert!(!told.may_pass(), "it would be asked again");

    let mut place = namespace.place();
    place.as_object_mut().expect("an object").remove("certificate-authority-data");
    let told = failure(&opened(&namespace.kubeconfig(&place, &who)), "a").await;
    assert_eq!(
        told.to_string(),
        "unreachable: the server's certificate is not trusted: no authority that is known here signed it"
    );
}
