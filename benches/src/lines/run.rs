//! What `strongroom run` adds to the program that it starts.

use std::time::Duration;

use super::over::Over;
use super::{Line, others};
use crate::command::Built;
use crate::table::Row;
use crate::vaults::Vault;

pub(super) const LINE: Line = Line {
    name: "run",
    about: "`strongroom run -- true` over `true` alone, access key, vault of 25 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let what = "key in the configuration folder";
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped(what, error)],
    };
    let run = Over { arguments: &["run", "--", "true"], runs: RUNS, limit: LIMIT };
    let mut rows = vec![run.row(what, &built, &Vault::of(25), || ())];
    rows.extend(others::rows());
    rows
}

const RUNS: usize = 301;
const LIMIT: Duration = Duration::from_millis(2);
