//! What building the macro crate costs whoever uses it, over an empty one.

use std::time::Duration;

use super::Line;
use crate::package::{Package, done, workspace};
use crate::table::{Amount, Row};
use crate::timing::{Samples, cpu_of_children};

pub(super) const LINE: Line = Line {
    name: "macros",
    about: "building the macro crate and all it needs, cold, over an empty macro crate",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let what = "cargo build, unoptimised as by default";
    let macros = workspace().join("macros");
    let ours = Package::using("uses-the-macros", "strongroom-macros", &macros);
    let empty = Package::write("empty-macros", "[lib]\nproc-macro = true\n", EMPTY);
    let nothing = Package::using("uses-empty-macros", "empty-macros", &empty.folder);
    vec![match spent(&ours).and_then(|ours| Ok((ours, spent(&nothing)?))) {
        Ok((ours, nothing)) => Row::limited(
            what,
            Amount::Cpu(ours.median().saturating_sub(nothing.median())),
            Amount::Cpu(LIMIT),
            format!("the empty one {}, median of {RUNS}", Amount::Cpu(nothing.median())),
        ),
        Err(error) => Row::failed(what, error),
    }]
}

fn spent(package: &Package) -> Result<Samples, String> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        package.clean();
        let (spent, built) = cpu_of_children(|| done(&mut package.cargo(&["build"])));
        built?;
        times.push(spent.ok_or("the CPU time of children cannot be known here")?);
    }
    Ok(Samples::of(times))
}

const EMPTY: &str = "#[proc_macro_attribute]\n\
    pub fn nothing(_: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream { item }\n\
    extern crate proc_macro;\n";
const RUNS: usize = 3;
const LIMIT: Duration = Duration::from_secs(5);
