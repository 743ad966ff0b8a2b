//! Asks git for a file as a commit has it, and for what a command needs of a repository.

mod tree;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_vault::limits::FILE_BYTES;
use strongroom_vault::{Shown, ShownPath};

pub(crate) use self::tree::{Answer, Brought, FileInTree};
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
