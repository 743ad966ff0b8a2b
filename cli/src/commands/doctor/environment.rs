//! The environment: which one is active, and who says so.

use std::env;

use strongroom_vault::{ENVIRONMENT_VARIABLE, EnvironmentType, Index, Shown, ShownPath};

use super::Findings;
use super::cargo::Configured;
use crate::error::Error;

pub(super) fn look(findings: &mut Findings, index: Option<&Index<'_>>, configured: &Configured) {
    let here = env::var_os(ENVIRONMENT_VARIABLE).map(|word| word.to_string_lossy().into_owned());
    match &here {
        None => findings.ok("environment", format!("local: {ENVIRONMENT_VARIABLE} is not set")),
        Some(word) => is(findings, index, word, &format!("from {ENVIRONMENT_VARIABLE}")),
    }
    if let Some(set) = configured.get(ENVIRONMENT_VARIABLE)
        && (here.is_none() || set.force)
    {
        is(findings, index, &set.value, &format!("for cargo, from {}", ShownPath(&set.file)));
    }
}

/// What a word means here.
fn is(findings: &mut Findings, index: Option<&Index<'_>>, word: &str, from: &str) {
    let Some(index) = index else {
        // Without a vault only types are known; what is not one may be named in it.
        match EnvironmentType::from_word(word) {
            Some(kind) => findings.ok("environment", format!("{kind}, {from}")),
            None => findings.ok("environment", format!("{}, {from}", Shown(word))),
        }
        return;
    };
    match index.environment(word) {
        Ok(environment) if environment.is_named() => findings.ok(
            "environment",
            format!("{environment}, of the type {}, {from}", environment.kind()),
        ),
        Ok(environment) => findings.ok("environment", format!("{environment}, {from}")),
        Err(unknown) => {
            findings.error("environment", &Error::from(unknown).while_doing(from));
        }
    }
}
