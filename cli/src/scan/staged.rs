//! What the next commit will have: blobs of git's index, and not what the working tree has by now.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{Input, Scanner};
use crate::error::Error;
use crate::git;

/// A file that is staged.
#[derive(Debug)]
pub(crate) struct Staged {
    path: String,
    blob: String,
}

/// The files that were added or changed since the last commit. Where there is none yet, those that are staged.
pub(crate) fn list(folder: &Path) -> Result<Vec<Staged>, Error> {
    let words = [
        "diff",
        "--cached",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--diff-filter=d",
        "--ignore-submodules=all",
    ];
    let raw = git::printed(folder, &words)?;
    let mut parts = raw.split(|b| *b == 0);
    let mut staged = Vec::new();
    // `:100644 100644 0123… 4567… M`, and then the path.
    while let (Some(about), Some(path)) = (parts.next(), parts.next()) {
        let about = String::from_utf8_lossy(about);
        let words: Vec<&str> = about.split(' ').collect();
        let [_, mode, _, blob, _] = words[..] else {
            return Err(Error::cannot("git says what is staged in words of another version"));
        };
        // Neither a link, nor a submodule.
        if mode.starts_with("100") {
            let path = String::from_utf8_lossy(path).into_owned();
            staged.push(Staged { path, blob: blob.to_owned() });
        }
    }
    Ok(staged)
}

/// Looks through what is staged.
pub(crate) fn look(
    folder: &Path,
    staged: &[Staged],
    scanner: &mut Scanner<'_>,
    mut step: impl FnMut(),
) -> Result<(), Error> {
    if staged.is_empty() {
        return Ok(());
    }
    let mut blobs = Blobs::open(folder)?;
    for each in staged {
        blobs.read(&each.blob, |content, length| {
            scanner.look(each.path.clone(), Input::Stream(Box::new(content)), length);
        })?;
        step();
    }
    Ok(())
}

/// A git that gives one blob after the other.
struct Blobs {
    git: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    fn open(folder: &Path) -> Result<Self, Error> {
        let mut command = git::reading(folder);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut git = command.spawn().map_err(|error| git::not_started(&error))?;
        let (Some(questions), Some(answers)) = (git.stdin.take(), git.stdout.take()) else {
            return Err(Error::cannot(GONE));
        };
        Ok(Self { git, questions, answers: BufReader::new(answers) })
    }

    /// Asks for a blob, and reads it to its end, whatever was read of it already.
    fn read(&mut self, blob: &str, work: impl FnOnce(&mut dyn Read, u64)) -> Result<(), Error> {
        let failed = |error| Error::cannot(format!("cannot read what git prints: {error}"));
        writeln!(self.questions, "{blob}").map_err(failed)?;
        let mut head = String::new();
        self.answers.read_line(&mut head).map_err(failed)?;
        let length = head.trim_end().strip_prefix(blob).and_then(|rest| {
            rest.trim_start().strip_prefix("blob ").and_then(|length| length.parse().ok())
        });
        let Some(length) = length else { return Err(Error::cannot(GONE)) };
        let mut content = (&mut self.answers).take(length);
        work(&mut content, length);
        io::copy(&mut content, &mut io::sink()).map_err(failed)?;
        let mut newline = [0];
        self.answers.read_exact(&mut newline).map_err(failed)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It ends when nobody asks any more; after an error it may still be writing.
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}

const GONE: &str = "git does not give what is staged: a blob is not in the repository";
