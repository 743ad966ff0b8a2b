//! What `strongroom run` adds to the program that it starts.

use std::time::Duration;

use super::{Line, others};
use crate::command::Built;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
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
    let vault = Vault::of(25);
    let (run, nothing) = in_turn(
        RUNS,
        || built.strongroom(&vault, &["run", "--", "true"], ""),
        || built.nothing(&vault),
    );
    let mut rows = vec![Row::limited(
        what,
        Amount::Time(run.median().saturating_sub(nothing.median())),
        Amount::Time(LIMIT),
        format!("true alone {}, median of {RUNS}", Amount::Time(nothing.median())),
    )];
    rows.extend(others::rows());
    rows
}

const RUNS: usize = 301;
const LIMIT: Duration = Duration::from_millis(2);
