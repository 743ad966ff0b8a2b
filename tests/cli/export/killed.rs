//! `export --out` that is ended in the middle: the file is whole or not there, and nobody finds a part of it later.

use std::fs;
use std::process::{Command, Output};

use crate::pulled_plug::is_skipped;
use crate::session::{MARKER, STRONGROOM, Session, mode, refuse_secrets};

/// Runs an export to `to/out.json` while `strace` does something at its calls.
fn with_faults(session: &Session, faults: &[String], log: &str, force: bool) -> Output {
    let mut command = Command::new("strace");
    session.set_up(&mut command);
    command.args(["-f", "-qq", "-o", log]);
    // Only what is traced can have faults, and the last word about that counts.
    let calls = faults.iter().map(|fault| fault.split(':').next().unwrap_or_default());
    command.arg("-e").arg(format!("trace={}", calls.collect::<Vec<_>>().join(",")));
    for fault in faults {
        command.args(["-e", &format!("inject={fault}")]);
    }
    command.args([STRONGROOM, "export", "--format", "json", "--out", "to/out.json"]);
    if force {
        command.arg("--force");
    }
    let output = command.output().expect("strace runs");
    refuse_secrets(&String::from_utf8_lossy(&output.stderr));
    output
}

/// A vault, and an empty folder.
fn scene() -> Session {
    let session = Session::with_secret();
    fs::create_dir(session.path("to")).expect("a folder");
    session
}

/// What is in the folder that is exported to.
fn names(session: &Session) -> Vec<String> {
    let entries = fs::read_dir(session.path("to")).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

/// The fault that makes the file system one without unnamed files.
fn without_unnamed_files() -> String {
    let session = scene();
    let log = session.path("log").display().to_string();
    with_faults(&session, &["openat:delay_exit=1".to_owned()], &log, false);
    let calls = session.read("log");
    let number = calls.lines().position(|call| call.contains("O_TMPFILE")).expect("such a call");
    format!("openat:error=EOPNOTSUPP:when={}", number + 1)
}

#[test]
fn an_export_that_is_killed_anywhere_is_whole_or_leaves_nothing() {
    if is_skipped() {
        return;
    }
    for calls in ["openat", "write", "fsync", "linkat"] {
        for number in 1.. {
            let session = scene();
            let fault = format!("{calls}:signal=KILL:when={number}");
            let output = with_faults(&session, &[fault], "/dev/null", false);
            let is_done = output.status.success();
            match names(&session).as_slice() {
                [] => assert!(!is_done, "{calls} {number}"),
                [one] => {
                    assert_eq!(one, "out.json", "{calls} {number}");
                    let text = session.read("to/out.json");
                    assert!(text.contains(MARKER) && text.ends_with("}\n"), "{calls} {number}");
                    assert_eq!(mode(&session.path("to/out.json")), 0o600);
                }
                more => panic!("{calls} {number}: {more:?}"),
            }
            if is_done {
                assert!(number > 1, "the command makes no call of {calls}");
                break;
            }
        }
    }
}

#[test]
fn a_signal_leaves_nothing_where_every_file_has_a_name() {
    if is_skipped() {
        return;
    }
    let named = without_unnamed_files();
    for (signal, calls) in
        [("INT", "fsync"), ("TERM", "fsync"), ("HUP", "linkat"), ("TERM", "linkat")]
    {
        for force in [false, true] {
            let calls =
                if force && calls == "linkat" { "?rename,?renameat,?renameat2" } else { calls };
            let session = scene();
            let fault = format!("{calls}:signal={signal}:when=1");
            let output = with_faults(&session, &[named.clone(), fault], "/dev/null", force);
            // The signal may come when the file is whole already.
            match names(&session).as_slice() {
                [] => assert!(!output.status.success(), "{signal} {calls}"),
                [one] => assert_eq!(one, "out.json", "{signal} {calls}"),
                more => panic!("{signal} {calls}: {more:?}"),
            }
        }
    }
    // Without a fault it is there as always.
    let session = scene();
    assert!(with_faults(&session, &[named], "/dev/null", false).status.success());
    assert_eq!(
        (names(&session), mode(&session.path("to/out.json"))),
        (vec!["out.json".to_owned()], 0o600)
    );
}

#[test]
fn what_a_killed_export_left_is_named_and_removed() {
    if is_skipped() {
        return;
    }
    let session = scene();
    let faults = [without_unnamed_files(), "fsync:signal=KILL".to_owned()];
    with_faults(&session, &faults, "/dev/null", false);
    let left = names(&session);
    let [left] = left.as_slice() else { panic!("{left:?}") };
    assert!(left.starts_with(".out.json.strongroom-export-"), "{left}");
    assert_eq!(mode(&session.path("to").join(left)), 0o600);
    let doctor = session.run("strongroom -C to doctor").output();
    assert!(doctor.contains("a killed `strongroom export` left values in "), "{doctor}");
    assert!(doctor.contains(&format!("to/{left}")), "{doctor}");
    // What somebody is writing is no leftover.
    let writing = fs::File::open(session.path("to").join(left)).expect("a file");
    writing.lock().expect("a lock");
    session.run("strongroom export --format yaml --out to/a.yaml").succeeds();
    assert_eq!(names(&session), [left.as_str(), "a.yaml"]);
    drop(writing);
    let said = session.run("strongroom export --format yaml --out to/b.yaml");
    said.succeeds().says(&format!("removed what a killed strongroom left: to/{left}\n"));
    assert_eq!(names(&session), ["a.yaml", "b.yaml"]);
    let doctor = session.run("strongroom -C to doctor").output();
    assert!(!doctor.contains("a killed `strongroom export`"), "{doctor}");
}

#[test]
fn a_file_is_made_where_files_cannot_be_linked() {
    if is_skipped() {
        return;
    }
    for error in ["EPERM", "EOPNOTSUPP", "ENOSYS"] {
        let session = scene();
        let fault = format!("linkat:error={error}");
        assert!(with_faults(&session, &[fault], "/dev/null", false).status.success(), "{error}");
        assert_eq!(names(&session), ["out.json"], "{error}");
        let fault = format!("linkat:error={error}");
        let again = with_faults(&session, &[fault], "/dev/null", false);
        assert_eq!(again.status.code(), Some(2), "{error}: one that is there is not replaced");
    }
}
