//! `strongroom holder`: who can open what.

mod add;
mod checklist;
mod grant;
mod known;
mod list;
mod passphrase;
mod public_key;
mod remove;

use crate::error::{Error, Status};
use crate::session::Place;

/// Add, list and remove holders: who can open which environment types
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Add(add::Args),
    List(list::Args),
    Grant(grant::Args),
    Remove(remove::Args),
    Known(known::Args),
    Passphrase(passphrase::Args),
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Add(args) => add::run(&args, place),
        Command::List(args) => list::run(&args, place),
        Command::Grant(args) => grant::run(&args, place),
        Command::Remove(args) => remove::run(&args, place),
        Command::Known(args) => known::run(&args, place),
        Command::Passphrase(args) => passphrase::run(&args, place),
    }
}
