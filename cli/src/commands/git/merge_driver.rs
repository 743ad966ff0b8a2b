//! What git runs to merge a vault: reads three files, writes the second, and ends with 1 where a person must decide.

use std::fs;
use std::path::{Path, PathBuf};

use strongroom_vault::{Index, Marked, Merged, Shown, Side, merge};

use super::bounded;
use crate::conflicts::{Authors, Sides, merged_commit, say_notes};
use crate::error::{Error, Status};
use crate::git::reading;
use crate::history::InGit;
use crate::ui;

/// Merge two sides of a vault: what git runs as its merge driver
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What both sides began with
    base: PathBuf,

    /// Our side; the result is written here
    ours: PathBuf,

    /// Their side
    theirs: PathBuf,

    /// The file's name in the repository
    path: String,
}

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    let sides = [&args.base, &args.ours, &args.theirs].map(|path| read(path));
    let [base, ours, theirs] = sides;
    let (Some(base), Some(ours), Some(theirs)) = (base?, ours?, theirs?) else {
        return Ok(too_large(args));
    };
    let merged = match (text(base), text(ours), text(theirs)) {
        // What both began with may be a merge itself that git made for this one, with conflicts of its own.
        (Some(base), Some(ours), Some(theirs)) => {
            let split = Marked::split(&base);
            let base = split.as_ref().map_or(base.as_str(), |split| split.side(Side::Ours));
            merge(Some(base), &ours, &theirs).map_err(|error| error.to_string())
        }
        _ => Err("one of the sides is no UTF-8 text".to_owned()),
    };
    match merged {
        Ok(merged) => finish(args, &merged),
        Err(why) => {
            ui::error(&Error::cannot(format!("{}: {why}", args.path)));
            line_by_line(args)
        }
    }
}

fn finish(args: &Args, merged: &Merged) -> Result<Status, Error> {
    fs::write(&args.ours, &merged.text)
        .map_err(|error| Error::file("write", &args.ours, &error))?;
    say_notes(&merged.notes);
    if merged.conflicts.is_empty() {
        return Ok(Status::Done);
    }
    let count = merged.conflicts.len();
    let words = if count == 1 { "1 conflict".to_owned() } else { format!("{count} conflicts") };
    ui::say(&format!("{words} in {}:", args.path));
    let file = InGit { folder: PathBuf::from("."), name: args.path.clone() };
    let authors = merged_commit(&file).map(|other| Authors::of(&file, &other));
    if let Some(marked) = Marked::split(&merged.text)
        && let Ok(sides) = Sides::of(&marked, authors.unwrap_or_default())
    {
        for subject in merged.conflicts.iter().take(SHOWN) {
            ui::say(&sides.words(subject));
        }
        if count > SHOWN {
            ui::say("see all of them with: strongroom resolve");
        }
    }
    Ok(Status::No)
}

/// What git does without a driver, for texts that are not merged entry by entry.
fn line_by_line(args: &Args) -> Result<Status, Error> {
    let mut git = reading(Path::new("."));
    git.args(["merge-file", "-L", "ours", "-L", "base", "-L", "theirs"]);
    git.args([&args.ours, &args.base, &args.theirs]);
    let output = git.output().map_err(|error| crate::git::not_started(&error))?;
    let is_vault = || {
        let text = text(read(&args.ours).ok().flatten()?)?;
        Index::read(&text).ok().map(|_| ())
    };
    Ok(if output.status.success() && is_vault().is_some() { Status::Done } else { Status::No })
}

/// What git does with a binary file: our side stays, and a person decides. Merging lines of it would take git long.
fn too_large(args: &Args) -> Status {
    ui::error(&Error::no(format!(
        "{}: one of the sides is larger than a vault: nothing was merged, and ours stands there as it was\n\
         keep one of the two files: git checkout --ours or --theirs, and then git add",
        Shown(&args.path)
    )));
    Status::No
}

/// The bytes of a file; none if they are more than a vault has.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    bounded(path).map_err(|error| Error::file("read", path, &error))
}

fn text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

/// How many conflicts are told one by one.
const SHOWN: usize = 20;
