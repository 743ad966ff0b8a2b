//! A fresh clone: the tour, and all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Line;
use crate::package::{cargo, done, workspace};
use crate::table::{Amount, Row};
use crate::timing::time;

pub(super) const LINE: Line = Line {
    name: "fresh",
    about: "in a fresh clone of what is committed, two jobs, crates downloaded",
    counts: false,
    slow: true,
    measure,
};

fn measure() -> Vec<Row> {
    let limited: [(&[&str], u64); 2] =
        [(&["run", "-p", "tour"], 3), (&["test", "--workspace"], 10)];
    limited
        .into_iter()
        .map(|(words, minutes)| {
            let what = format!("cargo {}", words.join(" "));
            match fresh(words) {
                Ok(took) => {
                    let limit = Amount::Time(Duration::from_secs(60 * minutes));
                    Row::limited(what, Amount::Time(took), limit, "one run")
                }
                Err(error) => Row::failed(what, error),
            }
        })
        .collect()
}

/// How long cargo takes in a clone that has built nothing.
fn fresh(words: &[&str]) -> Result<Duration, String> {
    let clone = cloned()?;
    done(cargo().arg("fetch").current_dir(&clone))?;
    let mut command = cargo();
    command.args(words).current_dir(&clone).env("CARGO_BUILD_JOBS", "2");
    let (took, output) = time(|| done(&mut command));
    output?;
    fs::remove_dir_all(&clone).map_err(|error| error.to_string())?;
    Ok(took)
}

fn cloned() -> Result<PathBuf, String> {
    let clone = Path::new(env!("CARGO_TARGET_TMPDIR")).join("strongroom-benches-clone");
    if clone.exists() {
        fs::remove_dir_all(&clone).map_err(|error| error.to_string())?;
    }
    done(Command::new("git").args(["clone", "--quiet"]).arg(workspace()).arg(&clone))?;
    Ok(clone)
}
