//! A build for production: the vault's record is enough, without a key, a network or a cluster.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::example::{example, skipped};

/// What cargo says of the service for production, where nothing can be asked of anybody.
fn checked(vault: &Path) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = match without_network() {
        Some(mut command) => {
            command.arg(cargo);
            command
        }
        None => Command::new(cargo),
    };
    command.args(["check", "--offline", "--package", "service", "--bin", "service"]);
    command.current_dir(example()).env_clear().stdin(Stdio::null());
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "CARGO_TARGET_DIR"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.env("STRONGROOM_ENV", "production").env("STRONGROOM_VAULT", vault);
    command.output().expect("cargo runs")
}

/// A command that runs what follows without any network, where the system lets everybody do that.
fn without_network() -> Option<Command> {
    let command = || {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "--"]);
        command
    };
    let works = command().arg("true").output().is_ok_and(|output| output.status.success());
    if !works {
        skipped("building without a network: `unshare` cannot take it away here");
    }
    works.then(command)
}

#[test]
fn a_build_for_production_says_what_is_missing_from_the_record_and_from_the_program() {
    let vault = example().join("strongroom.toml");
    let output = checked(&vault);
    // Every value is on record, and the kind of store that keeps them is a feature of its own.
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && !said.contains("has no value"), "{said}");
    for field in ["webhook_key", "previous_webhook_key", "operator_token"] {
        let expected = format!(
            "error: `{field}` for `production` is kept in the store `cluster`, and this program is built \
             without stores of the kind `kubernetes`"
        );
        assert!(said.contains(&expected), "`{expected}` is not in\n{said}");
    }
    assert!(said.contains("cargo add strongroom --features kubernetes"), "{said}");

    // And it is what decides.
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(&vault).expect("the vault");
    let is_token = |line: &&str| line.contains("ref = \"service-operator/token\"");
    let line = text.lines().find(is_token).expect("a reference");
    let without = folder.path().join("strongroom.toml");
    fs::write(&without, text.replace(&format!("{line}\n"), "")).expect("a vault");
    let output = checked(&without);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for part in [
        "error: secret `operator_token` has no value for environment type `production`",
        "set one with: strongroom set --type production operator_token",
    ] {
        assert!(said.contains(part), "`{part}` is not in\n{said}");
    }
}
