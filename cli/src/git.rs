//! Asks git for a file as a commit has it, and what it knows about a file.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use strongroom_vault::limits::FILE_BYTES;
use strongroom_vault::{Shown, ShownPath};

use crate::error::Error;
use crate::foreign;

/// A commit that a revision means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit(String);

impl Commit {
    /// The commit that a revision (`HEAD~1`, `main`, `v1.2`) means in the repository around a folder.
    pub(crate) fn of(folder: &Path, revision: &str) -> Result<Self, Error> {
        // No revision begins with a dash, so this can be an option at most.
        if revision.is_empty() || revision.starts_with('-') {
            return Err(Error::usage("this cannot be a revision of git"));
        }
        let mut git = reading(folder);
        git.args(["rev-parse", "--verify"]).arg(format!("{revision}^{{commit}}"));
        let output = git.output().map_err(|error| not_started(&error))?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && commit.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Self(commit));
        }
        let revision = Shown(revision);
        Err(match words_of(&output.stderr).as_str() {
            // What git says of every word that names nothing.
            "Needed a single revision" => Error::usage(format!("git finds no commit `{revision}`"))
                .with_hint("see those that there are with: git log --oneline"),
            words => Error::cannot(format!("git cannot be asked for `{revision}`: {words}")),
        })
    }

    /// The beginning of its id, as git shows it.
    pub(crate) fn short(&self) -> &str {
        self.0.get(..SHORT).unwrap_or(&self.0)
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.0
    }

    /// The bytes of a file as this commit has it; none if it has no such file.
    ///
    /// Read as it is stored: `git show` would give what a filter for people makes of it.
    pub(crate) fn file(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        let path = path.canonicalize().map_err(|error| Error::file("find", path, &error))?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(None);
        };
        let name = name.to_str().ok_or_else(|| {
            Error::cannot(format!("git cannot be asked for {}: no UTF-8 text", ShownPath(&path)))
        })?;
        let mut git = reading(folder);
        git.args(["cat-file", "blob"]).arg(format!("{}:./{name}", self.0));
        let mut child = git.spawn().map_err(|error| not_started(&error))?;
        let mut bytes = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            stdout
                .take(FILE_BYTES as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| Error::cannot(format!("cannot read what git prints: {error}")))?;
        }
        let status = child.wait().map_err(|error| not_started(&error))?;
        // One byte more than a vault has says enough; git was not let finish then.
        Ok((status.success() || bytes.len() > FILE_BYTES).then_some(bytes))
    }
}

/// A commit that brought something into a file, or took it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brought {
    /// The commit's id.
    pub(crate) id: String,
    /// Its author, with the address; whoever makes a commit chooses both.
    pub(crate) author: String,
    /// The day of its author.
    pub(crate) on: String,
}

impl Brought {
    /// Who brought it, when and in which commit.
    pub(crate) fn words(&self) -> String {
        let short = self.id.get(..SHORT).unwrap_or(&self.id);
        format!("{}, in commit {short} of {}", Shown(&self.author), self.on)
    }
}

/// A file in the working tree of a repository.
#[derive(Debug)]
pub(crate) struct FileInTree {
    folder: PathBuf,
    name: OsString,
}

