//! Whether a value or a key may leave the vault: into a terminal, a pipe or a file. The only place that decides.

use std::env;

use crate::error::Error;

/// Refuses to show what is named where `STRONGROOM_NO_REVEAL` forbids it. A command asks before it asks anybody for anything; what
/// prints and writes asks again, so that a command that forgot cannot show anything either.
pub(crate) fn permit(what: &str) -> Result<(), Error> {
    if !is_forbidden() {
        return Ok(());
    }
    Err(Error::cannot(format!(
        "{what} would be shown, and {VARIABLE} forbids that here\n\
         give secrets to a program without showing them with: strongroom run -- COMMAND"
    )))
}

fn is_forbidden() -> bool {
    env::var_os(VARIABLE).is_some_and(|word| !word.is_empty() && word != "0")
}

/// The variable with which a shell is handed to a tool.
const VARIABLE: &str = "STRONGROOM_NO_REVEAL";
