//! The plug is pulled, or the operating system refuses, in the middle of a command: `strace` makes that happen.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

use crate::session::{self, MARKER, STRONGROOM, Session, refuse_secrets};

/// The calls that change what is on the disk. The question mark: where this machine has the call.
const CALLS: [&str; 7] = [
    "?open,openat",
    "write",
    "fsync",
    "?rename,?renameat,?renameat2",
    "?link,linkat",
    "?unlink,unlinkat",
    "?fchmod,?fchown,flock",
];

/// Runs the command while `strace` does something at a call, say `error=EPERM` or `signal=KILL:when=3`.
fn with_fault(session: &Session, calls: &str, what: &str, words: &[&str], input: &str) -> Output {
    let mut command = Command::new("strace");
    session.set_up(&mut command);
    let inject = format!("inject={calls}:{what}");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &inject]);
    command.arg(STRONGROOM).args(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("strace starts");
    let stdin = child.stdin.take().expect("standard input");
    // A command that is killed before it reads leaves the pipe.
    let _ = std::io::Write::write_all(&mut &stdin, input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("strace ends");
    refuse_secrets(&String::from_utf8_lossy(&output.stderr));
    output
}

/// Whether `strace` is there and may look into other processes.
pub fn is_skipped() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let skipped = !traced.is_ok_and(|output| output.status.success());
    if skipped {
        session::skipped("faults of the operating system: there is no strace, or it may not trace");
    }
    skipped
}

/// Kills a command at the first, the second, … of each kind of call, in a scene of its own, until it is not killed any more.
fn killed_everywhere(
    scene: impl Fn() -> Session,
    words: &[&str],
    input: &str,
    check: impl Fn(&Session, &str),
) {
    for calls in CALLS {
        let mut killed = 0;
        loop {
            let session = scene();
            let what = format!("signal=KILL:when={}", killed + 1);
            let output = with_fault(&session, calls, &what, words, input);
            let place = format!("killed at call {} of {calls}", killed + 1);
            check(&session, &place);
            if output.status.signal().is_none() && output.status.code() != Some(128 + 9) {
                assert!(output.status.success(), "{place}: {output:?}");
                break;
            }
            killed += 1;
        }
        let is_made = !calls.contains("link") && !calls.contains("fchmod");
        assert!(killed > 0 || !is_made, "the command makes no call of {calls}");
    }
}

#[test]
fn a_save_that_is_killed_anywhere_leaves_the_old_value_or_the_new() {
    if is_skipped() {
        return;
    }
    let new = format!("{MARKER}-new");
    let words = ["set", "--type", "local,dev", "github_api_token"];
    killed_everywhere(Session::with_secret, &words, &new, |session, place| {
        let get = |kind: &str| {
            let line = format!("strongroom get --type {kind} github_api_token");
            session.typed(&line).that_shows_secrets().run().succeeds().output()
        };
        let (local, development) = (get("local"), get("dev"));
        assert_eq!(local, development, "{place}: one half of the change");
        assert!([&new, &format!("{MARKER}-token")].contains(&&local), "{place}: another value");
        // Whoever comes next is not hindered, and cleans up.
        let line = "strongroom set --type local github_api_token";
        session.typed(line).input(format!("{MARKER}-next")).run().succeeds();
        assert_eq!(get("local"), format!("{MARKER}-next"));
        let hidden = fs::read_dir(session.path("")).expect("the folder");
        let hidden = hidden.map(|entry| entry.expect("an entry").file_name());
        let hidden: Vec<_> =
            hidden.filter(|name| name.to_string_lossy().starts_with(".str")).collect();
        assert!(hidden.is_empty(), "{place}: {hidden:?}");
    });
}

#[test]
fn a_vault_whose_making_is_killed_anywhere_is_not_there_or_has_its_key() {
    if is_skipped() {
        return;
    }
    killed_everywhere(Session::new, &["init"], "", |session, place| {
        if !session.path("strongroom.toml").exists() {
            session.run("strongroom init").succeeds();
        }
        let set = session.typed("strongroom set --type production a").input(MARKER).run();
        set.succeeds();
        let get = session.typed("strongroom get --type production a").that_shows_secrets().run();
        assert_eq!(get.succeeds().output(), MARKER, "{place}");
    });
}

/// A vault with a holder `guest` of local and development.
fn with_guest() -> Session {
    let session = Session::with_secret();
    session.run("strongroom holder add guest --type dev,local --out guest.key").succeeds();
    session
}

/// What a key opens: the kept one, or that in a file.
fn token(session: &Session, key: Option<&str>) -> Option<String> {
    if let Some(key) = key {
        session.export("STRONGROOM_KEY_FILE", session.path(key).into_os_string());
    }
    let typed = session.typed("strongroom get --type local github_api_token");
    let outcome = typed.that_shows_secrets().run();
    session.forget("STRONGROOM_KEY_FILE");
    outcome.status_is_one_of(&[0]).then(|| outcome.output())
}

