//! Exporting 1,000 values.

use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::Vault;

pub(super) const LINE: Line = Line {
    name: "export",
    about: "`strongroom export` of 1,000 values over `true` alone, vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("dotenv", error)],
    };
    let vault = Vault::of(1_000);
    let formats = ["dotenv", "json", "yaml", "kubernetes"];
    formats.map(|format| row(&built, &vault, format)).into()
}

fn row(built: &Built, vault: &Vault, format: &'static str) -> Row {
    let mut arguments = vec!["export", "--type", "local", "--format", format];
    if format == "kubernetes" {
        arguments.extend(["--name", "app"]);
    }
    let export = Over { arguments: &arguments, runs: RUNS, limit: LIMIT };
    export.row(format, built, vault, || ())
}

const RUNS: usize = 51;
const LIMIT: Duration = Duration::from_millis(50);
