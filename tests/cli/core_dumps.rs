//! Core dumps: none of the command, which holds values and keys; a program of `run` has the limit
//! that it would have without it.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::session::{STRONGROOM, Session, skipped};

/// Starts a line in a shell that has allowed core dumps as far as it may.
fn start(session: &Session, line: &str) -> Child {
    let mut command = Command::new("sh");
    session.set_up(&mut command);
    let script = format!("ulimit -Sc \"$(ulimit -Hc)\"; exec {line}");
    command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::null()).spawn().expect("a start")
}

/// The limit of a child that has become the command.
fn limit_of(child: &Child) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{}/comm", child.id())).ok()?;
    if name.trim() != "strongroom" {
        return None;
    }
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max core file size"))?;
    line.split_whitespace().nth(4).map(str::to_owned)
}

fn wait_until(what: impl Fn() -> bool) {
    let started = Instant::now();
    while !what() {
        assert!(started.elapsed() < Duration::from_secs(20), "it never happened");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Kills a child with a signal that dumps core; whether it did.
fn dumps(mut child: Child, signal: &str) -> bool {
    let kill = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    let status = child.wait().expect("an end");
    assert!(status.signal().is_some(), "{status}");
    status.core_dumped()
}

#[test]
fn a_command_that_waits_for_a_value_leaves_no_core() {
    let session = Session::with_vault();
    // Not QUIT, which a shell has ignored in what it runs in the background; not SEGV, which Rust's own handler takes once.
    for signal in ["ABRT", "TRAP"] {
        let line = format!("{STRONGROOM} set --type local x");
        let child = start(&session, &line);
        wait_until(|| limit_of(&child).is_some_and(|limit| limit == "0"));
        assert!(!dumps(child, signal), "{signal}");
    }
    assert!(fs::read_dir(session.path("")).expect("a folder").all(|entry| {
        !entry.expect("an entry").file_name().to_string_lossy().starts_with("core")
    }));
    if !dumps(start(&session, "sleep 60"), "ABRT") {
        skipped("no program dumps core here, so that only the limit was seen");
    }
}

#[test]
fn a_program_of_run_has_the_limit_that_the_command_found() {
    let session = Session::with_secret();
    let shown = |line: &str| {
        let output = start(&session, line).wait_with_output().expect("an end");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(
        shown(&format!("{STRONGROOM} run -- sh -c 'ulimit -Sc; ulimit -Hc'")),
        shown("sh -c 'ulimit -Sc; ulimit -Hc'"),
    );
}
