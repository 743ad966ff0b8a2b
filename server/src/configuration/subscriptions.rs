//! Subscriptions to settings, whatever the protocol: each is told what has changed of what it asked for, until it is ended.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::{ConfigurationError, get};
use crate::app::App;

/// Every subscription that is open.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    by_id: HashMap<String, Ends>,
    /// The server ends.
    is_closed: bool,
}

#[derive(Debug)]
struct Ends {
    store: String,
    end: oneshot::Sender<Next>,
}

/// One subscription. It is no more when this is dropped.
#[derive(Debug)]
pub(crate) struct Subscription {
    id: String,
    store: String,
    keys: Vec<String>,
    /// What the subscriber knows.
    known: BTreeMap<String, String>,
    changes: watch::Receiver<u64>,
    ended: oneshot::Receiver<Next>,
    /// What ends last may not be held up by a subscriber.
    app: Weak<App>,
}

/// What comes next for a subscriber.
#[derive(Debug)]
pub(crate) enum Next {
    /// These have another value; an empty one where there is none any more.
    Changed(BTreeMap<String, String>),
    /// Somebody ended it.
    Unsubscribed,
    /// The server ends.
    Ending,
}

/// Why there is no subscription.
#[derive(Debug)]
pub(crate) enum SubscribeError {
    /// There is nothing to subscribe to.
    Configuration(ConfigurationError),
    /// There are as many as there may be.
    TooMany {
        /// The store.
        store: String,
        /// What was asked for.
        keys: Vec<String>,
    },
    /// The server ends.
    Ending {
        /// The store.
        store: String,
        /// What was asked for.
        keys: Vec<String>,
    },
}

/// Subscribes to some settings, or to all where none is named.
pub(crate) fn subscribe(
    app: &Arc<App>,
    store: String,
    keys: Vec<String>,
) -> Result<Subscription, SubscribeError> {
    // A change from now on is one that the subscriber is told of.
    let mut changes = app.state.changes();
    changes.mark_unchanged();
    let known = get(&app.state.now(), &store, &keys).map_err(SubscribeError::Configuration)?;
    let id = Uuid::new_v4().to_string();
    let (end, ended) = oneshot::channel();
    let mut open = app.subscriptions.open();
    if open.is_closed {
        return Err(SubscribeError::Ending { store, keys });
    }
    if open.by_id.len() >= MOST {
        return Err(SubscribeError::TooMany { store, keys });
    }
    open.by_id.insert(id.clone(), Ends { store: store.clone(), end });
    drop(open);
    Ok(Subscription { id, store, keys, known, changes, ended, app: Arc::downgrade(app) })
}

/// What is said of a subscription that there is not.
pub(crate) fn not_subscribed(id: &str) -> String {
    format!("failed to unsubscribe to configuration request {id}: there is no such subscription")
}

impl Subscriptions {
    /// Ends one; says whether there was one.
    pub(crate) fn end(&self, store: &str, id: &str) -> bool {
        let mut open = self.open();
        if open.by_id.get(id).is_none_or(|ends| ends.store != store) {
            return false;
        }
        let ended = open.by_id.remove(id);
        ended.is_some_and(|ends| ends.end.send(Next::Unsubscribed).is_ok())
    }

    /// Ends all, and takes no more.
    pub(crate) fn close(&self) {
        let mut open = self.open();
        open.is_closed = true;
        for (_, ends) in open.by_id.drain() {
            // Its subscriber went away just now.
            let _ = ends.end.send(Next::Ending);
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Its name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Waits for its end, however far its subscriber has come.
    pub(crate) async fn ended(&mut self) {
        let _ = (&mut self.ended).await;
    }

    /// Waits for what comes next.
    pub(crate) async fn next(&mut self) -> Next {
        loop {
            tokio::select! {
                ended = &mut self.ended => return ended.unwrap_or(Next::Ending),
                changed = self.changes.changed() => if changed.is_err() {
                    return Next::Ending;
                },
            }
            let Some(app) = self.app.upgrade() else { return Next::Ending };
            let Ok(now) = get(&app.state.now(), &self.store, &self.keys) else { continue };
            let changed = changed(&self.known, &now);
            self.known = now;
            if !changed.is_empty() {
                return Next::Changed(changed);
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(app) = self.app.upgrade() {
            app.subscriptions.open().by_id.remove(&self.id);
        }
    }
}

fn changed(
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let gone = before.keys().filter(|key| !now.contains_key(*key));
    let gone = gone.map(|key| (key.clone(), String::new()));
    let new = now.iter().filter(|(key, value)| before.get(*key) != Some(value));
    gone.chain(new.map(|(key, value)| (key.clone(), value.clone()))).collect()
}

impl SubscribeError {
    /// The word for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Configuration(why) => why.code(),
            Self::TooMany { .. } | Self::Ending { .. } => "ERR_CONFIGURATION_SUBSCRIBE",
        }
    }
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (store, keys, why) = match self {
            Self::Configuration(why) => return why.fmt(f),
            Self::TooMany { store, keys } => {
                (store, keys, format!("there are {MOST} subscriptions already"))
            }
            Self::Ending { store, keys } => (store, keys, "the server ends".to_owned()),
        };
        let keys = keys.join(" ");
        write!(f, "failed to subscribe [{keys}] from Configuration store {store}: {why}")
    }
}

/// How many subscriptions there may be at a time.
const MOST: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_an_empty_value_and_what_stays_is_not_told() {
        let settings = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let before = settings(&[("gone", "1"), ("other", "2"), ("same", "3")]);
        let now = settings(&[("new", "4"), ("other", "5"), ("same", "3")]);
        let expected = settings(&[("gone", ""), ("new", "4"), ("other", "5")]);
        assert_eq!(changed(&before, &now), expected);
        assert!(changed(&now, &now).is_empty());
    }
}
