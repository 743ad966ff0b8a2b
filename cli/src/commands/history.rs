//! `strongroom history`: who set which version when, from git.

use serde_json::{Value as Json, json};
use strongroom_vault::fold;

use crate::environments::Several;
use crate::error::{Error, Status};
use crate::hints::no_secret;
use crate::history::{Blobs, Change, InGit, Place as Where, Places, SHALLOW};
use crate::session::{Place, Session};
use crate::ui::{self, Cell, Table};

/// Show who set which version of a secret when, from git's history
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no key. Authors, days and subjects are those of git's commits, which nobody authenticates. A
value that a rotation sealed again under a new data key keeps its version: that is counted, and shown with --all.

Examples:
  strongroom history github_api_token
  strongroom history --type production")]
pub(crate) struct Args {
    #[command(flatten)]
    environments: Several,

    /// Show also where a value was sealed again under a new data key, by a rotation for instance
    #[arg(long)]
    all: bool,

    /// Print JSON, with all of that, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The secret's name; all secrets if there is none
    name: Option<String>,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let environments = args.environments.pick(&session.index)?;
    let file = InGit::of(session.path())?;
    let log = file.log(&["HEAD"])?;
    let name = args.name.as_deref();
    let mut events = Vec::new();
    uncommitted(&session, &file, name, &mut events)?;
    let read = |text: &str| Places::of_text(text, name);
    walk(&file, &log.changes, read, |before, after, change| {
        compare(before, after, Some(change), &mut events);
    })?;
    let is_meant = |event: &Event| {
        environments.is_empty()
            || environments.iter().any(|each| fold(each.name()) == fold(&event.place.environment))
    };
    events.retain(is_meant);
    if args.json {
        let history: Vec<Json> = events.iter().map(Event::json).collect();
        ui::json(&json!({ "shallow": log.is_shallow, "history": history }))?;
    } else {
        let is_shown = |event: &&Event| args.all || event.did != Did::SealedAgain;
        let shown: Vec<&Event> = events.iter().filter(is_shown).collect();
        if !shown.is_empty() {
            ui::table(&table(&shown))?;
        }
        if !args.all {
            say_sealed_again(&events);
        }
    }
    if log.is_shallow {
        ui::say(SHALLOW);
    }
    if !events.is_empty() || args.json {
        return Ok(Status::Done);
    }
    match name {
        Some(name) if session.index.secret(name).is_none() => Err(no_secret(&session.index, name)),
        _ => {
            ui::say("git has no commit that set such a value");
            Ok(Status::Done)
        }
    }
}

/// What happened to a value.
struct Event {
    place: Where,
    did: Did,
    version: u32,
    /// The commit; none where it is not committed yet.
    change: Option<Change>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Did {
    Set,
    Removed,
    SealedAgain,
}

impl Event {
    fn json(&self) -> Json {
        let did = match self.did {
            Did::Set => "set",
            Did::Removed => "removed",
            Did::SealedAgain => "sealed-again",
        };
        let mut json = told(self.change.as_ref());
        json["name"] = self.place.name.as_str().into();
        json["environment"] = self.place.environment.as_str().into();
        json["change"] = did.into();
        json["version"] = self.version.into();
        json
    }

