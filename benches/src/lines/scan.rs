//! How fast `strongroom scan` reads, with the values of a vault in all their spellings.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Line;
use crate::command::Built;
use crate::table::{Amount, Row};
use crate::timing::in_turn;
use crate::vaults::Vault;

pub(super) const LINE: Line = Line {
    name: "scan",
    about: "`strongroom scan` over itself on an empty file, access key, vault of 1,000 × 4",
    counts: false,
    slow: false,
    measure,
};

fn measure() -> Vec<Row> {
    let built = match Built::command() {
        Ok(built) => built,
        Err(error) => return vec![Row::skipped("the values of a vault", error)],
    };
    let vault = Vault::of(1_000);
    let (binary, text) = (repeated("binary", &built.bytes()), repeated("text", VAULT_SOURCE));
    let mut rows = Vec::new();
    for (what, types, file) in [
        ("1,000 values, a binary", "dev", &binary),
        ("1,000 values, source code", "dev", &text),
        ("4,000 values, a binary", "dev,prod,pr,local", &binary),
    ] {
        rows.push(read(&built, &vault, what, types, file));
    }
    rows
}

fn read(built: &Built, vault: &Vault, what: &str, types: &str, file: &Path) -> Row {
    let path = file.to_str().expect("a path of the target folder is text");
    let (scan, nothing) = in_turn(
        RUNS,
        || built.strongroom(vault, &["scan", path, "--type", types], ""),
        || built.strongroom(vault, &["scan", "/dev/null", "--type", types], ""),
    );
    let time = scan.median().saturating_sub(nothing.median()).max(Duration::from_millis(1));
    #[expect(clippy::cast_precision_loss, reason = "a file here is far smaller than 2^52 bytes")]
    let speed = BYTES as f64 / 1e6 / time.as_secs_f64();
    Row::limited(
        what,
        Amount::Speed(speed),
        Amount::Speed(LIMIT),
        format!("one core, {} to begin, median of {RUNS}", Amount::Time(nothing.median())),
    )
}

/// A file of a known length that has these bytes again and again.
fn repeated(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("strongroom-scan-{name}"));
    let mut file = File::create(&path).expect("the target folder can be written");
    let mut left = BYTES;
    while left > 0 {
        let piece = &bytes[..bytes.len().min(left)];
        file.write_all(piece).expect("the target folder can be written");
        left -= piece.len();
    }
    // What is still on its way to the disk would be measured too.
    file.sync_all().expect("the target folder can be written");
    let _ = fs::read(&path);
    path
}

/// Some source code.
const VAULT_SOURCE: &[u8] = include_bytes!("../vaults.rs");

const BYTES: usize = 300_000_000;
const RUNS: usize = 5;

/// Megabytes a second.
const LIMIT: f64 = 300.0;