impl FileInTree {
    /// The file, if its folder lies in a repository and git is there. It need not be there itself: git may track it all the same.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        })?;
        let file = Self { folder: path.parent()?.to_owned(), name: path.file_name()?.to_owned() };
        let inside = file.ask(&["rev-parse", "--is-inside-work-tree"], None)?;
        (inside.trim_ascii() == b"true").then_some(file)
    }

    /// The link itself, and not where it leads, if its folder lies in a repository and git is there.
    pub(crate) fn of_link(path: &Path) -> Option<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = Self::of(&folder.unwrap_or(Path::new(".")).join(NOWHERE))?;
        path.file_name()?.clone_into(&mut file.name);
        Some(file)
    }

    /// Whether the file is committed, or will be with the next commit.
    pub(crate) fn is_tracked(&self) -> bool {
        let tracked = self.ask(&[LITERAL, "ls-files", "-z"], Some(&self.name));
        tracked.is_some_and(|names| !names.is_empty())
    }

    /// Whether some commit had the file.
    pub(crate) fn is_in_history(&self) -> bool {
        let commit = self.ask(&[LITERAL, "log", "--all", "-1", "--format=%H"], Some(&self.name));
        commit.is_some_and(|commit| !commit.is_empty())
    }

    /// The commits that changed how often a text stands in the file, the last one first; nothing where git cannot say.
    pub(crate) fn commits_about(&self, text: &str) -> Option<Vec<Brought>> {
        let said = self.ask(
            &[
                LITERAL,
                "log",
                "--no-textconv",
                "--no-ext-diff",
                "--no-show-signature",
                "--format=%H%x00%an <%ae>%x00%as",
                &format!("-S{text}"),
            ],
            Some(&self.name),
        )?;
        let brought = |line: &str| {
            let mut parts = line.split('\0').map(str::to_owned);
            Some(Brought { id: parts.next()?, author: parts.next()?, on: parts.next()? })
        };
        Some(String::from_utf8_lossy(&said).lines().filter_map(brought).collect())
    }

    /// Whether git leaves the file alone.
    pub(crate) fn is_ignored(&self) -> bool {
        self.ask(&["check-ignore", "-q"], Some(&self.name)).is_some()
    }

    /// What git prints; nothing if it fails.
    fn ask(&self, words: &[&str], name: Option<&OsStr>) -> Option<Vec<u8>> {
        let mut git = reading(&self.folder);
        git.args(words);
        if let Some(name) = name {
            git.arg("--").arg(name);
        }
        git.stderr(Stdio::null());
        let mut child = git.spawn().ok()?;
        let started = Instant::now();
        // What is asked for is a line or two, so the pipe holds it. A long history is not worth a long wait.
        while child.try_wait().ok()?.is_none() {
            if started.elapsed() > PATIENCE {
                let _ = child.kill();
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let output = child.wait_with_output().ok().filter(|output| output.status.success())?;
        Some(output.stdout)
    }
}

/// git's exit status and what it prints; none where it cannot be started.
pub(crate) fn ask(folder: &Path, words: &[&str]) -> Option<(i32, String)> {
    let output = reading(folder).args(words).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.code().unwrap_or(-1), said))
}

/// The way from the current folder to the root of the repository around it, such as `../..`; none where there is no
/// repository.
pub(crate) fn to_root() -> Result<Option<PathBuf>, Error> {
    let output = match reading(Path::new(".")).args(["rev-parse", "--show-cdup"]).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(not_started(&error)),
    };
    if output.status.success() {
        let way = String::from_utf8_lossy(&output.stdout);
        return Ok(Some(PathBuf::from(way.trim_end_matches(['\n', '\r']))));
    }
    match words_of(&output.stderr) {
        words if words.starts_with("not a git repository") => Ok(None),
        words => Err(Error::cannot(format!("git cannot be asked for its files: {words}"))),
    }
}

/// All that git prints.
pub(crate) fn printed(folder: &Path, words: &[&str]) -> Result<Vec<u8>, Error> {
    let output = reading(folder).args(words).output().map_err(|error| not_started(&error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = words_of(&output.stderr);
    Err(Error::cannot(format!("git cannot be asked for its files: {said}")))
}

/// git in a folder. It reads, and runs no program that the repository's configuration names: that may be
/// a stranger's, since any folder of a clone can be a bare repository with a configuration of its own.
pub(crate) fn reading(folder: &Path) -> Command {
    let mut command = foreign::program("git");
    for setting in READS_ONLY {
        command.args(["-c", setting]);
    }
    command
        .current_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
        .env("LC_ALL", "C")
        // Fetches nothing. No protocol is allowed, whatever `protocol.ext.allow` says; older versions of
        // git do not know the second.
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn words_of(stderr: &[u8]) -> String {
    let words = String::from_utf8_lossy(stderr);
    let first = words.lines().next().unwrap_or_default();
    first.strip_prefix("fatal: ").unwrap_or(first).to_owned()
}

pub(crate) fn not_started(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => Error::cannot("git is not on the PATH"),
        _ => Error::cannot(format!("cannot run git: {error}")),
    }
}

/// What keeps git from running programs that a repository's configuration names.
const READS_ONLY: [&str; 6] = [
    // A bare repository counts where it is meant, not where somebody put one among the files.
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "log.showSignature=false",
    "protocol.allow=never",
];

/// Digits of a commit's id that tell it from others.
const SHORT: usize = 10;

/// How long git may look for a file.
const PATIENCE: Duration = Duration::from_secs(2);

/// A name is a name, whatever characters it has.
const LITERAL: &str = "--literal-pathspecs";
/// A name that no file has: what is asked about is its folder.
const NOWHERE: &str = ".strongroom-nowhere";
