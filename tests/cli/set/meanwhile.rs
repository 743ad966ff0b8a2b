//! `strongroom set`, while others change the vault.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::{Command, Stdio};

use snapbox::str;

use crate::session::{MARKER, Session};

/// Starts `set`, which has opened its keys when it begins to read; changes the vault; then gives
/// the value.
fn meanwhile(session: &Session, change: impl FnOnce()) -> String {
    let pipe = session.path("value");
    let _ = std::fs::remove_file(&pipe);
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let child = session
        .command()
        .args(["set", "--type", "local", "x", "--from-file", "value"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // Opening waits until the other end is opened too.
    let mut writer = OpenOptions::new().write(true).open(&pipe).expect("a reader");
    change();
    writer.write_all(MARKER.as_bytes()).expect("a reader");
    drop(writer);
    let output = child.wait_with_output().expect("an end");
    let words = String::from_utf8(output.stderr).expect("UTF-8");
    crate::session::refuse_secrets(&words);
    format!("{}\n{words}", output.status.code().expect("a status"))
}

#[test]
fn keys_that_change_while_somebody_types_are_noticed() {
    let session = Session::with_vault();
    let other = Session::with_vault();
    let words = meanwhile(&session, || {
        let grants = |vault: &str| {
            let local = vault.split("[keys.local]\n").nth(1).expect("grants").to_owned();
            local.lines().next().expect("a grant").to_owned()
        };
        let theirs = grants(&other.read("strongroom.toml"));
        session.edit(|vault| vault.replace(&grants(&vault), &theirs));
    });
    assert_eq!(words, "3\nerror: the data key of `local` changed meanwhile: try again\n");
    let session = Session::with_vault();
    let words = meanwhile(&session, || {
        session.write("strongroom.toml", other.read("strongroom.toml"));
    });
    assert!(words.starts_with("3\n"), "{words}");
}

#[test]
fn what_others_wrote_while_somebody_types_is_kept() {
    let session = Session::with_vault();
    let words = meanwhile(&session, || {
        session.typed("strongroom set --type local y").input(MARKER).run().succeeds();
        session.run("strongroom env add staging --type dev").succeeds();
    });
    assert_eq!(words, "0\ncreated x for local\n");
    session.run("strongroom list").shows(str![[r#"
[0]
secret  production  development  preview  local  staging
x       -           -            -        ✓ 1    -
y       -           -            -        ✓ 1    -
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
}
