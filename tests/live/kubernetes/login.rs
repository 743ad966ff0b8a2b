//! The ways to log in to a real API: a token that is renewed, a program of the kubeconfig, the service account of a pod.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use strongroom_stores::{FailureKind, Settings, open};

use super::cluster::{Namespace, cluster, failure, fetch, from_base64, opened};
use crate::server::{run_alone, skipped};

/// The right to read everything.
fn reading() -> Value {
    json!([{ "apiGroups": [""], "resources": ["secrets"], "verbs": ["get"] }])
}

/// Only a kubeconfig that is the user's own may name a file with a token.
#[tokio::test]
async fn a_token_that_runs_out_is_read_again() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("renewing").await;
    let kubeconfig = namespace.folder().join("own.yaml").into_os_string();
    run_alone(&[], "kubernetes::login::alone_reads_again", [("KUBECONFIG", kubeconfig)]);
}

#[tokio::test]
#[ignore = "runs in a process of its own, with variables of another test"]
async fn alone_reads_again() {
    let cluster = cluster().expect("a cluster, as the other test has one");
    let namespace = cluster.namespace("renewed").await;
    namespace.plant("a", "key", b"hunter2").await;
    let first = namespace.account("first", &reading()).await;
    let file = namespace.folder().join("token");
    fs::write(&file, &first).expect("a file");
    let who = json!({ "tokenFile": file });
    let own = std::env::var_os("KUBECONFIG").expect("a variable");
    fs::copy(namespace.kubeconfig(&namespace.place(), &who), own).expect("a file");
    let store = open("kubernetes", Settings::default(), Path::new("/")).expect("a store");
    fetch(&store, "a").await.expect("a value");

    // Whose account is gone is not known any longer, when the API's own memory of it has run out.
    let second = namespace.account("second", &reading()).await;
    fs::write(&file, second).expect("a file");
    end(&namespace, "first", &first).await;
    fetch(&store, "a").await.expect("a value with the new token");

    let second = fs::read_to_string(&file).expect("a token");
    fs::write(&file, "hunter2-wrong").expect("a file");
    end(&namespace, "second", &second).await;
    let told = failure(&store, "a").await;
    assert_eq!(told.kind(), FailureKind::Denied);
    assert!(told.detail().contains("has run out"), "{told}");
}

/// Deletes an account, and waits until the API does not know its token.
async fn end(namespace: &Namespace, account: &str, token: &str) {
    let path = format!("api/v1/namespaces/NAMESPACE/serviceaccounts/{account}");
    namespace.ask(http::Method::DELETE, &path, None).await;
    let who = json!({ "token": token });
    for _ in 0..60 {
        if fetch(&namespace.store_of(&who), "a").await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the API does not forget");
}

#[test]
fn one_store_serves_one_runtime_after_another() {
    let runtime = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime")
    };
    let Some(cluster) = cluster() else { return };
    let first = runtime();
    let (namespace, store) = first.block_on(async {
        let namespace = cluster.namespace("runtimes").await;
        namespace.plant("a", "key", b"hunter2").await;
        let store = namespace.store();
        fetch(&store, "a").await.expect("a value");
        (namespace, store)
    });
    drop(first);
    runtime().block_on(async { fetch(&store, "a").await.expect("a value on another runtime") });
    drop(namespace);
}

#[tokio::test]
async fn the_users_own_kubeconfig_may_run_a_program_for_all_of_one_login() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("program").await;
    namespace.plant("a", "key", b"hunter2").await;
    let token = namespace.account("shop", &reading()).await;
    let runs = namespace.folder().join("runs");
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": token },
    });
    let script = format!("echo run >> '{}'; cat <<'E'\n{credential}\nE\n", runs.display());
    let who = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", script],
        "interactiveMode": "Never",
    }});
    let kubeconfig = namespace.kubeconfig(&namespace.place(), &who);
    let told = failure(&opened(&kubeconfig), "a").await;
    assert_eq!(told.kind(), FailureKind::Denied);
    assert!(told.detail().contains("and one that the vault names may not"), "{told}");
    assert!(!runs.exists(), "it ran");

    let test = "kubernetes::login::alone_reads_many";
    run_alone(&[], test, [("KUBECONFIG", kubeconfig.into_os_string())]);
    // `kube` runs it three times for one login: for the token, and twice to see whether it gives a certificate.
    let runs = fs::read_to_string(&runs).expect("a file").lines().count();
    assert!(runs <= 3, "it ran {runs} times");
}

#[tokio::test]
#[ignore = "runs in a process of its own, with variables of another test"]
async fn alone_reads_many() {
    let store = open("kubernetes", Settings::default(), Path::new("/")).expect("a store");
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        asked.spawn(async move { fetch(&store, "a").await });
    }
    while let Some(answer) = asked.join_next().await {
        answer.expect("an answer").expect("a value");
    }
}

/// A pod has its account at a fixed place: here in a file system that only one process sees.
#[tokio::test]
async fn a_pod_uses_its_service_account() {
    let Some(cluster) = cluster() else { return };
    let own = ["unshare", "--mount", "--map-root-user"];
    let works = Command::new(own[0]).args(&own[1..]).arg("true").output();
    if !works.is_ok_and(|output| output.status.success()) {
        return skipped("pods", "this system gives no process its own file systems");
    }
    let namespace = cluster.namespace("pod").await;
    namespace.plant("a", "key", b"hunter2").await;
    let token = namespace.account("shop", &reading()).await;
    let place = namespace.place();
    let files = namespace.folder().join("account");
    fs::create_dir(&files).expect("a folder");
    fs::write(files.join("token"), token).expect("a file");
    fs::write(files.join("namespace"), &namespace.name).expect("a file");
    let authority = place["certificate-authority-data"].as_str().expect("an authority");
    let authority = from_base64(authority);
    fs::write(files.join("ca.crt"), authority).expect("a file");
    let server: http::Uri = place["server"].as_str().expect("an address").parse().expect("one");
    let script = "set -e
mount -t tmpfs tmpfs /run
account=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p $account
cp \"$FILES\"/* $account/
exec \"$@\"";
    let leading = [&own[..], &["sh", "-c", script, "sh"]].concat();
    let variables = [
        ("FILES", files.into_os_string()),
        ("HOME", OsString::from("/nonexistent")),
        ("KUBERNETES_SERVICE_HOST", server.host().expect("a host").into()),
        ("KUBERNETES_SERVICE_PORT", server.port().expect("a port").as_str().into()),
    ];
    run_alone(&leading, "kubernetes::login::alone_reads_many", variables);
}
