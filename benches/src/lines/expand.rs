//! What expanding one more struct costs the real compiler, with macros built as cargo does by default.

use std::time::Duration;

use super::Line;
use crate::compiler::{Compiler, Fields};
use crate::package::done;
use crate::table::{Amount, Row};
use crate::timing::{Samples, cpu_of_children};
use crate::vaults::{DECLARED, Vault};

pub(super) const LINE: Line = Line {
    name: "expand",
    about: "expanding one struct, unoptimised as cargo builds macros by default",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let compiler = match Compiler::new() {
        Ok(compiler) => compiler,
        Err(error) => return vec![Row::failed("an application with the macro", error)],
    };
    let limited = [
        (Fields::Secrets, 100, 21, 12),
        (Fields::Secrets, 1_000, 5, 100),
        (Fields::Settings, 100, 21, 12),
    ];
    let row = |(fields, secrets, more, limit)| {
        let (vault, and) = match fields {
            Fields::Secrets => (Vault::of(secrets), String::new()),
            Fields::Settings => (
                Vault::with_settings(secrets),
                format!(" and {DECLARED} × 4 settings, which it declares"),
            ),
        };
        let what = format!("{DECLARED} fields, vault of {secrets} × 4{and}");
        let limit = Amount::Cpu(Duration::from_millis(limit));
        let how = format!(
            "rustc with {} structs less that with 1, by {more}, medians of {RUNS}",
            more + 1
        );
        match one_more_struct(&compiler, fields, &vault, more) {
            Ok(time) => Row::limited(what, Amount::Cpu(time), limit, how),
            Err(error) => Row::failed(what, error),
        }
    };
    limited.into_iter().map(row).collect()
}

/// How much more CPU time the compiler takes for each struct more.
fn one_more_struct(
    compiler: &Compiler,
    fields: Fields,
    vault: &Vault,
    more: usize,
) -> Result<Duration, String> {
    let spent = |structs| {
        let mut command = compiler.expand(fields, structs, vault);
        let (spent, output) = cpu_of_children(|| done(&mut command));
        output.and(spent.ok_or("the CPU time of children cannot be known here".to_owned()))
    };
    let (mut one, mut several) = (Vec::with_capacity(RUNS), Vec::with_capacity(RUNS));
    for _ in 0..RUNS {
        one.push(spent(1)?);
        several.push(spent(1 + more)?);
    }
    let difference = Samples::of(several).median().saturating_sub(Samples::of(one).median());
    Ok(difference / u32::try_from(more).expect("a few"))
}

const RUNS: usize = 11;
