//! Lines of the log about files that are read again and again: each is said once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use strongroom_vault::shown_text;

/// Says something that an operator may wonder about.
pub(super) fn note(line: &str) {
    if is_news(line) {
        tracing::info!("{}", shown_text(&line.replace('\n', "; ")));
    }
}

/// Says something that an operator should look at.
pub(super) fn warn(line: &str) {
    if is_news(line) {
        tracing::warn!("{}", shown_text(&line.replace('\n', "; ")));
    }
}

/// Whether a line was not said before.
fn is_news(line: &str) -> bool {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.contains(line) {
        return false;
    }
    if told.len() >= MOST {
        told.clear();
    }
    told.insert(line.to_owned())
}

static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// How many lines are remembered.
const MOST: usize = 1000;
