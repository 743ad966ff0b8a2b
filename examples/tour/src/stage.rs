//! The stage of the tour: a temporary folder with a home, the command on the path, and a shell.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

/// A temporary folder in which commands are typed.
#[derive(Debug)]
pub struct Stage {
    root: tempfile::TempDir,
    folder: PathBuf,
    path: String,
}

impl Stage {
    /// A stage with the command of this workspace, which is built first.
    ///
    /// # Errors
    ///
    /// The command does not build, or the folder cannot be made.
    pub fn with_built_command() -> Result<Self, Failure> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = target_folder()?;
        let built = Command::new(&cargo)
            // Public keys are not shown here, and take as long to build as the rest.
            .args(["build", "--quiet", "--package", "strongroom-cli", "--no-default-features"])
            .current_dir(workspace()?)
            .env("CARGO_TARGET_DIR", &target)
            .status()?;
        if !built.success() {
            return Err(Failure("the command `strongroom` does not build".to_owned()));
        }
        Self::with_command(
            &target.join("debug").join(format!("strongroom{}", env::consts::EXE_SUFFIX)),
        )
    }

    /// A stage with a command that is built already.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn with_command(command: &Path) -> Result<Self, Failure> {
        let root = tempfile::tempdir()?;
        let folder = root.path().to_owned();
        fs::create_dir_all(folder.join("home/.ssh"))?;
        // The same versions, the same target folder and the same profile as the workspace: no crate is built twice.
        fs::create_dir_all(folder.join(".cargo"))?;
        let profile =
            "[profile.dev.package]\nargon2 = { opt-level = 3 }\nblake2 = { opt-level = 3 }\n";
        let target = target_folder()?.display().to_string();
        let config =
            format!("[build]\ntarget-dir = {target:?}\n\n[net]\noffline = true\n\n{profile}");
        fs::write(folder.join(".cargo/config.toml"), config)?;
        let path = env::var("PATH").unwrap_or_default();
        let bin = folder.join("bin");
        fs::create_dir(&bin)?;
        write_program(&bin.join("cargo"), &cargo_with_this_copy(&workspace()?, &path))?;
        let command = command.parent().unwrap_or(Path::new(".")).display();
        let path = format!("{}:{command}:{path}", bin.display());
        Ok(Self { root, folder, path })
    }

    /// Says something between two commands.
    pub fn say(&self, text: &str) {
        println!("\n# {text}");
    }

    /// Enters a folder.
    pub fn enter(&mut self, folder: &str) {
        println!("$ cd {folder}");
        self.folder.push(folder);
    }

    /// Writes a file and shows it.
    pub fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        println!("$ $EDITOR {path}");
        text.lines().for_each(|line| println!("  {line}"));
        self.put(path, text)
    }

    /// Writes a file without a word.
    pub fn put(&self, path: &str, text: &str) -> Result<(), Failure> {
        Ok(fs::write(self.folder.join(path), text)?)
    }

    /// Removes a file without a word.
    pub fn remove(&self, path: &str) -> Result<(), Failure> {
        Ok(fs::remove_file(self.folder.join(path))?)
    }

    /// Types a command and shows what it prints.
    pub fn run(&self, line: &str) -> Result<Output, Failure> {
        println!("$ {line}");
        let output = self.quiet(line)?;
        output.text.lines().filter(|line| !is_noise(line)).for_each(|line| println!("  {line}"));
        Ok(output)
    }

    /// Types a command without showing anything.
    pub fn quiet(&self, line: &str) -> Result<Output, Failure> {
        let home = env::home_dir().unwrap_or_default();
        let kept = |name: &str, folder: &str| {
            env::var_os(name).unwrap_or_else(|| home.join(folder).into())
        };
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {line}")])
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.root.path().join("home"))
            .env("CARGO_HOME", kept("CARGO_HOME", ".cargo"))
            .env("RUSTUP_HOME", kept("RUSTUP_HOME", ".rustup"))
            .envs(["AUTHOR", "COMMITTER"].iter().flat_map(|role| {
                [
                    (format!("GIT_{role}_NAME"), "you"),
                    (format!("GIT_{role}_EMAIL"), "you@example.com"),
                ]
            }))
            .stdin(Stdio::null())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Output { line: line.to_owned(), status: output.status.code(), text })
    }
}

/// A `cargo` for the stage, where this workspace is not the folder beside: it adds and installs this workspace's copy of
/// Strongroom; everything else goes to the real one.
fn cargo_with_this_copy(workspace: &Path, path: &str) -> String {
    let workspace = workspace.display();
    format!(
        r#"#!/bin/sh
PATH='{path}'
case "$1 $2" in
"add strongroom")
    all="$*"
    case $all in *" --features "*) features=${{all##* --features }} ;; *) features= ;; esac
    cargo add --quiet --path '{workspace}/runtime' --features "$features" && cp '{workspace}/Cargo.lock' Cargo.lock ;;
"install --path") echo "the command strongroom of this workspace is on the path" ;;
*) exec cargo "$@" ;;
esac
"#
    )
}

#[cfg(unix)]
fn write_program(path: &Path, text: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn write_program(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

/// The root of this workspace.
fn workspace() -> io::Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()
}

/// Where this workspace is built.
fn target_folder() -> io::Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => std::path::absolute(folder),
        None => Ok(workspace()?.join("target")),
    }
}

/// What cargo prints of crates that the reader did not ask for.
fn is_noise(line: &str) -> bool {
    let line = line.trim_start();
    ["Compiling ", "Locking ", "Adding ", "hint: "].iter().any(|start| line.starts_with(start))
        && !line.contains(" shop ")
}

/// What a command did.
#[derive(Debug)]
pub struct Output {
    line: String,
    status: Option<i32>,
    text: String,
}

impl Output {
    /// What it printed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Expects status 0.
    pub fn succeeds(self) -> Result<Self, Failure> {
        self.fails_with(0)
    }

    /// Expects this status.
    pub fn fails_with(self, status: i32) -> Result<Self, Failure> {
        if self.status == Some(status) {
            return Ok(self);
        }
        let found = self.status.map_or("a signal".to_owned(), |status| status.to_string());
        Err(Failure(format!("`{}` ended with {found}, not {status}:\n{}", self.line, self.text)))
    }

    /// Expects a text in what it printed.
    pub fn says(self, text: &str) -> Result<Self, Failure> {
        if self.text.contains(text) {
            return Ok(self);
        }
        Err(Failure(format!("`{}` does not say `{text}`:\n{}", self.line, self.text)))
    }

    /// Expects none of these texts in what it printed.
    pub fn hides(self, texts: &[&str]) -> Result<Self, Failure> {
        match texts.iter().find(|text| self.text.contains(**text)) {
            None => Ok(self),
            Some(text) => Err(Failure(format!("`{}` shows `{text}`", self.line))),
        }
    }
}

/// Why the tour stops.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}
