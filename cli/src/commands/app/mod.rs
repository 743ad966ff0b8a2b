//! `strongroom app`: applications that ask the server for their secret, and the API keys that they show.

mod add;
mod key;
mod list;
mod remove;

use strongroom_vault::{App, Apps, EditError};

use crate::error::{Error, Status};
use crate::session::Place;

/// Add, list and remove applications that ask the server for one secret by API key
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Add(add::Args),
    List(list::Args),
    Remove(remove::Args),
    #[command(subcommand)]
    Key(key::Command),
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Add(args) => add::run(&args, place),
        Command::List(args) => list::run(&args, place),
        Command::Remove(args) => remove::run(&args, place),
        Command::Key(command) => key::run(command, place),
    }
}

/// The application of a name, in any spelling.
fn named<'a, 't>(apps: &'a Apps<'t>, name: &str) -> Result<&'a App<'t>, Error> {
    let unknown =
        || EditError::NoApp { name: name.to_owned(), near: apps.near(name).map(str::to_owned) };
    apps.get(name).ok_or_else(|| unknown().into())
}

/// The applications that a listing is about: one, or all.
fn picked<'a, 't>(apps: &'a Apps<'t>, name: Option<&str>) -> Result<Vec<&'a App<'t>>, Error> {
    match name {
        Some(name) => Ok(vec![named(apps, name)?]),
        None => Ok(apps.iter().collect()),
    }
}

/// What is said where there are none.
const NONE: &str = "no applications\nadd one with: strongroom app add NAME --secret SECRET";
