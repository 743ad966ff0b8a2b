//! Other tools at the same job, 25 secrets to a program or out of a file, where they happen to be installed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package::done;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::{name, value};

/// A tool, what prepares its secrets from the file `.env`, and the job that is timed.
struct Tool {
    prepare: &'static [&'static [&'static str]],
    job: &'static [&'static str],
}

const TOOLS: [Tool; 3] = [
    Tool {
        prepare: &[
            &["age-keygen", "-o", "key"],
            &["age", "--encrypt", "--identity", "key", "--output", "secrets", ".env"],
        ],
        job: &["age", "--decrypt", "--identity", "key", "secrets"],
    },
    Tool {
        prepare: &[
            &["rage-keygen", "-o", "key"],
            &["rage", "--encrypt", "--identity", "key", "--output", "secrets", ".env"],
        ],
        job: &["rage", "--decrypt", "--identity", "key", "secrets"],
    },
    Tool { prepare: &[&["dotenvx", "encrypt"]], job: &["dotenvx", "run", "--quiet", "--", "true"] },
];

/// A row for each tool that is there.
pub(super) fn rows() -> Vec<Row> {
    let is_there = |tool: &Tool| is_on_path(tool.job[0]);
    TOOLS.iter().filter(|tool| is_there(tool)).map(row).collect()
}

fn row(tool: &Tool) -> Row {
    let what = format!("`{} {}` of as many values", tool.job[0], tool.job[1]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(".env"), dotenv()).expect("the folder is ours");
    for words in tool.prepare {
        if let Err(error) = done(&mut command(words, folder.path())) {
            return Row::skipped(what, error);
        }
    }
    let run = |words: &[&str]| {
        done(&mut command(words, folder.path())).expect("a tool that was prepared works");
    };
    let (job, nothing) = in_turn(RUNS, || run(tool.job), || run(&["true"]));
    let more = job.median().saturating_sub(nothing.median());
    Row::told(what, Amount::Time(more), format!("median of {RUNS}"))
}

fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(folder);
    command
}

fn dotenv() -> String {
    (0..25).fold(String::new(), |mut text, number| {
        let name = name(number).to_uppercase();
        writeln!(text, "{name}=\"{}\"", value()).expect("a string takes everything");
        text
    })
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.iter().any(|folder| folder.join(program).is_file())
}

const RUNS: usize = 31;
