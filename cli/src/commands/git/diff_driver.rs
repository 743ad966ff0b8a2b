//! What `git diff` shows of a vault: the changes in words.

use std::path::{Path, PathBuf};

use strongroom_vault::{Index, Marked, Shown, Side};

use super::{OPEN, TOO_LARGE, bounded};
use crate::commands::diff::lines_between;
use crate::error::{Error, Status};
use crate::git::{not_started, reading};
use crate::ui;

/// Show what changed between two texts of a vault: what git runs as its diff driver
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What git gives: PATH OLD-FILE OLD-ID OLD-MODE NEW-FILE NEW-ID NEW-MODE, and of a rename more
    #[arg(required = true, num_args = 1..=9)]
    words: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    let path = args.words[0].to_string_lossy().into_owned();
    // A file that is not merged comes alone.
    let (Some(old), Some(new)) = (args.words.get(1), args.words.get(4)) else {
        ui::data(&format!("{} is not merged: strongroom resolve\n", Shown(&path)))?;
        return Ok(Status::Done);
    };
    let name = args.words.get(7).map_or(path.clone(), |new| format!("{path} → {}", new.display()));
    ui::data(&format!("{}\n", Shown(&name)))?;
    let (Some(before), Some(after)) = (text_of(old), text_of(new)) else {
        ui::data(TOO_LARGE)?;
        return Ok(Status::Done);
    };
    let (before, after) = (ours_of(before)?, ours_of(after)?);
    let read = |text: &str, other: &str| match (text, Index::read(other)) {
        // A vault that was not there, or is not any more, is one without anything.
        ("", Ok(other)) => Some(format!("[strongroom]\nformat = 1\nid = \"{}\"\n", other.id())),
        _ => Index::read(text).is_ok().then(|| text.to_owned()),
    };
    let texts = read(&before, &after).zip(read(&after, &before));
    match &texts {
        Some((before, after)) => {
            if let (Ok(before), Ok(after)) = (Index::read(before), Index::read(after)) {
                let lines = lines_between(&before, &after);
                for line in &lines {
                    ui::data(&format!("{line}\n"))?;
                }
                if lines.is_empty() {
                    ui::data(
                        "nothing but comments, blanks, the order, or parts that this version skips\n",
                    )?;
                }
            }
        }
        None => as_lines(old, new)?,
    }
    Ok(Status::Done)
}

/// Our side of a merge that is open, which is said.
fn ours_of(text: String) -> Result<String, Error> {
    if Index::read(&text).is_ok() {
        return Ok(text);
    }
    let Some(marked) = Marked::split(&text) else { return Ok(text) };
    ui::data(&format!("{OPEN}\nwhat our side has:\n"))?;
    Ok(marked.side(Side::Ours).to_owned())
}

/// The text of a side; empty where there is no side, and none where it is larger than a vault.
fn text_of(path: &Path) -> Option<String> {
    let bytes = bounded(path).unwrap_or_else(|_| Some(Vec::new()))?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What git shows of any file, for a text that is no vault.
fn as_lines(old: &Path, new: &Path) -> Result<(), Error> {
    let mut git = reading(Path::new("."));
    git.args(["diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--"]);
    let output = git.args([old, new]).output().map_err(|error| not_started(&error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The names are those of files that git made for this.
    let hunks = text.split_inclusive('\n').skip_while(|line| !line.starts_with("@@"));
    ui::data(&hunks.collect::<String>())
}
