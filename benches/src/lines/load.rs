//! `load()` beside what parsing alone needs in the same run.

use std::time::Duration;

use super::Line;
use crate::child::{self, Key};
use crate::table::{Amount, Row};
use crate::vaults::Vault;

pub(super) const LINE: Line = Line {
    name: "load",
    about: "load() of 20 secrets with an access key",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let mut rows = Vec::new();
    for (secrets, runs) in [(25, 2001), (1_000, 301), (10_000, 41)] {
        let vault = Vault::of(secrets);
        for (key, whence) in [(Key::Given, "key given"), (Key::Kept, "key in a file")] {
            let (toml, load) = child::load(&vault, key, runs);
            rows.push(Row::limited(
                format!("vault of {secrets} × 4, {whence}"),
                Amount::Time(load),
                Amount::Time(toml.mul_f64(FACTOR) + CONSTANT),
                format!("toml alone {}, median of {runs}", Amount::Time(toml)),
            ));
        }
    }
    rows.push(Row::limited(
        "with `embed`, key given",
        Amount::Time(child::load_carried(4001)),
        Amount::Time(EMBEDDED),
        "median of 4001",
    ));
    rows
}

const FACTOR: f64 = 1.3;
const CONSTANT: Duration = Duration::from_micros(60);
const EMBEDDED: Duration = Duration::from_micros(30);
