//! The contract of all stores, asked of both versions of the engine, and within a namespace.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use strongroom_stores::Store;

use super::vault::{Engine, unique, vault};
use crate::contract::{Soon, Subject, holds_for};

struct OpenBao {
    engine: Engine,
    has_versions: bool,
    /// The token of somebody who may read something else in the engine.
    stranger: String,
}

impl OpenBao {
    async fn new(kv: u8, engine: Engine) -> Self {
        let policy = r#"path "MOUNT/data/other" { capabilities = ["read"] }"#;
        Self { stranger: engine.token(policy, 600).await, engine, has_versions: kv == 2 }
    }
}

impl Subject for OpenBao {
    fn open(&self) -> Arc<dyn Store> {
        self.engine.admin()
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        let text = Value::from(std::str::from_utf8(value).expect("text"));
        Box::pin(async move { self.engine.plant(name, key.expect("a key"), &text).await })
    }

    fn open_denied(&self) -> Option<Arc<dyn Store>> {
        Some(self.engine.store(&self.stranger, &[]))
    }

    fn has_versions(&self) -> bool {
        self.has_versions
    }

    fn keeps_versions(&self) -> bool {
        self.has_versions
    }

    fn has_binary_values(&self) -> bool {
        false
    }

    /// Version 1 cannot tell that somebody else has written meanwhile.
    fn writes_at_once(&self) -> bool {
        self.has_versions
    }

    /// There are no pages: a folder is listed as a whole.
    fn secrets_of_two_pages(&self) -> usize {
        0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn version_2_holds_what_every_kind_of_store_must() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(2, None).await;
    holds_for(&OpenBao::new(2, engine).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_holds_it_too() {
    let Some(vault) = vault() else { return };
    let namespace = format!("strongroom-test-{}", unique());
    vault.ask(Method::POST, &format!("sys/namespaces/{namespace}"), Some(&json!({}))).await;
    let engine = vault.engine(2, Some(&namespace)).await;
    holds_for(&OpenBao::new(2, engine).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn version_1_holds_it_but_for_writing_at_once() {
    let Some(vault) = vault() else { return };
    let engine = vault.engine(1, None).await;
    holds_for(&OpenBao::new(1, engine).await).await;
}
