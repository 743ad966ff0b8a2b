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
fn the_record_of_what_a_cluster_keeps_is_enough_to_build_for_production() {
    let vault = example().join("strongroom.toml");
    let output = checked(&vault);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

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
