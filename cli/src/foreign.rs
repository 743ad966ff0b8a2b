//! Programs of others that this command starts for itself: they get no variable that leads to a key.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use strongroom_vault::search::{CREDENTIALS_VARIABLE, KEY_VARIABLES};

/// A program that has no business with our keys: the folder may be a stranger's, and with it what git or
/// cargo run there. Nothing is typed into it.
///
/// Only `run` starts a program in another way: its user chose it, and what it is given.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    for variable in KEY_VARIABLES.into_iter().chain([CREDENTIALS_VARIABLE]) {
        command.env_remove(variable);
    }
    command
}
