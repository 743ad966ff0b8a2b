//! The contract of all stores, asked of secrets with one value and with several.

use std::sync::Arc;

use reqwest::Method;
use strongroom_stores::{FailureKind, Item, Store};

use super::project::{Project, emulator};
use crate::contract::{Soon, Subject, holds_for};

struct SecretManager {
    project: Project,
    has_keys: bool,
}

impl Subject for SecretManager {
    fn open(&self) -> Arc<dyn Store> {
        self.project.store(self.has_keys)
    }

    fn plant<'a>(&'a self, name: &'a str, key: Option<&'a str>, value: &'a [u8]) -> Soon<'a, ()> {
        Box::pin(async move {
            match key {
                Some(key) => {
                    let text = std::str::from_utf8(value).expect("text");
                    self.project.plant_key(name, key, text).await;
                }
                None => self.project.plant(name, value).await,
            }
        })
    }

    fn has_versions(&self) -> bool {
        true
    }

    fn keeps_versions(&self) -> bool {
        true
    }

    fn has_unicode_names(&self) -> bool {
        false
    }

    /// JSON is text.
    fn has_binary_values(&self) -> bool {
        !self.has_keys
    }

    /// An object without a value for its key is not empty.
    fn has_empty_values(&self) -> bool {
        self.has_keys
    }

    fn most_bytes(&self) -> usize {
        65_536
    }

    /// Of two who write keys of one secret at once, both are told, and one has to write again.
    fn writes_at_once(&self) -> bool {
        !self.has_keys
    }

    /// The emulator has no pages.
    fn secrets_of_two_pages(&self) -> usize {
        0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_of_one_value_hold_what_every_kind_of_store_must() {
    let Some(emulator) = emulator() else { return };
    let project = Project::new(emulator, "of-one-value");
    holds_for(&SecretManager { project, has_keys: false }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_of_several_keys_hold_it_but_for_writing_at_once() {
    let Some(emulator) = emulator() else { return };
    let project = Project::new(emulator, "of-several-keys");
    holds_for(&SecretManager { project, has_keys: true }).await;
}

#[tokio::test]
async fn disabled_and_destroyed_versions_are_told_and_what_is_removed_is_gone() {
    let Some(emulator) = emulator() else { return };
    let project = Project::new(emulator, "states");
    project.plant("app", b"hunter2-1").await;
    project.plant("app", b"hunter2-2").await;
    let store = project.store(false);
    for (version, verb, words) in [
        ("1", "disable", "`gcloud secrets versions enable 1 --secret app --project states`"),
        ("2", "destroy", "was destroyed, for good"),
    ] {
        let path = format!("projects/states/secrets/app/versions/{version}:{verb}");
        assert_eq!(project.emulator.ask(Method::POST, &path, None).await.0, 200);
        let item = Item { name: "app".to_owned(), version: Some(version.to_owned()) };
        let failure = store.fetch(&item).await.expect_err("no value");
        assert_eq!(failure.kind(), FailureKind::Absent, "{failure}");
        assert!(failure.detail().contains(words), "{failure}");
        assert_eq!(store.version(&item).await, Ok(None));
    }
    assert_eq!(store.remove("app", None).await, Ok(()));
    let failure = store.remove("app", None).await.expect_err("it is gone");
    assert_eq!(failure.to_string(), "absent: there is no secret `app` in project `states`");
    assert_eq!(store.list().await, Ok(Vec::new()));
}
