//! Follows the files that everything is read from: they may be written, renamed, or swapped by a link to a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::app::App;
use crate::looks::Look;

/// Where somebody says that everything is to be read again, and hears that it was.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    again: Arc<Notify>,
    done: watch::Sender<u64>,
}

/// Somebody who says so.
#[derive(Debug, Clone)]
pub(crate) struct Asks {
    again: Arc<Notify>,
    done: watch::Receiver<u64>,
}

impl Asked {
    pub(crate) fn asks(&self) -> Asks {
        Asks { again: Arc::clone(&self.again), done: self.done.subscribe() }
    }
}

impl Asks {
    /// Returns once everything was read.
    pub(crate) async fn ask(&mut self) {
        self.done.mark_unchanged();
        self.again.notify_one();
        // An error means that the server ended.
        let _ = self.done.changed().await;
    }
}

/// Reads everything again when a file has changed, or when somebody says so; never ends.
pub(crate) async fn follow(app: Arc<App>, asked: Asked) {
    let told = Arc::new(Notify::new());
    let mut files = Files::of(app.state.source().files(), &told);
    if files.seen.iter().any(|look| look.is_within(FRESH)) {
        // What was written since everything was read is not told any more.
        files.look_again(&told);
    }
    loop {
        let is_asked = tokio::select! {
            () = told.notified() => false,
            () = asked.again.notified() => true,
            () = sleep(EVERY) => false,
        };
        // A writer may write in several steps.
        sleep(SETTLED).await;
        if let Some(tls) = app.tls.clone() {
            let _ = tokio::task::spawn_blocking(move || tls.read_again()).await;
        }
        if !files.differ() && !is_asked && !app.state.is_incomplete() {
            continue;
        }
        let reading = Arc::clone(&app);
        let read = tokio::task::spawn_blocking(move || reading.state.read_again()).await;
        if read.is_err() {
            tracing::error!("reading again failed in an unexpected way");
        }
        if is_asked {
            asked.done.send_modify(|times| *times += 1);
        }
        let others = app.state.source().files();
        if others != files.paths {
            files = Files::of(others, &told);
            // Nobody looked at these while they were read: they may have been written to meanwhile.
            files.look_again(&told);
        }
    }
}

/// The files that everything is read from.
struct Files {
    paths: Vec<PathBuf>,
    seen: Vec<Look>,
    /// Tells as long as it lives. Where the system has none to give, the files are looked at from time to time.
    _watcher: Option<RecommendedWatcher>,
}

impl Files {
    fn of(paths: Vec<PathBuf>, told: &Arc<Notify>) -> Self {
        let watcher = watcher(&paths, told);
        Self { seen: looks(&paths), paths, _watcher: watcher }
    }

    /// Whether one of them looks otherwise than the last time.
    fn differ(&mut self) -> bool {
        let before = std::mem::replace(&mut self.seen, looks(&self.paths));
        before != self.seen
    }

    /// Takes the next look for a change, and has it happen soon.
    fn look_again(&mut self, told: &Notify) {
        self.seen.clear();
        told.notify_one();
    }
}

fn looks(paths: &[PathBuf]) -> Vec<Look> {
    paths.iter().map(|path| Look::at(path)).collect()
}

/// Watches the folders of files, and those of the files to which links there lead.
fn watcher(files: &[PathBuf], told: &Arc<Notify>) -> Option<RecommendedWatcher> {
    let told = Arc::clone(told);
    let tell = move |event: notify::Result<Event>| {
        if !event.is_ok_and(|event| is_reading(event.kind)) {
            told.notify_one();
        }
    };
    let mut watcher = notify::recommended_watcher(tell).ok()?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in files {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        folders.push(folder.unwrap_or(Path::new(".")).to_owned());
        if let Ok(real) = fs::canonicalize(file) {
            folders.extend(real.parent().map(Path::to_owned));
        }
    }
    folders.sort();
    folders.dedup();
    for folder in folders {
        // Less is told without it.
        let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

/// Whether somebody only read: whoever is told of a change reads too, and would be told of that.
fn is_reading(event: EventKind) -> bool {
    matches!(event, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// How long a file is left alone after the first sign of a change.
const SETTLED: Duration = Duration::from_millis(50);

/// How long after it was written a file may have been read too early at the start.
const FRESH: Duration = Duration::from_secs(15);

/// How often files are looked at where nothing is told; and how often something that cannot be read is tried again.
const EVERY: Duration = Duration::from_secs(2);
