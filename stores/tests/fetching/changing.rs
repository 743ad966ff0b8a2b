//! Changing many things: side by side, one secret's keys one after the other, again where it may pass, and when it ends.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use strongroom_stores::{
    Answer, Change, Changed, Failure, FailureKind, Fetched, Item, Keys, Listed, Store, Value,
    change,
};
use tokio::time::{Instant, sleep};

use crate::store::FAR;

/// A store that takes a while for each change, and does with some what the test says.
#[derive(Debug, Default)]
struct Shelf {
    /// What becomes of a name, one try after the other; then it is done.
    turns: Mutex<HashMap<&'static str, VecDeque<Turn>>>,
    /// Each try: the place, and the value or none.
    tries: Mutex<Vec<(String, Option<String>)>>,
    busy: Mutex<Vec<String>>,
    most: Mutex<usize>,
    stop: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
enum Turn {
    Fail(Failure),
    Hang,
    Panic,
    /// Somebody says stop while it is under way.
    Stop,
}

impl Shelf {
    fn with(turns: impl IntoIterator<Item = (&'static str, Vec<Turn>)>) -> Arc<Self> {
        let turns = turns.into_iter().map(|(name, turns)| (name, turns.into()));
        Arc::new(Self { turns: Mutex::new(turns.collect()), ..Self::default() })
    }

    async fn take(
        &self,
        name: &str,
        key: Option<&str>,
        value: Option<&[u8]>,
    ) -> Result<(), Failure> {
        let place = key.map_or_else(|| name.to_owned(), |key| format!("{name}/{key}"));
        let value = value.map(|value| String::from_utf8(value.to_vec()).expect("text"));
        self.tries.lock().expect("a lock").push((place, value));
        {
            let mut busy = self.busy.lock().expect("a lock");
            assert!(!busy.iter().any(|other| other == name), "{name} is being changed");
            busy.push(name.to_owned());
            let mut most = self.most.lock().expect("a lock");
            *most = (*most).max(busy.len());
        }
        // Also of a change that nobody waits for any longer.
        let leaving = Leaving(self, name);
        let turn = self.turns.lock().expect("a lock").get_mut(name).and_then(VecDeque::pop_front);
        sleep(if matches!(turn, Some(Turn::Hang)) { Duration::from_hours(1) } else { FAR }).await;
        drop(leaving);
        match turn {
            Some(Turn::Fail(failure)) => Err(failure),
            Some(Turn::Panic) => panic!("as the test wants it"),
            Some(Turn::Stop) => {
                self.stop.store(true, Ordering::SeqCst);
                Ok(())
            }
            Some(Turn::Hang) | None => Ok(()),
        }
    }

    fn tried(&self) -> Vec<String> {
        self.tries.lock().expect("a lock").iter().map(|(place, _)| place.clone()).collect()
    }
}

/// A change that is under way.
struct Leaving<'a>(&'a Shelf, &'a str);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.busy.lock().expect("a lock").retain(|other| other != self.1);
    }
}

impl Store for Shelf {
    fn keys(&self) -> Keys {
        Keys::Several
    }

    fn fetch<'a>(&'a self, _item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async { Err(Failure::denied("nothing is read here")) })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn put<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
        value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async move { self.take(name, key, Some(value)).await.map(|()| None) })
    }

    fn remove<'a>(
        &'a self,
        name: &'a str,
        key: Option<&'a str>,
    ) -> Answer<'a, Result<(), Failure>> {
        Box::pin(self.take(name, key, None))
    }
}

/// Writes a value at each place, `name` or `name/key`, at most so many at once.
async fn written(shelf: &Arc<Shelf>, places: &[&str], at_once: usize) -> Vec<Changed> {
    let written = |place: &&str| {
        let (name, key) = place.split_once('/').map_or((*place, None), |(a, b)| (a, Some(b)));
        let value = Some(Value::new(format!("hunter2-{place}").into_bytes()));
        Change { name: name.to_owned(), key: key.map(str::to_owned), value }
    };
    let changes: Vec<Change> = places.iter().map(written).collect();
    assert!(!format!("{changes:?}").contains("hunter2"), "a value is shown");
    let (store, mut told) = (Arc::clone(shelf) as Arc<dyn Store>, 0);
    let outcomes = change(&store, changes, at_once, &shelf.stop, |_| told += 1).await;
    let tried = outcomes.iter().filter(|outcome| **outcome != Changed::Untried).count();
    assert_eq!(told, tried, "each that was tried is told");
    outcomes
}