#[test]
fn a_removal_that_is_killed_anywhere_is_made_wholly_or_not_at_all() {
    if is_skipped() {
        return;
    }
    let words = ["holder", "remove", "guest", "--yes"];
    killed_everywhere(with_guest, &words, "", |session, place| {
        let is_removed = session.read("strongroom.toml").contains("[removed]");
        assert!(token(session, None).is_some(), "{place}: the owner opens nothing");
        assert_eq!(token(session, Some("guest.key")).is_none(), is_removed, "{place}");
        // Whoever comes next is not hindered.
        if !is_removed {
            session.run("strongroom holder remove guest --yes").succeeds();
        }
        session.run("strongroom key rotate --yes").succeeds();
        assert_eq!(token(session, None), Some(format!("{MARKER}-token")), "{place}");
    });
}

#[test]
fn new_access_keys_whose_making_is_killed_anywhere_lock_nobody_out() {
    if is_skipped() {
        return;
    }
    let words = ["key", "rotate", "--rekey", "--yes", "--keys-to", "new"];
    killed_everywhere(with_guest, &words, "", |session, place| {
        let own = token(session, None);
        assert_eq!(own, Some(format!("{MARKER}-token")), "{place}: the owner is locked out");
        let guest = ["guest.key", "new/guest.key"].map(|key| token(session, Some(key)).is_some());
        assert!(guest.contains(&true), "{place}: the guest is locked out");
        let mode = fs::read_dir(session.path("new")).into_iter().flatten();
        for entry in mode {
            let metadata = entry.expect("an entry").metadata().expect("a file");
            assert_eq!(std::os::unix::fs::MetadataExt::mode(&metadata) & 0o077, 0, "{place}");
        }
    });
}

#[test]
fn a_vault_is_made_where_files_cannot_be_linked() {
    if is_skipped() {
        return;
    }
    for error in ["EPERM", "EOPNOTSUPP", "ENOSYS", "EACCES"] {
        let session = Session::new();
        let what = format!("error={error}");
        let output = with_fault(&session, "?link,linkat", &what, &["init"], "");
        assert!(output.status.success(), "{error}: {output:?}");
        let mut names: Vec<_> = fs::read_dir(session.path(""))
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        assert_eq!(names, [".git", ".gitignore", "strongroom.toml"], "{error}");
        session.typed("strongroom set --type production a").input(MARKER).run().succeeds();
    }
}

#[test]
fn a_vault_that_cannot_be_written_to_the_end_is_not_there_and_its_key_neither() {
    if is_skipped() {
        return;
    }
    // The key, its folder, the vault, its folder.
    for number in 1..=4 {
        let session = Session::new();
        let what = format!("error=EIO:when={number}");
        let output = with_fault(&session, "fsync", &what, &["init"], "");
        assert_eq!(output.status.code(), Some(3), "{number}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("Input/output error"), "{number}: {said}");
        let names = fs::read_dir(session.path("")).expect("the folder");
        let names: Vec<_> = names.map(|entry| entry.expect("an entry").file_name()).collect();
        assert_eq!(names, [".git"], "{number}");
        let keys = session.home().join(".config/strongroom/keys");
        let vault = fs::read_dir(keys).expect("keys").next().expect("a vault").expect("a folder");
        assert_eq!(
            fs::read_dir(vault.path()).expect("a folder").count(),
            0,
            "{number}: a key is left"
        );
        session.run("strongroom init").succeeds();
    }
}

#[test]
fn a_save_that_fails_says_whether_the_vault_is_changed() {
    if is_skipped() {
        return;
    }
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    let words = ["set", "--type", "local", "github_api_token"];
    let set = |calls: &str, what: &str| {
        let output = with_fault(&session, calls, what, &words, &format!("{MARKER}-new"));
        assert_eq!(output.status.code(), Some(3), "{calls}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (calls, what) in
        [("fsync", "error=ENOSPC:when=1"), ("?rename,?renameat,?renameat2", "error=EIO:when=1")]
    {
        let said = set(calls, what);
        assert!(said.contains("the vault is unchanged"), "{calls}: {said}");
        assert_eq!(session.read("strongroom.toml"), before);
    }
    // The second is that of the folder, when the new file is in its place.
    let said = set("fsync", "error=EIO:when=2");
    assert!(said.contains("is written, but may not survive a power cut: Input/output"), "{said}");
    let get = session.typed("strongroom get github_api_token").that_shows_secrets().run();
    assert_eq!(get.succeeds().output(), format!("{MARKER}-new"));
}

#[test]
fn a_folder_that_cannot_be_flushed_is_no_fault() {
    if is_skipped() {
        return;
    }
    for error in ["EINVAL", "EOPNOTSUPP"] {
        let session = Session::with_secret();
        let words = ["set", "--type", "local", "github_api_token"];
        let what = format!("error={error}:when=2");
        let output = with_fault(&session, "fsync", &what, &words, &format!("{MARKER}-new"));
        assert!(output.status.success(), "{error}: {output:?}");
    }
}
