//! `[audit] log` and `strongroom log`.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

#[cfg(unix)]
use crate::session::mode;
use crate::session::{MARKER, Session};

fn recorded() -> Session {
    let session = Session::with_vault();
    session.typed("strongroom set --type local,prod before").input(MARKER).run().succeeds();
    session.edit(|text| text.replacen("[holders", "[audit]\nlog = true\n\n[holders", 1));
    session
}

fn lines(session: &Session) -> Vec<Json> {
    let output = session.run("strongroom log --json").succeeds().output();
    serde_json::from_str(&output).expect("JSON")
}

fn folder(session: &Session) -> PathBuf {
    session.home().join(".local/state/strongroom/log")
}

#[test]
fn nothing_is_recorded_unless_the_vault_asks_for_it() {
    let session = Session::with_secret();
    session.run("strongroom run -- true").succeeds();
    assert!(!folder(&session).exists());
    session.run("strongroom log").succeeds().says("nothing is recorded");
}

#[test]
fn what_was_read_and_changed_is_recorded_without_values() {
    let session = recorded();
    session.typed("strongroom get before").that_shows_secrets().run().succeeds();
    session.typed("strongroom set --type dev new").input(MARKER).run().succeeds();
    session.run("strongroom run -- true").succeeds();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom unset --type prod before").succeeds();
    let lines = lines(&session);
    let did = |at: usize| {
        let names = |key: &str| -> Vec<String> {
            let places = lines[at][key].as_array().expect("a list");
            places
                .iter()
                .map(|it| format!("{}/{}", it["secret"], it["environment"]).replace('"', ""))
                .collect()
        };
        (lines[at]["command"].as_str().expect("text").to_owned(), names("read"), names("changed"))
    };
    let of = |command: &str, read: &[&str], changed: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        (command.to_owned(), owned(read), owned(changed))
    };
    assert_eq!(did(0), of("get", &["before/local"], &[]));
    assert_eq!(did(1), of("set", &[], &["new/development"]));
    assert_eq!(did(2), of("run", &["before/local"], &[]));
    assert_eq!(did(3), of("env add", &[], &[]));
    assert_eq!(did(4), of("unset", &[], &["before/production"]));
    assert_eq!(lines[0]["holder"], "owner");
    assert!(lines[0]["time"].as_str().is_some_and(|time| time.ends_with('Z') && time.len() == 20));
    let shown = session.run("strongroom log").succeeds().output();
    assert!(shown.contains("before (local)"), "{shown}");
    for entry in fs::read_dir(folder(&session)).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        assert!(!text.contains(MARKER) && !text.contains("strongroom_key_"));
        #[cfg(unix)]
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_record_that_cannot_be_written_stops_nobody() {
    let session = recorded();
    fs::create_dir_all(session.home().join(".local")).expect("a folder");
    fs::write(session.home().join(".local/state"), "a file").expect("a file");
    session.run("strongroom run -- true").succeeds().says("could not be recorded");
}

#[test]
fn the_record_does_not_grow_for_ever() {
    let session = recorded();
    session.run("strongroom check").succeeds();
    let file = fs::read_dir(folder(&session)).expect("a folder");
    let file = file.map(|it| it.expect("an entry").path());
    let file = file.into_iter().find(|path| path.extension().is_some_and(|it| it == "jsonl"));
    let file = file.expect("a record");
    let line = fs::read_to_string(&file).expect("text");
    fs::write(&file, line.repeat((1 << 20) / line.len() + 2)).expect("a file");
    session.run("strongroom check").succeeds();
    assert!(fs::metadata(&file).expect("a file").len() < 10_000);
    let all = lines(&session).len();
    assert!(all > 1_000, "the older ones are shown too: {all}");
}

#[test]
fn a_word_that_is_neither_true_nor_false_is_an_error() {
    let session = recorded();
    session.replace("log = true", "log = \"yes\"");
    session.run("strongroom list").ends_with(3).says("true or false");
}
