//! Where the file of `strongroom edit` lies, and what others could do to it there.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use super::{edits_with, left, scene, value};
use crate::session::{Session, is_root, set_mode, skipped};

/// A second place, as `XDG_RUNTIME_DIR`, in which this user may write.
fn runtime(session: &Session, mode: u32) {
    session.write("runtime/x", "");
    set_mode(&session.path("runtime"), mode);
    session.export("XDG_RUNTIME_DIR", session.path("runtime"));
}

/// Where the file was.
fn place(session: &Session) -> String {
    edits_with(session, "echo \"$1\" > place");
    session.run("strongroom edit").succeeds();
    session.redacted(&session.read("place"))
}

#[test]
fn a_place_where_others_could_replace_the_file_is_not_taken() {
    let session = scene("true");
    for (mode, is_taken) in [(0o700, true), (0o755, true), (0o770, false), (0o1777, true)] {
        runtime(&session, mode);
        let place = place(&session);
        assert_eq!(place.starts_with("[ROOT]/work/runtime/"), is_taken, "{mode:o}: {place}");
    }
    if is_root() {
        runtime(&session, 0o700);
        for mode in [0o700, 0o1777] {
            set_mode(&session.path("runtime"), mode);
            chown(session.path("runtime"), Some(65534), None).expect("another owner");
            let place = place(&session);
            assert!(place.starts_with("[ROOT]/work/tmp/"), "{mode:o}: {place}");
        }
    } else {
        skipped("a runtime folder of another user: only root can make one");
    }
    runtime(&session, 0o777);
    set_mode(&session.path("tmp"), 0o777);
    let refused = session.run("strongroom edit");
    refused.ends_with(3).says("others can replace what is in it").says("export TMPDIR=FOLDER");
}

#[test]
fn a_folder_that_was_put_in_the_place_of_the_private_one_is_neither_read_nor_removed() {
    let session = scene(
        "d=$(dirname \"$1\")
         mv \"$d\" away
         mkdir \"$d\"
         cp away/local.env \"$1\"
         echo c=d >> \"$1\"
         echo theirs > \"$d/theirs\"",
    );
    let before = session.read("strongroom.toml");
    session.run("strongroom edit").ends_with(3).says("another folder was put in the place");
    assert_eq!(session.read("strongroom.toml"), before);
    let folder = left(&session).pop().expect("a folder");
    assert_eq!(fs::read_to_string(folder.join("theirs")).expect("a file"), "theirs\n");
}

#[test]
fn a_link_in_the_place_of_the_file_is_not_followed() {
    let session = scene("mv \"$1\" moved; echo c=d >> moved; ln -s \"$PWD/moved\" \"$1\"");
    let before = session.read("strongroom.toml");
    session.run("strongroom edit").ends_with(3).says("cannot read");
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(session.read("moved").ends_with("c=d\n"), "it is not overwritten");
    assert!(left(&session).is_empty());
    // Nor in that of the folder.
    edits_with(
        &session,
        "d=$(dirname \"$1\"); mv \"$d\" \"$PWD/elsewhere\"; ln -s \"$PWD/elsewhere\" \"$d\"; echo c=d >> \"$1\"",
    );
    session.run("strongroom edit").ends_with(3).says("it is no folder of yours");
    assert!(session.read("elsewhere/local.env").ends_with("c=d\n"), "it is not overwritten");
    assert_eq!(value(&session, "", "a"), "MARKER-5f1e-a");
}

#[test]
fn what_a_killed_process_left_in_either_place_is_told_and_removed() {
    let session = scene("kill -KILL $PPID");
    runtime(&session, 0o700);
    session.typed("strongroom edit").run();
    let leftover = || {
        let entries = fs::read_dir(session.path("runtime")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).find(|path| path.is_dir())
    };
    let folder = leftover().expect("what was left");
    assert!(folder.join("local.env").exists());
    let told = session.run("strongroom doctor").ends_with(1).output();
    let path = folder.display().to_string();
    assert!(told.contains(&format!("a killed `strongroom edit` left values in {path}")), "{told}");
    assert!(told.contains("VISUAL=true strongroom edit"), "{told}");
    // The next one works in the other place.
    set_mode(&session.path("runtime"), 0o700);
    symlink("/nowhere", session.path("runtime/strongroom-edit-link")).expect("a link");
    session.export("TMPDIR", session.path("runtime"));
    session.export("XDG_RUNTIME_DIR", session.path("tmp"));
    session.typed("strongroom edit").variable("VISUAL", "true").run().succeeds();
    assert_eq!(leftover(), None);
}
