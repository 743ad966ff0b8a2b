//! The command with a cluster as a store: what the guide shows, typed against a real one.

use std::path::PathBuf;

use http::Method;
use serde_json::json;

use crate::kubernetes::cluster::{base64, cluster};
use crate::session::Session;

/// Somebody with a vault and the store `cluster`, which is a namespace.
fn with_store(kubeconfig: PathBuf, namespace: &str) -> Session {
    let session = Session::new().with("KUBECONFIG", kubeconfig);
    session.types("init", "", true);
    let add = format!("store add cluster --kind kubernetes --namespace {namespace}");
    session.types(&add, "", true);
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_linked_written_checked_and_moved_as_the_guide_says() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("command").await;
    namespace.plant("api-credentials", "api-key", b"hunter2-stripe").await;
    namespace.plant("smtp", "value", b"hunter2-smtp").await;
    let kubeconfig = namespace.kubeconfig(&namespace.place(), &namespace.administrator());
    let session = with_store(kubeconfig, &namespace.name);
    let link = "link --type production stripe_api_key cluster:api-credentials/api-key";
    session.types(link, "", true);
    session.types("set --type production --store cluster sentry_dsn", "hunter2-dsn", true);
    let read =
        namespace.ask(Method::GET, "api/v1/namespaces/NAMESPACE/secrets/sentry-dsn", None).await;
    assert_eq!(read["data"], json!({ "value": base64(b"hunter2-dsn") }));
    session.types("sync --type production --store cluster --yes", "", true);
    session.types("set --type dev database_url", "hunter2-database", true);
    let copy = "copy database_url --from dev --to production --store cluster --yes";
    session.types(copy, "", true);
    session.types("check --type production --live", "", true);
    let vault = session.vault();
    for reference in
        ["api-credentials/api-key", "sentry-dsn/value", "smtp/value", "database-url/value"]
    {
        assert!(vault.contains(&format!("ref = \"{reference}\"")), "{reference} in\n{vault}");
    }

    namespace.delete("api-credentials").await;
    let said = session.types("check --type production --live", "", false);
    let expected =
        format!("absent: there is no Secret `api-credentials` in namespace `{}`", namespace.name);
    assert!(said.contains("stripe_api_key") && said.contains(&expected), "{said}");
}

/// With the rights that the guide names, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_vault_holds_is_pushed_and_what_it_lost_is_removed() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("push").await;
    let secrets =
        |verbs: &[&str]| json!([{ "apiGroups": [""], "resources": ["secrets"], "verbs": verbs }]);
    let token = namespace.account("writer", &secrets(&["get", "create", "patch"])).await;
    let kubeconfig = namespace.kubeconfig(&namespace.place(), &json!({ "token": token }));
    let mut session = with_store(kubeconfig, &namespace.name);
    for name in ["Stripe_Keys/api", "Stripe_Keys/hook", "sentry_dsn", "mail.password"] {
        session.types(&format!("set --type production {name}"), &format!("hunter2-{name}"), true);
    }
    namespace.plant("sentry-dsn", "value", b"hunter2-by-hand").await;
    namespace.plant("foreign", "key", b"hunter2-of-somebody").await;
    let push = "push --to cluster --type production";
    let said = session.types(push, "", true);
    for line in [
        "replaced sentry_dsn at cluster:sentry-dsn/value",
        "created Stripe_Keys/api at cluster:stripe-keys/api",
        "created mail.password at cluster:mail.password/value",
    ] {
        assert!(said.contains(line), "{line} is in\n{said}");
    }
    let read = |name: &str| {
        let path = format!("api/v1/namespaces/NAMESPACE/secrets/{name}");
        let namespace = &namespace;
        async move { namespace.ask(Method::GET, &path, None).await }
    };
    let stripe = read("stripe-keys").await;
    let expected =
        ["api", "hook"].map(|key| (key, base64(format!("hunter2-Stripe_Keys/{key}").as_bytes())));
    assert_eq!(stripe["data"], json!(std::collections::BTreeMap::from(expected)));
    // What is equal has no new version.
    assert!(session.types(push, "", true).contains("4 unchanged"));
    assert_eq!(read("stripe-keys").await, stripe);

    session.types("unset --type production Stripe_Keys/hook mail.password sentry_dsn", "", true);
    let prune = "push --to cluster --type production --prune --yes";
    let said = session.types(prune, "", false);
    assert!(said.contains("the right to `list` Secrets"), "{said}");
    let all = ["get", "create", "patch", "list", "delete"];
    let token = namespace.account("pruner", &secrets(&all)).await;
    let kubeconfig = namespace.kubeconfig(&namespace.place(), &json!({ "token": token }));
    session = session.with("KUBECONFIG", kubeconfig);
    // Looking removes nothing.
    let said = session.types(&format!("{prune} --dry-run"), "", false);
    assert!(said.contains("2 to remove") && said.contains("nothing was changed"), "{said}");
    assert!(!said.contains("removed "), "{said}");
    assert_ne!(read("mail.password").await["data"], json!(null));
    let said = session.types(prune, "", true);
    for line in ["removed cluster:stripe-keys/hook", "removed cluster:mail.password/value"] {
        assert!(said.contains(line), "{line} is in\n{said}");
    }
    assert_eq!(said.matches("removed ").count(), 2, "{said}");
    let names = namespace.store().list().await.expect("a list");
    let names: Vec<&str> = names.iter().map(|listed| listed.name.as_str()).collect();
    // What was there before it was pushed is not this vault's to remove.
    assert_eq!(names, ["foreign", "sentry-dsn", "stripe-keys"]);
}
