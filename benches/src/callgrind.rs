//! Counts instructions under valgrind: the same for the same program and input, whatever else the machine does.

use std::process::Command;

/// Whether valgrind is there.
pub(crate) fn is_there() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The instructions of a command from its start to its end.
pub(crate) fn instructions(command: &Command) -> Result<u64, String> {
    let mut counted = Command::new("valgrind");
    counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    counted.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        counted.current_dir(folder);
    }
    // `get_envs` does not say that a command begins with an empty environment, so each starts with one here.
    counted.env_clear();
    counted.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    counted.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = counted.output().map_err(|error| format!("valgrind: {error}"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let count =
        words.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind says: {}", words.lines().last().unwrap_or("nothing"))),
    }
}
