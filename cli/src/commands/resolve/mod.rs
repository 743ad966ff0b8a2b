//! `strongroom resolve`: settles what a merge left open.

mod given_way;

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use strongroom_vault::{
    Before, Carried, Environment, EnvironmentType, Index, Marked, Merged, Settled, Shown, Side,
    Subject, TakenOut, fold, merge, taken_out,
};

use crate::conflicts::{Authors, Sides, merged_commit, say_notes, say_taken_out};
use crate::deposits::renew_words;
use crate::environments::Several;
use crate::error::{Error, Status};
use crate::hints::typed;
use crate::history::{Blobs, InGit};
use crate::session::{Found, Place};
use crate::{log, ui};

/// Settle the conflicts of a merge: take our side or theirs
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom resolve [NAME --reveal]
       strongroom resolve NAME [--type TYPES | --env NAMES] --ours | --theirs
       strongroom resolve --keys TYPE | --holder NAME | --env NAMES | --all --ours | --theirs",
    after_help = "\
Without a name it lists what is open, and ends with status 1 if something is. Where a key is at hand it says whether
both sides have the same value, and --reveal shows the two. `ours` is the branch
that is merged into; in a rebase that is the one that commits are moved onto.

Where git merged without the driver (strongroom git install), it first merges the file anew, entry by
entry, from what git keeps of both sides; that is written with --ours or --theirs only.

Where both sides made a new data key, what only the other side set under its key is sealed again under the
one that stays, if your key opens both; what cannot be is named.

Examples:
  strongroom resolve github_api_token --type production --theirs
  strongroom resolve --keys production --ours"
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Args {
    /// Take what our side has
    #[arg(long, conflicts_with = "theirs")]
    ours: bool,

    /// Take what their side has
    #[arg(long)]
    theirs: bool,

    #[command(flatten)]
    environments: Several,

    /// The data key of a type with all values under it, or the roster with everything
    #[arg(long, value_name = "TYPE|roster", conflicts_with_all = ["name", "holder", "all", "entry"])]
    keys: Option<String>,

    /// A holder with its grants
    #[arg(long, value_name = "NAME", conflicts_with_all = ["name", "all", "entry"])]
    holder: Option<String>,

    /// Any other entry, such as build.expired, or of a setting settings.NAME.production
    #[arg(long, value_name = "TABLE.KEY", conflicts_with_all = ["name", "all"])]
    entry: Option<String>,

    /// Everything that is open
    #[arg(long, conflicts_with = "name")]
    all: bool,

    /// Seal again without asking what somebody else can have made, such as who was removed
    #[arg(long)]
    yes: bool,

    /// Show the values of both sides too, of what is open or of what is named
    #[arg(long, conflicts_with_all = ["ours", "theirs", "json"])]
    reveal: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The name of a secret
    name: Option<String>,
}

impl Args {
    fn side(&self) -> Option<Side> {
        match (self.ours, self.theirs) {
            (true, _) => Some(Side::Ours),
            (_, true) => Some(Side::Theirs),
            _ => None,
        }
    }

