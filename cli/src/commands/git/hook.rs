//! The pre-commit hook: what is about to be committed is scanned for values of the vault.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use strongroom_vault::open_regular;

use super::config;
use crate::error::Error;
use crate::git::{not_started, reading, words_of};

/// The hook of a repository, wherever its configuration has hooks.
pub(super) struct Hook {
    pub(super) path: PathBuf,
    command: String,
}

/// What became of the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there now.
    Added,
    /// It was there, and is again as it should be.
    Renewed,
    /// It was there.
    Unchanged,
    /// It is none of a shell, so nothing may be added to it.
    Foreign,
}

impl Hook {
    pub(super) fn of(folder: &Path, command: &str) -> Result<Self, Error> {
        let path = match own_path(folder)? {
            Some(path) => path,
            // Not `--git-path hooks`: a git that only reads has no hooks.
            None => folder.join(asked(folder, "--git-common-dir")?).join("hooks"),
        };
        Ok(Self { path: path.join("pre-commit"), command: command.to_owned() })
    }

    /// Refuses what leads elsewhere: a file outside the repository may be everybody's.
    pub(super) fn refuse_link(&self) -> Result<(), Error> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if !found.is_file() => Err(Error::file(
                "write",
                &self.path,
                &io::Error::other("it is no regular file, and may lead to one of somebody else"),
            )),
            _ => Ok(()),
        }
    }

    /// Whether it is there, and git would run it.
    pub(super) fn is_there(&self) -> Result<bool, Error> {
        let is_there = self.read()?.is_some_and(|text| text.contains(&self.block()));
        Ok(is_there && is_executable(&self.path))
    }

    /// Puts our lines into the hook, behind what is there.
    pub(super) fn add(&self) -> Result<Outcome, Error> {
        let Some(old) = self.read()? else {
            self.write(&format!("#!/bin/sh\n{}", self.block()))?;
            return Ok(Outcome::Added);
        };
        if old.contains(&self.block()) {
            if !is_executable(&self.path) {
                make_executable(&self.path)
                    .map_err(|error| Error::file("write", &self.path, &error))?;
                return Ok(Outcome::Renewed);
            }
            return Ok(Outcome::Unchanged);
        }
        if !is_of_a_shell(&old) {
            return Ok(Outcome::Foreign);
        }
        let without = without_block(&old);
        let outcome = if without == old { Outcome::Added } else { Outcome::Renewed };
        // An `exit` or an `exec` of theirs would come before lines at the end.
        let (head, rest) = without.split_once('\n').unwrap_or((&without, ""));
        self.write(&format!("{head}\n{}{rest}", self.block()))?;
        Ok(outcome)
    }

    /// Takes our lines out, and the file where nothing else is in it; false if there were none.
    pub(super) fn remove(&self) -> Result<bool, Error> {
        let Some(old) = self.read()? else { return Ok(false) };
        let text = without_block(&old);
        if text == old {
            return Ok(false);
        }
        if text == "#!/bin/sh\n" {
            self.refuse_link()?;
            fs::remove_file(&self.path)
                .map_err(|error| Error::file("remove", &self.path, &error))?;
        } else {
            self.write(&text)?;
        }
        Ok(true)
    }

    /// The command that it runs.
    pub(super) fn line(&self) -> String {
        format!("{} scan --staged || exit 1", self.command)
    }

    fn block(&self) -> String {
        let otherwise = "nothing was looked for; to commit all the same: git commit --no-verify";
        let line = config::if_found(&self.command, &self.line(), otherwise, "exit 1");
        format!("{BEGIN}\n{line}\n{END}\n")
    }

    fn read(&self) -> Result<Option<String>, Error> {
        let mut bytes = Vec::new();
        match open_regular(&self.path).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &self.path, &error)),
        }
    }

    fn write(&self, text: &str) -> Result<(), Error> {
        self.refuse_link()?;
        let failed = |error: io::Error| Error::file("write", &self.path, &error);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&self.path, text).map_err(failed)?;
        make_executable(&self.path).map_err(failed)
    }
}

/// `core.hooksPath`, which [`reading`] sets for itself alone.
fn own_path(folder: &Path) -> Result<Option<PathBuf>, Error> {
    for level in ["--worktree", "--local", "--global", "--system"] {
        let mut git = reading(folder);
        let output = git.args(["config", level, "--type=path", "--get", "core.hooksPath"]).output();
        let output = output.map_err(|error| not_started(&error))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && !text.trim().is_empty() {
            let path = PathBuf::from(text.trim_end_matches('\n'));
            // A relative one counts from where hooks are run.
            return asked(folder, "--show-toplevel").map(|root| Some(root.join(path)));
        }
    }
    Ok(None)
}

/// A path that git tells.
fn asked(folder: &Path, what: &str) -> Result<PathBuf, Error> {
    let output = reading(folder).args(["rev-parse", what]).output();
    let output = output.map_err(|error| not_started(&error))?;
    if !output.status.success() {
        let words = words_of(&output.stderr);
        return Err(Error::cannot(format!("git cannot be asked for its hooks: {words}")));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r'])))
}

fn without_block(text: &str) -> String {
    let mut inside = false;
    let is_other = |line: &&str| {
        let bare = line.trim_end();
        if bare == BEGIN {
            inside = true;
        }
        let is_ours = inside;
        if bare == END {
            inside = false;
        }
        !is_ours
    };
    text.split_inclusive('\n').filter(is_other).collect()
}

fn is_of_a_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let words = first.strip_prefix("#!").map(str::split_whitespace);
    let mut programs =
        words.into_iter().flatten().map(|word| word.rsplit('/').next().unwrap_or(word));
    programs.any(|program| ["sh", "bash", "dash", "zsh", "ksh"].contains(&program))
}

/// git runs no other.
#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o111))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "a mode can be refused elsewhere")]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

const BEGIN: &str = "# >>> strongroom: no value of the vault in a commit";
const END: &str = "# <<< strongroom";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_of_a_shell_are_added_to() {
        for of_a_shell in ["#!/bin/sh\n", "#!/usr/bin/env bash\nx", "#! /bin/dash -e\n"] {
            assert!(is_of_a_shell(of_a_shell), "{of_a_shell}");
        }
        for other in ["#!/usr/bin/env python3\n", "\u{7f}ELF", "", "#!/usr/bin/fish\n"] {
            assert!(!is_of_a_shell(other), "{other}");
        }
    }
}
