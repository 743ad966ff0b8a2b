//! What git knows about one file: whether it tracks it, had it or leaves it alone, and that it cannot be asked.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use strongroom_vault::Shown;
use strongroom_vault::search::is_tracked;

use super::{SHORT, reading, words_of};

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// Nobody can tell; why.
    Unknown(String),
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

/// A file, perhaps in the working tree of a repository.
#[derive(Debug)]
pub(crate) struct FileInTree {
    folder: PathBuf,
    name: OsString,
    /// Whether it lies in a working tree.
    lies_in_one: Answer,
}

impl FileInTree {
    /// The file. It need not be there itself: git may track it all the same.
    pub(crate) fn of(path: &Path) -> Self {
        let real = path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        });
        let parts = real.as_deref().and_then(|real| Some((real.parent()?, real.file_name()?)));
        match parts {
            Some((folder, name)) => Self {
                folder: folder.to_owned(),
                name: name.to_owned(),
                lies_in_one: lies_in_tree(folder),
            },
            // Without its folder nobody has it.
            None => Self { folder: PathBuf::new(), name: OsString::new(), lies_in_one: Answer::No },
        }
    }

    /// The link itself, and not where it leads.
    pub(crate) fn of_link(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = Self::of(&folder.unwrap_or(Path::new(".")).join(NOWHERE));
        file.name = path.file_name().map(OsStr::to_owned).unwrap_or_default();
        file
    }

    /// Whether the file lies in the working tree of a repository.
    pub(crate) fn lies_in_one(&self) -> &Answer {
        &self.lies_in_one
    }

    /// Whether the file is committed, or will be with the next commit.
    ///
    /// Where git refuses to say, in a repository of somebody else or within a bare one, its index is read without it.
    pub(crate) fn is_tracked(&self) -> Answer {
        let asked = self.asked(|| {
            let names = printed(self.ask(&[LITERAL, "ls-files", "-z"], Some(&self.name))?)?;
            Ok(!names.is_empty())
        });
        let Answer::Unknown(why) = asked else { return asked };
        match is_tracked(&self.folder.join(&self.name)) {
            Ok(is) => Answer::from(is),
            Err(_) => Answer::Unknown(why),
        }
    }

    /// Whether some commit had the file.
    pub(crate) fn is_in_history(&self) -> Answer {
        self.asked(|| {
            let words = [LITERAL, "log", "--all", "-1", "--format=%H"];
            let commit = printed(self.ask(&words, Some(&self.name))?)?;
            Ok(!commit.is_empty())
        })
    }

    /// Whether the next `git add` would take the file.
    pub(crate) fn is_exposed(&self) -> Answer {
        self.asked(|| {
            let output = self.ask(&["check-ignore", "-q"], Some(&self.name))?;
            match output.status.code() {
                Some(0) => Ok(false),
                Some(1) => Ok(true),
                _ => Err(said(&output)),
            }
        })
    }

    /// The commits that changed how often a text stands in the file, the last one first; nothing where git cannot say.
    pub(crate) fn commits_about(&self, text: &str) -> Option<Vec<Brought>> {
        let words = [
            LITERAL,
            "log",
            "--no-textconv",
            "--no-ext-diff",
            "--no-show-signature",
            "--format=%H%x00%an <%ae>%x00%as",
            &format!("-S{text}"),
        ];
        let said = printed(self.ask(&words, Some(&self.name)).ok()?).ok()?;
        let brought = |line: &str| {
            let mut parts = line.split('\0').map(str::to_owned);
            Some(Brought { id: parts.next()?, author: parts.next()?, on: parts.next()? })
        };
        Some(String::from_utf8_lossy(&said).lines().filter_map(brought).collect())
    }

    /// An answer of git's; no, where there is no working tree.
    fn asked(&self, ask: impl FnOnce() -> Result<bool, String>) -> Answer {
        match &self.lies_in_one {
            Answer::Yes => ask().map_or_else(Answer::Unknown, Answer::from),
            other => other.clone(),
        }
    }

    fn ask(&self, words: &[&str], name: Option<&OsStr>) -> Result<Output, String> {
        ask(&self.folder, words, name).map_err(|error| not_asked(&error))
    }
}

impl From<bool> for Answer {
    fn from(is: bool) -> Self {
        if is { Self::Yes } else { Self::No }
    }
}

/// Whether a folder lies in the working tree of a repository.
fn lies_in_tree(folder: &Path) -> Answer {
    match ask(folder, &["rev-parse", "--is-inside-work-tree"], None) {
        Ok(output) if output.status.success() => {
            Answer::from(output.stdout.trim_ascii() == b"true")
        }
        // It says the same of a repository that it may not enter.
        Ok(output) if said(&output).starts_with("not a git repository (or any") => {
            if has_repository(folder) { Answer::Unknown(said(&output)) } else { Answer::No }
        }
        Ok(output) => Answer::Unknown(said(&output)),
        Err(error) if has_repository(folder) => Answer::Unknown(not_asked(&error)),
        Err(_) => Answer::No,
    }
}

/// Whether a folder upwards may be one of a repository: it has a file `.git`, or a folder that is not empty of what makes one.
fn has_repository(folder: &Path) -> bool {
    folder.ancestors().map(|folder| folder.join(".git")).any(|git| {
        let is_missing = |path: &Path| {
            let found = path.symlink_metadata();
            found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        !is_missing(&git) && (!git.is_dir() || !is_missing(&git.join("HEAD")))
    })
}

/// What git answers. A long history is not worth a long wait.
fn ask(folder: &Path, words: &[&str], name: Option<&OsStr>) -> io::Result<Output> {
    let mut git = reading(folder);
    git.args(words);
    if let Some(name) = name {
        git.arg("--").arg(name);
    }
    let mut child = git.stdin(Stdio::null()).spawn()?;
    let started = Instant::now();
    // What is asked for is a line or two, so the pipe holds it.
    while child.try_wait()?.is_none() {
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output()
}

fn printed(output: Output) -> Result<Vec<u8>, String> {
    if output.status.success() { Ok(output.stdout) } else { Err(said(&output)) }
}

fn said(output: &Output) -> String {
    match words_of(&output.stderr) {
        words if words.is_empty() => "git failed".to_owned(),
        words => Shown(&words).to_string(),
    }
}

fn not_asked(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "git is not on the PATH".to_owned(),
        io::ErrorKind::TimedOut => "git takes too long".to_owned(),
        _ => format!("cannot run git: {error}"),
    }
}

/// How long git may look for a file.
const PATIENCE: Duration = Duration::from_secs(2);

/// A name is a name, whatever characters it has.
const LITERAL: &str = "--literal-pathspecs";

/// A name that no file has: what is asked about is its folder.
const NOWHERE: &str = ".strongroom-nowhere";
