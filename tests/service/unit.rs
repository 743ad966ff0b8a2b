//! The systemd unit, as systemd's own tools see it; skipped where there is no systemd.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::example::{example, skipped};

/// The unit with the built program in place of the installed one, since `verify` looks whether that is there.
fn unit(folder: &Path) -> std::path::PathBuf {
    let text = fs::read_to_string(example().join("service.service")).expect("the unit");
    let installed = "ExecStart=/usr/local/bin/service\n";
    assert!(text.contains(installed));
    let built = format!("ExecStart={}\n", env!("CARGO_BIN_EXE_service"));
    let path = folder.join("service.service");
    fs::write(&path, text.replace(installed, &built)).expect("a unit");
    path
}

/// What `systemd-analyze` says of the unit; nothing where there is none.
fn analyze(arguments: &[&str]) -> Option<Output> {
    let folder = tempfile::tempdir().expect("a folder");
    let unit = unit(folder.path());
    let output = Command::new("systemd-analyze").args(arguments).arg(unit).output();
    if output.is_err() {
        skipped("the systemd unit: there is no systemd-analyze");
    }
    output.ok()
}

#[test]
fn systemd_finds_no_fault_in_it() {
    let Some(output) = analyze(&["verify"]) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

/// 0 is the safest and 100 the least; a unit that says nothing has 96.
#[test]
fn its_exposure_is_low() {
    let Some(output) = analyze(&["security", "--offline=true", "--threshold=15", "--no-pager"])
    else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
}