    fn selects(&self) -> bool {
        let words = [&self.keys, &self.holder, &self.entry, &self.name];
        self.all || !self.environments.is_empty() || words.iter().any(|word| word.is_some())
    }
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    if args.reveal {
        crate::reveal::permit("the values of both sides")?;
    } else if args.selects() && args.side().is_none() {
        return Err(Error::usage("which side? say it with: --ours, or --theirs")
            .with_hint("see what each has with: strongroom resolve"));
    }
    if args.side().is_some() && !args.selects() {
        return Err(Error::usage("what is to be settled? name a secret, or say --all")
            .with_hint("see what is open with: strongroom resolve"));
    }
    let found = place.read()?;
    let file = InGit::of(found.path());
    let Some(open) = Open::of(&found, file.as_ref().ok())? else {
        return nothing_open(args, &found);
    };
    let Open { text, conflicts, is_anew } = open;
    let marked = Marked::split(&text);
    let Some(marked) = marked.filter(|_| !conflicts.is_empty()) else {
        if is_anew && args.side().is_none() {
            return not_written(args);
        }
        if is_anew {
            found.replace(found.text(), &text)?;
            record(found.text(), &text);
        }
        return done(args, &found, &text);
    };
    let Some(side) = args.side() else {
        let named = if args.selects() { select(args, &marked, &conflicts)? } else { conflicts };
        return list(args, &marked, &named, file.ok().as_ref());
    };
    let subjects = select(args, &marked, &conflicts)?;
    let before = file.as_ref().ok().map(before).transpose()?.flatten();
    let merge = given_way::Merge { before: before.as_ref(), vault: Some(found.path()) };
    let mut settled = given_way::settle(&marked, &subjects, side, &merge, args.yes)?;
    if args.all {
        settled = settle_rest(settled, side)?;
    }
    found.replace(found.text(), &settled.text)?;
    record(marked.side(Side::Ours), &settled.text);
    for subject in &subjects {
        ui::say(&format!("settled {subject}: {}", side.as_str()));
    }
    given_way::say(&settled.carried, side);
    say_given_up(&marked, &settled);
    say_of_keys(&subjects, &settled.text);
    if settled.conflicts.is_empty() {
        let status = done(args, &found, &settled.text)?;
        renew_words(place, before.as_ref())?;
        return Ok(status);
    }
    let more = settled.conflicts.len();
    let are = if more == 1 { "conflict is" } else { "conflicts are" };
    ui::say(&format!("{more} {are} open still\nsee: strongroom resolve"));
    if args.json {
        ui::json(&json!({ "open": json_of(&settled)? }))?;
    }
    Ok(Status::Done)
}

/// A vault's file in the middle of a merge: with markers of our own, and what they are about.
struct Open {
    text: String,
    conflicts: Vec<Subject>,
    /// Whether the file itself is another one: git merged it line by line.
    is_anew: bool,
}

impl Open {
    /// The file as it is, or, where git merged it line by line, merged anew, which is not written yet: there may be edits
    /// in the file; none where nothing is open.
    fn of(found: &Found, file: Option<&InGit>) -> Result<Option<Self>, Error> {
        let text = found.text();
        let Some(marked) = Marked::split(text) else {
            // What it is instead is said by the reader.
            return found.open().map(|_| None);
        };
        if marked.is_exact() {
            let conflicts = marked.open().map_err(Error::cannot)?;
            return Ok(Some(Self { text: text.to_owned(), conflicts, is_anew: false }));
        }
        let merged = match file.map(before).transpose()?.flatten() {
            Some(before) => merge(before.base.as_deref(), &before.ours, &before.theirs),
            None => merge(None, marked.side(Side::Ours), marked.side(Side::Theirs)),
        };
        let Merged { text, conflicts, notes } = merged.map_err(|error| {
            Error::cannot(error).with_hint(
                "or decide in an editor: keep one side of each conflict, then: strongroom check",
            )
        })?;
        ui::say("git merged the vault line by line: merged it anew, entry by entry");
        say_notes(&notes);
        Ok(Some(Self { text, conflicts, is_anew: true }))
    }
}

/// Our side of what may have markers.
fn ours_of(text: &str) -> String {
    Marked::split(text).map_or_else(|| text.to_owned(), |marked| marked.side(Side::Ours).to_owned())
}

/// Says what our side had and gave up for what theirs has instead. Of the words for deposit keys more is said in the end.
fn say_given_up(marked: &Marked, settled: &Settled) {
    let after = ours_of(&settled.text);
    let (Ok(before), Ok(after)) = (Index::read(marked.side(Side::Ours)), Index::read(&after))
    else {
        return;
    };
    let gone = taken_out(&before, &after);
    let is_said = |gone: &TakenOut| match gone {
        TakenOut::Word(_) => true,
        TakenOut::Holder(name) => settled.carried.contains(&Carried::LostHolder(name.clone())),
        TakenOut::Grant(holder, Some(kind)) => {
            settled.carried.contains(&Carried::LostGrant(holder.clone(), *kind))
        }
        _ => false,
    };
    let gone: Vec<&TakenOut> = gone.iter().filter(|gone| !is_said(gone)).collect();
    say_taken_out("ours had, and theirs has not", &gone);
}

