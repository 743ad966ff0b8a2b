//! What lies under a data key that gives way: opened with the keys that are here, sealed again, and named.

use std::collections::BTreeSet;
use std::path::Path;

use strongroom_vault::{
    Before, BothKeys, Carried, EnvironmentType, Index, Marked, NotCarried, SettleError, Settled,
    Shown, Side, Subject, Unsure, flag_of,
};

use crate::error::{Error, Status, listed};
use crate::history::granted_ever;
use crate::keys::Keys;
use crate::ui::{self, Terminal};

/// What git keeps of the merge, and which vault it is about.
#[derive(Clone, Copy)]
pub(super) struct Merge<'m> {
    pub(super) before: Option<&'m Before>,
    pub(super) vault: Option<&'m Path>,
}

/// Settles for a side; what only the other side set under its data key comes along as far as a key here opens it.
pub(super) fn settle(
    marked: &Marked,
    subjects: &[Subject],
    side: Side,
    merge: &Merge<'_>,
    is_agreed: bool,
) -> Result<Settled, Error> {
    let without = marked.settle_with(subjects, side, merge.before, &[]).map_err(Error::cannot)?;
    let wanted: BTreeSet<EnvironmentType> = without.carried.iter().filter_map(needs_keys).collect();
    let renumbered: BTreeSet<EnvironmentType> =
        without.carried.iter().filter_map(needs_version).collect();
    if wanted.is_empty() && renumbered.is_empty() {
        return Ok(without);
    }
    let other = if side == Side::Ours { Side::Theirs } else { Side::Ours };
    let read = |side| {
        let unread = |error| Error::cannot(SettleError::Unread(side, error));
        Index::read(marked.side(side)).map_err(unread)
    };
    let (stays, gives_way) = (read(side)?, read(other)?);
    let (mut of_stays, mut of_gives_way) = (Keys::default(), Keys::default());
    for kind in &wanted {
        // Without the one key the other is of no use.
        if open(&mut of_stays, &stays, *kind)? {
            open(&mut of_gives_way, &gives_way, *kind)?;
        }
    }
    // A new version is worth a key that is here, and no question.
    for kind in renumbered.difference(&wanted) {
        let _ = of_stays.try_side(&stays, *kind) && of_gives_way.try_side(&gives_way, *kind);
    }
    let both = wanted.union(&renumbered).filter_map(|kind| {
        let stays = of_stays.data_key(&stays, *kind)?;
        Some(BothKeys { stays, gives_way: of_gives_way.data_key(&gives_way, *kind)? })
    });
    let both: Vec<BothKeys<'_>> = both.collect();
    let (mut before, mut unseen) = (merge.before.cloned(), None);
    if let (Some(before), Some(vault), false) = (&mut before, merge.vault, wanted.is_empty()) {
        let (granted, reach) = granted_ever(vault, stays.id())?;
        (before.granted, unseen) = (granted, reach.why());
    }
    let with = marked.settle_with(subjects, side, before.as_ref(), &both);
    let with = with.map_err(Error::cannot)?;
    let unseen = unseen.filter(|_| with.carried.iter().any(|it| carried_value(it).is_some()));
    let is_certain = with.known_to.is_empty() && with.unsure.is_empty() && unseen.is_none();
    let is_wanted = is_agreed || is_certain || agree(&with, unseen, side, other)?;
    Ok(if is_wanted { with } else { without })
}

/// The type whose keys can help something that was lost.
fn needs_keys(carried: &Carried) -> Option<EnvironmentType> {
    match carried {
        Carried::LostValue { kind, why: NotCarried::NoKeys, .. } | Carried::LostDeposits(kind) => {
            Some(*kind)
        }
        _ => None,
    }
}

/// The type whose keys can give the value that stays a version of its own.
fn needs_version(carried: &Carried) -> Option<EnvironmentType> {
    match carried {
        Carried::NotRenumbered { kind, .. } => Some(*kind),
        _ => None,
    }
}

/// Opens the data key of a type on one side; false if no key here does.
fn open(keys: &mut Keys, index: &Index<'_>, kind: EnvironmentType) -> Result<bool, Error> {
    match keys.of_side(index, kind) {
        Ok(()) => Ok(true),
        Err(error) if error.status() == Status::Interrupted => Err(error),
        // What is lost by that is named.
        Err(error) => {
            let why = error.text().lines().next().unwrap_or_default();
            ui::warn(&format!("the data key of {kind} is not opened on both sides: {why}"));
            Ok(false)
        }
    }
}

