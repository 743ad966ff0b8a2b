//! Becoming another program: on Unix it takes this process's place, with its signals and status.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::{env, io};

use crate::error::{Error, Status};

/// The value of a variable from the bytes of a secret.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every value can be one")]
pub(crate) fn variable_value(bytes: &[u8]) -> Option<OsString> {
    let value: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    Some(value.to_owned())
}

/// The value of a variable from the bytes of a secret: UTF-8 is what this system has in common with
/// them.
#[cfg(not(unix))]
pub(crate) fn variable_value(bytes: &[u8]) -> Option<OsString> {
    std::str::from_utf8(bytes).ok().map(OsString::from)
}

/// Becomes the program. Returns only if that fails. The advice is for what is too long to be given.
#[cfg(unix)]
pub(crate) fn become_program(mut command: Command, if_too_long: &str) -> Error {
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    not_started(command.get_program(), &error, if_too_long)
}

/// Runs the program, and ends with its exit status.
#[cfg(not(unix))]
pub(crate) fn become_program(mut command: Command, if_too_long: &str) -> Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => not_started(command.get_program(), &error, if_too_long),
    }
}

fn not_started(program: &OsStr, error: &io::Error, if_too_long: &str) -> Error {
    let shown = program.to_string_lossy();
    if error.kind() == io::ErrorKind::NotFound || is_nowhere(program) {
        Error::not_started(Status::NotFound, format!("`{shown}`: command not found"))
    } else {
        let what = format!("cannot run `{shown}`: {error}");
        let not_run = Error::not_started(Status::NotExecutable, what);
        match error.kind() {
            io::ErrorKind::ArgumentListTooLong if !if_too_long.is_empty() => {
                not_run.with_hint(if_too_long)
            }
            _ => not_run,
        }
    }
}

/// Whether no folder of `PATH` has a program of this name: one that may not be looked into makes
/// the system say that permission is denied.
fn is_nowhere(program: &OsStr) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_name = Path::new(program).components().count() == 1;
    is_name && !env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
