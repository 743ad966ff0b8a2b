//! Holders with a public key: `key new`, `holder add`, `unlock`, `lock`, each person with a home of their own.

mod identities;
#[cfg(unix)]
mod plugin;
mod refused;
mod roster;
mod swapped;
#[cfg(unix)]
mod terminal;
mod unlocking;

use std::fs;
use std::path::PathBuf;

use crate::session::Session;

/// The home of somebody.
pub fn home_of(session: &Session, name: &str) -> PathBuf {
    match name {
        "owner" => session.home(),
        name => session.path("..").join(format!("home-{name}")),
    }
}

/// Makes all later commands somebody's.
pub fn be(session: &Session, name: &str) {
    let home = home_of(session, name);
    fs::create_dir_all(&home).expect("a home");
    session.export("HOME", home.canonicalize().expect("a home"));
}

/// Makes an identity of somebody; gives the public key.
pub fn new_identity(session: &Session, name: &str) -> String {
    be(session, name);
    session.run("strongroom key new").succeeds().output().trim().to_owned()
}

/// Adds somebody with an identity of their own; gives the fingerprint. The next commands are theirs.
pub fn add(session: &Session, name: &str, scopes: &str) -> String {
    let public_key = new_identity(session, name);
    add_key(session, name, &public_key, scopes)
}

/// As [`add`], for a public key.
pub fn add_key(session: &Session, name: &str, public_key: &str, scopes: &str) -> String {
    be(session, "owner");
    let line = format!("strongroom holder add {name} '{public_key}' {scopes}");
    let said = session.run(&line).succeeds().stderr.clone();
    be(session, name);
    fingerprint_in(&said)
}

/// The fingerprint in what `holder add` says.
pub fn fingerprint_in(said: &str) -> String {
    let (_, rest) = said.split_once("unlock --expect ").expect("a fingerprint");
    rest.lines().next().expect("a line").to_owned()
}

/// What somebody's `get` gives.
pub fn get(session: &Session) -> String {
    session
        .typed("strongroom get --type local github_api_token")
        .that_shows_secrets()
        .run()
        .succeeds()
        .output()
}

/// The file of what somebody unlocked.
pub fn unlocked_file(session: &Session, name: &str) -> PathBuf {
    let keys = home_of(session, name).join(".config/strongroom/keys");
    let vault = fs::read_dir(keys).expect("keys").next().expect("a vault").expect("a folder");
    vault.path().join(format!("{name}.unlocked"))
}
