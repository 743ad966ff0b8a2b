//! Changing one secret, the flush to disk apart.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::Duration;

use super::Line;
use crate::command::Built;
use crate::opened::Opened;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::{Vault, name};

pub(super) const LINE: Line = Line {
    name: "change",
    about: "changing one secret in a vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let vault = Vault::of(1_000);
    let opened = Opened::of(&vault);
    let (change, _) = in_turn(RUNS, || opened.change(), || ());
    let text = "from the vault's text to the new one, read back";
    let time = Amount::Time(change.median());
    let mut rows = vec![Row::limited(text, time, Amount::Time(LIMIT), format!("median of {RUNS}"))];
    let what = "`strongroom set` over `true`, flushes included";
    rows.push(match Built::command() {
        Ok(built) => {
            let vault = vault.copied("to-change");
            let arguments = ["set", "--type", "local", &name(500)];
            let (set, nothing) = in_turn(
                RUNS,
                || built.strongroom(&vault, &arguments, &crate::vaults::value()),
                || built.nothing(&vault),
            );
            let (flush, _) = in_turn(RUNS, || flush(&vault), || ());
            let more = set.median().saturating_sub(nothing.median());
            let flush = Amount::Time(flush.median());
            let how = format!("writing and flushing such a file {flush}, median of {RUNS}");
            Row::told(what, Amount::Time(more), how)
        }
        Err(error) => Row::skipped(what, error),
    });
    rows
}

/// What a save does to the disk.
fn flush(vault: &Vault) {
    let (text, new) = (vault.text(), vault.folder.join("new"));
    let flushed = File::create(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, vault.folder.join("renamed"))?;
        File::open(&vault.folder)?.sync_all()
    });
    flushed.expect("the target folder can be written");
}

const RUNS: usize = 51;
const LIMIT: Duration = Duration::from_millis(25);
