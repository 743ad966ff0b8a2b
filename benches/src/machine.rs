//! The machine on which something was measured, in one line.

use std::process::Command;
use std::thread::available_parallelism;

/// Cores, processor, compiler and version of what is measured.
pub(crate) fn described() -> String {
    let cores = available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    let processor = processor().unwrap_or_else(|| "an unnamed processor".to_owned());
    let version = env!("CARGO_PKG_VERSION");
    let machine = format!("{cores} cores ({processor})");
    let described = format!("strongroom {version} on {machine}, {}", rustc_version().trim());
    match load() {
        Some(load) if load > 0.5 => {
            format!(
                "{described}\nthe machine is busy (load {load}): times are longer than on a quiet one"
            )
        }
        _ => described,
    }
}

/// How many processes ran on average in the last minute.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
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
