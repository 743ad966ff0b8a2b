//! The example service in a cluster: what its manifest allows is enough and no more, and a new value counts without a restart.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use http::Request;
use kube::Error;
use serde_json::json;
use strongroom_stores::{FailureKind, Item};

use crate::built::built;
use crate::kubernetes::cluster::{Namespace, cluster, failure, fetch};

#[path = "../service/server.rs"]
#[expect(dead_code, reason = "the tests of the example ask for more")]
mod running;

use self::running::{Running, Server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_loads_what_its_role_lets_it_read_and_follows_it() {
    let Some(cluster) = cluster() else { return };
    let program = built_for_production();
    let namespace = cluster.namespace("service").await;
    namespace
        .plant("service-webhook", "current", b"MARKER-webhook-key-0123456789-0123456789")
        .await;
    namespace
        .plant("service-webhook", "previous", b"MARKER-webhook-key-9876543210-9876543210")
        .await;
    namespace.plant("service-operator", "token", b"MARKER-1").await;
    namespace.plant("another", "token", b"MARKER-another").await;
    apply(&namespace, 1).await;
    let who = json!({ "token": namespace.token("service").await });
    let server = || {
        Server::of(&program)
            .with("KUBECONFIG", namespace.kubeconfig(&namespace.place(), &who))
            .with("STRONGROOM_VAULT", example().join("strongroom.toml"))
            .with("STRONGROOM_KEY_FILE", example().join("demo.key"))
    };

    // A pod without its role says all that it cannot have, and does not start.
    let said = server().refuses();
    for part in [
        "cannot load `Secrets` for `production` (what the build checked): 3 of 3 secrets",
        "`webhook_key` is at `service-webhook/current` in the store `cluster`: denied: ",
        "`operator_token` is at `service-operator/token` in the store `cluster`: denied: ",
        &namespace.name,
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }

    apply(&namespace, usize::MAX).await;
    until("the role counts", async || {
        fetch(&namespace.store_of(&who), "service-operator").await.is_ok()
    })
    .await;
    let store = namespace.store_of(&who);
    assert_eq!(failure(&store, "another").await.kind(), FailureKind::Denied);
    assert_eq!(store.list().await.expect_err("a list").kind(), FailureKind::Denied);
    let items = ["service-operator", "service-webhook"]
        .map(|name| Item { name: name.to_owned(), version: None });
    let watching = store.watch(&items, &|| ()).expect("a cluster can tell");
    let refused = tokio::time::timeout(Duration::from_secs(3), watching).await;
    assert!(refused.is_err(), "it may not watch: {refused:?}");

    let mut service = server().start();
    assert_eq!((deliveries(&service, 1), deliveries(&service, 2)), (200, 401));
    namespace.plant("service-operator", "token", b"MARKER-2").await;
    service.waits_for("new secrets");
    assert_eq!((deliveries(&service, 1), deliveries(&service, 2)), (401, 200));

    // What cannot be loaded leaves the last good ones.
    namespace.plant("service-webhook", "current", b"MARKER-short").await;
    service.waits_for("strongroom: the secrets stay as they were: ");
    assert_eq!(deliveries(&service, 2), 200);
    namespace.delete("service-operator").await;
    service.waits_for("strongroom: the secrets stay as they were: ");
    assert_eq!(deliveries(&service, 2), 200);
    service.terminate();
    assert!(service.ends().success());
}

/// What an operator is told who shows the token with this number.
fn deliveries(service: &Running, token: u8) -> u16 {
    let shown = format!("authorization: Bearer MARKER-{token}");
    service.ask("GET /deliveries HTTP/1.1", &[&shown], b"").0
}

/// The service as `STRONGROOM_ENV=production cargo build` makes it: nobody is asked anything.
fn built_for_production() -> PathBuf {
    built("service", "service", "kubernetes", &example(), &[("STRONGROOM_ENV", "production")])
}

/// Makes the first objects of the manifest, those that are not there yet, in the namespace of the test.
async fn apply(namespace: &Namespace, first: usize) {
    let manifest = std::fs::read_to_string(example().join("kubernetes.yaml")).expect("it");
    let manifest = manifest.replace("namespace: shop", &format!("namespace: {}", namespace.name));
    for object in manifest.split("\n---\n").take(first) {
        let of = |kind: &str| object.contains(&format!("\nkind: {kind}\n"));
        let path = match () {
            () if of("ServiceAccount") => "api/v1/namespaces/NAMESPACE/serviceaccounts",
            () if of("Role") => "apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles",
            () if of("RoleBinding") => {
                "apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/rolebindings"
            }
            () if of("Deployment") => "apis/apps/v1/namespaces/NAMESPACE/deployments",
            () => panic!("another kind of object:\n{object}"),
        };
        let path = format!("/{path}?fieldValidation=Strict").replace("NAMESPACE", &namespace.name);
        let request = Request::post(path).header("content-type", "application/yaml");
        let request = request.body(object.as_bytes().to_vec()).expect("a request");
        match namespace.admin.request_text(request).await {
            Ok(_) => {}
            Err(Error::Api(status)) if status.code == 409 => {}
            Err(error) => panic!("{error}:\n{object}"),
        }
    }
}

/// Waits until something is so.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/service")
}