/// Asks about what somebody else than the holders of the side that stays can have made.
fn agree(settled: &Settled, unseen: Option<&str>, side: Side, other: Side) -> Result<bool, Error> {
    let values = settled.carried.iter().filter_map(carried_value);
    let (side, other) = (side.as_str(), other.as_str());
    let known_to = listed(settled.known_to.iter().map(String::as_str));
    let mut why: Vec<String> = settled.unsure.iter().map(|why| unsure(*why).to_owned()).collect();
    why.extend(unseen.map(|why| format!("{why}, so who else knew the key does not show")));
    if !settled.known_to.is_empty() {
        why.push(format!(
            "{known_to} can know the key of {other}, and {side} has no such holder of it, or another one"
        ));
    }
    let commits = if settled.unsure.contains(&Unsure::NoMerge) { "" } else { "HEAD MERGE_HEAD " };
    ui::warn(&format!(
        "{}\n\
         so this may be of somebody else: {}\n\
         look first who made it: git log -p {commits}-- strongroom.toml",
        why.join("\n"),
        values.collect::<Vec<_>>().join(", ")
    ));
    Terminal::of_person()
        .ok_or_else(|| Error::usage("no terminal to ask at\nseal these again with: --yes"))?
        .agrees("seal these again?")
}

/// What was sealed again.
fn carried_value(carried: &Carried) -> Option<String> {
    match carried {
        Carried::Value(name, environment) | Carried::Conflict(name, environment) => {
            Some(of(name, environment))
        }
        Carried::DepositKey(kind) => Some(format!("the deposit key of {kind}")),
        _ => None,
    }
}

fn unsure(why: Unsure) -> &'static str {
    match why {
        Unsure::NoMerge => {
            "git keeps no sides of a merge of this file: anybody can have written its markers"
        }
        Unsure::NoBase => {
            "git has nothing that both sides began with: it does not show who knew the key that gives way"
        }
        Unsure::NoConflict => "what git keeps of the merge shows no such conflict of two new keys",
        Unsure::Roster => {
            "the roster key changed too: it does not show who knows the key that gives way"
        }
        _ => "it is not certain who knows the key that gives way",
    }
}

fn of(name: &str, environment: &str) -> String {
    format!("{} for {}", Shown(name), Shown(environment))
}

/// Says what became of what only the other side has.
pub(super) fn say(carried: &[Carried], side: Side) {
    let side = side.as_str();
    let (mut again, mut removed, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let (mut renumbered, mut deposits) = (Vec::new(), Vec::new());
    for each in carried {
        match each {
            Carried::Value(name, environment) => again.push(of(name, environment)),
            Carried::Removal(name, environment) => removed.push(of(name, environment)),
            Carried::Conflict(name, environment) => both.push(of(name, environment)),
            Carried::Renumbered(name, environment) => renumbered.push(of(name, environment)),
            Carried::DepositKey(kind) => deposits.push(kind.to_string()),
            _ => {}
        }
    }
    for (what, names) in [
        ("set by the other side, and sealed again under the key that stays", again),
        ("removed, as the other side did", removed),
        ("set by both sides, so this is open now", both),
        ("a new version, since both sides had counted on from the same one", renumbered),
        (
            "deposits that were left under the other side's deposit key can be accepted still",
            deposits,
        ),
    ] {
        if !names.is_empty() {
            ui::say(&format!("{what}: {}", names.join(", ")));
        }
    }
    for each in carried {
        match each {
            Carried::LostValue { name, environment, why, stays, .. } => {
                let why = match why {
                    NotCarried::NoKeys => "under its key, and no key here opens both sides",
                    NotCarried::Unopened => "and does not open",
                    NotCarried::OtherStore => {
                        "to a store that this one has not, or has with other settings"
                    }
                    NotCarried::OlderKey => {
                        "under an older data key, which somebody who was removed can know"
                    }
                    NotCarried::NoPlace => "where this one spells the secret or its type otherwise",
                };
                let left = if *stays {
                    format!("what {side} has stays")
                } else {
                    format!("{side} has none")
                };
                ui::say(&format!(
                    "{} was set by the other side {why}: {left}; set it again\n\
                     strongroom set {} {}",
                    of(name, environment),
                    flag_of(environment),
                    Shown(name)
                ));
            }
            Carried::UnfitReference(name, environment) => ui::say(&format!(
                "the reference of {} was sealed for its store as the other side has it, so it does not fit\n\
                 link it again with: strongroom link {} {}",
                of(name, environment),
                flag_of(environment),
                Shown(name)
            )),
            Carried::LostDeposits(kind) => ui::say(&format!(
                "deposits for {kind} that were left on the other side do not open any more\n\
                 ask for them again, and drop them with: strongroom reject --type {kind}"
            )),
            Carried::LostGrant(holder, kind) => ui::say(&format!(
                "`{0}` was granted {kind} by the other side only\n\
                 grant it again with: strongroom holder grant {0} --type {kind}",
                Shown(holder)
            )),
            Carried::RevokedAppKey(app, code) => ui::say(&format!(
                "the API key `{}` of `{}` was revoked by the other side, and so here",
                Shown(code),
                Shown(app)
            )),
            Carried::LostAppKey { app, code, kind } => ui::say(&format!(
                "the API key `{1}` of `{0}` was made by the other side only\n\
                 make another one with: strongroom app key new {0} --type {kind}",
                Shown(app),
                Shown(code)
            )),
            Carried::LostHolder(holder) => ui::say(&format!(
                "the holder `{0}` was added by the other side only\n\
                 add it again with: strongroom holder add {0}",
                Shown(holder)
            )),
            _ => {}
        }
    }
}
