//! `strongroom app key`: the API keys of applications. A key is shown once, and the vault keeps its hash.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use strongroom_vault::{App, AppKey, AppKeyLine, AppRight, Draft, Expiry, Index, Shown};

use crate::api_keys::{Checks, State};
use crate::environments::{TYPES, kind_of};
use crate::error::{Error, Status};
use crate::keys::Keys;
use crate::new_key::{self, Target};
use crate::session::Place;
use crate::today::today;
use crate::ui::{self, Cell, Table};
use crate::{expiry, reveal};

/// Make, list and revoke the API keys of applications
#[derive(Debug, clap::Subcommand)]
#[command(arg_required_else_help = true)]
pub(crate) enum Command {
    New(New),
    List(List),
    Revoke(Revoke),
}

/// Make an API key for an application; it is printed once
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "strongroom app key new NAME --type TYPE [--expires DAY] [--out FILE]",
    after_help = "\
Needs a key for the environment type: whoever can only write the file cannot make one. The vault keeps its hash, so
nobody can print it again.
Example: strongroom app key new shop --type production --expires 90d"
)]
pub(crate) struct New {
    /// The application's name
    name: String,

    /// The environment type in which it counts, with the named environments of that
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,

    /// Until when it is good: 90d, 12w, or a day such as 2027-01-31 (if nothing is said, until it is revoked)
    #[arg(long, value_name = "DAY")]
    expires: Option<String>,

    /// What it allows
    #[arg(long, value_name = "RIGHT", default_value = "read", value_parser = ["read"])]
    right: String,

    /// Write the key to a new file that only you can read (-: standard output)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// List the API keys of one application or of all, and whether they count
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The seal of each key is checked where a key for its type is here.
Example: strongroom app key list shop")]
pub(crate) struct List {
    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,

    /// The application's name
    name: Option<String>,
}

/// Revoke an API key of an application
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom app key revoke shop k7wq3m2a")]
pub(crate) struct Revoke {
    /// The application's name
    name: String,

    /// The key's code, as `app key list` shows it
    code: String,
}

pub(super) fn run(command: Command, place: &Place) -> Result<Status, Error> {
    match command {
        Command::New(args) => new(&args, place),
        Command::List(args) => list(&args, place),
        Command::Revoke(args) => revoke(&args, place),
    }
}

fn new(args: &New, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let index = &session.index;
    let apps = session.apps()?;
    let app = super::named(apps, &args.name)?;
    let name = app.name();
    let Some(word) = &args.kind else {
        return Err(Error::usage(format!(
            "for which environment type? name it with --type\n{TYPES}\n\
             for example: strongroom app key new {name} --type production"
        )));
    };
    let kind = kind_of(index, word)?;
    let expires = match expiry::read(args.expires.as_deref())? {
        Expiry::On(day) => Some(day),
        Expiry::Unsaid | Expiry::Never => None,
    };
    let on_output = args.out.as_deref().is_none_or(|path| path == Path::new("-"));
    if args.json && on_output {
        return Err(new_key::both_on_output("--out"));
    }
    reveal::permit("a new API key")?;
    let keys = Keys::of_types(index, [kind])?;
    let key = AppKey::generate(index.id())?;
    let add = |draft: &mut Draft<'_, '_>, index: &Index<'_>| {
        let data_key = keys.current_data_key(index, kind)?;
        Ok(draft.add_app_key(data_key, name, &key, (today(), expires))?)
    };
    // A rehearsal first: a key must not be shown that cannot be added.
    session.rehearse(add)?;
    let target = args.out.as_deref().map_or(Target::Output, Target::from);
    new_key::hand_over_text(&key.to_text(), &target)?;
    let code = session.edit(add).inspect_err(|_| new_key::take_back(&target))?;
    let until = expires.map(|day| format!(", until {day}")).unwrap_or_default();
    ui::say(&format!("added the key `{code}` of `{name}` for {kind}{until}"));
    ui::say(&match target.file() {
        Some(path) => format!("the key is in {}", path.display()),
        None => "the key was printed and is not shown again".to_owned(),
    });
    ui::say("commit strongroom.toml, so that the server knows it");
    if args.json {
        ui::json(&json!({
            "app": name,
            "code": code,
            "type": kind.as_str(),
            "right": AppRight::Read.as_str(),
            "expires": expires.map(|day| day.to_string()),
            "key_file": target.file().map(|path| path.display().to_string()),
        }))?;
    }
    Ok(Status::Done)
}

