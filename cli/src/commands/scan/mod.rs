//! `strongroom scan`: looks for the vault's values where they should not be. The pre-commit hook runs it.

mod json;
mod words;

use std::path::{Path, PathBuf};

use strongroom_vault::EnvironmentType;

use crate::environments::Several;
use crate::error::{Error, Status};
use crate::git;
use crate::keys::Keys;
use crate::own::OwnFile;
use crate::scan::wanted::Wanted;
use crate::scan::{Report, Scanner, files, staged, vaults};
use crate::session::Place;
use crate::ui::{self, Progress};
use crate::value::kinds_of;

/// Look for the vault's values, and for keys, in files, in what is staged, in binaries and archives
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without PATHS: the files that git tracks and those that it would take. A folder that is named is read whole,
what git ignores included; `-` is standard input. Links are not followed; zip (jar), tar and gzip are looked into.
--staged looks for the values of every vault of the repository, wherever in it it is started.

A value is found as it is, in base64 at any place of a longer text, in hexadecimal digits, and escaped for a URL or for
JSON; of a value of several lines, one line is enough. Values that are too short or too ordinary to mean anything are
not looked for and are named. Only values that a key at hand opens are looked for, by hashes: no value stays in memory.
Access keys and age identities are found whosever they are.

Exit status: 1 when something was found; 3 when nothing was found and something could not be read.

Examples:
  strongroom scan
  strongroom scan target/release/shop backup.tar.gz
  git log -p | strongroom scan -")]
pub(crate) struct Args {
    /// Files and folders, instead of those of the repository
    paths: Vec<PathBuf>,

    /// Look at what is staged for the next commit, and say nothing if nothing is found
    #[arg(long, conflicts_with = "paths")]
    staged: bool,

    #[command(flatten)]
    environments: Several,

    /// Print JSON, as described in docs/json.md
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, place: &Place) -> Result<Status, Error> {
    let staged = if args.staged { Some(staged::list(Path::new("."))?) } else { None };
    let wanted = wanted(args, place)?;
    let mut scanner = Scanner::new(&wanted.table);
    match &staged {
        Some(staged) => {
            let progress = Progress::new("scanning", staged.len());
            staged::look(Path::new("."), staged, &mut scanner, || progress.step())?;
        }
        None if args.paths.is_empty() => everywhere(&mut scanner)?,
        None => files::named(&args.paths, &mut scanner),
    }
    let report = scanner.report;
    if args.json {
        ui::json(&json::of(&wanted, &report))?;
    } else {
        words::found(&wanted, &report)?;
        words::explain(&wanted, &report, args.staged);
    }
    Ok(status(&wanted, &report, args.staged))
}

fn wanted(args: &Args, place: &Place) -> Result<Wanted, Error> {
    let here = place.read_if_there()?;
    // The hook is started at the root, and the vault may lie anywhere.
    if args.staged && args.environments.is_empty() {
        let root = git::to_root()?.unwrap_or_default();
        return vaults::wanted(&root, here.as_ref());
    }
    let Some(found) = here else {
        if !args.environments.is_empty() {
            // Whose environments they are is for the vault to say.
            place.read()?;
        }
        ui::say("no vault here: looking for access keys and age identities only");
        return Wanted::only_keys();
    };
    let session = found.open()?;
    let index = &session.index;
    let is_narrowed = !args.environments.is_empty();
    let environments =
        if is_narrowed { args.environments.pick(index)? } else { index.environments().collect() };
    // What is asked for by name must be had; anything else is looked for as far as it goes.
    let kinds = if is_narrowed { kinds_of(&environments) } else { Vec::new() };
    let keys = Keys::of_types(index, kinds)?;
    let own = OwnFile::read(&session, &EnvironmentType::Local.into())?;
    let mine = own.open(index)?;
    Wanted::of(index, mine.as_ref(), &environments, keys)
}

fn everywhere(scanner: &mut Scanner<'_>) -> Result<(), Error> {
    let Some(paths) = files::of_repository()? else {
        files::walk(Path::new("."), scanner);
        return Ok(());
    };
    let progress = Progress::new("scanning", paths.len());
    for path in paths {
        files::found(&path, scanner);
        progress.step();
    }
    Ok(())
}

/// A hook must stop nobody for a key that is wrong or a file that cannot be read: it says so.
fn status(wanted: &Wanted, report: &Report, is_staged: bool) -> Status {
    let saw_everything = report.unread.is_empty() && wanted.key_faults.is_empty();
    if !report.found.is_empty() {
        Status::No
    } else if saw_everything || is_staged {
        Status::Done
    } else {
        Status::Cannot
    }
}
