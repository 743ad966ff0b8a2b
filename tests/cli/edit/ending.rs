//! However `strongroom edit` ends, the values are in no file afterwards.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{left, scene};
use crate::session::Session;

/// An editor that waits for a file `go`, and says when it is there.
const WAITS: &str = "\
echo x=y >> \"$1\"
echo $$ > editor
mv editor open
while [ -e open ] && ! [ -e go ]; do sleep 0.05; done
";

/// The command with its editor open, and the folder of its file.
fn opened(session: &Session) -> (Child, PathBuf) {
    let child = session
        .command()
        .arg("edit")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    wait_for(|| session.path("open").exists());
    let folders = left(session);
    let folder = folders.last().expect("a private folder").clone();
    assert!(folder.join("local.env").exists());
    (child, folder)
}

#[track_caller]
fn wait_for(mut there: impl FnMut() -> bool) {
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < Duration::from_secs(20), "it does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

#[test]
fn a_signal_ends_the_editor_too_and_removes_the_file() {
    for (signal, number) in [("TERM", 15), ("HUP", 1)] {
        let session = scene(WAITS);
        let before = session.read("strongroom.toml");
        let (mut child, folder) = opened(&session);
        let editor = session.read("open");
        send(signal, &child);
        assert_eq!(child.wait().expect("an end").signal(), Some(number), "{signal}");
        assert!(!folder.exists(), "{signal}");
        let is_gone = || {
            let mut lives = Command::new("kill");
            lives.args(["-0", editor.trim()]).stderr(Stdio::null());
            !lives.status().expect("kill").success()
        };
        wait_for(is_gone);
        assert_eq!(session.read("strongroom.toml"), before);
    }
}

#[test]
fn an_editor_that_stays_does_not_keep_the_file() {
    let session = scene(&format!("trap '' TERM\n{WAITS}"));
    let (mut child, folder) = opened(&session);
    send("TERM", &child);
    assert_eq!(child.wait().expect("an end").signal(), Some(15));
    assert!(!folder.exists());
    let editor = session.read("open");
    assert!(Command::new("kill").args(["-KILL", editor.trim()]).status().expect("kill").success());
}

#[test]
fn ctrl_c_is_for_the_editor() {
    let session = scene(WAITS);
    let (mut child, folder) = opened(&session);
    for signal in ["INT", "QUIT", "INT"] {
        send(signal, &child);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(child.try_wait().expect("a child").is_none(), "the command goes on");
    session.write("go", "");
    assert!(child.wait().expect("an end").success());
    assert!(!folder.exists());
    session.run("strongroom get x").succeeds();
}

#[test]
fn what_a_killed_process_left_is_removed_by_the_next() {
    let session = scene(WAITS);
    let (mut killed, folder) = opened(&session);
    send("KILL", &killed);
    killed.wait().expect("an end");
    assert!(folder.join("local.env").exists(), "nobody could remove it");
    fs::remove_file(session.path("open")).expect("a file");
    let (mut child, other) = opened(&session);
    wait_for(|| !folder.exists());
    // What is in use stays: another one looks as well.
    session.typed("strongroom edit").variable("EDITOR", "true").run().succeeds();
    assert!(other.join("local.env").exists());
    session.write("go", "");
    assert!(child.wait().expect("an end").success());
    assert!(left(&session).is_empty());
}

#[test]
fn folders_of_others_are_left_alone() {
    let session = scene("true");
    session.write("tmp/strongroom-edit-young/x", "");
    session.write("tmp/strongroom-edit-old/x", "");
    session.write("tmp/another/lock", "");
    let old = std::time::SystemTime::now() - Duration::from_hours(1);
    File::open(session.path("tmp/strongroom-edit-old"))
        .and_then(|folder| folder.set_modified(old))
        .expect("a time");
    std::os::unix::fs::symlink(
        session.path("tmp/another"),
        session.path("tmp/strongroom-edit-link"),
    )
    .expect("a link");
    session.run("strongroom edit").succeeds();
    assert!(session.path("tmp/strongroom-edit-young/x").exists(), "it may be about to be locked");
    assert!(!session.path("tmp/strongroom-edit-old").exists());
    assert!(session.path("tmp/another/lock").exists());
}