/// Tells the record what our side has now that it did not have before. What git left may be no vault, and the vault of after
/// says by itself whether it asks for a record.
fn record(before: &str, after: &str) {
    let (before, after) = (ours_of(before), ours_of(after));
    let Ok(now) = Index::read(&after) else { return };
    log::vault(&now);
    if let Ok(before) = Index::read(&before) {
        log::settled(&before, &after);
    }
}

/// What git keeps of a file that it could not merge: what both began with, and both sides.
fn before(file: &InGit) -> Result<Option<Before>, Error> {
    let mut blobs = Blobs::of(file)?;
    let mut text = |stage| file.blob(stage).map_or(Ok(None), |blob| blobs.text(&blob));
    let (base, ours, theirs) = (text(":1")?, text(":2")?, text(":3")?);
    Ok(ours.zip(theirs).map(|(ours, theirs)| Before {
        base,
        ours,
        theirs,
        granted: BTreeSet::new(),
    }))
}

/// What both sides set under keys that were settled is part of everything.
fn settle_rest(settled: Settled, side: Side) -> Result<Settled, Error> {
    let Some(marked) = Marked::split(&settled.text) else { return Ok(settled) };
    let Settled { conflicts, mut carried, known_to, unsure, .. } = settled;
    carried.retain(|carried| !matches!(carried, Carried::Conflict(..)));
    // Whoever can have made them was asked about already.
    let rest = given_way::settle(
        &marked,
        &conflicts,
        side,
        &given_way::Merge { before: None, vault: None },
        true,
    )?;
    for subject in &conflicts {
        ui::say(&format!("settled {subject}: {}", side.as_str()));
    }
    carried.extend(rest.carried.iter().cloned());
    Ok(Settled { carried, known_to, unsure, ..rest })
}

fn nothing_open(args: &Args, found: &Found) -> Result<Status, Error> {
    if args.selects() {
        return Err(Error::no(
            "nothing is open: the vault has no conflict\nif git still waits: git add strongroom.toml",
        ));
    }
    done(args, found, found.text())
}

/// Nothing is open once the file is merged anew, but to list is not to write.
fn not_written(args: &Args) -> Result<Status, Error> {
    ui::say(
        "nothing is open then; what was edited since git merged is not in it\n\
         write it with: strongroom resolve --all --ours",
    );
    if args.json {
        ui::json(&json!({ "open": [] }))?;
    }
    Ok(Status::No)
}

fn done(args: &Args, found: &Found, text: &str) -> Result<Status, Error> {
    // Whatever was decided: what is left must be a vault.
    Index::read(text).map_err(|error| {
        Error::cannot(format!(
            "what was decided gives no vault: {error}
merge it again with: git checkout --merge -- strongroom.toml"
        ))
    })?;
    ui::say(&format!(
        "nothing is open\nthen: git add {}",
        found.path().file_name().map_or_else(String::new, |name| typed(name.as_ref()))
    ));
    if args.json {
        ui::json(&json!({ "open": [] }))?;
    }
    Ok(Status::Done)
}

fn list(
    args: &Args,
    marked: &Marked,
    conflicts: &[Subject],
    file: Option<&InGit>,
) -> Result<Status, Error> {
    let authors = file.and_then(|file| Some(Authors::of(file, &merged_commit(file)?)));
    let mut sides = Sides::of(marked, authors.unwrap_or_default())?;
    if let Ok(ours) = Index::read(marked.side(Side::Ours)) {
        log::vault(&ours);
    }
    sides.open(conflicts, args.reveal)?;
    if args.json {
        let open: Vec<Json> = conflicts.iter().map(|subject| sides.json(subject)).collect();
        ui::json(&json!({ "open": open }))?;
    } else {
        for subject in conflicts {
            ui::data(&format!("{}\n", sides.words(subject)))?;
            let values = if args.reveal { sides.values(subject) } else { Vec::new() };
            for (side, value) in values {
                let mark = format!("  {}:", side.as_str());
                ui::exactly(&crate::reveal::line(&mark, value.as_ref()))?;
            }
        }
    }
    Ok(Status::No)
}

