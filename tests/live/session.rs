//! Somebody at a terminal with the command, built with the kinds of stores that these tests are built with.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::built::built;

/// Somebody at a terminal, in a folder that is a repository, with nothing in the environment but what is said.
pub(crate) struct Session {
    program: PathBuf,
    variables: Vec<(String, OsString)>,
    home: TempDir,
}

impl Session {
    /// In an empty folder.
    pub(crate) fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = built("strongroom-cli", "strongroom", &FEATURES.join(","), here, &[]);
        let home = TempDir::new().expect("a folder");
        fs::create_dir_all(home.path().join("work/.git")).expect("folders");
        Self { program, variables: Vec::new(), home }
    }

    /// With a variable.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Types a line with something on standard input; gives what was said, which holds no value.
    pub(crate) fn types(&self, line: &str, input: &str, succeeds: bool) -> String {
        let mut command = Command::new(&self.program);
        command.args(line.split(' ')).env_clear().current_dir(self.home.path().join("work"));
        command.env("HOME", self.home.path()).envs(self.variables.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        // One that reads nothing may be gone already.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("text");
        assert_eq!(output.status.success(), succeeds, "strongroom {line}\n{said}");
        assert!(!said.contains("hunter2"), "strongroom {line} tells a value:\n{said}");
        said
    }

    /// The vault as it is now.
    pub(crate) fn vault(&self) -> String {
        fs::read_to_string(self.home.path().join("work/strongroom.toml")).expect("it")
    }
}

/// One command for all servers: it is built once.
const FEATURES: &[&str] = &[
    #[cfg(feature = "aws-kms")]
    "aws-kms",
    #[cfg(feature = "aws-parameter-store")]
    "aws-parameter-store",
    #[cfg(feature = "aws-secrets-manager")]
    "aws-secrets-manager",
    #[cfg(feature = "azure-key-vault")]
    "azure-key-vault",
    #[cfg(feature = "gcp-secret-manager")]
    "gcp-secret-manager",
    #[cfg(feature = "kubernetes")]
    "kubernetes",
];
