//! The vault in real repositories: the drivers that git runs, what a merge leaves open, history, and earlier versions.

mod absent;
mod apps;
mod given_way;
mod history;
mod hooked;
mod installing;
mod leaving;
mod merging;
mod numbered;
mod older;
mod resolving;
mod rollback;
mod rotated;
mod settings;

use std::path::Path;
use std::process::{Command, Output};

use crate::session::{MARKER, Session};

/// A clone of somebody's with git set up for it.
pub struct Clone {
    pub session: Session,
}

impl Clone {
    /// A repository with an empty vault in it.
    pub fn new() -> Self {
        let session = Session::new();
        std::fs::remove_dir(session.path(".git")).expect("an empty folder");
        let clone = Self { session };
        clone.git(&["init", "-q", "-b", "main"]);
        clone.session.run("strongroom init").succeeds();
        clone
    }

    /// As [`Clone::new`], with two secrets, the drivers installed, and all of it committed.
    pub fn installed() -> Self {
        let clone = Self::new();
        clone.set("--type dev,prod", "stripe_api_key", "1");
        clone.set("--type dev,local", "zone_token", "1");
        clone.session.run("strongroom key deposit").succeeds();
        clone.session.run("strongroom git install --no-hook").succeeds();
        clone.commit("Ann", "a vault");
        clone
    }

    pub fn set(&self, flags: &str, name: &str, value: &str) {
        let line = format!("strongroom set {flags} {name}");
        self.session.typed(&line).input(format!("{MARKER}-{value}")).run().succeeds();
    }

    /// Runs git as somebody; it may fail.
    pub fn try_git_as(&self, who: &str, words: &[&str]) -> Output {
        let mut git = Command::new("git");
        self.session.set_up(&mut git);
        for (name, value) in [
            ("GIT_AUTHOR_NAME", who),
            ("GIT_AUTHOR_EMAIL", "x@example.com"),
            ("GIT_COMMITTER_NAME", who),
            ("GIT_COMMITTER_EMAIL", "x@example.com"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ] {
            git.env(name, value);
        }
        git.args(words).output().expect("git runs")
    }

    /// Runs git, which must do what it is asked; gives what it prints.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        let output = self.try_git_as("Ann", words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Commits everything as somebody.
    #[track_caller]
    pub fn commit(&self, who: &str, subject: &str) {
        self.git(&["add", "-A"]);
        let output = self.try_git_as(who, &["commit", "-q", "-m", subject]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Two branches from here: what Bob makes on `feature`, and then what Ann makes on `main`.
    pub fn diverge(&self, feature: impl FnOnce(&Self), main: impl FnOnce(&Self)) {
        self.git(&["checkout", "-q", "-b", "feature"]);
        // Bob has a machine of his own, which remembers what it saw.
        copy(&self.session.home().join(".config"), &self.session.home().join("bobs"));
        self.session.export("XDG_CONFIG_HOME", self.session.home().join("bobs"));
        feature(self);
        self.session.forget("XDG_CONFIG_HOME");
        self.commit("Bob", "on the branch");
        self.git(&["checkout", "-q", "main"]);
        main(self);
        self.commit("Ann", "on main");
    }

    /// Makes new data keys for types.
    #[track_caller]
    pub fn rotate(&self, types: &str) {
        self.session.run(&format!("strongroom key rotate --type {types} --yes")).succeeds();
    }

    /// Merges the branch; gives whether it went by itself, and what was said.
    pub fn merge(&self) -> (bool, String) {
        let output = self.try_git_as("Ann", &["merge", "-q", "-m", "merged", "feature"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        crate::session::refuse_secrets(&said);
        (output.status.success(), self.shown(&said))
    }

    /// The value of a secret.
    pub fn get(&self, flags: &str, name: &str) -> String {
        let line = format!("strongroom get {flags} {name}");
        let outcome = self.session.typed(&line).that_shows_secrets().run();
        outcome.succeeds();
        outcome.output().replace(MARKER, "")
    }

    /// Text with commits and days replaced.
    pub fn shown(&self, text: &str) -> String {
        let commits = self.git(&["log", "--all", "--format=%H"]);
        let mut text = self.session.redacted(text);
        for commit in commits.lines() {
            text = text.replace(commit, "[COMMIT]").replace(&commit[..10], "[COMMIT..]");
        }
        text
    }

    /// What a command prints, and what it says.
    #[track_caller]
    pub fn run(&self, line: &str, status: i32) -> String {
        let outcome = self.session.run(line);
        outcome.ends_with(status);
        let said = if outcome.stderr.is_empty() {
            String::new()
        } else {
            format!("--- stderr\n{}", outcome.stderr)
        };
        self.shown(&(outcome.output() + &said))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Compares with an inline snapshot.
#[track_caller]
pub fn shows(text: String, expected: impl snapbox::IntoData) {
    snapbox::Assert::new().action_env(snapbox::assert::DEFAULT_ACTION_ENV).eq(text, expected);
}

/// Whether a file may be executed.
#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    crate::session::mode(path) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
