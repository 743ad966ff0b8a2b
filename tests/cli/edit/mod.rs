//! `strongroom edit`, with real editors: small scripts.

mod ending;
mod lines;
mod place;
mod terminal;

use std::fs;
use std::path::PathBuf;

use snapbox::str;

use crate::session::{MARKER, STRONGROOM, Session, mode};

/// Local values `a` and `b`, `b` described, and an editor that runs these lines with its file in `$1`.
fn scene(editor: &str) -> Session {
    let session = Session::with_vault();
    for name in ["a", "b"] {
        set(&session, "--type local", name, name);
    }
    session.run("strongroom set b --about 'what it is for'").succeeds();
    session.write("tmp/x", "");
    crate::session::set_mode(&session.path("tmp"), 0o711);
    session.export("TMPDIR", session.path("tmp"));
    edits_with(&session, editor);
    session
}

fn edits_with(session: &Session, editor: &str) {
    session
        .write("editor.sh", format!("set -e\nstrongroom() {{ {STRONGROOM} \"$@\"; }}\n{editor}"));
    session.export("EDITOR", "sh editor.sh");
}

fn set(session: &Session, flags: &str, name: &str, value: impl AsRef<[u8]>) {
    let line = format!("strongroom set {flags} {name}");
    let value = [format!("{MARKER}-").as_bytes(), value.as_ref()].concat();
    session.typed(&line).input(value).run().succeeds();
}

fn value(session: &Session, flags: &str, name: &str) -> String {
    let line = format!("strongroom get {flags} {name}");
    session.typed(&line).that_shows_secrets().run().succeeds().output()
}

/// What is left of private folders.
fn left(session: &Session) -> Vec<PathBuf> {
    let entries = fs::read_dir(session.path("tmp")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_dir()).collect()
}

