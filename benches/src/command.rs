//! The command `strongroom`, built as a user installs it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::package::{artifacts, cargo, done, workspace};
use crate::vaults::{Vault, configuration};

/// The built command.
pub(crate) struct Built {
    program: PathBuf,
}

impl Built {
    /// Builds it, if it is not built yet.
    pub(crate) fn command() -> Result<Self, String> {
        let mut build = cargo();
        build
            .args(["build", "--release", "--package=strongroom-cli", "--message-format=json"])
            .current_dir(workspace())
            .env("CARGO_TARGET_DIR", target());
        let output = done(&mut build)?;
        let program = artifacts(&output, "strongroom").pop().ok_or("cargo built no command")?;
        Ok(Self { program })
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(&self.program).expect("it was built")
    }

    /// Runs it in a vault's folder with something on its standard input; it must succeed.
    pub(crate) fn strongroom(&self, vault: &Vault, arguments: &[&str], input: &str) {
        run(in_folder(&self.program, vault).args(arguments), input);
    }

    /// As [`Built::strongroom`]; gives what it says on standard error.
    pub(crate) fn words(&self, vault: &Vault, arguments: &[&str]) -> String {
        let output = in_folder(&self.program, vault).args(arguments).output();
        let output = output.expect("a program that is there starts");
        assert!(output.status.success(), "{arguments:?} failed");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The value of a secret.
    pub(crate) fn value(&self, vault: &Vault, name: &str) -> String {
        let words = ["get", "--type", "local", name];
        let output = in_folder(&self.program, vault).args(words).output();
        let output = output.expect("a program that is there starts");
        assert!(output.status.success(), "the vault has {name}");
        String::from_utf8(output.stdout).expect("values are text").trim_end().to_owned()
    }

    /// The server for a vault, on a free port.
    pub(crate) fn serve(&self, vault: &Vault) -> Command {
        let mut command = in_folder(&self.program, vault);
        command.args(["serve", "--type", "local", "--http-port", "0", "--grpc-port", "0"]);
        command
    }

    /// Runs `true` in the same way.
    #[expect(clippy::unused_self, reason = "stands beside `strongroom`, which it is compared with")]
    pub(crate) fn nothing(&self, vault: &Vault) {
        run(&mut in_folder(Path::new("true"), vault), "");
    }
}

fn in_folder(program: &Path, vault: &Vault) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&vault.folder).env_clear().env("XDG_CONFIG_HOME", configuration());
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}

fn run(command: &mut Command, input: &str) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().expect("a program that is there starts");
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).expect("the command reads what it is given");
    }
    let status = child.wait().expect("a child can be waited for");
    assert!(status.success(), "{command:?} failed");
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder")
}
