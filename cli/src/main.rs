//! The command `strongroom`: makes vaults, sets secrets, checks them, runs programs with them.
//!
//! `cli` reads the arguments; each command is a file in `commands`; `session` finds the vault,
//! `keys` opens it, `ui` prints.

mod age;
mod api_keys;
mod cli;
mod commands;
mod completion;
mod conflicts;
mod deposits;
mod environments;
mod error;
mod exec;
mod expiry;
mod foreign;
mod git;
mod handed;
mod hints;
mod history;
mod ignore;
mod key_services;
mod keys;
mod log;
mod new_key;
mod outfile;
mod own;
mod returning;
mod reveal;
mod rotation;
mod scan;
mod selection;
mod session;
mod source;
mod stores;
mod system;
mod templates;
mod today;
mod transfer;
mod ui;
mod unlocking;
mod value;
mod variables;

use std::process::ExitCode;

fn main() -> ExitCode {
    system::core_dumps_off();
    let outcome = cli::run();
    key_services::forget();
    log::write();
    let status = outcome.unwrap_or_else(|error| {
        ui::error(&error);
        error.status()
    });
    status.into()
}