    fn cells(&self) -> [Cell; 7] {
        let version = match self.did {
            Did::Set => Cell::from(format!("version {}", self.version)),
            Did::Removed => Cell::bad("removed"),
            Did::SealedAgain => Cell::faint(format!("version {}, sealed again", self.version)),
        };
        let [by, on, commit, subject] = who(self.change.as_ref());
        let (name, environment) = (self.place.name.as_str(), self.place.environment.as_str());
        [Cell::from(name), Cell::from(environment), version, by, on, commit, subject]
    }
}

/// Who made a commit, when, which it is, and what it says.
pub(super) fn who(change: Option<&Change>) -> [Cell; 4] {
    match change {
        // Whoever made the last commit of a shallow clone need not have set it.
        Some(change) if change.is_boundary => [
            Cell::faint("?"),
            Cell::from(format!("{} or earlier", change.day())),
            Cell::from(change.short()),
            Cell::from(""),
        ],
        Some(change) => [
            Cell::from(change.author.as_str()),
            Cell::from(change.day()),
            Cell::from(change.short()),
            Cell::from(change.subject.as_str()),
        ],
        None => [Cell::doubtful("not committed"), Cell::from(""), Cell::from(""), Cell::from("")],
    }
}

/// As [`who`], for programs.
pub(super) fn told(change: Option<&Change>) -> Json {
    json!({
        "commit": change.map(|it| &it.commit),
        "author": change.map(|it| &it.author),
        "date": change.map(|it| &it.time),
        "subject": change.map(|it| &it.subject),
        "or_earlier": change.is_some_and(|it| it.is_boundary),
    })
}

/// Says how often values were sealed again: each time for all of a type, so one line does for all.
fn say_sealed_again(events: &[Event]) {
    let again = events.iter().filter(|event| event.did == Did::SealedAgain);
    let mut commits: Vec<Option<&Change>> = again.map(|event| event.change.as_ref()).collect();
    commits.dedup_by_key(|change| change.map(|change| change.commit.as_str()));
    let Some(last) = commits.first() else { return };
    let last = match last {
        Some(change) => format!("{} on {} by {}", change.short(), change.day(), change.author),
        None => "not committed".to_owned(),
    };
    let times = match commits.len() {
        1 => "in 1 commit".to_owned(),
        count => format!("in {count} commits, the last one"),
    };
    ui::say(&format!("sealed again under a new data key {times}: {last}; show it with: --all"));
}

fn table(events: &[&Event]) -> Table {
    let header = ["name", "environment", "version", "by", "on", "commit", "subject"];
    let mut table = Table::new(header);
    for event in events {
        table.row(event.cells());
    }
    table
}

/// What the file has that `HEAD` has not.
fn uncommitted(
    session: &Session<'_>,
    file: &InGit,
    name: Option<&str>,
    events: &mut Vec<Event>,
) -> Result<(), Error> {
    let now = Places::of(&session.index, name);
    let before = at_head(file)?.and_then(|text| Places::of_text(&text, name)).unwrap_or_default();
    compare(&[&before], &now, None, events);
    Ok(())
}

/// The text of `HEAD`.
pub(super) fn at_head(file: &InGit) -> Result<Option<String>, Error> {
    match file.blob("HEAD") {
        Some(blob) => Blobs::of(file)?.text(&blob),
        None => Ok(None),
    }
}

/// Every change of these commits, the newest first: what is read of the texts before, and of the one after.
pub(super) fn walk<T: Default>(
    file: &InGit,
    changes: &[Change],
    read_text: impl Fn(&str) -> Option<T>,
    mut tell: impl FnMut(&[&T], &T, &Change),
) -> Result<(), Error> {
    let mut blobs = Blobs::of(file)?;
    // What was read last is what the next, older commit begins or ends with.
    let mut read: Vec<(String, T)> = Vec::new();
    for change in changes {
        let wanted: Vec<&String> = change.after.iter().chain(&change.before).collect();
        for blob in &wanted {
            if !read.iter().any(|(known, _)| known == *blob) {
                // A text that is no vault, such as one with conflict markers, tells nothing.
                let text = blobs.text(blob)?;
                let said = text.and_then(|text| read_text(&text));
                read.push(((*blob).clone(), said.unwrap_or_default()));
            }
        }
        let of = |blob: &String| read.iter().find(|(known, _)| known == blob).map(|(_, it)| it);
        let none = T::default();
        let after = change.after.as_ref().and_then(of).unwrap_or(&none);
        let mut before: Vec<&T> = change.before.iter().filter_map(of).collect();
        if before.is_empty() {
            before.push(&none);
        }
        tell(&before, after, change);
        let too_many = read.len().saturating_sub(REMEMBERED);
        read.drain(..too_many);
    }
    Ok(())
}

/// What a text has at its places that none of those before has; and what it has not any more.
fn compare(before: &[&Places], after: &Places, change: Option<&Change>, events: &mut Vec<Event>) {
    let mut push = |place: &Where, did, version| {
        events.push(Event { place: place.clone(), did, version, change: change.cloned() });
    };
    for (place, stands) in &after.0 {
        let was: Vec<_> = before.iter().filter_map(|it| it.get(place)).collect();
        if was.iter().any(|was| stands.is_same_line(was)) {
            continue;
        }
        let again = was.iter().any(|was| stands.is_sealed_again(was));
        push(place, if again { Did::SealedAgain } else { Did::Set }, stands.version);
    }
    let Some((first, others)) = before.split_first() else { return };
    for (place, stands) in &first.0 {
        if after.get(place).is_none() && others.iter().all(|it| it.get(place).is_some()) {
            push(place, Did::Removed, stands.version);
        }
    }
}

/// How many texts are remembered: neighbours in the history share them.
const REMEMBERED: usize = 8;
