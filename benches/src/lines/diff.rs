//! What `strongroom diff` of two environments costs, every value opened on both sides.

use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::Vault;

pub(super) const LINE: Line = Line {
    name: "diff",
    about: "`strongroom diff dev prod` over `true` alone, access key, vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let what = "two environments of 1,000, all values compared";
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped(what, error)],
    };
    let diff = Over { arguments: &["diff", "dev", "prod"], runs: RUNS, limit: LIMIT };
    vec![diff.row(what, &built, &Vault::of(1_000), || ())]
}

const RUNS: usize = 51;
const LIMIT: Duration = Duration::from_millis(50);
