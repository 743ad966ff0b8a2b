//! `strongroom store allow` and `forbid`: whether a store may run its command on this machine.

use serde_json::json;
use strongroom_vault::Shown;

use crate::error::{Error, Status};
use crate::session::{Place, Session};
use crate::stores::{self, Asker};
use crate::ui::{self, Terminal};

/// Allow a store to run its command on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows all that it would run, and asks. It is remembered for exactly these words: a changed command asks anew.

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

/// Take back that a store may run its command on this machine
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
    let lines = lines(&session, &asker, &args.name)?;
    if asker.is_allowed(&args.name, &lines) {
        ui::say(&format!("{} may run this here already:\n{}", args.name, shown(&lines)));
    } else {
        ui::say(&format!(
            "to fetch a value, {} runs this as you, with {{name}}, {{key}} and {{version}} replaced:\n{}",
            args.name,
            shown(&lines)
        ));
        if !args.yes {
            let mut terminal = Terminal::of_person().ok_or_else(|| {
                Error::usage("no terminal to ask at: nothing was allowed\nallow it with: --yes")
            })?;
            let question = format!("let {} run it on this machine?", args.name);
            terminal.confirm(&question, Error::no("nothing was allowed"))?;
        }
        asker.set_allowed(&args.name, &lines, true)?;
        ui::say(&format!("allowed {} to run it on this machine", args.name));
    }
    told(args.json, &args.name, &lines, true)
}

pub(super) fn forbid(args: &Forbid, place: &Place) -> Result<Status, Error> {
    let found = place.read()?;
    let session = found.open()?;
    let asker = Asker::of(&session);
    let lines = lines(&session, &asker, &args.name)?;
    if asker.is_allowed(&args.name, &lines) {
        asker.set_allowed(&args.name, &lines, false)?;
        ui::say(&format!("{} runs nothing on this machine any more", args.name));
    } else {
        ui::say(&format!("{} was not allowed to run anything on this machine", args.name));
    }
    told(args.json, &args.name, &lines, false)
}

fn lines(session: &Session<'_>, asker: &Asker, name: &str) -> Result<Vec<Vec<String>>, Error> {
    let store = stores::named(&session.index, name)?;
    let lines = asker.runs(store).map_err(|why| {
        Error::cannot(format!("cannot tell what `{}` runs: {why}", Shown(name)))
            .with_hints(why.next(name))
    })?;
    if lines.is_empty() {
        return Err(Error::no(format!(
            "a store of the kind `{}` runs nothing: there is nothing to allow",
            Shown(store.kind())
        )));
    }
    Ok(lines)
}

/// All of it, quoted as for a shell, a line for each.
fn shown(lines: &[Vec<String>]) -> String {
    let lines: Vec<String> =
        lines.iter().map(|words| format!("  {}", stores::line(words))).collect();
    lines.join("\n")
}

fn told(
    as_json: bool,
    name: &str,
    lines: &[Vec<String>],
    is_allowed: bool,
) -> Result<Status, Error> {
    if as_json {
        ui::json(&json!({ "name": name, "runs": lines, "allowed": is_allowed }))?;
    }
    Ok(Status::Done)
}