fn failed(outcome: &Changed) -> FailureKind {
    let Changed::Failed(failure) = outcome else { panic!("{outcome:?}") };
    failure.kind()
}

#[tokio::test(start_paused = true)]
async fn as_many_at_once_as_allowed_and_keys_of_one_secret_in_order() {
    let shelf = Shelf::with([]);
    let names: Vec<String> = (0..40).map(|number| format!("n{number}")).collect();
    let mut places: Vec<&str> = names.iter().map(String::as_str).collect();
    places.splice(1..1, ["db/a", "db/b", "db/c"]);
    let started = Instant::now();
    let outcomes = written(&shelf, &places, 16).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Changed::Done));
    assert_eq!(*shelf.most.lock().expect("a lock"), 16);
    assert_eq!(started.elapsed(), FAR * 3);
    let keys: Vec<String> =
        shelf.tried().into_iter().filter(|place| place.starts_with("db/")).collect();
    assert_eq!(keys, ["db/a", "db/b", "db/c"]);
    assert_eq!(shelf.tries.lock().expect("a lock")[0].1.as_deref(), Some("hunter2-n0"));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_keeps_no_other_from_being_made() {
    let shelf = Shelf::with([
        ("a", vec![Turn::Fail(Failure::denied("no right"))]),
        ("b", vec![Turn::Fail(Failure::invalid("too long"))]),
        ("db", vec![Turn::Fail(Failure::invalid("too long"))]),
        ("c", vec![Turn::Panic]),
    ]);
    let outcomes = written(&shelf, &["a", "b", "db/x", "db/y", "c", "d"], 1).await;
    assert_eq!(failed(&outcomes[0]), FailureKind::Denied);
    assert_eq!(failed(&outcomes[1]), FailureKind::Invalid);
    assert_eq!(failed(&outcomes[2]), FailureKind::Invalid);
    assert_eq!(outcomes[3], Changed::Done);
    assert_eq!(failed(&outcomes[4]), FailureKind::Unreachable);
    assert_eq!(outcomes[5], Changed::Done);
    assert_eq!(shelf.tried(), ["a", "b", "db/x", "db/y", "c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    let conflict = || Turn::Fail(Failure::new(FailureKind::Conflict, "somebody else"));
    let shelf = Shelf::with([
        ("a", vec![conflict(), conflict(), conflict(), conflict()]),
        ("b", vec![Turn::Fail(Failure::unreachable("away")), Turn::Hang]),
        ("c", vec![Turn::Fail(Failure::throttled("later", Some(Duration::from_secs(3))))]),
        ("d", (0..9).map(|_| conflict()).collect()),
    ]);
    let outcomes = written(&shelf, &["a", "b", "c", "d"], 4).await;
    assert_eq!(outcomes[..3], [Changed::Done, Changed::Done, Changed::Done]);
    assert_eq!(failed(&outcomes[3]), FailureKind::Conflict);
    let times = |name| shelf.tried().iter().filter(|tried| *tried == name).count();
    assert_eq!((times("a"), times("b"), times("c"), times("d")), (5, 3, 2, 5));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_asked_for_nothing_more() {
    for failure in [
        Failure::unreachable("no folder").lasting(),
        Failure::throttled("later", Some(Duration::from_hours(1))),
    ] {
        let shelf = Shelf::with([("b", vec![Turn::Fail(failure)])]);
        let outcomes = written(&shelf, &["a", "b", "c", "d"], 1).await;
        assert_eq!(outcomes[0], Changed::Done);
        assert!(matches!(outcomes[1], Changed::Failed(_)));
        assert_eq!(outcomes[2..], [Changed::Untried, Changed::Untried]);
        assert_eq!(shelf.tried(), ["a", "b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn who_says_stop_gets_what_was_begun_and_nothing_more() {
    let shelf = Shelf::with([("b", vec![Turn::Stop])]);
    let outcomes = written(&shelf, &["a", "b", "c/x", "c/y", "d"], 2).await;
    // What was under way beside it was finished.
    assert_eq!(outcomes[..2], [Changed::Done, Changed::Done]);
    assert_eq!(outcomes[3..], [Changed::Untried, Changed::Untried]);
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_is_given_no_value() {
    let shelf = Shelf::with([]);
    let store = Arc::clone(&shelf) as Arc<dyn Store>;
    let removed = Change { name: "a".to_owned(), key: Some("b".to_owned()), value: None };
    assert_eq!(change(&store, vec![removed], 16, &shelf.stop, |_| ()).await, [Changed::Done]);
    assert_eq!(*shelf.tries.lock().expect("a lock"), [("a/b".to_owned(), None)]);
}
