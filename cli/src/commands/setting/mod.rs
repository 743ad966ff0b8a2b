//! `strongroom setting`: what differs between environments and is no secret, plain in the vault.

mod get;
mod history;
mod leak;
mod list;
mod rename;
mod scopes;
mod set;
mod unset;

use strongroom_vault::{Index, PlainSetting, Shown};

use crate::error::{Error, Status};
use crate::session::Place;

/// Set, show, list, remove and rename settings, and tell their history: what differs between environments and is no secret
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    Set(set::Args),
    Get(get::Args),
    List(list::Args),
    Unset(unset::Args),
    Rename(rename::Args),
    History(history::Args),
}

pub(crate) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::Set(args) => set::run(&args, place),
        Command::Get(args) => get::run(&args, place),
        Command::List(args) => list::run(&args, place),
        Command::Unset(args) => unset::run(&args, place),
        Command::Rename(args) => rename::run(&args, place),
        Command::History(args) => history::run(&args, place),
    }
}

/// The setting of a name, in any spelling.
fn named<'i, 't>(index: &'i Index<'t>, name: &str) -> Result<&'i PlainSetting<'t>, Error> {
    let settings = index.settings();
    settings.get(name).ok_or_else(|| {
        let error = Error::no(format!("there is no setting `{}`", Shown(name)));
        if let Some(secret) = index.secret(name) {
            let name = Shown(secret.name());
            return error.with_hint(format!("`{name}` is a secret: strongroom list {name}"));
        }
        match settings.near(name) {
            Some(near) => error.with_hint(format!("did you mean `{}`?", Shown(near))),
            None => error.with_hint("see those that exist with: strongroom setting list"),
        }
    })
}
