//! Asks git for every commit that changed a file, under each name that it has had.
//!
//! `git log --follow` is not asked: it knows one name at a time, so whoever moves another file to the vault's name leads it
//! away from all that the vault was before.

use std::collections::BTreeSet;
use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use super::{Change, InGit, Log};
use crate::error::Error;
use crate::git::{not_started, reading, words_of};

/// What is looked through at most, where somebody may have made a history too long for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) commits: usize,
    pub(super) until: Instant,
}

/// What git printed.
#[derive(Default)]
struct Printed {
    text: String,
    /// Whether it was not let finish.
    is_cut: bool,
    /// Whether it lacks files to tell by whether one was renamed.
    is_partial: bool,
}

/// A commit's change of one file, with the name that the file has in it, from the root.
struct Record {
    change: Change,
    path: String,
    /// The name before, if it was another.
    was: Option<String>,
}

impl InGit {
    /// The commits of these revisions that changed the file, through its renames.
    pub(crate) fn log(&self, revisions: &[&str]) -> Result<Log, Error> {
        let mut names = BTreeSet::from([format!(":(literal){}", self.name)]);
        self.walk(revisions, &mut names, None)
    }

    /// The commits of these revisions that changed a file of these names, as git takes them; adds the names that such files
    /// had before.
    pub(super) fn walk(
        &self,
        revisions: &[&str],
        names: &mut BTreeSet<String>,
        bounds: Option<Bounds>,
    ) -> Result<Log, Error> {
        let mut log = Log::default();
        if self.ask(&["rev-parse", "--verify", "-q", "HEAD"]).is_none() {
            return Ok(log);
        }
        let shallow = self.boundary();
        log.is_shallow = !shallow.is_empty();
        let most = bounds.map(|bounds| format!("--max-count={}", bounds.commits + 1));
        for _ in 0..RENAMES {
            let mut words = vec!["--full-history", "-c"];
            words.extend(most.as_deref());
            words.extend(revisions);
            words.push("--");
            words.extend(names.iter().map(String::as_str));
            let printed = self.printed(&words, bounds)?;
            let records = parsed(&printed.text, &shallow);
            let is_more = bounds.is_some_and(|bounds| commits(&records) > bounds.commits);
            let (before, renames) = self.names_before(&records, bounds)?;
            log.is_cut = printed.is_cut || is_more || renames.is_cut;
            log.is_partial = printed.is_partial || renames.is_partial;
            log.changes = records.into_iter().map(|record| record.change).collect();
            let known = names.len();
            names.extend(before.into_iter().map(|name| format!(":(top,literal){name}")));
            if names.len() == known || printed.is_cut {
                return Ok(log);
            }
        }
        log.is_cut = true;
        Ok(log)
    }

    /// What the files that these commits added were called before.
    fn names_before(
        &self,
        records: &[Record],
        bounds: Option<Bounds>,
    ) -> Result<(BTreeSet<String>, Printed), Error> {
        let is_added =
            |record: &&Record| record.change.before.is_empty() && record.change.after.is_some();
        let place = |it: &Record| (it.change.commit.clone(), it.path.clone());
        let added: BTreeSet<_> = records.iter().filter(is_added).map(place).collect();
        let commits: BTreeSet<&str> = added.iter().map(|(commit, _)| commit.as_str()).collect();
        if commits.is_empty() {
            return Ok((BTreeSet::new(), Printed::default()));
        }
        // git shows a rename only where it looks at both names.
        let mut words = vec!["--no-walk", "-m", "--diff-filter=R"];
        words.extend(commits.iter().take(ADDITIONS));
        words.push("--");
        let mut printed = self.printed(&words, bounds)?;
        printed.is_cut |= commits.len() > ADDITIONS;
        let mut names = BTreeSet::new();
        for renamed in parsed(&printed.text, &BTreeSet::new()) {
            if added.contains(&place(&renamed)) {
                names.extend(renamed.was);
            }
        }
        Ok((names, printed))
    }

    /// What `git log` prints of commits and the files in them.
    fn printed(&self, words: &[&str], bounds: Option<Bounds>) -> Result<Printed, Error> {
        self.print("-M", words, bounds).or_else(|error| {
            // In a partial clone it cannot tell how alike two files are, only whether they are the same.
            let printed = self.print("-M100%", words, bounds).map_err(|_| error)?;
            Ok(Printed { is_partial: true, ..printed })
        })
    }

    fn print(
        &self,
        renames: &str,
        words: &[&str],
        bounds: Option<Bounds>,
    ) -> Result<Printed, Error> {
        let mut git = reading(&self.folder);
        for global in ["LITERAL", "GLOB", "NOGLOB", "ICASE"] {
            git.env_remove(format!("GIT_{global}_PATHSPECS"));
        }
        git.args(["log", "--raw", renames, "--no-abbrev", "--no-ext-diff", "--no-textconv"]);
        // No object of a commit holds a NUL, so nothing in it can look like a field or a commit of its own.
        git.args(["--no-color", "--no-show-signature", "--no-mailmap", "--no-relative", "-z"]);
        git.arg("--format=%H%x00%an%x00%aI%x00%s").args(words);
        let mut child = git.spawn().map_err(|error| not_started(&error))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (bytes, said) = (thread::spawn(|| all_of(stdout)), thread::spawn(|| all_of(stderr)));
        let mut is_cut = false;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| not_started(&error))? {
                break status;
            }
            // What it printed so far is in the pipe, and is read to its end.
            if !is_cut && bounds.is_some_and(|bounds| Instant::now() > bounds.until) {
                is_cut = true;
                let _ = child.kill();
            }
            thread::sleep(Duration::from_millis(2));
        };
        let bytes = bytes.join().unwrap_or_default();
        let said = said.join().unwrap_or_default();
        if !status.success() && !is_cut {
            let words = words_of(&said);
            return Err(Error::cannot(format!(
                "git cannot be asked for the vault's history: {words}"
            )));
        }
        let whole = if is_cut { bytes.iter().rposition(|b| *b == 0) } else { Some(bytes.len()) };
        let text = String::from_utf8_lossy(&bytes[..whole.unwrap_or_default()]).into_owned();
        Ok(Printed { text, is_cut, is_partial: false })
    }
}

fn all_of(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        let _ = stream.read_to_end(&mut bytes);
    }
    bytes
}

fn commits(records: &[Record]) -> usize {
    records.chunk_by(|one, next| one.change.commit == next.change.commit).count()
}

/// The changes, from git's words: of each commit four fields, and then of each file what it was and is, each ended by a NUL.
fn parsed(text: &str, shallow: &BTreeSet<String>) -> Vec<Record> {
    let mut fields = text.split('\0').peekable();
    let mut records = Vec::new();
    while let (Some(commit), Some(author), Some(time), Some(subject)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    {
        let head = [commit, author, time, subject];
        // What ends the head of a merge is empty, and that of any other commit a newline before what follows.
        let _ = fields.next_if(|field| field.is_empty());
        while let Some(raw) = fields.next_if(|field| field.trim_start().starts_with(':')) {
            let raw = raw.trim_start();
            let Some((before, after, status)) = sides(raw) else { return records };
            let is_moved = !raw.starts_with("::") && status.starts_with(['R', 'C']);
            let was = if is_moved { fields.next().map(str::to_owned) } else { None };
            let path = fields.next().unwrap_or_default().to_owned();
            records.push(Record { change: change(head, &before, after, shallow), path, was });
        }
    }
    records
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

/// How often a file is followed to another name.
const RENAMES: usize = 16;

/// Of how many commits that add a file it is asked what the file was before.
const ADDITIONS: usize = 1_000;
