//! `strongroom store allow` and `forbid`: whether a store is asked from this machine, and may run its command here.

use serde_json::json;
use strongroom_vault::search::Allowed;
use strongroom_vault::{Shown, StoreEntry};

use crate::error::{Error, Status};
use crate::session::Place;
use crate::stores::{self, Asker};
use crate::ui::{self, Terminal};

/// Allow a store to be asked from this machine, or to run its command here
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows the settings of the store, or all that it would run, and asks. It is remembered for exactly these words: a
changed store asks anew. A store that seals of references vouch for is asked without this; one that runs a command
never is.

Example: strongroom store allow op")]
pub(crate) struct Allow {
    /// The store's name
    name: String,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

/// Take back that a store is asked from this machine, or runs its command here
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: strongroom store forbid op")]
pub(crate) struct Forbid {
    /// The store's name
    name: String,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(super) fn allow(args: &Allow, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let asker = Asker::of(&session);
    let doing = Doing::of(stores::named(&session.index, &args.name)?, &asker)?;
    if asker.is_allowed(&doing.allowed) {
        ui::say(&format!("{} may {} already: {}", args.name, doing.verb, doing.shown));
    } else {
        ui::say(&doing.explained(&args.name));
        if !args.yes {
            let mut terminal = Terminal::of_person().ok_or_else(|| {
                Error::usage("no terminal to ask at: nothing was allowed\nallow it with: --yes")
            })?;
            let question = format!("let {} {}?", args.name, doing.verb);
            terminal.confirm(&question, Error::no("nothing was allowed"))?;
        }
        asker.set_allowed(&doing.allowed, true)?;
        ui::say(&format!("allowed {} to {}", args.name, doing.verb));
    }
    told(args.json, &args.name, &doing, true)
}

pub(super) fn forbid(args: &Forbid, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let asker = Asker::of(&session);
    let doing = Doing::of(stores::named(&session.index, &args.name)?, &asker)?;
    if asker.is_allowed(&doing.allowed) {
        asker.set_allowed(&doing.allowed, false)?;
        ui::say(&format!("{} may not {} any more", args.name, doing.verb));
    } else {
        ui::say(&format!("{} was not allowed to {}", args.name, doing.verb));
    }
    told(args.json, &args.name, &doing, false)
}

/// What a store would do on this machine.
struct Doing {
    allowed: Allowed,
    /// In words, behind "may".
    verb: &'static str,
    /// Its settings, or the command lines quoted as for a shell.
    shown: String,
    /// The command lines.
    runs: Vec<Vec<String>>,
}

impl Doing {
    fn of(store: &StoreEntry<'_>, asker: &Asker) -> Result<Self, Error> {
        let runs = asker.runs(store).map_err(|why| {
            Error::cannot(format!("cannot tell what `{}` does: {why}", Shown(store.name())))
                .with_hints(why.next(store.name()))
        })?;
        if runs.is_empty() {
            let allowed = Allowed::to_ask(store);
            return Ok(Self {
                allowed,
                verb: "be asked from this machine",
                shown: stores::shown(store),
                runs,
            });
        }
        let lines: Vec<String> = runs.iter().map(|words| stores::line(words)).collect();
        let allowed = Allowed::to_run(store.name(), &runs);
        Ok(Self { allowed, verb: "run its command on this machine", shown: lines.join("\n"), runs })
    }

    fn explained(&self, name: &str) -> String {
        let shown: Vec<String> = self.shown.lines().map(|line| format!("  {line}")).collect();
        let shown = shown.join("\n");
        if self.runs.is_empty() {
            format!(
                "{name} is asked with what this machine logs in with, and has these settings:\n{shown}"
            )
        } else {
            format!(
                "to fetch a value, {name} runs this as you, with {{name}}, {{key}} and {{version}} replaced:\n{shown}"
            )
        }
    }
}

fn told(as_json: bool, name: &str, doing: &Doing, is_allowed: bool) -> Result<Status, Error> {
    if as_json {
        ui::json(&json!({ "name": name, "runs": doing.runs, "allowed": is_allowed }))?;
    }
    Ok(Status::Done)
}