fn json_of(settled: &Settled) -> Result<Vec<Json>, Error> {
    let Some(marked) = Marked::split(&settled.text) else { return Ok(Vec::new()) };
    let sides = Sides::of(&marked, Authors::default())?;
    Ok(settled.conflicts.iter().map(|subject| sides.json(subject)).collect())
}

/// The open conflicts that are meant.
fn select(args: &Args, marked: &Marked, open: &[Subject]) -> Result<Vec<Subject>, Error> {
    let index = Index::read(marked.side(Side::Ours));
    let theirs = Index::read(marked.side(Side::Theirs));
    let environments = match (&index, &theirs) {
        // An environment may be known to one side only.
        (Ok(ours), Ok(theirs)) => args
            .environments
            .pick(ours)
            .or_else(|error| args.environments.pick(theirs).map_err(|_| error))?,
        _ => Vec::new(),
    };
    let keys = args.keys.as_deref().map(scope).transpose()?;
    let is_among = |name: &str| {
        environments.iter().map(Environment::name).any(|each| fold(each) == fold(name))
    };
    let is_meant = |subject: &&Subject| match (subject, &args.name) {
        _ if args.all => true,
        (subject, _) if keys.is_some() => Some(*subject) == keys.as_ref(),
        (Subject::Holder(name), _) if args.holder.is_some() => {
            args.holder.as_deref().map(fold) == Some(fold(name))
        }
        (Subject::Entry(table, key), _) if args.entry.is_some() => {
            args.entry.as_deref() == Some(&format!("{}.{key}", table.join(".")))
        }
        (Subject::Setting { name, scope }, _) if args.entry.is_some() => {
            args.entry.as_deref() == Some(&format!("settings.{name}.{scope}"))
        }
        (Subject::SettingSpelling(name), _) if args.entry.is_some() => {
            args.entry.as_deref() == Some(&format!("settings.{name}"))
        }
        (Subject::Value { name, environment }, Some(wanted)) => {
            fold(name) == fold(wanted) && (environments.is_empty() || is_among(environment))
        }
        (
            Subject::About(name) | Subject::Spelling(name) | Subject::SecretOrSetting(name),
            Some(wanted),
        ) => fold(name) == fold(wanted) && environments.is_empty(),
        (Subject::Environment(name), None) => is_among(name),
        _ => false,
    };
    let subjects: Vec<Subject> = open.iter().filter(is_meant).cloned().collect();
    if subjects.is_empty() {
        return Err(Error::no("no such conflict is open\nsee what is with: strongroom resolve"));
    }
    Ok(subjects)
}

fn scope(word: &str) -> Result<Subject, Error> {
    if word == "roster" {
        return Ok(Subject::Roster);
    }
    EnvironmentType::from_word(word).map(Subject::Keys).ok_or_else(|| {
        Error::usage(format!(
            "unknown environment type `{}`\n{}, or roster",
            Shown(word),
            crate::environments::TYPES
        ))
    })
}

/// A key that both sides made anew is known to whom only the other side removed.
fn say_of_keys(subjects: &[Subject], settled: &str) {
    let kinds: Vec<&str> = subjects
        .iter()
        .filter_map(|subject| match subject {
            Subject::Keys(kind) => Some(kind.as_str()),
            _ => None,
        })
        .collect();
    let has_removed = Index::read(&ours_of(settled)).is_ok_and(|index| !index.removed().is_empty());
    let is_roster = subjects.contains(&Subject::Roster);
    if has_removed && (is_roster || !kinds.is_empty()) {
        let command = if is_roster {
            "strongroom key rotate".to_owned()
        } else {
            format!("strongroom key rotate --type {}", kinds.join(","))
        };
        ui::warn(&format!(
            "whom only the other side removed may know the key that is kept now\n\
             once the merge is committed, make a new one: {command}"
        ));
    }
}
