//! `strongroom holder passphrase`: a new passphrase for a holder who has one.

use std::env;

use strongroom_vault::search::HOLDER_VARIABLE;
use strongroom_vault::{GrantError, HolderKind, Index, Shown};

use crate::error::{Error, Status, listed};
use crate::new_key::new_passphrase;
use crate::session::Place;
use crate::ui;
use crate::{deposits, keys};

/// Change the passphrase of a holder, asked for twice or read from standard input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs the roster key, since every grant of the holder is made anew: a kept key that has it, else a
passphrase that has it, which is asked for first. Without HOLDER it is the one of STRONGROOM_HOLDER,
else the only one with a passphrase.

Example: strongroom holder passphrase owner")]
pub(crate) struct Args {
    /// The holder's name
    holder: Option<String>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let holder = whose(args, index)?;
    let ring = keys::of_roster(index)?;
    deposits::refuse_doubtful(session.path(), index, &ring, |_| true)?;
    let passphrase = new_passphrase()?;
    session.edit(|draft, index| {
        keys::refuse_changed_roster(index, &ring)?;
        Ok(draft.change_passphrase(&ring, &holder, &passphrase)?)
    })?;
    ui::say(&format!(
        "changed the passphrase of `{holder}`: the new one opens what the old one did"
    ));
    ui::say(
        "the old one opens this file no more, but still what is in git's history: if somebody else knows it, \
         make all keys new (strongroom key rotate --roster) and change the values too",
    );
    ui::say("commit strongroom.toml, so that it counts for everybody");
    Ok(Status::Done)
}

/// The holder that is meant, as spelled in the vault.
fn whose(args: &Args, index: &Index<'_>) -> Result<String, Error> {
    let with_passphrase = index
        .holders()
        .iter()
        .filter(|holder| matches!(holder.kind(), HolderKind::Passphrase { .. }))
        .map(strongroom_vault::Holder::name);
    let with_passphrase: Vec<&str> = with_passphrase.collect();
    let variable = env::var(HOLDER_VARIABLE).ok().filter(|name| !name.is_empty());
    let Some(named) = args.holder.as_deref().or(variable.as_deref()) else {
        return match with_passphrase.as_slice() {
            [only] => Ok((*only).to_owned()),
            [] => Err(Error::no("no holder of this vault has a passphrase")
                .with_hint("add one with: strongroom holder add NAME --roster --passphrase")),
            several => Err(Error::usage(format!(
                "whose passphrase? holders with one: {}\nfor example: strongroom holder passphrase {}",
                listed(several.iter().copied()),
                several[0]
            ))),
        };
    };
    match index.holder(named) {
        Some(holder) if with_passphrase.contains(&holder.name()) => Ok(holder.name().to_owned()),
        Some(holder) => Err(Error::usage(format!(
            "`{}` has no passphrase: its kind is {}",
            Shown(holder.name()),
            holder.kind().as_str()
        ))
        .with_hint("see: strongroom holder list")),
        None => Err(GrantError::NoPassphrase.into()),
    }
}
