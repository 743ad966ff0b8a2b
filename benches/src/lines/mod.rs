//! The lines of the table, one file each.

mod change;
mod crates;
mod diff;
mod expand;
mod export;
mod fresh;
mod import;
mod instructions;
mod load;
mod macros;
mod merge;
mod others;
mod over;
mod pieces;
mod remove;
mod render;
mod run;
mod scan;
mod serve;
mod soak;
mod unlock;

use crate::table::Row;

/// A line of the table of costs.
pub(crate) struct Line {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it costs.
    pub(crate) about: &'static str,
    /// Whether it counts what does not depend on the machine's mood.
    pub(crate) counts: bool,
    /// Whether it takes minutes.
    pub(crate) slow: bool,
    /// Measures it.
    pub(crate) measure: fn() -> Vec<Row>,
}

/// Every line, in the order of the table.
pub(crate) const LINES: [Line; 19] = [
    crates::LINE,
    macros::LINE,
    expand::LINE,
    load::LINE,
    run::LINE,
    change::LINE,
    diff::LINE,
    import::LINE,
    export::LINE,
    render::LINE,
    merge::LINE,
    scan::LINE,
    remove::LINE,
    unlock::LINE,
    serve::LINE,
    soak::LINE,
    fresh::LINE,
    instructions::LINE,
    pieces::LINE,
];
