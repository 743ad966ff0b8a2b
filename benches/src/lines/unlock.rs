//! Opening what the vault delivers to an age identity.

use std::fs;
use std::time::Duration;

use super::Line;
use super::over::Over;
use crate::command::Built;
use crate::table::Row;
use crate::vaults::{Vault, configuration};

pub(super) const LINE: Line = Line {
    name: "unlock",
    about: "`strongroom unlock` over `true` alone, age identity, vaults of 25 and 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("age identity", error)],
    };
    [25, 1_000].map(|secrets| row(&built, secrets)).into()
}

fn row(built: &Built, secrets: usize) -> Row {
    let vault = Vault::of(secrets).copied(&format!("to-unlock-{secrets}"));
    let identity = configuration().join("strongroom").join("identity.pub");
    if !identity.exists() {
        built.strongroom(&vault, &["key", "new"], "");
    }
    let public = fs::read_to_string(identity).expect("`key new` writes it");
    let add = ["holder", "add", "dev", public.trim(), "--type", "dev,preview,local"];
    let said = built.words(&vault, &add);
    let (_, after) = said.split_once("--expect ").expect("it says what the holder types");
    let fingerprint = after.split_whitespace().next().unwrap_or_default();
    built.strongroom(&vault, &["unlock", "--expect", fingerprint], "");
    let what = format!("vault of {secrets}");
    let unlock = Over { arguments: &["unlock"], runs: RUNS, limit: LIMIT };
    let row = unlock.row(&what, built, &vault, || ());
    built.strongroom(&vault, &["lock"], "");
    row
}

const RUNS: usize = 101;
const LIMIT: Duration = Duration::from_millis(20);
