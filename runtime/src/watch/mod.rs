//! Secrets and settings that follow changes: of the vault's file, and of what stores keep.

mod files;
mod following;
mod hangup;
#[cfg(feature = "stores")]
mod remotes;

use std::sync::Arc;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use self::files::Files;
pub(crate) use self::following::Following;
use self::hangup::Hangup;
#[cfg(feature = "stores")]
use self::remotes::Remotes;
use crate::declared::Loadable;
use crate::loader::Loader;
use crate::observer::{Observer, Seen};
use crate::report::{LoadError, Obstacle, Report};
#[cfg(feature = "stores")]
use crate::stores::Pool;

/// Secrets that change: the last good ones are always there.
pub type Receiver<S> = watch::Receiver<Arc<S>>;

/// Loads, and then follows changes until the last receiver is gone.
///
/// Everything happens on one thread with a runtime of its own, and on one more for as long as a load takes: connections to
/// stores live on, whatever becomes of the caller's runtime.
pub(crate) async fn watch<S: Loadable>(loader: &Loader) -> Result<Receiver<S>, LoadError> {
    let (first, answer) = oneshot::channel();
    let loader = loader.clone();
    let unable = |error: std::io::Error| {
        Report::new(S::DECLARED, 0).stopped_by(Obstacle::CannotWatch(error.to_string()))
    };
    let work = move || match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(follow::<S>(loader, first)),
        Err(error) => drop(first.send(Err(unable(error)))),
    };
    thread::Builder::new().name("strongroom-watch".to_owned()).spawn(work).map_err(unable)?;
    match answer.await {
        Ok(receiver) => receiver,
        // The thread ended without a word: it panicked.
        Err(_) => Err(unable(std::io::ErrorKind::Interrupted.into())),
    }
}

async fn follow<S: Loadable>(
    mut loader: Loader,
    mut first: oneshot::Sender<Result<Receiver<S>, LoadError>>,
) {
    #[cfg(feature = "stores")]
    let observer = Observer::new(Pool::new(tokio::runtime::Handle::current()));
    #[cfg(not(feature = "stores"))]
    let observer = Observer::new();
    loader.observer = observer;
    let secrets = tokio::select! {
        // Nobody waits for it any more.
        () = first.closed() => return,
        result = loader.load_async() => result,
    };
    let secrets = match secrets {
        Ok(secrets) => secrets,
        Err(error) => return drop(first.send(Err(error))),
    };
    let (sender, receiver) = watch::channel(Arc::new(secrets));
    let seen = loader.observer.take();
    // It listens before anybody knows of it: a signal that comes then must not end the program.
    let watcher = Watcher::new(loader, sender, seen);
    if first.send(Ok(receiver)).is_ok() {
        watcher.run().await;
    }
}

/// What follows changes.
struct Watcher<S> {
    loader: Loader,
    sender: watch::Sender<Arc<S>>,
    /// Which values the receivers have.
    digest: u64,
    files: Files,
    #[cfg(feature = "stores")]
    remotes: Remotes,
    hangup: Hangup,
    /// The failure that was reported last: it is not reported again while nothing else happens.
    reported: Option<String>,
}

impl<S: Loadable> Watcher<S> {
    fn new(loader: Loader, sender: watch::Sender<Arc<S>>, seen: Seen) -> Self {
        let following = &loader.following;
        Self {
            files: Files::of(seen.files),
            hangup: Hangup::if_wanted(following.hangup),
            #[cfg(feature = "stores")]
            remotes: Remotes::follow(seen.remotes, following.every),
            digest: seen.digest,
            reported: None,
            loader,
            sender,
        }
    }

    /// Follows changes until the last receiver is gone.
    async fn run(mut self) {
        loop {
            #[cfg(feature = "stores")]
            let remotes = self.remotes.changed();
            #[cfg(not(feature = "stores"))]
            let remotes = std::future::pending::<()>();
            tokio::select! {
                () = self.sender.closed() => return,
                () = remotes => {}
                () = self.hangup.received() => {}
                // What stood in the way may go without a sign.
                () = sleep(self.loader.following.every), if self.reported.is_some() => {}
                () = self.files.changed(self.loader.following.every) => {
                    // A writer may write in several steps.
                    sleep(files::SETTLED).await;
                    if !self.files.differ() {
                        continue;
                    }
                }
            }
            tokio::select! {
                () = self.sender.closed() => return,
                result = self.loader.load_async() => self.take(result),
            }
        }
    }

    fn take(&mut self, result: Result<S, LoadError>) {
        let seen = self.loader.observer.take();
        let secrets = match result {
            Ok(secrets) => secrets,
            Err(error) => {
                let text = error.to_string();
                if self.reported.as_ref() != Some(&text) {
                    self.loader.following.report(&error, S::DECLARED.kind);
                    self.reported = Some(text);
                }
                return;
            }
        };
        let is_recovered = self.reported.take().is_some();
        #[cfg(feature = "stores")]
        self.remotes.follow_others(seen.remotes, self.loader.following.every);
        if seen.digest != self.digest {
            self.digest = seen.digest;
            self.sender.send_replace(Arc::new(secrets));
        }
        // Whoever is told finds the new ones there.
        if is_recovered {
            self.loader.following.report_recovery();
        }
    }
}
