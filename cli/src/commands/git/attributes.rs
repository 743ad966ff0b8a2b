//! The line in `.gitattributes` that gives the vault's file to the drivers. It is committed: without the drivers git does
//! as it always does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::git::Commit;

/// The file beside the vault, and the line for it.
pub(super) struct Attributes {
    pub(super) path: PathBuf,
    line: String,
}

impl Attributes {
    pub(super) fn of(folder: &Path, name: &str) -> Self {
        let line = format!("{} {ATTRIBUTES}", pattern(name));
        Self { path: folder.join(".gitattributes"), line }
    }

    /// Whether the line is there.
    pub(super) fn is_there(&self) -> Result<bool, Error> {
        Ok(self.read()?.is_some_and(|text| text.lines().any(|line| line.trim() == self.line)))
    }

    /// Whether the last commit has the line, so that it is everybody's.
    pub(super) fn is_shared(&self) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let committed = Commit::of(folder, "HEAD").and_then(|head| head.file(&self.path));
        // Without a commit, and without the file, nobody else has it.
        let text = committed.ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&text).lines().any(|line| line.trim() == self.line)
    }

    /// Adds the line at the end; false if it is there already.
    pub(super) fn add(&self) -> Result<bool, Error> {
        let old = self.read()?.unwrap_or_default();
        if old.lines().any(|line| line.trim() == self.line) {
            return Ok(false);
        }
        let newline = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
        self.write(&format!("{old}{newline}{}\n", self.line))?;
        Ok(true)
    }

    /// Takes the line out, and the file where nothing else is in it; false if there was none.
    pub(super) fn remove(&self) -> Result<bool, Error> {
        let Some(old) = self.read()? else { return Ok(false) };
        let is_other = |line: &&str| line.trim() != self.line;
        let text: String = old.split_inclusive('\n').filter(is_other).collect();
        if text == old {
            return Ok(false);
        }
        if text.is_empty() {
            fs::remove_file(&self.path)
                .map_err(|error| Error::file("remove", &self.path, &error))?;
        } else {
            self.write(&text)?;
        }
        Ok(true)
    }

    fn read(&self) -> Result<Option<String>, Error> {
        let failed = |error: &io::Error| Error::file("read", &self.path, error);
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            // git follows no link here.
            Ok(found) if !found.is_file() => {
                return Err(failed(&io::Error::other(
                    "it is no regular file, so git does not read it",
                )));
            }
            _ => {}
        }
        fs::read_to_string(&self.path).map(Some).map_err(|error| failed(&error))
    }

    fn write(&self, text: &str) -> Result<(), Error> {
        fs::write(&self.path, text).map_err(|error| Error::file("write", &self.path, &error))
    }
}

/// A file's name as a pattern that means this file alone, in this folder alone.
fn pattern(name: &str) -> String {
    let mut pattern = String::from("/");
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    if pattern.contains([' ', '\t', '"']) {
        format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        pattern
    }
}

const ATTRIBUTES: &str = "merge=strongroom diff=strongroom";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_one_file() {
        assert_eq!(pattern("strongroom.toml"), "/strongroom.toml");
        assert_eq!(pattern("a b.toml"), "\"/a b.toml\"");
        assert_eq!(pattern("a[1]*.toml"), "/a\\[1]\\*.toml");
        assert_eq!(pattern("a \"*"), "\"/a \\\"\\\\*\"");
    }
}
