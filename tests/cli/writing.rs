//! Writing without loss: many at once, killed at any moment, on a full disk, without permission.

#![cfg_attr(not(unix), expect(unused_imports, reason = "tests of modes and signals use them"))]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use snapbox::str;
use strongroom_vault::{Index, LockedVault};

use crate::session::{MARKER, Session};
#[cfg(unix)]
use crate::session::{is_root, set_mode, skipped};

/// Starts a `set` and gives it its value.
fn start(session: &Session, name: &str) -> std::process::Child {
    let mut child = session
        .command()
        .args(["set", "--type", "local", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a start");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(format!("{MARKER}-{name}").as_bytes()).expect("a reader");
    child
}

#[test]
fn fifty_writers_at_once_lose_nothing() {
    let session = Session::with_vault();
    let children: Vec<_> = (0..50).map(|at| start(&session, &format!("secret_{at}"))).collect();
    for child in children {
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let vault = session.read("strongroom.toml");
    let index = Index::read(&vault).expect("a vault");
    assert_eq!(index.secrets().len(), 50);
    for at in [0, 17, 49] {
        let outcome =
            session.typed(&format!("strongroom get secret_{at}")).that_shows_secrets().run();
        assert_eq!(outcome.succeeds().output(), format!("{MARKER}-secret_{at}"));
    }
}

#[cfg(unix)]
#[test]
fn whoever_is_killed_while_saving_leaves_a_whole_vault() {
    let session = Session::with_vault();
    let started = Instant::now();
    start(&session, "first").wait().expect("an end");
    let whole = started.elapsed();
    let (mut known, mut killed) = (1, 0);
    // Kills at moments spread over all the time that a `set` takes, most of them towards its end,
    // when it saves.
    for round in 1..=60 {
        let name = format!("secret_{round}");
        let mut child = start(&session, &name);
        thread::sleep(whole.mul_f64(1.1 * f64::from(round).sqrt() / 60f64.sqrt()));
        let was_running = child.try_wait().expect("a child").is_none();
        child.kill().expect("a signal");
        child.wait().expect("an end");
        killed += u32::from(was_running);
        let vault = session.read("strongroom.toml");
        let index = Index::read(&vault).expect("a vault after a kill");
        let now = index.secrets().len();
        assert!(now == known || now == known + 1, "{now} secrets after {known}");
        assert_eq!(index.secret(&name).is_some(), now > known);
        known = now;
    }
    assert!(killed > 0, "every writer was faster than its kill");
    // What an interrupted save left behind is no obstacle.
    session.typed("strongroom set --type local last").input(MARKER).run().succeeds();
    let left: Vec<_> = fs::read_dir(session.path(""))
        .expect("a folder")
        .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
        .filter(|name| name.contains("strongroom.toml."))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_vault_as_it_was() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    // No file may grow beyond one block, and the signal about it is ignored: writing fails as on a
    // full disk.
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {} \"$@\"", crate::session::STRONGROOM);
    let limited = |words: &[&str]| {
        let mut command = Command::new("sh");
        session.set_up(&mut command);
        command.args(["-c", &script, "sh"]).args(words).stdin(Stdio::null());
        command.output().expect("a shell")
    };
    for words in [
        &["set", "--type", "local", "x", "--allow-empty"][..],
        &["unset", "--type", "local", "github_api_token"],
        &["env", "add", "staging", "--type", "dev"],
        &["holder", "add", "ci", "--type", "dev", "--out", "ci.key"],
    ] {
        let output = limited(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{words:?}: {said}");
        assert!(
            said.contains("cannot write the vault") && said.contains("the vault is unchanged"),
            "{said}"
        );
        assert_eq!(session.read("strongroom.toml"), before);
    }
    assert!(!session.path("ci.key").exists(), "a key that opens nothing is taken back");
    assert_eq!(limited(&["init", "--vault", "other.toml"]).status.code(), Some(3));
    assert!(!session.path("other.toml").exists());
    session.run("strongroom set --type local x --allow-empty").succeeds();
}

#[cfg(unix)]
#[test]
fn a_vault_that_may_not_be_written_is_left_alone() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    set_mode(&session.path("strongroom.toml"), 0o444);
    session.typed("strongroom set --type local x").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the vault [ROOT]/work/strongroom.toml is read-only
       allow writing with: chmod u+w [ROOT]/work/strongroom.toml

"#]]);
    session.run("strongroom unset --type local github_api_token").ends_with(3);
    assert_eq!(session.read("strongroom.toml"), before);
    set_mode(&session.path("strongroom.toml"), 0o644);
    if is_root() {
        skipped("no permission stops root: a folder that may not be written");
        return;
    }
    set_mode(&session.path(""), 0o555);
    let outcome = session.typed("strongroom set --type local x").input(MARKER).run();
    set_mode(&session.path(""), 0o755);
    outcome.ends_with(3).says("cannot write the vault");
    assert_eq!(session.read("strongroom.toml"), before);
}

#[cfg(unix)]
#[test]
fn mode_and_link_of_the_vault_stay() {
    let session = Session::with_secret();
    fs::create_dir(session.path("real")).expect("a folder");
    fs::rename(session.path("strongroom.toml"), session.path("real/vault.toml")).expect("a move");
    std::os::unix::fs::symlink("real/vault.toml", session.path("strongroom.toml")).expect("a link");
    set_mode(&session.path("real/vault.toml"), 0o640);
    session.typed("strongroom set --type local x").input(MARKER).run().succeeds();
    assert!(session.path("strongroom.toml").is_symlink());
    assert_eq!(crate::session::mode(&session.path("real/vault.toml")), 0o640);
    assert!(session.read("real/vault.toml").contains("[secrets.x]"));
}

#[test]
fn whoever_waits_for_another_writer_is_told_so() {
    let session = Session::with_vault();
    let held = LockedVault::open(&session.path("strongroom.toml")).expect("a lock");
    let child = start(&session, "x");
    thread::sleep(Duration::from_millis(2_500));
    drop(held);
    let output = child.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(
        said,
        "waiting for another strongroom that is writing this vault\ncreated x for local\n"
    );
}

#[test]
fn windows_line_ends_stay() {
    let session = Session::with_secret();
    session.edit(|vault| vault.replace('\n', "\r\n"));
    session.typed("strongroom set --type local github_api_token").input(MARKER).run().succeeds();
    let vault = session.read("strongroom.toml");
    assert_eq!(vault.matches("\r\n").count(), vault.matches('\n').count());
}