fn list(args: &List, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let checks = Checks::new(&session.index);
    let apps = session.apps()?;
    let apps = super::picked(apps, args.name.as_deref())?;
    let rows: Vec<(&App<'_>, &AppKeyLine<'_>, State)> = apps
        .iter()
        .flat_map(|app| app.keys().iter().map(|key| (*app, key, checks.state(app, key))))
        .collect();
    if args.json {
        ui::json(&rows.iter().map(json_of).collect())?;
        return Ok(Status::Done);
    }
    if rows.is_empty() {
        match apps.as_slice() {
            [] => ui::say(super::NONE),
            _ => ui::say("no API keys\nmake one with: strongroom app key new NAME --type TYPE"),
        }
        return Ok(Status::Done);
    }
    let mut table = Table::new(["application", "key", "type", "right", "made", "until", "state"]);
    for (app, key, state) in &rows {
        let until = key.expires().map_or(Cell::faint("-"), |day| Cell::from(day.to_string()));
        table.row([
            Cell::from(app.name()),
            Cell::from(key.code()),
            Cell::from(key.kind().as_str()),
            Cell::from(key.right().as_str()),
            Cell::from(key.set().to_string()),
            until,
            match state {
                State::Good => Cell::good(state.word()),
                State::Unchecked => Cell::faint(state.word()),
                State::Expired => Cell::doubtful(state.word()),
                State::Earlier | State::Unfit => Cell::bad(state.word()),
            },
        ]);
    }
    ui::table(&table)?;
    explain(&rows);
    Ok(Status::Done)
}

/// What the words of the table mean that are no good news.
fn explain(rows: &[(&App<'_>, &AppKeyLine<'_>, State)]) {
    let first = |wanted: State| rows.iter().find(|(_, _, state)| *state == wanted);
    if let Some((app, key, _)) = first(State::Unfit) {
        ui::warn(&format!(
            "unfit: somebody changed the line, or made it without the data key, and the server does not take the key\n\
             look who did it (git log -p strongroom.toml), then restore the line, or take it away: strongroom app key revoke {} {}",
            Shown(app.name()),
            key.code()
        ));
    }
    if let Some((app, key, _)) = first(State::Earlier) {
        ui::warn(&format!(
            "earlier-data-key: the data key was changed without this line, and the server does not take the key\n\
             take it away, and make another one: strongroom app key revoke {} {}",
            Shown(app.name()),
            key.code()
        ));
    }
    if let Some((_, key, _)) = first(State::Unchecked) {
        ui::say(&format!("unchecked: no key is here that opens {}", key.kind()));
    }
}

fn json_of((app, key, state): &(&App<'_>, &AppKeyLine<'_>, State)) -> Json {
    json!({
        "app": app.name(),
        "code": key.code(),
        "type": key.kind().as_str(),
        "right": key.right().as_str(),
        "set": key.set().to_string(),
        "expires": key.expires().map(|day| day.to_string()),
        "state": state.word(),
    })
}

fn revoke(args: &Revoke, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let apps = session.apps()?;
    let app = super::named(apps, &args.name)?;
    session.edit(|draft, _| Ok(draft.revoke_app_key(app.name(), &args.code)?))?;
    ui::say(&format!("revoked the key `{}` of `{}`", Shown(&args.code), Shown(app.name())));
    ui::say("a server that reads this file takes it no more; elsewhere once it has the commit");
    say_who_knows(app);
    Ok(Status::Done)
}

/// Says that the secret does not change with a key.
pub(super) fn say_who_knows(app: &App<'_>) {
    ui::say(&format!(
        "who had the key may know {0}: change it where that matters, with: strongroom set --type TYPE {0}",
        Shown(app.secret())
    ));
}
