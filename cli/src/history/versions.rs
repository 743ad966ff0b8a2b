//! Every text that a vault has had, as far as git knows: for questions that somebody may want to be answered wrongly. Ordinary
//! commits can move the vault, put another file or a link in its place, or be on another branch; they hide nothing here.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use strongroom_vault::{FILE_NAME, Index, VaultId};

use super::blobs::Stored;
use super::walk::Bounds;
use super::{Blobs, Change, InGit, Log};
use crate::error::Error;

/// The commits that changed a file that is called like the vault, in any folder and on any branch.
pub(crate) struct Versions {
    repositories: Vec<InGit>,
    /// Of what is checked out, the newest first.
    pub(crate) here: Vec<Change>,
    /// Of every other branch, tag and stash.
    pub(crate) elsewhere: Vec<Change>,
    until: Instant,
    reach: Reach,
}

/// How much of the history was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Whole,
    /// No commit has the vault.
    Nothing,
    /// A shallow clone.
    Shallow,
    /// A clone without some of the files.
    Partial,
    /// There is more of it than anybody waits for.
    Cut,
    /// git says something else.
    Unread,
}

impl Reach {
    /// Why not all of it was looked through.
    pub(crate) fn why(self) -> Option<&'static str> {
        match self {
            Self::Whole | Self::Nothing => None,
            Self::Shallow => Some("git's history ends early here (git fetch --unshallow)"),
            Self::Partial => Some(
                "git's history lacks files here (a partial clone: git fetch --refetch --no-filter)",
            ),
            Self::Cut => Some("git's history is too long to be looked through"),
            Self::Unread => Some("git's history cannot be read here"),
        }
    }

    /// The first reason is the one that is told.
    fn falls_to(&mut self, reach: Self) {
        if *self == Self::Whole {
            *self = reach;
        }
    }
}

impl Versions {
    pub(crate) fn of(path: &Path) -> Result<Self, Error> {
        let until = Instant::now() + PATIENCE;
        let bounds = Some(Bounds { commits: MOST, until });
        let (repositories, names) = around(path)?;
        let mut versions = Self {
            repositories,
            here: Vec::new(),
            elsewhere: Vec::new(),
            until,
            reach: Reach::Whole,
        };
        for at in 0..versions.repositories.len() {
            let mut names = names.clone();
            // Those of a branch have the names of what is checked out, too.
            for revisions in [["HEAD"].as_slice(), &["--all", "--not", "HEAD"]] {
                let log = versions.repositories[at].walk(revisions, &mut names, bounds);
                versions.add(log, revisions.len() == 1);
            }
        }
        if versions.reach == Reach::Whole && versions.is_empty() {
            versions.reach = Reach::Nothing;
        }
        Ok(versions)
    }

    fn add(&mut self, log: Result<Log, Error>, is_here: bool) {
        let Ok(log) = log else { return self.reach.falls_to(Reach::Unread) };
        for (is_so, reach) in [
            (log.is_shallow, Reach::Shallow),
            (log.is_partial, Reach::Partial),
            (log.is_cut, Reach::Cut),
        ] {
            if is_so {
                self.reach.falls_to(reach);
            }
        }
        if is_here { &mut self.here } else { &mut self.elsewhere }.extend(log.changes);
    }

    fn is_empty(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty()
    }

    /// The vault's file itself.
    pub(crate) fn file(&self) -> &InGit {
        &self.repositories[0]
    }

    /// Whether a commit is part of what is checked out.
    pub(crate) fn is_here(&self, change: &Change) -> bool {
        self.here.iter().any(|it| it.commit == change.commit)
    }

    /// Looks at each text of the vault with this id once, what is checked out and the newest first.
    pub(crate) fn each(
        &self,
        id: VaultId,
        mut look: impl FnMut(&Index<'_>, &Change, &str),
    ) -> Reach {
        let mut reach = self.reach;
        if self.look(id, &mut reach, &mut look).is_err() {
            reach.falls_to(Reach::Unread);
        }
        reach
    }

    fn look(
        &self,
        id: VaultId,
        reach: &mut Reach,
        look: &mut impl FnMut(&Index<'_>, &Change, &str),
    ) -> Result<(), Error> {
        let blobs = self.repositories.iter().map(Blobs::of);
        let mut blobs = blobs.collect::<Result<Vec<Blobs>, Error>>()?;
        let mut seen = BTreeSet::new();
        for change in self.here.iter().chain(&self.elsewhere) {
            let Some(blob) = change.after.as_deref().filter(|blob| seen.insert(*blob)) else {
                continue;
            };
            if Instant::now() > self.until {
                reach.falls_to(Reach::Cut);
                break;
            }
            match stored(&mut blobs, blob)? {
                Stored::Text(text) => {
                    if let Ok(then) = Index::read(&text)
                        && then.id() == id
                    {
                        look(&then, change, blob);
                    }
                }
                Stored::Missing => reach.falls_to(Reach::Partial),
                Stored::NoVault => {}
            }
        }
        Ok(())
    }
}

/// What the first repository that has a blob has of it.
fn stored(blobs: &mut [Blobs], blob: &str) -> Result<Stored, Error> {
    for blobs in blobs {
        match blobs.stored(blob)? {
            Stored::Missing => {}
            stored => return Ok(stored),
        }
    }
    Ok(Stored::Missing)
}

/// The repository of the file that the path leads to, and of the path itself where it is a link; with those that have them as
/// parts: what was a folder can be made a repository of its own. And what the vault may be called in them.
fn around(path: &Path) -> Result<(Vec<InGit>, BTreeSet<String>), Error> {
    let file = InGit::of(path)?;
    let mut names = BTreeSet::from([anywhere(FILE_NAME), anywhere(&file.name)]);
    let mut folders = vec![file.folder.clone()];
    if let Some(name) = path.file_name().and_then(OsStr::to_str) {
        names.insert(anywhere(name));
        folders.push(path.parent().unwrap_or(Path::new("")).to_owned());
    }
    // That of the file comes first, and is there already.
    let own = file.ask(&["rev-parse", "--show-toplevel"]);
    let mut found = vec![file];
    let mut roots = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let at = InGit { folder, name: FILE_NAME.to_owned() };
        let asked = |word| at.ask(&["rev-parse", word]).map(|said| said.trim_end().to_owned());
        let Some(root) = asked("--show-toplevel").filter(|root| roots.insert(root.clone())) else {
            continue;
        };
        let whole = asked("--show-superproject-working-tree").filter(|whole| !whole.is_empty());
        folders.extend(whole.map(PathBuf::from));
        if own.as_deref().map(str::trim_end) != Some(root.as_str()) {
            found.push(at);
        }
    }
    Ok((found, names))
}

/// A name, in whatever folder, as git takes it.
fn anywhere(name: &str) -> String {
    let mut pattern = ":(top,glob,icase)**/".to_owned();
    for c in name.chars() {
        if "\\*?[]".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Commits that are looked at in one repository.
const MOST: usize = 20_000;

/// How long anybody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
