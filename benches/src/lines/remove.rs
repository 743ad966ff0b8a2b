//! Removing a holder: new data keys, and every value sealed again.

use std::fs;
use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::{Vault, forget_generations};

pub(super) const LINE: Line = Line {
    name: "remove",
    about: "`strongroom holder remove` over `true` alone, vault of 1,000 × 4, one save, flushes included",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("who opens all four types", error)],
    };
    let vault = Vault::of(1_000).copied("to-remove-from");
    let before = vault.text();
    let all = "prod,dev,pr,local";
    ["local", all].map(|types| row(&built, &vault, &before, types)).into()
}

fn row(built: &Built, vault: &Vault, before: &str, types: &'static str) -> Row {
    forget_generations();
    fs::write(vault.file(), before).expect("the target folder can be written");
    let _ = fs::remove_file(vault.folder.join("guest.key"));
    built.strongroom(vault, &["holder", "add", "guest", "--type", types, "--out", "guest.key"], "");
    let with_guest = vault.text();
    let reset = || {
        forget_generations();
        fs::write(vault.file(), &with_guest).expect("the target folder can be written");
    };
    let arguments = ["holder", "remove", "guest", "--yes"];
    let what = format!("who opens {types}");
    let row =
        Over { arguments: &arguments, runs: RUNS, limit: LIMIT }.row(&what, built, vault, reset);
    forget_generations();
    row
}

const RUNS: usize = 11;
const LIMIT: Duration = Duration::from_secs(1);
