//! Grants that do not open any more: of an older key, of nobody, or dearer than this machine can pay.

use std::fs;
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

use snapbox::str;

use crate::session::{MARKER, Session};
#[cfg(target_os = "linux")]
use crate::session::{STRONGROOM, refuse_secrets};

/// The grant of a holder in a table of `[keys]`.
fn grant(vault: &str, table: &str) -> String {
    let table = vault.split(&format!("[keys.{table}]\n")).nth(1).expect("the table");
    table.split('"').nth(1).expect("a grant").to_owned()
}

#[test]
fn a_grant_of_an_older_key_is_told_from_none() {
    let session = Session::with_secret();
    // What a merge with a rotation leaves: somebody has a grant of a newer key, and the owner's line is the old one.
    session.edit(|vault| {
        let newer = format!("AZ{}AAAC{}", "B".repeat(10), &grant(&vault, "local")[16..]);
        let kept = vault.split("kept = \"").nth(1).and_then(|rest| rest.split('"').next());
        let kept = kept.expect("a kept key").to_owned();
        let vault = vault.replace("[keys.local]\n", &format!("[keys.local]\nnext = \"{newer}\"\n"));
        format!("{vault}\n[holders.next]\nkind = \"access-key\"\nkept = \"{kept}\"\n")
    });
    session.typed("strongroom set --type local other").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the grant of `owner` for `local` is of generation 1, and the data key is of generation 2: the key was rotated without `owner`, or a merge brought the line back
       ask a holder for a new grant
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
    // The types beside it are open as before.
    session.typed("strongroom set --type dev other").input(MARKER).run().succeeds();
}

#[test]
fn a_type_that_nobody_holds_says_so() {
    let session = Session::with_secret();
    session.edit(|vault| {
        let line = format!("owner = \"{}\"\n", grant(&vault, "local"));
        vault.replace(&line, "")
    });
    session.typed("strongroom set --type local other").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the keys were rolled back: the data key of `local` was seen with generation 1, and the vault has 0
       its grants are not in the file any more: restore [keys.local] from git (git log -p strongroom.toml)

"#]]); // Somebody who has never seen an older vault.
    let seen = session.home().join(".config/strongroom/generations");
    fs::remove_dir_all(seen).expect("what was seen");
    session.typed("strongroom set --type local other").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the key of `owner` has no grant for `local`; it opens production, development, preview
       nobody holds a key for `local`
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
}

/// A passphrase costs 64 MiB; who has less must learn that, and not that the passphrase is wrong.
#[cfg(target_os = "linux")]
#[test]
fn a_passphrase_that_costs_more_memory_than_there_is_is_not_called_wrong() {
    let passphrase = format!("{MARKER} correct horse");
    let session = Session::new();
    session.typed("strongroom init --passphrase").input(&passphrase).run().succeeds();
    let run = |kib: u32| {
        let mut command = Command::new("sh");
        session.set_up(&mut command);
        let line = format!("ulimit -v {kib} && exec {STRONGROOM} get --type local a");
        command.args(["-c", &line]).env("STRONGROOM_PASSPHRASE", &passphrase);
        command.stdin(Stdio::null()).output().expect("a shell")
    };
    session
        .typed("strongroom set --type local a")
        .variable("STRONGROOM_PASSPHRASE", passphrase.as_str())
        .input(MARKER)
        .run()
        .succeeds();
    let output = run(60_000);
    let said = String::from_utf8_lossy(&output.stderr);
    refuse_secrets(&said);
    assert!(
        said.contains("there is not enough memory for what the passphrase of `owner` costs"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(run(4_000_000).status.success());
}
