//! Instructions instead of time, against limits of their own: they do not depend on the machine's mood.

use super::Line;
use crate::callgrind;
use crate::child;
use crate::compiler::{Compiler, Fields};
use crate::table::{Amount, Row};
use crate::vaults::{DECLARED, Vault};

pub(super) const LINE: Line = Line {
    name: "instructions",
    about: "instructions, as callgrind counts them",
    counts: true,
    slow: false,
    measure,
};

/// What is counted in a child: the job, how it is called, the vault, two numbers of rounds to compare, and the limit.
type Counted = (&'static str, &'static str, usize, [usize; 2], u64);

/// Each limit is what was counted when it was set, and a tenth.
const COUNTED: [Counted; 6] = [
    ("load", "load() of 20, vault of 25 × 4", 25, [10, 20], 2_560_000),
    ("load", "load() of 20, vault of 1,000 × 4", 1_000, [2, 4], 79_500_000),
    ("carried", "load() of 20, with `embed`", 25, [100, 1_100], 429_000),
    ("change", "changing one secret, vault of 1,000 × 4", 1_000, [2, 4], 166_000_000),
    ("open", "opening a value of 64 bytes", 25, [100, 1_100], 5_300),
    ("seal", "sealing a value of 64 bytes", 25, [100, 1_100], 4_900),
];

/// The same for expanding one struct: the vault, and the limit.
const EXPANDED: [(usize, u64); 2] = [(100, 106_000_000), (1_000, 902_000_000)];

fn measure() -> Vec<Row> {
    if !callgrind::is_there() {
        return vec![Row::skipped("all of them", "valgrind is not here; install it to count")];
    }
    let mut rows: Vec<Row> = COUNTED.into_iter().map(counted).collect();
    match Compiler::new() {
        Ok(compiler) => rows.extend(EXPANDED.map(|counted| expanded(&compiler, counted))),
        Err(error) => rows.push(Row::failed("expanding one struct", error)),
    }
    rows
}

fn counted((job, what, secrets, rounds, limit): Counted) -> Row {
    let vault = Vault::of(secrets);
    let how = match (job, child::count("toml", &vault, rounds)) {
        ("load", Ok(toml)) => format!("toml alone {}", Amount::Instructions(toml)),
        _ => String::new(),
    };
    row(what.to_owned(), child::count(job, &vault, rounds), limit, how)
}

fn expanded(compiler: &Compiler, (secrets, limit): (usize, u64)) -> Row {
    let vault = Vault::of(secrets);
    let count =
        |structs| callgrind::instructions(&compiler.expand(Fields::Secrets, structs, &vault));
    let more = count(2).and_then(|two| Ok(two - count(1)?));
    let what = format!("expanding one struct of {DECLARED} fields, vault of {secrets} × 4");
    row(what, more, limit, "rustc, unoptimised macro".to_owned())
}

fn row(what: String, count: Result<u64, String>, limit: u64, how: String) -> Row {
    match count {
        Ok(count) => {
            Row::limited(what, Amount::Instructions(count), Amount::Instructions(limit), how)
        }
        Err(error) => Row::failed(what, error),
    }
}
