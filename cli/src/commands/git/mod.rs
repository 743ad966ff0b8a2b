//! `strongroom git`: git merges and shows vaults by what they mean.

mod attributes;
mod config;
mod diff_driver;
mod hook;
mod install;
mod installed;
mod merge_driver;
mod status;
mod textconv;
mod uninstall;

use std::io::{self, Read};
use std::path::Path;

use strongroom_vault::limits::FILE_BYTES;
use strongroom_vault::open_regular;

pub(crate) use self::status::Setup;
use crate::error::{Error, Status};
use crate::session::Place;

/// Let git merge and show the vault by what it means, and keep values out of commits
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Install(install::Args),
    Uninstall(uninstall::Args),
    Status(status::Args),
    #[command(hide = true)]
    MergeDriver(merge_driver::Args),
    #[command(hide = true)]
    Textconv(textconv::Args),
    #[command(hide = true)]
    DiffDriver(diff_driver::Args),
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Install(args) => install::run(&args, place),
        Command::Uninstall(args) => uninstall::run(&args, place),
        Command::Status(args) => status::run(&args, place),
        Command::MergeDriver(args) => merge_driver::run(&args),
        Command::Textconv(args) => textconv::run(&args),
        Command::DiffDriver(args) => diff_driver::run(&args),
    }
}

/// The bytes of a file that git gives; none if they are more than a vault has.
fn bounded(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() <= FILE_BYTES))
}

/// What is shown of a file with more.
const TOO_LARGE: &str = "larger than a vault\nsee it with: git diff --no-ext-diff --no-textconv\n";

/// What is said of a text with the markers of a merge.
const OPEN: &str = "a merge is open: see it with: strongroom resolve";
