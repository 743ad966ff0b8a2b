//! Becoming another program: on Unix it takes this process's place, with its signals and status.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::{env, io};

use crate::error::{Error, Status};
use crate::{key_services, log, system};

/// Becomes the program, or ends with its exit status. Returns only if that fails. The advice is for
/// what is too long to be given.
pub(crate) fn become_program(mut command: Command, if_too_long: &str) -> Error {
    key_services::forget();
    log::write();
    let error = system::become_program(&mut command);
    not_started(command.get_program(), &error, if_too_long)
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
