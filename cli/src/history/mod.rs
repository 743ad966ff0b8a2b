//! What git knows of a vault's file: its commits, and the texts that they have.

mod blobs;
mod generations;
mod granted;
mod places;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use strongroom_vault::ShownPath;

pub(crate) use self::blobs::Blobs;
pub(crate) use self::generations::{GenerationsInGit, PutBack};
pub(crate) use self::granted::granted_ever;
pub(crate) use self::places::{Place, Places, Stands, sealed_of};
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
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) changes: Vec<Change>,
    pub(crate) is_shallow: bool,
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

    /// The commits that changed the file, through its renames; of these revisions, or of `HEAD`.
    pub(crate) fn log(&self, revisions: &[&str]) -> Result<Log, Error> {
        if self.ask(&["rev-parse", "--verify", "-q", "HEAD"]).is_none() {
            return Ok(Log { changes: Vec::new(), is_shallow: false });
        }
        let mut git = reading(&self.folder);
        git.args(["--literal-pathspecs", "log", "--follow", "-c", "--raw", "--no-abbrev"]);
        git.args(["--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature"]);
        // No object of a commit holds a NUL, so nothing in it can look like a field or a commit of its own.
        git.args(["--no-mailmap", "-z", "--format=%H%x00%an%x00%aI%x00%s"]).args(revisions);
        git.arg("--").arg(&self.name);
        let output = git.output().map_err(|error| not_started(&error))?;
        if !output.status.success() {
            let words = words_of(&output.stderr);
            return Err(Error::cannot(format!(
                "git cannot be asked for the vault's history: {words}"
            )));
        }
        let shallow = self.boundary();
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(Log { changes: changes(&text, &shallow), is_shallow: !shallow.is_empty() })
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

/// The commits, from git's words: of each four fields, and then the file as it was and is, each ended by a NUL.
fn changes(text: &str, shallow: &BTreeSet<String>) -> Vec<Change> {
    let mut fields = text.split('\0').peekable();
    let mut changes = Vec::new();
    while let (Some(commit), Some(author), Some(time), Some(subject)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    {
        let head = [commit, author, time, subject];
        // What ends the head of a merge is empty, and that of any other commit a newline before what follows.
        let _ = fields.next_if(|field| field.is_empty());
        let Some(raw) = fields.next_if(|field| field.trim_start().starts_with(':')) else {
            continue;
        };
        let raw = raw.trim_start();
        let Some((before, after, status)) = sides(raw) else { break };
        let is_moved = !raw.starts_with("::") && status.starts_with(['R', 'C']);
        // Its names are not needed: the file is followed by git.
        for _ in 0..if is_moved { 2 } else { 1 } {
            let _ = fields.next();
        }
        changes.push(change(head, &before, after, shallow));
    }
    changes
}

/// The blobs before, the blob after, and how they differ, of `:100644 100644 OLD NEW M`, which has for a merge a colon, a
/// mode and a blob more for each further parent.
fn sides(raw: &str) -> Option<(Vec<&str>, &str, &str)> {
    let parents = raw.bytes().take_while(|b| *b == b':').count();
    let words: Vec<&str> = raw.trim_start_matches(':').split_whitespace().collect();
    let (after, before) = words.get(parents + 1..2 * (parents + 1))?.split_last()?;
    Some((before.to_vec(), after, words.get(2 * (parents + 1))?))
}

fn change(
    [commit, author, time, subject]: [&str; 4],
    before: &[&str],
    after: &str,
    shallow: &BTreeSet<String>,
) -> Change {
    let there = |blob: &str| !blob.bytes().all(|b| b == b'0');
    Change {
        is_boundary: shallow.contains(commit),
        commit: commit.to_owned(),
        author: author.to_owned(),
        time: time.to_owned(),
        subject: subject.to_owned(),
        before: before.iter().filter(|blob| there(blob)).map(|blob| (*blob).to_owned()).collect(),
        after: there(after).then(|| after.to_owned()),
    }
}

/// What to say of a repository that has only the newest commits.
pub(crate) const SHALLOW: &str = "this is a shallow clone: what is older than its last commit is not here\n\
     fetch the rest with: git fetch --unshallow";

/// Digits of a commit's id that tell it from others.
const SHORT: usize = 10;
