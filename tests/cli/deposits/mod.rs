//! Deposits: values that wait to be accepted, and what the commands say of them.

mod accepting;
mod earlier_keys;
mod faults;
mod hidden;
mod leaving;
mod rejecting;
mod shown;
#[cfg(unix)]
mod terminal;
mod trust;
mod words;

use std::process::Command;

use serde_json::Value as Json;

use crate::session::{MARKER, Session, Typed};

/// A vault with `stripe_api_key` for production, in a real repository, its owner, and `dev`, who has no key at all.
pub struct Team(Session);

impl Team {
    pub fn new() -> Self {
        let session = Session::with_vault();
        std::fs::remove_dir_all(session.path(".git")).expect("a folder");
        std::fs::create_dir_all(session.path("../dev")).expect("a home");
        let team = Self(session);
        team.git(&["init", "-q"]);
        team.owner("strongroom set --type prod stripe_api_key").input(MARKER).run().succeeds();
        team.owner("strongroom key deposit").run().succeeds();
        team.commit("Owner", "vault");
        team
    }

    pub fn session(&self) -> &Session {
        &self.0
    }

    /// What the owner types.
    pub fn owner(&self, line: &str) -> Typed<'_> {
        self.0.typed(line)
    }

    /// What `dev` types, in the same folder but in another home.
    pub fn dev(&self, line: &str) -> Typed<'_> {
        self.0.typed(line).variable("HOME", self.0.path("../dev"))
    }

    /// Lets `dev` leave a value, and gives the code, which snapshots show under a name.
    pub fn leave(&self, line: &str, value: &str, name: &str) -> String {
        let left = self.dev(&format!("{line} --json")).input(value).run();
        let json: Json = serde_json::from_str(&left.succeeds().output()).expect("JSON");
        let code = json["values"][0]["code"].as_str().expect("a code").to_owned();
        self.0.redact(&code, name);
        code
    }

    /// What the owner reads of a secret.
    pub fn value(&self, line: &str) -> String {
        self.owner(line).that_shows_secrets().run().succeeds().output()
    }

    /// The fingerprint of a type's deposit key, which snapshots show under a name.
    pub fn fingerprint(&self, kind: &str, name: &str) -> String {
        let shown = self.owner("strongroom key deposit --json").run().succeeds().output();
        let json: Json = serde_json::from_str(&shown).expect("JSON");
        let keys = json.as_array().expect("a list");
        let key = keys.iter().find(|key| key["type"] == kind).expect("a deposit key");
        let fingerprint = key["fingerprint"].as_str().expect("a fingerprint").to_owned();
        self.0.redact(&fingerprint, name);
        fingerprint
    }

    pub fn git(&self, words: &[&str]) {
        let mut git = Command::new("git");
        self.0.set_up(&mut git);
        assert!(git.args(words).status().expect("git").success(), "{words:?}");
    }

    /// Commits the vault under somebody's name.
    pub fn commit(&self, who: &str, what: &str) {
        let (name, address) = (format!("user.name={who}"), format!("user.email={who}@shop"));
        self.git(&["add", "strongroom.toml"]);
        self.git(&["-c", &name, "-c", &address, "commit", "-qm", what]);
        let mut git = Command::new("git");
        self.0.set_up(&mut git);
        let id = git.args(["rev-parse", "--short=10", "HEAD"]).output().expect("git").stdout;
        self.0.redact(String::from_utf8_lossy(&id).trim(), what);
    }
}
