//! Packages outside of the workspace, built as a user's application builds ours: its profiles do not reach them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A generated package, and a target folder of its own.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its folder.
    pub(crate) folder: PathBuf,
}

impl Package {
    /// Writes a package: what its manifest has beside the name, and its `src/lib.rs`.
    pub(crate) fn write(name: &str, manifest: &str, source: &str) -> Self {
        let folder = kept().join(name);
        fs::create_dir_all(folder.join("src")).expect("the target folder can be written");
        let head =
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
        write(&folder.join("Cargo.toml"), &format!("{head}{manifest}\n[workspace]\n"));
        write(&folder.join("src").join("lib.rs"), source);
        // The same versions as in the workspace. Cargo removes what this package does not need.
        let lock = fs::read_to_string(workspace().join("Cargo.lock"));
        write(&folder.join("Cargo.lock"), &lock.expect("the workspace has a lock file"));
        Self { folder }
    }

    /// Writes a package that depends on a crate in this folder, and does nothing with it.
    pub(crate) fn using(name: &str, dependency: &str, folder: &Path) -> Self {
        let path = folder.display();
        Self::write(name, &format!("[dependencies]\n{dependency} = {{ path = '{path}' }}\n"), "")
    }

    /// Cargo in this package, offline, with nothing of the environment that would change what it builds.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command
            .args(arguments)
            .arg("--offline")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.target())
            // What comes from a registry is never built incrementally; a path makes cargo think otherwise.
            .env("CARGO_INCREMENTAL", "0");
        command
    }

    /// Where it is built.
    pub(crate) fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Throws away what was built.
    pub(crate) fn clean(&self) {
        if self.target().exists() {
            fs::remove_dir_all(self.target()).expect("what was built here can be removed");
        }
    }
}

/// Cargo, without what the one that runs this bench has put into the environment.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_home = matches!(&*text, "CARGO_HOME" | "RUSTUP_HOME" | "RUSTUP_TOOLCHAIN");
        let is_ours = ["CARGO", "RUST", "STRONGROOM"].iter().any(|ours| text.starts_with(ours));
        if is_ours && !is_home {
            command.env_remove(name);
        }
    }
    // A cache of compiled crates would hide what compiling them costs.
    command.env("RUSTC_WRAPPER", "");
    command
}

/// Runs a command that must succeed.
pub(crate) fn done(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", words(command)))?;
    if output.status.success() {
        return Ok(output);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or("it failed");
    Err(format!("{}: {first}", words(command)))
}

/// A command as typed.
fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The files that a `cargo build --message-format=json` says it made of a target.
pub(crate) fn artifacts(output: &Output, target: &str) -> Vec<PathBuf> {
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let made = messages.filter(|message| message["target"]["name"] == target);
    let files = made.flat_map(|message| match &message["filenames"] {
        Value::Array(files) => files.clone(),
        _ => Vec::new(),
    });
    files.filter_map(|file| file.as_str().map(PathBuf::from)).collect()
}

/// The workspace's folder.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the workspace")
}

fn write(path: &Path, text: &str) {
    // What is the same already keeps its time, so that cargo does not build it again.
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::write(path, text).expect("the target folder can be written");
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("strongroom-benches-packages")
}
