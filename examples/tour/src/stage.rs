//! The stage of the tour: a temporary folder with a home, the command on the path, and a shell.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

/// A temporary folder in which commands are typed.
pub(crate) struct Stage {
    root: tempfile::TempDir,
    folder: PathBuf,
    path: String,
    runtime: PathBuf,
    lock: PathBuf,
}

impl Stage {
    /// Builds the command `strongroom` and makes the folder.
    pub(crate) fn set() -> Result<Self, Failure> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or(workspace.join("target"), PathBuf::from);
        let target = std::path::absolute(target)?;
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(&cargo)
            .args(["build", "--quiet", "--package", "strongroom-cli"])
            .current_dir(&workspace)
            .env("CARGO_TARGET_DIR", &target)
            .status()?;
        if !built.success() {
            return Err(Failure("the command `strongroom` does not build".to_owned()));
        }
        let root = tempfile::tempdir()?;
        let folder = root.path().to_owned();
        fs::create_dir_all(folder.join("home/.ssh"))?;
        // The same versions, the same target folder and the same profile as the workspace: no crate is built twice.
        fs::create_dir_all(folder.join(".cargo"))?;
        let profile =
            "[profile.dev.package]\nargon2 = { opt-level = 3 }\nblake2 = { opt-level = 3 }\n";
        let target = target.display().to_string();
        let config =
            format!("[build]\ntarget-dir = {target:?}\n\n[net]\noffline = true\n\n{profile}");
        fs::write(folder.join(".cargo/config.toml"), config)?;
        let path = env::var("PATH").unwrap_or_default();
        let path = format!("{target}/debug:{path}");
        let (runtime, lock) = (workspace.join("runtime"), workspace.join("Cargo.lock"));
        Ok(Self { root, folder, path, runtime, lock })
    }

    /// Says something between two commands.
    #[expect(clippy::unused_self, reason = "the stage is where things are said")]
    pub(crate) fn say(&self, text: &str) {
        println!("\n# {text}");
    }

    /// Enters a folder, and takes the workspace's lock file along.
    pub(crate) fn enter(&mut self, folder: &str) -> Result<(), Failure> {
        println!("$ cd {folder}");
        self.folder.push(folder);
        fs::copy(&self.lock, self.folder.join("Cargo.lock"))?;
        Ok(())
    }

    /// Writes a file and shows it.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        println!("$ $EDITOR {path}");
        text.lines().for_each(|line| println!("  {line}"));
        self.put(path, text)
    }

    /// Writes a file without a word.
    pub(crate) fn put(&self, path: &str, text: &str) -> Result<(), Failure> {
        Ok(fs::write(self.folder.join(path), text)?)
    }

    /// Removes a file without a word.
    pub(crate) fn remove(&self, path: &str) -> Result<(), Failure> {
        Ok(fs::remove_file(self.folder.join(path))?)
    }

    /// Types a command and shows what it prints.
    pub(crate) fn run(&self, line: &str) -> Result<Output, Failure> {
        println!("$ {line}");
        let output = self.quiet(line)?;
        output.text.lines().filter(|line| !is_noise(line)).for_each(|line| println!("  {line}"));
        Ok(output)
    }

    /// Types a command without showing anything.
    pub(crate) fn quiet(&self, line: &str) -> Result<Output, Failure> {
        // Strongroom is not on the registry here: what is shown adds it from there, what is run adds this copy of it.
        let typed = match line {
            "cargo add strongroom" => {
                format!("cargo add --quiet --path '{}'", self.runtime.display())
            }
            _ => line.to_owned(),
        };
        let home = env::home_dir().unwrap_or_default();
        let kept = |name: &str, folder: &str| {
            env::var_os(name).unwrap_or_else(|| home.join(folder).into())
        };
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {typed}")])
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

/// What cargo prints of crates that the reader did not ask for.
fn is_noise(line: &str) -> bool {
    let line = line.trim_start();
    ["Compiling ", "Locking ", "Adding ", "hint: "].iter().any(|start| line.starts_with(start))
        && !line.contains(" shop ")
}

/// What a command did.
pub(crate) struct Output {
    line: String,
    status: Option<i32>,
    text: String,
}

impl Output {
    /// Expects status 0.
    pub(crate) fn succeeds(self) -> Result<Self, Failure> {
        self.fails_with(0)
    }

    /// Expects this status.
    pub(crate) fn fails_with(self, status: i32) -> Result<Self, Failure> {
        if self.status == Some(status) {
            return Ok(self);
        }
        let found = self.status.map_or("a signal".to_owned(), |status| status.to_string());
        Err(Failure(format!("`{}` ended with {found}, not {status}:\n{}", self.line, self.text)))
    }

    /// Expects a text in what it printed.
    pub(crate) fn says(self, text: &str) -> Result<Self, Failure> {
        if self.text.contains(text) {
            return Ok(self);
        }
        Err(Failure(format!("`{}` does not say `{text}`:\n{}", self.line, self.text)))
    }

    /// Expects none of these texts in what it printed.
    pub(crate) fn hides(self, texts: &[&str]) -> Result<Self, Failure> {
        match texts.iter().find(|text| self.text.contains(**text)) {
            None => Ok(self),
            Some(text) => Err(Failure(format!("`{}` shows `{text}`", self.line))),
        }
    }
}

/// Why the tour stops.
pub(crate) struct Failure(String);

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
