//! A store far away: every request takes a while, and is noted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use strongroom_stores::{
    Answer, Content, Failure, Fetch, Fetched, Item, Keys, Listed, Opened, Reference, Store, Value,
};
use tokio::time::{Instant, sleep};

pub(crate) const FAR: Duration = Duration::from_millis(20);

/// What the store does with the next request; when there is nothing left, it answers.
pub(crate) enum Turn {
    Fail(Failure),
    Hang,
    Panic,
}

#[derive(Default)]
pub(crate) struct Far {
    batch: usize,
    pub(crate) keys: bool,
    turns: Mutex<VecDeque<Turn>>,
    /// Each request: when it came, and the names that it asked for.
    requests: Mutex<Vec<(Instant, Vec<String>)>>,
    at_once: Mutex<(usize, usize)>,
    pub(crate) version: Mutex<Option<String>>,
}

impl std::fmt::Debug for Far {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Far")
    }
}

impl Far {
    pub(crate) fn new(batch: usize) -> Arc<Self> {
        Arc::new(Self { batch, ..Self::default() })
    }

    pub(crate) fn with_keys() -> Arc<Self> {
        Arc::new(Self { batch: 1, keys: true, ..Self::default() })
    }

    pub(crate) fn then(self: &Arc<Self>, turns: impl IntoIterator<Item = Turn>) -> Arc<Self> {
        self.turns.lock().expect("a lock").extend(turns);
        Arc::clone(self)
    }

    pub(crate) fn requests(&self) -> Vec<(Instant, Vec<String>)> {
        self.requests.lock().expect("a lock").clone()
    }

    /// The most requests that were under way together.
    pub(crate) fn most_at_once(&self) -> usize {
        self.at_once.lock().expect("a lock").1
    }

    pub(crate) fn wants(self: &Arc<Self>, references: &[&str]) -> Vec<Fetch> {
        let store = Opened { name: "far".to_owned(), store: Arc::clone(self) as Arc<dyn Store> };
        let fetch = |text: &&str| Fetch {
            store: store.clone(),
            reference: Reference::parse(text).expect("a reference"),
        };
        references.iter().map(fetch).collect()
    }

    async fn answer(&self, items: &[Item]) -> Vec<Result<Fetched, Failure>> {
        let names = items.iter().map(|item| item.name.clone()).collect();
        self.requests.lock().expect("a lock").push((Instant::now(), names));
        {
            let mut at_once = self.at_once.lock().expect("a lock");
            at_once.0 += 1;
            at_once.1 = at_once.1.max(at_once.0);
        }
        let turn = self.turns.lock().expect("a lock").pop_front();
        let hangs = matches!(turn, Some(Turn::Hang));
        sleep(if hangs { Duration::from_hours(1) } else { FAR }).await;
        self.at_once.lock().expect("a lock").0 -= 1;
        let each = |item: &Item| match &turn {
            Some(Turn::Fail(failure)) => Err(failure.clone()),
            Some(Turn::Panic) => panic!("as the test wants it"),
            _ => Ok(self.fetched(item)),
        };
        items.iter().map(each).collect()
    }

    fn fetched(&self, item: &Item) -> Fetched {
        let value = |text: &str| Value::new(text.as_bytes().to_vec());
        let content = if self.keys {
            let key = |key: &str| (key.to_owned(), value(&format!("{}/{key}", item.name)));
            Content::Several(["a", "b", "c"].map(key).into())
        } else {
            Content::One(value(&item.name))
        };
        Fetched { content, version: self.version.lock().expect("a lock").clone() }
    }
}

impl Store for Far {
    fn keys(&self) -> Keys {
        if self.keys { Keys::Several } else { Keys::One }
    }

    fn fetch<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Fetched, Failure>> {
        Box::pin(async {
            let mut answers = self.answer(std::slice::from_ref(item)).await;
            answers.pop().expect("one answer")
        })
    }

    fn batch_size(&self) -> usize {
        self.batch
    }

    fn fetch_batch<'a>(&'a self, items: &'a [Item]) -> Answer<'a, Vec<Result<Fetched, Failure>>> {
        assert!(items.len() <= self.batch.max(1), "more than one request takes");
        Box::pin(self.answer(items))
    }

    fn version<'a>(&'a self, item: &'a Item) -> Answer<'a, Result<Option<String>, Failure>> {
        let _ = item;
        Box::pin(async { Ok(self.version.lock().expect("a lock").clone()) })
    }

    fn list(&self) -> Answer<'_, Result<Vec<Listed>, Failure>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn put<'a>(
        &'a self,
        _name: &'a str,
        _key: Option<&'a str>,
        _value: &'a [u8],
    ) -> Answer<'a, Result<Option<String>, Failure>> {
        Box::pin(async { Err(Failure::denied("nothing can be written here")) })
    }
}
