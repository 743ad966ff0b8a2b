//! What a command takes over `true` alone, both run in turn.

use std::time::Duration;

use crate::command::Built;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::Vault;

/// A run of the command, as often as it is measured.
pub(super) struct Over<'a> {
    /// What comes after `strongroom`.
    pub(super) arguments: &'a [&'a str],
    pub(super) runs: usize,
    /// What it may take over `true`.
    pub(super) limit: Duration,
}

impl Over<'_> {
    /// Measures it, with something done before each run, and before each of `true`.
    pub(super) fn row(&self, what: &str, built: &Built, vault: &Vault, before: impl Fn()) -> Row {
        let (runs, limit) = (self.runs, Amount::Time(self.limit));
        let command = || {
            before();
            built.strongroom(vault, self.arguments, "");
        };
        let nothing = || {
            before();
            built.nothing(vault);
        };
        let (command, nothing) = in_turn(runs, command, nothing);
        let (command, nothing) = (command.median(), nothing.median());
        let more = Amount::Time(command.saturating_sub(nothing));
        let how = format!("`true` {}, median of {runs}", Amount::Time(nothing));
        Row::limited(what, more, limit, how)
    }
}
