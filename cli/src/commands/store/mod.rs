//! `strongroom store`: the systems outside the vault that keep values.

mod add;
mod allow;
mod default;
mod flags;
mod list;
mod remove;
mod set;
mod settings;

pub(crate) use self::flags::spelled_out;
use crate::error::{Error, Status};
use crate::session::Place;

/// Add, list, change, allow and remove stores: systems outside the vault that keep values
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Add(add::Args),
    List(list::Args),
    Set(set::Args),
    Remove(remove::Args),
    Default(default::Args),
    Allow(allow::Allow),
    Forbid(allow::Forbid),
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Add(args) => add::run(&args, place),
        Command::List(args) => list::run(&args, place),
        Command::Set(args) => set::run(&args, place),
        Command::Remove(args) => remove::run(&args, place),
        Command::Default(args) => default::run(&args, place),
        Command::Allow(args) => allow::allow(&args, place),
        Command::Forbid(args) => allow::forbid(&args, place),
    }
}
