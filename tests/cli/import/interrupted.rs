//! An import that is killed at any moment leaves the old vault or the new one.

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use strongroom_vault::Index;

use crate::session::{MARKER, Session};

#[test]
fn whoever_is_killed_while_importing_leaves_all_or_nothing() {
    let session = Session::with_secret();
    let (few, old) = (200, session.read("strongroom.toml"));
    let mut text = String::new();
    for number in 0..few {
        writeln!(text, "NAME_{number}={MARKER}-{number}").expect("a string");
    }
    session.write(".env", text);
    let import = || {
        let mut command = session.command();
        command.args(["import", ".env", "--type", "local,dev"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("a start")
    };
    let started = Instant::now();
    assert!(import().wait().expect("an end").success());
    let whole = started.elapsed();
    let new = Index::read(&session.read("strongroom.toml")).expect("a vault").secrets().len();
    assert_eq!(new, few + 1);
    let (mut killed, mut kept_old, rounds) = (0, 0, 24);
    for round in 1..=rounds {
        session.write("strongroom.toml", &old);
        let mut child = import();
        thread::sleep(whole.mul_f64(1.1 * f64::from(round).sqrt() / f64::from(rounds).sqrt()));
        killed += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("a signal");
        child.wait().expect("an end");
        let vault = session.read("strongroom.toml");
        let now = Index::read(&vault).expect("a vault after a kill").secrets().len();
        assert!(now == 1 || now == new, "{now} secrets");
        assert!(now == new || vault == old, "the old vault is as it was");
        kept_old += u32::from(now == 1);
    }
    assert!(killed > 0 && kept_old > 0, "every import was faster than its kill");
    session.run("strongroom import .env --type local,dev").succeeds();
    let left = fs::read_dir(session.path("")).expect("a folder");
    let left = left.filter_map(|entry| entry.expect("an entry").file_name().into_string().ok());
    assert_eq!(left.filter(|name| name.contains("strongroom.toml.")).count(), 0);
}