#[test]
fn the_editor_shows_the_values_and_how_to_change_them() {
    let session = scene("cp \"$1\" seen");
    set(&session, "--type local", "binary", b"\xff");
    set(&session, "--type local", "nul", b"\0");
    set(&session, "--type local", "lines", "a\n$b 'c'\n");
    let seal = "A".repeat(50);
    session.edit(|vault| {
        format!(
            "{vault}\n[secrets.kept]\nlocal = {{ version = 1, set = 2026-11-20, store = \"cluster\", ref = \"a/b\", seal = \"{seal}\" }}\n"
        )
    });
    let before = session.read("strongroom.toml");
    session.run("strongroom edit").shows(str![[r#"
[0]
--- stderr
editing local
nothing changed

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    snapbox::assert_data_eq!(
        session.read("seen"),
        str![[r##"
# The values of local, one NAME=value for each secret.
#
# Change a line to change the value, delete it to remove the value, add one for a new secret.
# 'Single quotes' hold everything as it is, over several lines too; "double quotes" know /n and /".
# Comments are not kept. A file without a change, and an empty one, change nothing.
#
# Not here, and kept as they are:
#   binary: the value is not UTF-8 text
#   kept: kept in the store `cluster`
#   nul: the value holds a NUL byte

a=MARKER-5f1e-a

# what it is for
b=MARKER-5f1e-b

lines="MARKER-5f1e-a
$b 'c'"

"##]]
    );
}

#[test]
fn only_what_was_changed_is_sealed_again() {
    let session =
        scene("sed -i 's/^a=.*/a=MARKER-5f1e-new/' \"$1\"; printf \"c='1\\n2'\\n\" >> \"$1\"");
    let before = session.read("strongroom.toml");
    session.run("strongroom edit --type local").shows(str![[r#"
[0]
--- stderr
updated a for local (version 2)
created c for local

"#]]);
    let after = session.read("strongroom.toml");
    let gone: Vec<&str> = before.lines().filter(|line| !after.contains(line)).collect();
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert_eq!(value(&session, "", "a"), "MARKER-5f1e-new");
    assert_eq!(value(&session, "", "b"), "MARKER-5f1e-b");
    assert_eq!(value(&session, "", "c"), "1\n2");
    assert!(left(&session).is_empty());
}

#[test]
fn a_line_that_is_deleted_removes_the_value() {
    let session = scene("sed -i '/^a=/d' \"$1\"");
    session.run("strongroom edit").shows(str![[r#"
[0]
--- stderr
editing local
removed a for local

"#]]);
    session.run("strongroom get a").ends_with(1);
    // Every value, where a comment is left.
    edits_with(&session, "echo '# none' > \"$1\"");
    session.run("strongroom edit").succeeds().says("removed b for local");
}

#[test]
fn a_file_without_a_change_leaves_every_byte_of_the_vault() {
    let session = scene("true");
    let before = session.read("strongroom.toml");
    for editor in [
        "true",
        "echo '# a comment' >> \"$1\"",
        "sed -i 's/^a=\\(.*\\)/export a = \"\\1\" # quoted/' \"$1\"",
        "sed -i 's/$/\\r/' \"$1\"",
        "grep -v '^#' \"$1\" > other; cp other \"$1\"",
    ] {
        edits_with(&session, editor);
        let outcome = session.run("strongroom edit --type local");
        assert_eq!(outcome.succeeds().stderr, "nothing changed\n", "{editor}");
        assert_eq!(session.read("strongroom.toml"), before, "{editor}");
    }
}

#[test]
fn what_cannot_be_read_names_its_place_and_changes_nothing() {
    let session = scene("true");
    let before = session.read("strongroom.toml");
    edits_with(&session, "printf 'c=MARKER-5f1e\\nMARKER-5f1e\\n' >> \"$1\"");
    session.run("strongroom edit").shows(str![[r#"
[2]
--- stderr
editing local
error: line 12, column 1: no `NAME=value`
       nothing was changed

"#]]);
    for (line, says) in [
        ("d=\"MARKER-5f1e", "line 12, column 3: "),
        ("_d=MARKER-5f1e", "line 12, column 1: this cannot be the name of a secret"),
        (
            "A=MARKER-5f1e",
            "line 12, column 1: `A` is the secret of line 7, column 1 in another spelling",
        ),
        ("a=MARKER-5f1e", "line 12, column 1: `a` stands twice"),
        ("d=", "line 12, column 1: `d` has no value"),
    ] {
        edits_with(&session, &format!("printf '\\n%s\\n' '{line}' >> \"$1\""));
        session.run("strongroom edit").ends_with(2).says(says).says("nothing was changed");
    }
    edits_with(&session, ": > \"$1\"");
    session.run("strongroom edit").ends_with(2).says("the file is empty");
    edits_with(&session, "head -c 1048577 /dev/zero | tr '\\0' x | sed 's/^/d=/' >> \"$1\"");
    session.run("strongroom edit").ends_with(2).says("1048577 bytes");
    edits_with(&session, "rm \"$1\"");
    session.run("strongroom edit").ends_with(3).says("cannot read");
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(left(&session).is_empty());
}

#[test]
fn a_named_environment_shows_what_is_its_own() {
    let session = scene("cp \"$1\" seen; sed -i 's/^a=.*/b=MARKER-5f1e-own/' \"$1\"");
    session.run("strongroom env add mine-too --type local").succeeds();
    set(&session, "--env mine-too", "a", "own");
    session.run("strongroom edit --env mine-too").shows(str![[r#"
[0]
--- stderr
created b for mine-too
removed a for mine-too, which has the value of local now

"#]]);
    snapbox::assert_data_eq!(
        session.read("seen"),
        str![[r##"
# The values of mine-too, one NAME=value for each secret.
#
# Change a line to change the value, delete it to remove the value, add one for a new secret.
# 'Single quotes' hold everything as it is, over several lines too; "double quotes" know /n and /".
# Comments are not kept. A file without a change, and an empty one, change nothing.
#
# Without a line, these have the value of local:
#   b

a=MARKER-5f1e-own

"##]]
    );
    assert_eq!(value(&session, "--env mine-too", "b"), "MARKER-5f1e-own");
    assert_eq!(value(&session, "--env mine-too", "a"), "MARKER-5f1e-a");
}

#[test]
fn the_file_is_for_nobody_else_and_goes_with_all_that_lies_beside_it() {
    let look = "stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > seen
        cp \"$1\" \"$1~\"; mkdir \"$(dirname \"$1\")/swap\"; cp \"$1\" \"$(dirname \"$1\")/swap/x\"";
    let session = scene(look);
    session.run("strongroom edit").succeeds();
    let seen = session.read("seen");
    assert!(seen.starts_with("600 ") && seen.contains("/local.env\n700 "), "{seen}");
    assert!(seen.contains("/tmp/strongroom-edit-"), "{seen}");
    assert!(left(&session).is_empty());
    // Memory is better than a disk.
    session.write("run/x", "");
    crate::session::set_mode(&session.path("run"), 0o700);
    session.export("XDG_RUNTIME_DIR", session.path("run"));
    session.run("strongroom edit").succeeds();
    assert!(session.read("seen").contains("/run/strongroom-edit-"));
    session.export("XDG_RUNTIME_DIR", "relative");
    session.run("strongroom edit").succeeds();
    assert!(session.read("seen").contains("/tmp/strongroom-edit-"));
    for folder in ["run", "tmp"] {
        assert_eq!(fs::read_dir(session.path(folder)).expect("a folder").count(), 1);
    }
    assert_ne!(mode(&session.path("tmp")), 0o700, "the folder above stays as it is");
}

#[test]
fn what_was_in_the_file_is_overwritten_before_it_is_removed() {
    // Another name for the same bytes, out of the command's sight.
    let session = scene("ln \"$1\" kept; cp \"$1\" seen; ln \"$(dirname \"$1\")\"/lock lock");
    session.run("strongroom edit").succeeds();
    let (kept, seen) = (fs::read(session.path("kept")).expect("a file"), session.read("seen"));
    assert!(seen.contains(MARKER));
    assert_eq!(kept, vec![0; seen.len()]);
}

#[test]
fn vim_is_told_to_keep_nothing_elsewhere() {
    let session = scene("true");
    for (name, is_told) in [("vim", true), ("nvim", true), ("nano", false)] {
        session.write(name, "#!/bin/sh\necho with \"$@\" > seen\n");
        crate::session::set_mode(&session.path(name), 0o700);
        session.export("EDITOR", format!("{} -R", session.path(name).display()));
        session.run("strongroom edit").succeeds();
        let seen = session.read("seen");
        assert!(seen.starts_with("with -R ") && seen.ends_with("/local.env\n"), "{seen}");
        assert_eq!(seen.contains(" -n -i NONE -c set noundofile "), is_told, "{seen}");
    }
    std::os::unix::fs::symlink(session.path("vim"), session.path("vi")).expect("a link");
    session.export("PATH", format!("{}:/usr/bin:/bin", session.path("").display()));
    session.forget("EDITOR");
    session.run("strongroom edit").succeeds();
    assert!(session.read("seen").starts_with("with -n -i NONE"), "{}", session.read("seen"));
    for named in ["env vim", "env A=b vim -R"] {
        session.export("EDITOR", named);
        session.run("strongroom edit").succeeds();
        assert!(session.read("seen").contains(" -n -i NONE"), "{named}: {}", session.read("seen"));
    }
}

#[test]
fn a_file_of_the_repository_is_no_editor_for_its_name() {
    let session = scene("true");
    session.write("true -a /bin/true", "#!/bin/sh\ntouch executed\n");
    crate::session::set_mode(&session.path("true -a /bin/true"), 0o700);
    session.export("EDITOR", "true -a /bin/true");
    session.run("strongroom edit").succeeds().says("nothing changed");
    assert!(!session.path("executed").exists());
}

#[test]
fn the_editor_is_the_users_and_gets_no_key() {
    let session = scene("env > seen; echo \"$#\" >> seen");
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.typed("strongroom edit").variable("STRONGROOM_KEY", key).run().succeeds();
    assert!(!session.read("seen").contains("STRONGROOM_KEY"));
    session.write("an editor", "#!/bin/sh\necho an editor > seen\n");
    crate::session::set_mode(&session.path("an editor"), 0o700);
    session.export("VISUAL", session.path("an editor"));
    session.run("strongroom edit").succeeds();
    assert_eq!(session.read("seen"), "an editor\n");
    session.export("VISUAL", "sh -c 'echo \"$0 $1\" > seen' 'one word'");
    session.run("strongroom edit").succeeds();
    assert!(session.read("seen").starts_with("one word /"), "{}", session.read("seen"));
    let before = session.read("strongroom.toml");
    session.export("VISUAL", "sh -c 'echo c=d >> $0; exit 3'");
    session.run("strongroom edit").shows(str![[r#"
[1]
--- stderr
editing local
error: the editor `sh` ended with status 3: nothing was changed

"#]]);
    session.export("VISUAL", "no-such-editor --wait");
    session.run("strongroom edit").shows(str![[r#"
[3]
--- stderr
editing local
error: cannot start the editor `no-such-editor` (VISUAL): command not found
       name one in VISUAL or EDITOR, for example: EDITOR=nano strongroom edit

"#]]);
    session.export("VISUAL", "sh '");
    session.run("strongroom edit").shows(str![[r#"
[2]
--- stderr
error: VISUAL is not a command: a quote in it may not be closed

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(left(&session).is_empty());
}

#[test]
fn what_others_change_meanwhile_is_kept() {
    let session = scene(
        "sed -i 's/^a=.*/a=MARKER-5f1e-mine/' \"$1\"
         printf MARKER-5f1e-theirs | strongroom set --type local,dev b
         printf MARKER-5f1e-theirs | strongroom set --type local c",
    );
    session.run("strongroom edit").succeeds().says("updated a for local (version 2)");
    assert_eq!(value(&session, "", "a"), "MARKER-5f1e-mine");
    assert_eq!(value(&session, "", "b"), "MARKER-5f1e-theirs");
    assert_eq!(value(&session, "", "c"), "MARKER-5f1e-theirs");
}

#[test]
fn what_others_changed_as_well_is_not_overwritten() {
    let session = scene(
        "sed -i 's/^a=.*/a=MARKER-5f1e-mine/; /^b=/d' \"$1\"
         echo c=MARKER-5f1e-mine >> \"$1\"
         printf MARKER-5f1e-theirs | strongroom set --type local a
         printf MARKER-5f1e-theirs | strongroom set --type local b
         printf MARKER-5f1e-theirs | strongroom set --type local c",
    );
    session.run("strongroom edit").ends_with(3).says("`b`").says("nothing was changed");
    for name in ["a", "b", "c"] {
        assert_eq!(value(&session, "", name), "MARKER-5f1e-theirs");
    }
    // The same change at both is no conflict.
    edits_with(
        &session,
        "sed -i 's/^a=.*/a=MARKER-5f1e-one/; /^b=/d' \"$1\"
         printf MARKER-5f1e-one | strongroom set --type local a
         strongroom unset --type local b",
    );
    session.run("strongroom edit").succeeds().says("nothing changed");
}

#[test]
fn without_a_key_no_editor_opens() {
    let session = scene("touch opened");
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom edit").ends_with(3).says("no key");
    session.run("strongroom edit --type nowhere").ends_with(2);
    assert!(!session.path("opened").exists());
    assert!(left(&session).is_empty());
}
