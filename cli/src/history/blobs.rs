//! The texts of commits, from one git that is asked for all of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use strongroom_vault::limits::FILE_BYTES;

use super::InGit;
use crate::error::Error;
use crate::git::{not_started, reading};

/// What git has of a blob.
pub(crate) enum Stored {
    Text(String),
    /// It is larger than a vault, or no UTF-8.
    NoVault,
    /// It is not there, as in a partial clone.
    Missing,
}

/// A git that gives blobs by their ids.
pub(crate) struct Blobs {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Blobs {
    pub(crate) fn of(file: &InGit) -> Result<Self, Error> {
        let mut git = reading(&file.folder);
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn().map_err(|error| not_started(&error))?;
        let stdin = child.stdin.take();
        let Some(stdout) = child.stdout.take() else {
            return Err(Error::cannot("cannot read what git prints"));
        };
        Ok(Self { child, stdin, stdout: BufReader::new(stdout) })
    }

    /// The text of a blob; none if it is not there (a partial clone), is larger than a vault, or is no UTF-8.
    pub(crate) fn text(&mut self, blob: &str) -> Result<Option<String>, Error> {
        Ok(match self.stored(blob)? {
            Stored::Text(text) => Some(text),
            Stored::NoVault | Stored::Missing => None,
        })
    }

    pub(crate) fn stored(&mut self, blob: &str) -> Result<Stored, Error> {
        let failed = |error| Error::cannot(format!("cannot read what git prints: {error}"));
        let Some(stdin) = &mut self.stdin else { return Ok(Stored::Missing) };
        writeln!(stdin, "{blob}").and_then(|()| stdin.flush()).map_err(failed)?;
        let mut head = String::new();
        self.stdout.read_line(&mut head).map_err(failed)?;
        // `ID blob SIZE`, or `ID missing`.
        let size = head.strip_suffix('\n').and_then(|head| head.rsplit_once(" blob "));
        let Some(size) = head_size(size.map_or(head.as_str(), |(_, size)| size)) else {
            return Ok(Stored::Missing);
        };
        if size > FILE_BYTES as u64 {
            let mut rest = (&mut self.stdout).take(size + 1);
            std::io::copy(&mut rest, &mut std::io::sink()).map_err(failed)?;
            return Ok(Stored::NoVault);
        }
        let mut bytes = Vec::new();
        (&mut self.stdout).take(size).read_to_end(&mut bytes).map_err(failed)?;
        // The newline after it.
        (&mut self.stdout).take(1).read_to_end(&mut Vec::new()).map_err(failed)?;
        Ok(String::from_utf8(bytes).map_or(Stored::NoVault, Stored::Text))
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // Without anything to read it ends.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

fn head_size(text: &str) -> Option<u64> {
    text.trim_end().parse().ok()
}
