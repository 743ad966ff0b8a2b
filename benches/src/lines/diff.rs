//! What `strongroom diff` of two environments costs, every value opened on both sides.

use std::time::Duration;

use super::Line;
use crate::command::Built;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
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
    let vault = Vault::of(1_000);
    let (diff, nothing) = in_turn(
        RUNS,
        || built.strongroom(&vault, &["diff", "dev", "prod"], ""),
        || built.nothing(&vault),
    );
    vec![Row::limited(
        what,
        Amount::Time(diff.median().saturating_sub(nothing.median())),
        Amount::Time(LIMIT),
        format!("true alone {}, median of {RUNS}", Amount::Time(nothing.median())),
    )]
}

const RUNS: usize = 51;
const LIMIT: Duration = Duration::from_millis(50);
