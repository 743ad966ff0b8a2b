//! What git knows of a vault's file: its commits, and the texts that they have.

mod blobs;
mod generations;
mod granted;
mod knowing;
mod places;
mod versions;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;

pub(crate) use self::blobs::Blobs;
pub(crate) use self::generations::{GenerationsInGit, PutBack};
pub(crate) use self::granted::granted_ever;
pub(crate) use self::knowing::{Knowing, lapsed, still_known};
pub(crate) use self::places::{Place, Places, Stands, sealed_of};
pub(crate) use self::versions::{Reach, Versions};
use crate::error::Error;
use crate::git::{not_started, reading, words_of};

/// A vault's file in a repository.
#[derive(Debug)]
pub(crate) struct InGit {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
}

/// A commit that changed the file.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) commit: String,
    pub(crate) author: String,
    /// The author's time, as ISO 8601 has it.
    pub(crate) time: String,
    pub(crate) subject: String,
    /// The file before, by blob; several where a merge has it from several sides.
    pub(crate) before: Vec<String>,
    /// The file after; none where the commit removed it.
    pub(crate) after: Option<String>,
    /// Whether a shallow clone ends here, so that what stands in the file may be older.
    pub(crate) is_boundary: bool,
}

impl Change {
    /// The beginning of its id, as git shows it.
    pub(crate) fn short(&self) -> &str {
        self.commit.get(..SHORT).unwrap_or(&self.commit)
    }

    /// The day on which it was made, where its author was.
    pub(crate) fn day(&self) -> &str {
        self.time.get(..10).unwrap_or(&self.time)
    }
}

/// The commits that changed a file, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) changes: Vec<Change>,
    pub(crate) is_shallow: bool,
    /// Whether there are more, which were not waited for.
    is_cut: bool,
    /// Whether this clone lacks files to tell by whether one was renamed.
    is_partial: bool,
}

impl InGit {
    /// The file, which must lie in a repository.
    pub(crate) fn of(path: &Path) -> Result<Self, Error> {
        let path = path.canonicalize().map_err(|error| Error::file("find", path, &error))?;
        let (folder, name) = (path.parent(), path.file_name().and_then(std::ffi::OsStr::to_str));
        let (Some(folder), Some(name)) = (folder, name) else {
            return Err(Error::cannot(format!(
                "git cannot be asked for {}: no UTF-8 text",
                ShownPath(&path)
            )));
        };
        let file = Self { folder: folder.to_owned(), name: name.to_owned() };
        let mut git = reading(&file.folder);
        let output = git.args(["rev-parse", "--is-inside-work-tree"]).output();
        let output = output.map_err(|error| not_started(&error))?;
        if output.status.success() && output.stdout.trim_ascii() == b"true" {
            return Ok(file);
        }
        let words = words_of(&output.stderr);
        Err(match words.as_str() {
            words if words.starts_with("not a git repository") => Error::cannot(format!(
                "{} is in no git repository, so nobody keeps its history\nmake one with: git init",
                ShownPath(&path)
            )),
            words => Error::cannot(format!("git cannot be asked for the vault's history: {words}")),
        })
    }

    /// What git prints, if it does what it is asked.
    pub(crate) fn ask(&self, words: &[&str]) -> Option<String> {
        let output = reading(&self.folder).args(words).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The commits at which a shallow clone ends.
    fn boundary(&self) -> BTreeSet<String> {
        let is_shallow = self.ask(&["rev-parse", "--is-shallow-repository"]);
        if is_shallow.as_deref().map(str::trim) != Some("true") {
            return BTreeSet::new();
        }
        let file = self.ask(&["rev-parse", "--git-path", "shallow"]).unwrap_or_default();
        let text = std::fs::read_to_string(self.folder.join(file.trim())).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The blob of the file in a revision, or at a stage of the index (`:1`).
    pub(crate) fn blob(&self, revision: &str) -> Option<String> {
        let blob =
            self.ask(&["rev-parse", "--verify", "-q", &format!("{revision}:./{}", self.name)])?;
        Some(blob.trim().to_owned()).filter(|blob| !blob.is_empty())
    }
}

/// What to say of a repository that has only the newest commits.
pub(crate) const SHALLOW: &str = "this is a shallow clone: what is older than its last commit is not here\n\
     fetch the rest with: git fetch --unshallow";

/// Digits of a commit's id that tell it from others.
const SHORT: usize = 10;
