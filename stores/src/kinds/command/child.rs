//! Runs a line, and says in words what went wrong.

use std::io;
use std::process::ExitStatus;

use super::line::{Asked, Line};
use crate::child::{self, Broken};
use crate::failure::Failure;
use crate::store::Value;

/// Runs a line; gives how the program ended and what it printed. Dropped half-way, it ends the program and what that has
/// started.
pub(super) async fn run(
    line: &Line,
    asked: Option<&Asked<'_>>,
    input: Option<&[u8]>,
) -> Result<(ExitStatus, Value), Failure> {
    let found = line.program().map_err(|error| not_started(line, &error))?;
    let mut program = tokio::process::Command::new(found);
    program.args(line.arguments(asked)).current_dir(line.folder());
    child::run(program, input).await.map_err(|broken| match broken {
        Broken::NotStarted(error) => not_started(line, &error),
        Broken::Lost(error) => failed(line, &error),
        Broken::TooMuch => {
            let what = "printed more bytes than any value has, and was ended";
            Failure::invalid(format!("`{}` {what}", line.shown()))
        }
    })
}

fn not_started(line: &Line, error: &io::Error) -> Failure {
    let program = line.shown();
    match error.kind() {
        io::ErrorKind::NotFound => Failure::unreachable(format!("there is no program `{program}`")),
        io::ErrorKind::PermissionDenied => {
            Failure::denied(format!("this program may not run `{program}`"))
        }
        _ => Failure::unreachable(format!("cannot run `{program}`: {error}")),
    }
    .lasting()
}

fn failed(line: &Line, error: &io::Error) -> Failure {
    Failure::unreachable(format!("cannot talk to `{}`: {error}", line.shown()))
}

/// How a program ended.
pub(super) fn in_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    match status.code() {
        Some(code) => format!("status {code}"),
        None => "no status".to_owned(),
    }
}
