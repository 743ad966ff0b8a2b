//! The vault's file and the one of one's own values: whether they say something else than before.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use strongroom_vault::VaultFile;
use strongroom_vault::search::mine_path;
use tokio::sync::Notify;
use tokio::time::sleep;

/// Looks after two files.
pub(super) struct Files {
    /// The vault and the file of one's own values with what they said; none for a program that carries its secrets.
    said: Vec<(PathBuf, Option<String>)>,
    told: Arc<Notify>,
    /// Tells as long as it lives. Where the system has none to give, the files are looked at from time to time.
    _watcher: Option<RecommendedWatcher>,
}

impl Files {
    /// Looks after the vault that a load read, and the file of one's own values beside it.
    pub(super) fn of(read: Vec<(PathBuf, String)>) -> Self {
        let told = Arc::new(Notify::new());
        let watcher = read.first().and_then(|(vault, _)| watcher(vault, Arc::clone(&told)));
        let mine = read.first().map(|(vault, _)| mine_path(vault));
        let mut said: Vec<_> = read.into_iter().map(|(path, text)| (path, Some(text))).collect();
        if let Some(mine) = mine.filter(|mine| said.iter().all(|(path, _)| path != mine)) {
            said.push((mine, None));
        }
        // What was written between the load and this moment.
        told.notify_one();
        Self { said, told, _watcher: watcher }
    }

    /// Ends when something happened in their folder, and at the latest after a while.
    pub(super) async fn changed(&self, every: Duration) {
        if self.said.is_empty() {
            return std::future::pending().await;
        }
        tokio::select! {
            () = self.told.notified() => {}
            () = sleep(every) => {}
        }
    }

    /// Whether they say something else than before.
    pub(super) fn differ(&mut self) -> bool {
        let mut differ = false;
        for (path, said) in &mut self.said {
            let says = VaultFile::read(path).ok().map(|file| file.text().to_owned());
            differ |= *said != says;
            *said = says;
        }
        differ
    }
}

/// Watches the folder of a vault, and that of the file to which a link there leads. A file that is renamed into its place
/// or reached through a link to a folder that is swapped, as Kubernetes does it, is an event in its folder.
fn watcher(vault: &Path, told: Arc<Notify>) -> Option<RecommendedWatcher> {
    let tell = move |event: notify::Result<Event>| {
        if !event.is_ok_and(|event| is_reading(event.kind)) {
            told.notify_one();
        }
    };
    let mut watcher = notify::recommended_watcher(tell).ok()?;
    let folder = vault.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    let file = fs::canonicalize(vault).ok();
    if let Some(beyond) = file.as_deref().and_then(Path::parent)
        && fs::canonicalize(folder).ok().as_deref() != Some(beyond)
    {
        // Less is told without it, and the folder itself is watched.
        let _ = watcher.watch(beyond, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

/// Whether somebody only read: whoever is told of a change reads too, and would be told of that.
fn is_reading(event: EventKind) -> bool {
    matches!(event, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// How long a file is left alone after the first sign of a change.
pub(super) const SETTLED: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn who_looks_at_the_files_is_not_told_of_that() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("strongroom.toml");
        fs::write(&path, "1").expect("a file");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut files = Files::of(vec![(path.clone(), "1".to_owned())]);
            files.changed(LONG).await;
            assert!(!files.differ());
            // The system tells of what was just done, if at all, within moments.
            timeout(Duration::from_millis(300), files.changed(LONG)).await.expect_err("a word");
            fs::write(&path, "2").expect("a file");
            timeout(LONG, files.changed(LONG)).await.expect("a word");
            assert!(files.differ());
        });
    }

    const LONG: Duration = Duration::from_secs(60);
}
