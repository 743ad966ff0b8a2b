//! Fetching from stores, on a thread of its own: it needs no async runtime of the program, and may be called inside one.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::{io, thread};

use strongroom_stores::{
    Failure, FailureKind, Fetch, Got, Limits, OpenError, Opened, Reference, Settings,
    fetch as fetch_all, open,
};
use strongroom_vault::search::Allowed;
use strongroom_vault::{Plaintext, StoreEntry};
use tokio::runtime::{Builder, Handle};

use super::{Asker, Trusted};
use crate::report::StoreFailure;

/// Fetches values side by side, each store asked as few times as it allows; an answer for each, in order.
pub(crate) fn fetch(
    trusted: &[Trusted<'_>],
    asker: &Asker<'_>,
) -> Vec<Result<Plaintext, StoreFailure>> {
    let mut stores: HashMap<&str, Result<Opened, StoreFailure>> = HashMap::new();
    let mut fetches = Vec::with_capacity(trusted.len());
    // What cannot even be asked for has its answer already.
    let prepared = trusted.iter().map(|trusted| {
        let name = trusted.store.name();
        let store = stores.entry(name).or_insert_with(|| asker.open(trusted.store)).clone()?;
        let reference = Reference::parse(trusted.kept.reference)
            .map_err(|error| StoreFailure::Reference { detail: error.to_string() })?;
        fetches.push(Fetch { store, reference });
        Ok(())
    });
    let prepared: Vec<Result<(), StoreFailure>> = prepared.collect();
    let mut answers = asker.fetch_all(fetches).into_iter();
    let lost = || Err(StoreFailure::Unreachable { detail: "no answer".to_owned() });
    prepared
        .into_iter()
        .map(|prepared| prepared.and_then(|()| answers.next().unwrap_or_else(lost)))
        .collect()
}

impl Asker<'_> {
    /// Opens a store, if it may be.
    fn open(&self, entry: &StoreEntry<'_>) -> Result<Opened, StoreFailure> {
        let store = self.kept_open(entry).map_or_else(
            || {
                let settings = Settings::of(entry).within(self.vault);
                open(entry.kind(), settings, self.base).map_err(not_open)
            },
            |opened| Ok(opened.store),
        )?;
        let lines = store.runs();
        if self.is_keyless && (store.opens_with_kept_keys() || !lines.is_empty()) {
            return Err(StoreFailure::Keyless);
        }
        // Each time: what was allowed may be forbidden while a program follows changes.
        if !lines.is_empty() {
            let lines = Allowed::to_run(entry.name(), &lines);
            if !self.folder.is_some_and(|folder| folder.is_allowed(self.vault, &lines)) {
                return Err(StoreFailure::NotAllowed);
            }
        }
        let opened = Opened { name: entry.name().to_owned(), store };
        #[cfg(feature = "watch")]
        if let Some(pool) = self.observer.pool() {
            pool.keep(entry, &opened);
        }
        Ok(opened)
    }

    /// The store, where a watcher keeps it open.
    #[cfg(feature = "watch")]
    fn kept_open(&self, entry: &StoreEntry<'_>) -> Option<Opened> {
        self.observer.pool()?.get(entry)
    }

    /// A program that watches nothing keeps none open.
    #[cfg(not(feature = "watch"))]
    #[expect(clippy::unused_self, reason = "a program that watches something asks its observer")]
    fn kept_open(&self, _entry: &StoreEntry<'_>) -> Option<Opened> {
        None
    }

    /// An answer for each, in order.
    fn fetch_all(&self, fetches: Vec<Fetch>) -> Vec<Result<Plaintext, StoreFailure>> {
        if fetches.is_empty() {
            return Vec::new();
        }
        // A store that may take long by its own settings gets the time to say how it ended.
        let patience = fetches.iter().map(|fetch| fetch.store.store.patience()).max();
        let default = Limits::default();
        let deadline = self.deadline.unwrap_or(default.deadline.max(patience.unwrap_or_default()));
        let limits = Limits { deadline, ..default };
        let (given_up, many) = (self.given_up.clone(), fetches.len());
        #[cfg(feature = "watch")]
        let remotes = self.observer.pool().map(|_| fetches.clone());
        let fetching = async move { until(fetch_all(&fetches, &limits), given_up.wait()).await };
        #[cfg(feature = "tracing")]
        let fetching = tracing::Instrument::in_current_span(fetching);
        match run(fetching, self.observer.runtime()) {
            Ok(Some(answers)) => {
                #[cfg(feature = "watch")]
                for (fetch, answer) in remotes.into_iter().flatten().zip(&answers) {
                    self.observer.asked(remote(fetch, answer));
                }
                answers.into_iter().map(plain).collect()
            }
            Ok(None) => {
                let detail = "nobody waits for it any more".to_owned();
                vec![Err(StoreFailure::Unreachable { detail }); many]
            }
            Err(error) => {
                let detail = format!("cannot start a thread to ask it: {error}");
                vec![Err(StoreFailure::Unreachable { detail }); many]
            }
        }
    }
}

/// Runs a future to its end: on a runtime that stays, or on one of its own.
pub(super) fn run<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
    on: Option<Handle>,
) -> io::Result<T> {
    if let Some(runtime) = on {
        let (done, ended) = mpsc::sync_channel(1);
        runtime.spawn(async move { done.send(future.await) });
        return ended.recv().map_err(|_| io::ErrorKind::Interrupted.into());
    }
    let work = move || {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(future))
    };
    let thread = thread::Builder::new().name("strongroom-fetch".to_owned()).spawn(work)?;
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A future's output, unless another ends first.
pub(super) async fn until<T>(
    future: impl Future<Output = T>,
    end: impl Future<Output = ()>,
) -> Option<T> {
    let (mut future, mut end) = (pin!(future), pin!(end));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// What a watcher is told of a secret.
#[cfg(feature = "watch")]
fn remote(fetch: Fetch, answer: &Result<Got, Failure>) -> super::Remote {
    let item = fetch.reference.item(fetch.store.store.keys());
    let version = answer.as_ref().ok().and_then(|got| got.version.clone());
    super::Remote { store: fetch.store, seen: strongroom_stores::Seen { item, version } }
}

/// A fetched value as the loader has them; what held it is wiped.
fn plain(answer: Result<Got, Failure>) -> Result<Plaintext, StoreFailure> {
    let mut got = answer.map_err(|failure| not_fetched(&failure))?;
    Ok(Plaintext::from(std::mem::take(&mut *got.value)))
}

fn not_open(error: OpenError) -> StoreFailure {
    match error {
        OpenError::UnknownKind { kind } => StoreFailure::UnknownKind { kind },
        OpenError::NotBuilt { kind, feature } => StoreFailure::NotBuilt { kind, feature },
        error => StoreFailure::Settings { detail: error.to_string() },
    }
}

fn not_fetched(failure: &Failure) -> StoreFailure {
    let detail = match failure.request_id() {
        Some(id) => format!("{} (request {id})", failure.detail()),
        None => failure.detail().to_owned(),
    };
    match failure.kind() {
        FailureKind::Denied => StoreFailure::Denied { detail },
        FailureKind::Absent => StoreFailure::Absent { detail },
        FailureKind::Throttled => StoreFailure::Throttled { detail },
        FailureKind::Invalid => StoreFailure::Invalid { detail },
        _ => StoreFailure::Unreachable { detail },
    }
}
