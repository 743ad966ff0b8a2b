//! How many crates `strongroom` adds to an application.

use std::collections::BTreeSet;

use super::Line;
use crate::package::{Package, done, workspace};
use crate::table::{Amount, Row};

pub(super) const LINE: Line = Line {
    name: "crates",
    about: "crates that `strongroom` with default features adds to an application",
    counts: true,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let what = "crates, all told";
    let package = Package::using("application", "strongroom", &workspace().join("runtime"));
    let arguments = ["tree", "--edges=normal,build", "--prefix=none", "--no-dedupe"];
    vec![match done(&mut package.cargo(&arguments)) {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            // Name and version; the first line is the application itself.
            let crates: BTreeSet<Vec<&str>> =
                text.lines().skip(1).map(|line| line.split(' ').take(2).collect()).collect();
            let count = Amount::Crates(crates.len() as u64);
            Row::limited(
                what,
                count,
                Amount::Crates(LIMIT),
                "normal and build dependencies, this host",
            )
        }
        Err(error) => Row::failed(what, error),
    }]
}

const LIMIT: u64 = 45;
