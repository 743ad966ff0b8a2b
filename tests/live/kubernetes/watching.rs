//! Watches of a real API: each change is told, with the rights of a role that names the secrets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use strongroom_stores::{FailureKind, Item, Store};
use tokio::time::{sleep, timeout};

use super::cluster::cluster;

/// A watch that counts.
struct Watch {
    told: Arc<AtomicUsize>,
    watching: tokio::task::JoinHandle<strongroom_stores::Failure>,
}

fn watch(store: Arc<dyn Store>, names: &[&str]) -> Watch {
    let items: Vec<Item> =
        names.iter().map(|name| Item { name: (*name).to_owned(), version: None }).collect();
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let watching = tokio::spawn(async move {
        let changed = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        store.watch(&items, &changed).expect("it tells by itself").await
    });
    Watch { told, watching }
}

impl Watch {
    /// Waits until so many changes were told, and makes sure that there are no more.
    async fn tells(&self, times: usize, what: &str) {
        let reached = async {
            while self.told.load(Ordering::SeqCst) < times {
                sleep(Duration::from_millis(10)).await;
            }
        };
        let count = || self.told.load(Ordering::SeqCst);
        assert!(timeout(Duration::from_secs(10), reached).await.is_ok(), "{what}: {}", count());
        sleep(Duration::from_millis(200)).await;
        assert_eq!(count(), times, "{what}");
    }
}

#[tokio::test]
async fn each_change_is_told_with_the_rights_to_two_names() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("watch").await;
    namespace.plant("there", "key", b"hunter2").await;
    let rules = json!([{
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": ["there", "coming"],
        "verbs": ["get", "watch"],
    }]);
    let token = namespace.account("shop", &rules).await;
    let watch =
        watch(namespace.store_of(&json!({ "token": token })), &["there", "coming", "there"]);
    // Long enough for both to have begun.
    sleep(Duration::from_secs(1)).await;
    watch.tells(0, "nothing has changed").await;
    namespace.plant("there", "key", b"hunter2-new").await;
    watch.tells(1, "a value has changed").await;
    namespace.plant("another", "key", b"hunter2").await;
    namespace.plant("there", "key", b"hunter2-new").await;
    watch.tells(1, "something else has changed").await;
    namespace.plant("coming", "key", b"hunter2").await;
    watch.tells(2, "a secret has come").await;
    namespace.delete("there").await;
    watch.tells(3, "a secret has gone").await;
    namespace.plant("there", "key", b"hunter2").await;
    watch.tells(4, "it is back").await;
    assert!(!watch.watching.is_finished());
    watch.watching.abort();
}

#[tokio::test]
async fn a_watch_without_its_right_says_which_is_missing() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("unwatched").await;
    namespace.plant("there", "key", b"hunter2").await;
    let rules = json!([{ "apiGroups": [""], "resources": ["secrets"], "verbs": ["get"] }]);
    let token = namespace.account("shop", &rules).await;
    let watch = watch(namespace.store_of(&json!({ "token": token })), &["there"]);
    let told = timeout(Duration::from_secs(10), watch.watching).await.expect("an end").expect("it");
    assert_eq!(told.kind(), FailureKind::Denied);
    assert!(
        told.detail().starts_with("the right to `watch` Secret `there` in namespace"),
        "{told}"
    );
}
