//! Watches: one for each name, so that a role can name the secrets, and without their values.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::ask::{Question, Stream, begin};
use super::forms::Event;
use super::refused::{self, Deed};
use super::{ONE_WITHOUT_VALUES, Shared, encoded, names, path};
use crate::failure::{Failure, FailureKind};
use crate::store::Item;

/// Says each time that a secret may have changed, until one of the watches fails.
pub(super) async fn watch(
    shared: &Arc<Shared>,
    items: &[Item],
    changed: &(dyn Fn() + Send + Sync),
) -> Failure {
    let mut names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // One word is enough, whatever changes while it is heard.
    let (tell, mut told) = mpsc::channel(1);
    let mut watches = JoinSet::new();
    for name in names {
        let (shared, name, tell) = (Arc::clone(shared), name.to_owned(), tell.clone());
        watches.spawn(async move { watch_one(&shared, &name, &tell).await });
    }
    loop {
        let word = poll_fn(|context| match told.poll_recv(context) {
            Poll::Ready(_) => Poll::Ready(Ok(())),
            Poll::Pending => match watches.poll_join_next(context) {
                Poll::Ready(Some(ended)) => Poll::Ready(Err(ended)),
                // Without names nothing is watched.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            },
        });
        match word.await {
            Ok(()) => changed(),
            Err(ended) => {
                return ended.unwrap_or_else(|_| Failure::unreachable("the watch failed"));
            }
        }
    }
}

async fn watch_one(shared: &Shared, name: &str, tell: &mpsc::Sender<()>) -> Failure {
    let mut watched = Watched { shared, name, seen: Seen::Nothing, tell };
    let mut rounds = 0;
    loop {
        let began = Instant::now();
        if let Err(failure) = watched.round().await {
            return failure;
        }
        // The API ends a watch after minutes; one that does so at once again and again is no watch.
        rounds = if began.elapsed() < SHORT { rounds + 1 } else { 0 };
        if rounds >= SHORT_ROUNDS {
            return Failure::unreachable("the API ends each watch at once");
        }
    }
}

/// What is known of a secret.
#[derive(PartialEq, Eq)]
enum Seen {
    /// It was not looked at yet.
    Nothing,
    /// There is none.
    Absent,
    /// It is there in this version.
    Version(String),
}

/// One secret that is watched.
struct Watched<'w> {
    shared: &'w Shared,
    name: &'w str,
    seen: Seen,
    tell: &'w mpsc::Sender<()>,
}

impl Watched<'_> {
    /// Looks at the secret, and follows it from there until the API ends the watch.
    async fn round(&mut self) -> Result<(), Failure> {
        let (current, from) = match timeout(PATIENCE, self.shared.version(self.name)).await {
            Ok(Ok(version)) => {
                let from = format!("&resourceVersion={}", encoded(&version));
                (Seen::Version(version), from)
            }
            // Without a version the API tells what there is first.
            Ok(Err(failure)) if failure.kind() == FailureKind::Absent => {
                (Seen::Absent, String::new())
            }
            Ok(Err(failure)) => return Err(failure),
            Err(_) => return Err(Failure::unreachable("no answer to the look before a watch")),
        };
        self.is(current);
        if !names::is_name(self.name) {
            // Nothing of this name will ever come.
            std::future::pending::<()>().await;
        }
        let namespace = self.shared.namespace().await?;
        let path = format!(
            "{}?watch=true&fieldSelector=metadata.name%3D{}&allowWatchBookmarks=true&timeoutSeconds={}{from}",
            path(&namespace),
            self.name,
            ROUND.as_secs()
        );
        let question = Question::get(path, ONE_WITHOUT_VALUES);
        let stream = match timeout(PATIENCE, begin(&self.shared.connections, &question)).await {
            Ok(stream) => stream?,
            Err(_) => return Err(Failure::unreachable("no answer to a watch")),
        };
        match stream.status {
            StatusCode::OK => self.follow(stream).await,
            StatusCode::GONE => Ok(()),
            _ => {
                let deed = Deed { verb: "watch", name: Some(self.name), namespace: &namespace };
                Err(refused::failure(deed, &stream.whole().await?))
            }
        }
    }

    /// Reads the lines of a watch; a connection that died without a word is not waited for.
    async fn follow(&mut self, mut stream: Stream) -> Result<(), Failure> {
        let mut buffer = Zeroizing::new(Vec::new());
        let end = Instant::now() + ROUND + PATIENCE;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            match timeout(left, stream.next(&mut buffer)).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) | Err(_) => return Ok(()),
                Ok(Err(failure)) => return Err(failure),
            }
            while let Some(length) = buffer.iter().position(|byte| *byte == b'\n') {
                let Ok(event) = serde_json::from_slice::<Event>(&buffer[..length]) else {
                    return Err(Failure::unreachable("something that is no watch was answered"));
                };
                if event.object.code == StatusCode::GONE.as_u16() || event.kind == "ERROR" {
                    return Ok(());
                }
                match event.kind.as_str() {
                    "ADDED" | "MODIFIED" => {
                        self.is(Seen::Version(event.object.metadata.resource_version));
                    }
                    "DELETED" => self.is(Seen::Absent),
                    _ => {}
                }
                buffer.drain(..=length);
            }
        }
        Ok(())
    }

    /// Takes note of a version, and tells if it is another one.
    fn is(&mut self, now: Seen) {
        let before = std::mem::replace(&mut self.seen, now);
        if before != Seen::Nothing && before != self.seen {
            // A word that nobody has heard yet says it as well.
            let _ = self.tell.try_send(());
        }
    }
}

/// How long one watch lasts; behind it the API and this side make sure of each other.
const ROUND: Duration = Duration::from_secs(290);
/// How long the API may take to begin an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// A watch that lasts less than this was none.
const SHORT: Duration = Duration::from_secs(1);
/// So many of them in a row are given up.
const SHORT_ROUNDS: usize = 3;
