//! `push` that is ended in the middle: what is in the store is whole, and the next run does the rest.

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::pushing::{lies, pushable, set};
use crate::pulled_plug::is_skipped;
use crate::session::{MARKER, STRONGROOM, Session, refuse_secrets};

/// A store that takes a while for each value, and forty values.
fn slow() -> Session {
    let session = pushable();
    let values: Vec<String> =
        (0..40).map(|number| format!("\"n{number}\": \"{MARKER}-{number}\"")).collect();
    session.write("values.json", format!("{{{}}}", values.join(",")));
    session.run("strongroom import values.json --type prod").succeeds();
    session.write("read.sh", "test -f \"out/$1\" || exit 44; cat \"out/$1\"");
    session.write("write.sh", "cat > \"$1.$$\"; sleep 0.5; mv \"$1.$$\" \"out/$1\"");
    session.run("strongroom store add slow --kind command -- sh read.sh {name}").succeeds();
    let settings = "'write=[\"sh\", \"write.sh\", \"{name}\"]' absent_status=44 trim=false";
    session.run(&format!("strongroom store set slow {settings}")).succeeds();
    session.run("strongroom store allow slow --yes").succeeds();
    session
}

const PUSH: &str = "strongroom push --to slow --type prod";

/// Begins to push, and comes back when the first values are there.
fn begun(session: &Session) -> Child {
    let mut command = session.command();
    command.args(PUSH.split(' ').skip(1));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the command starts");
    let started = Instant::now();
    while lies(session).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing is written");
        sleep(Duration::from_millis(5));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

#[test]
fn whoever_stops_it_is_told_how_far_it_came() {
    for name in ["-INT", "-TERM"] {
        let session = slow();
        let child = begun(&session);
        signal(&child, name);
        let output = child.wait_with_output().expect("it ends");
        let words = String::from_utf8(output.stderr).expect("UTF-8");
        refuse_secrets(&words);
        assert_eq!(output.status.code(), Some(130), "{words}");
        let written = lies(&session).len();
        assert!((1..40).contains(&written), "{written}");
        // What was begun was finished, and everything else is named.
        assert_eq!(words.matches("created n").count(), written, "{words}");
        assert!(
            words.contains(&format!("{} of 40 values were not written", 40 - written)),
            "{words}"
        );
        assert!(words.contains("not tried: `n"), "{words}");
        session.run(PUSH).succeeds().says(&format!("{written} unchanged"));
        assert_eq!(lies(&session).len(), 40);
    }
}

#[test]
fn whoever_insists_ends_it_at_once() {
    let session = slow();
    let child = begun(&session);
    signal(&child, "-INT");
    sleep(Duration::from_millis(50));
    signal(&child, "-INT");
    let started = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert!(started.elapsed() < Duration::from_millis(400), "it waited");
    session.run(PUSH).succeeds();
    assert_eq!(lies(&session).len(), 40);
}

/// Runs a push of staging with pruning while `strace` does something at a call, where one is named at that about a file.
fn with_fault(session: &Session, fault: &str, file: Option<&str>) -> (Option<i32>, String) {
    let call = fault.split(':').next().unwrap_or_default();
    let mut command = Command::new("strace");
    session.set_up(&mut command);
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    if let Some(file) = file {
        command.arg("-P").arg(session.path("out").join(file));
    }
    command.args(["-e", &format!("trace={call}"), "-e", &format!("inject={fault}"), STRONGROOM]);
    let output = command.args(STAGING.split(' ').skip(1)).output().expect("strace runs");
    let words = String::from_utf8(output.stderr).expect("UTF-8");
    refuse_secrets(&words);
    (output.status.code(), words)
}

const STAGING: &str = "strongroom push --to out --env staging --prune --yes";

#[test]
fn killed_anywhere_every_value_is_whole_and_the_next_run_does_the_rest() {
    if is_skipped() {
        return;
    }
    for (call, file) in [
        ("fsync", None),
        ("rename", None),
        ("mkdir", Some("deep")),
        ("unlink", Some("one")),
        ("rmdir", Some("smtp")),
    ] {
        let session = pushable();
        session.run(STAGING).succeeds();
        session.run("strongroom unset --type dev one smtp/password").succeeds();
        for (name, value) in [("two", "2-new"), ("three", "3"), ("deep/four", "4")] {
            set(&session, "--env staging", name, value);
        }
        let (status, words) = with_fault(&session, &format!("{call}:signal=KILL"), file);
        assert_ne!(status, Some(0), "{call}: it was not killed: {words}");
        for file in values(&session) {
            let whole = [
                "one=1",
                "smtp/password=smtp",
                "three=3",
                "two=2-staging",
                "two=2-new",
                "deep/four=4",
            ];
            assert!(whole.contains(&file.as_str()), "{call}: {file}");
        }
        session.run(STAGING).succeeds();
        assert_eq!(values(&session), ["deep/four=4", "three=3", "two=2-new"], "{call}");
        session.run(&STAGING.replace("--yes", "--dry-run")).succeeds();
    }
}

/// What can be asked for in the store; a file that was not finished has no name there.
fn values(session: &Session) -> Vec<String> {
    let is_value = |file: &String| !file.split('/').any(|part| part.starts_with(".strongroom-"));
    lies(session).into_iter().filter(is_value).collect()
}

#[test]
fn what_may_not_be_written_is_told_and_the_others_are_written() {
    if is_skipped() {
        return;
    }
    let session = pushable();
    let (status, words) = with_fault(&session, "mkdir:error=EACCES", Some("smtp"));
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("1 of 3 values was not written into the store `out`"), "{words}");
    assert!(
        words.contains("`smtp/password` at `smtp/password`: denied: this program may not write")
    );
    assert_eq!(lies(&session), ["one=1", "two=2-staging"]);
    // So it is where the disk is full.
    let (status, words) = with_fault(&session, "mkdir:error=ENOSPC", Some("smtp"));
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("unreachable: cannot write"), "{words}");
    session.run(STAGING).succeeds().says("2 unchanged");
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
    // The same where something is to be removed.
    session.run("strongroom unset --type dev one smtp/password").succeeds();
    let (status, words) = with_fault(&session, "unlink:error=EACCES", Some("one"));
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("1 of 2 values was not removed from the store `out`"), "{words}");
    assert!(words.contains("`one`: denied: this program may not remove"), "{words}");
    assert_eq!(lies(&session), ["one=1", "two=2-staging"]);
    session.run(STAGING).succeeds();
    assert_eq!(lies(&session), ["two=2-staging"]);
}
