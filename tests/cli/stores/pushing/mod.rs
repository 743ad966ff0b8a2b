//! `push`: a vault and a folder to push into, and what lies in that afterwards.

mod holding;
mod permitting;
mod refusing;

use std::fs;

use crate::session::{MARKER, Session};

/// A vault with an empty folder `out` as a store, and values for `dev`, of which `staging` has another one.
pub fn pushable() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    set(&session, "--type dev", "one", "1");
    set(&session, "--type dev", "smtp/password", "smtp");
    set(&session, "--type dev", "two", "2");
    set(&session, "--env staging", "two", "2-staging");
    fs::create_dir(session.path("out")).expect("a folder");
    session.run("strongroom store add out --kind directory --path out").succeeds();
    session
}

/// Sets a value.
pub fn set(session: &Session, environment: &str, name: &str, value: &str) {
    let set = format!("strongroom set {environment} {name}");
    session.typed(&set).input(format!("{MARKER}-{value}")).run().succeeds();
}

/// What lies in the store `out`, all files with their values without the marker.
pub fn lies(session: &Session) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![session.path("out")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(session.path("out")).expect("a file below");
            let value = fs::read_to_string(&path).expect("a file");
            let value = value.trim_start_matches(MARKER).trim_start_matches('-');
            found.push(format!("{}={value}", name.display()));
        }
    }
    found.sort();
    found
}

/// Pushes all of it.
pub const PUSH: &str = "strongroom push --to out --env staging";
