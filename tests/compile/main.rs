//! What the compiler says of `#[secrets]`: every message at its place, nothing where all is well.
//!
//! A case is a Rust program in `fail/`, `warn/` or `pass/`. A comment says what must be reported,
//! and nothing else may be:
//!
//! ```text
//! github_api_token: String,
//! //~^ error: secret `github_api_token` has no value      one line up; without `^`: in this line
//! //~| and: set one with: strongroom set                   what else the message contains
//! //~| at: github_api_token                                exactly what is underlined
//! ```
//!
//! Lines at the top set the scene: `//@ env: NAME=VALUE`, `//@ vault: NAME` (a file of `vaults/`,
//! through `STRONGROOM_VAULT`), `//@ package: NAME` (see `workspace.rs`). Without them a case finds
//! `vaults/usual.toml` above its package, and no variable is set.
//!
//! The other files build packages of their own against vaults, and look at what cargo and the programs do.

mod case;
mod diagnostic;
mod editor;
mod embedded;
mod many;
mod rebuild;
mod wiping;
mod workspace;

use std::collections::BTreeMap;

use crate::case::{Case, Kind};
use crate::workspace::{Workspace, has_clippy};

#[test]
fn every_message_stands_at_its_place() {
    run(Kind::Fail);
}

#[test]
fn a_check_that_warns_lets_the_build_go_on() {
    run(Kind::Warn);
}

#[test]
fn what_is_allowed_builds_without_a_word() {
    run(Kind::Pass);
}

/// Compiles the cases of a kind, those with the same scene together, and compares.
fn run(kind: Kind) {
    let workspace = Workspace::of_cases();
    // A good guest is quiet under every lint of the host, clippy's included where there is one.
    let subcommand = if kind == Kind::Pass && has_clippy() { "clippy" } else { "check" };
    let mut scenes: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
    for case in workspace.cases.iter().filter(|case| case.kind == kind) {
        scenes.entry(&case.scene).or_default().push(case);
    }
    assert!(!scenes.is_empty(), "no cases");
    let mut faults = String::new();
    for (scene, cases) in scenes {
        let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        let (diagnostics, built) = workspace.check(subcommand, scene, &names);
        for case in cases {
            let found = diagnostics.get(&case.name).map(Vec::as_slice).unwrap_or_default();
            faults += &case.compare(found, built.contains(&case.name));
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
