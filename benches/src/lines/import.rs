//! Importing a file of 1,000 values, in one save.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::{Vault, value};

pub(super) const LINE: Line = Line {
    name: "import",
    about: "`strongroom import` of 1,000 values over `true` alone, vault of 1,000 × 4, one save, flushes included",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("a dotenv file", error)],
    };
    let vault = Vault::of(1_000).copied("to-import");
    let (mut new, mut known) = (String::new(), String::new());
    for number in 0..1_000 {
        let name = crate::vaults::name(number);
        writeln!(new, "new_{name}={}", value()).expect("a string takes everything");
        writeln!(known, "{name}={}", value()).expect("a string takes everything");
    }
    let cases = [
        ("new values for one type", new, "local"),
        ("other values for one type", known.clone(), "local"),
        ("other values for all four types", known, "prod,dev,pr,local"),
    ];
    let before = vault.text();
    cases.map(|(what, text, types)| row(&built, &vault, &before, what, &text, types)).into()
}

fn row(built: &Built, vault: &Vault, before: &str, what: &str, text: &str, types: &str) -> Row {
    let file = vault.folder.join("values.env");
    let reset = || {
        fs::write(vault.file(), before).expect("the target folder can be written");
        fs::write(&file, text).expect("the target folder can be written");
    };
    let arguments = ["import", "values.env", "--type", types, "--replace"];
    Over { arguments: &arguments, runs: RUNS, limit: LIMIT }.row(what, built, vault, reset)
}

const RUNS: usize = 21;
const LIMIT: Duration = Duration::from_millis(300);
