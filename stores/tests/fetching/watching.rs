//! A store that cannot tell of changes is asked for versions, and values are not fetched for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use strongroom_stores::{Item, Seen, Store, watch};
use tokio::time::timeout;

use crate::store::Far;

fn seen(name: &str, pinned: Option<&str>, version: Option<&str>) -> Seen {
    let item = Item { name: name.to_owned(), version: pinned.map(str::to_owned) };
    Seen { item, version: version.map(str::to_owned) }
}

/// Watches for a time; gives how often a change was told.
async fn told(far: &Arc<Far>, seen: Vec<Seen>, during: Duration) -> usize {
    let count = AtomicUsize::new(0);
    let store = Arc::clone(far) as Arc<dyn Store>;
    let changed = || {
        count.fetch_add(1, Ordering::SeqCst);
    };
    let _ = timeout(during, watch(store, seen, Duration::from_mins(1), &changed)).await;
    count.into_inner()
}

#[tokio::test(start_paused = true)]
async fn versions_that_stay_are_no_change_and_no_value_is_fetched() {
    let far = Far::new(1);
    *far.version.lock().expect("a lock") = Some("7".to_owned());
    let hour = Duration::from_hours(1);
    assert_eq!(told(&far, vec![seen("a", None, Some("7"))], hour).await, 0);
    assert_eq!(told(&far, vec![seen("a", None, Some("6"))], hour).await, 1);
    assert_eq!(far.requests().len(), 0, "values were fetched");
}

#[tokio::test(start_paused = true)]
async fn a_store_without_versions_is_a_change_each_time_and_a_fixed_version_never() {
    let far = Far::new(1);
    let hour = Duration::from_hours(1);
    let times = told(&far, vec![seen("a", None, None)], hour).await;
    assert!((60..=120).contains(&times), "with jitter, once in a minute at most twice: {times}");
    assert_eq!(told(&far, vec![seen("a", Some("3"), None)], hour).await, 0);
}
