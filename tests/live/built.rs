//! Programs of this workspace, built with the features that their own tests do without.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Builds a package with a kind of store in it, in a folder and with variables; gives its program.
pub(crate) fn built(
    package: &str,
    program: &str,
    feature: &str,
    folder: &Path,
    variables: &[(&str, &str)],
) -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--offline", "--package", package, "--features", feature]);
    command.arg("--message-format=json-render-diagnostics");
    command.current_dir(folder).env_clear().stdin(Stdio::null()).stderr(Stdio::inherit());
    // Without the toolchain's name each dependency would choose one by what lies in its own folder.
    let cargos = ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL", "CARGO_PROFILE_DEV_DEBUG"];
    for name in ["PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"].into_iter().chain(cargos) {
        command.envs(env::var_os(name).map(|value| (name, value)));
    }
    let output = command.envs(variables.iter().copied()).output().expect("cargo runs");
    assert!(output.status.success(), "it does not build");
    let text = String::from_utf8(output.stdout).expect("JSON");
    let told = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = told.filter_map(|it| it["executable"].as_str().map(PathBuf::from));
    let is_it = |path: &PathBuf| path.file_stem() == Some(OsStr::new(program));
    programs.find(is_it).expect("a program")
}
