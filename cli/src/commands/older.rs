//! `strongroom key older`: takes data keys that are older than those seen here, after a person saw why they are.

use std::path::Path;

use serde_json::{Value as Json, json};
use strongroom_vault::search::{RolledBack, Source, UserFolder, Wanted};
use strongroom_vault::{EnvironmentType, Index, Shown};

use crate::environments::kind_of;
use crate::error::{Error, Status, listed};
use crate::history::{GenerationsInGit, PutBack};
use crate::keys;
use crate::returning::{self, words};
use crate::session::{Found, Place};
use crate::ui::{self, Terminal};

/// Take data keys that are older than those seen here: a rotation was thrown away, or an older branch is meant
#[derive(Debug, clap::Args)]
#[command(after_help = "\
This machine remembers the highest generation of each data key, so that nobody puts an older vault in the place
of the newer one unnoticed. Whoever throws a rotation away, or checks out a branch from before one, says so here;
it shows first what git knows. When the newer key is opened again, it counts again by itself.

Example: strongroom key older --type local")]
pub(crate) struct Args {
    /// The types whose older key is meant (all that have one, if nothing is said)
    #[arg(long = "type", value_name = "TYPES", value_delimiter = ',')]
    kinds: Vec<String>,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let named = args.kinds.iter().map(|word| kind_of(index, word));
    let named = named.collect::<Result<Vec<EnvironmentType>, _>>()?;
    let folder = UserFolder::find();
    let older = folder.as_ref().map_or_else(Vec::new, |it| older(it, index, &named));
    // Without a data key there is nothing to take: somebody took the grants out of the file.
    if let Some(gone) = older.iter().find(|older| older.now == 0) {
        return Err(Error::from(*gone));
    }
    let (Some(folder), false) = (folder, older.is_empty()) else {
        ui::say("no data key of this vault is older than what was seen here");
        if args.json {
            ui::json(&json!([]))?;
        }
        return Ok(Status::Done);
    };
    let reasons = show(&found, index, &older);
    agree(args, &older)?;
    folder
        .take_older(index.id(), &older)
        .map_err(|error| Error::file("write", folder.path(), &error))?;
    returning::remember(&folder, &found, index, &older);
    let kinds = listed(older.iter().map(|older| older.kind.as_str()));
    ui::say(&format!(
        "the older key of {kinds} counts here now; a newer one that is opened later counts again by itself"
    ));
    say_who_opens(index, &older);
    if args.json {
        let json = older.iter().zip(&reasons).map(|(older, newer)| {
            json!({
                "type": older.kind.as_str(),
                "seen": older.seen,
                "taken": older.now,
                "newer_commit": newer.commit,
                "put_back": newer.is_put_back,
            })
        });
        ui::json(&Json::Array(json.collect()))?;
    }
    Ok(Status::Done)
}

/// The types, of those that are meant, whose data key is older than one that was seen.
fn older(folder: &UserFolder, index: &Index<'_>, named: &[EnvironmentType]) -> Vec<RolledBack> {
    let seen = folder.generations(index.id());
    let is_meant = |kind: &EnvironmentType| named.is_empty() || named.contains(kind);
    let kinds = EnvironmentType::ALL.into_iter().filter(is_meant);
    kinds.filter_map(|kind| seen.check(index, kind).err()).collect()
}

/// Where git has a newer key.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Newer {
    commit: Option<String>,
    /// Whether what is checked out comes after it, and has the older key again.
    is_put_back: bool,
    /// All that in words.
    words: String,
}

/// Shows the older keys with what git knows of them and of the newer ones.
fn show(found: &Found, index: &Index<'_>, older: &[RolledBack]) -> Vec<Newer> {
    let git = GenerationsInGit::of(found.path(), index);
    let git = git.inspect_err(|error| ui::say(error.text().lines().next().unwrap_or_default()));
    let git = git.ok();
    let newer: Vec<Newer> = older
        .iter()
        .map(|older| git.as_ref().map_or_else(Newer::default, |git| newer(git, older)))
        .collect();
    let mut shown: Vec<(u32, u32, &Newer)> = Vec::new();
    for (each, of_git) in older.iter().zip(&newer) {
        let same = (each.seen, each.now, of_git);
        if shown.contains(&same) {
            continue;
        }
        shown.push(same);
        let are = older.iter().zip(&newer).filter(|(it, of)| (it.seen, it.now, *of) == same);
        let kinds = listed(are.map(|(older, _)| older.kind.as_str()));
        ui::say(&format!(
            "the data key of {kinds}: generation {} was seen here, and the vault has {}",
            each.seen, each.now
        ));
        if of_git.is_put_back {
            ui::warn(&of_git.words);
        } else if !of_git.words.is_empty() {
            ui::say(&of_git.words);
        }
    }
    if let Some(git) = &git {
        ui::say(&match git.last(found.text()) {
            Some(last) => format!("the vault is that of {}", words(last)),
            None => "the vault is not committed as it is".to_owned(),
        });
    }
    newer
}

/// What git knows of a key that is newer than one in the vault.
fn newer(git: &GenerationsInGit, older: &RolledBack) -> Newer {
    let Some((change, generation)) = git.above(older.kind, older.now) else {
        let why = match git.lacks() {
            Some(why) => format!("no commit that was looked at has a newer one, but {why}"),
            None => "no commit here has a newer one: it was thrown away before it was committed, or its commits are not here".to_owned(),
        };
        return Newer { words: why, ..Newer::default() };
    };
    let is_put_back = git.is_behind(change);
    let words = if is_put_back {
        let by = match git.put_back(older.kind, older.now) {
            PutBack::Commit(change) => words(change),
            PutBack::Merge => "a merge".to_owned(),
            PutBack::Uncommitted => "what is not committed here".to_owned(),
        };
        format!(
            "generation {generation} is in {}, which is part of what is checked out\n\
             generation {} was put back by {by}",
            words(change),
            older.now
        )
    } else {
        format!(
            "generation {generation} is in {}, which is not part of what is checked out",
            words(change)
        )
    };
    Newer { commit: Some(change.commit.clone()), is_put_back, words }
}

fn agree(args: &Args, older: &[RolledBack]) -> Result<(), Error> {
    if args.yes {
        return Ok(());
    }
    ui::warn(&format!(
        "what is set under an older key can be read by whoever was removed since, and their lines open again\n\
         the older key of {} is right where a rotation was thrown away or an older branch is checked out, and wrong where nobody did that",
        listed(older.iter().map(|older| older.kind.as_str()))
    ));
    let mut terminal = Terminal::of_person()
        .ok_or_else(|| Error::usage("no terminal to ask at\ntake it without a question: --yes"))?;
    let question = if older.len() == 1 { "take the older key?" } else { "take the older keys?" };
    terminal.confirm(question, Error::no("nothing was changed"))
}

/// A rotation may have made a new key for this user too, and the older vault opens with the one before.
fn say_who_opens(index: &Index<'_>, older: &[RolledBack]) {
    let Some(first) = older.first() else { return };
    match keys::find(index, Wanted::Type(first.kind)) {
        Ok(found) => {
            let Source::Kept(path) = &found.source else { return };
            if path.file_stem() != Some(found.ring.holder().as_ref()) {
                let kept = path.file_name().map_or(path.as_path(), Path::new).display();
                ui::say(&format!(
                    "`{kept}` opens it: the key of `{}` until a rotation made another, which stays beside it",
                    Shown(found.ring.holder())
                ));
            }
        }
        Err(error) => ui::warn(&format!("no key here opens it\n{error}")),
    }
}
