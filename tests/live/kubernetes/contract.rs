//! The contract of all stores, asked of a real API.

use std::sync::Arc;

use serde_json::json;
use strongroom_stores::Store;

use super::cluster::{Namespace, cluster};
use crate::contract::{Soon, Subject, holds_for};

struct Kubernetes {
    namespace: Namespace,
    stranger: String,
}

impl Subject for Kubernetes {
    fn open(&self) -> Arc<dyn Store> {
        self.namespace.store()
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        Box::pin(self.namespace.plant(name, key.expect("a key"), value))
    }

    fn open_denied(&self) -> Option<Arc<dyn Store>> {
        Some(self.namespace.store_of(&json!({ "token": self.stranger })))
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    fn most_bytes(&self) -> usize {
        1 << 20
    }

    fn secrets_of_two_pages(&self) -> usize {
        210
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_holds_what_every_kind_of_store_must() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("contract").await;
    let stranger = namespace.account("stranger", &json!([])).await;
    holds_for(&Kubernetes { namespace, stranger }).await;
}

#[tokio::test]
async fn lists_name_keys_and_leave_out_what_the_cluster_keeps_for_itself() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("list").await;
    namespace.plant("several", "user", b"hunter2").await;
    namespace.plant("several", "password", b"hunter2").await;
    for kind in ["helm.sh/release.v1", "example.com/own"] {
        let name = kind.replace('/', "-");
        let data = json!({ "release": "" });
        namespace.make(&json!({ "metadata": { "name": name }, "type": kind, "data": data })).await;
    }
    let listed = namespace.store().list().await.expect("a list");
    let told: Vec<(&str, Vec<&str>)> = listed
        .iter()
        .map(|one| (one.name.as_str(), one.keys.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(told, [("example.com-own", vec!["release"]), ("several", vec!["password", "user"])]);
}
