//! The machine on which something was measured, in one line.

use std::process::Command;
use std::thread::available_parallelism;

/// Cores, processor, compiler and version of what is measured.
pub(crate) fn described() -> String {
    let cores = available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    let processor = processor().unwrap_or_else(|| "an unnamed processor".to_owned());
    format!(
        "strongroom {} on {cores} cores ({processor}), {}",
        env!("CARGO_PKG_VERSION"),
        rustc_version().trim()
    )
}

fn rustc_version() -> String {
    let output = Command::new("rustc").arg("--version").output();
    output.map_or_else(
        |_| "rustc ?".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
