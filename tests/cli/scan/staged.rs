//! `scan --staged`: what the next commit will have.

use snapbox::str;

use super::{git, scene, value};
use crate::session::MARKER;

#[test]
fn what_is_staged_is_looked_at_and_not_what_the_file_has_by_now() {
    let session = scene();
    session.write("staged.txt", format!("a\nb {}\n", value()));
    session.write("clean.txt", "nothing");
    git(&session, &["add", "-A"]);
    session.write("staged.txt", "clean by now");
    session.write("clean.txt", value());
    session.run("strongroom scan --staged").shows(str![[r#"
[1]
staged.txt:2: `token` for `local` and `production`, plain
--- stderr

take it out of the files and stage them again, or commit all the same with: git commit --no-verify
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
    git(&session, &["add", "staged.txt"]);
    session.run("strongroom scan --staged").shows(str![[r#"
[0]

"#]]);
    // After the first commit only what differs from it counts.
    session.write("staged.txt", value());
    git(&session, &["add", "staged.txt"]);
    git(&session, &["commit", "-q", "--no-verify", "-m", "a leak"]);
    session.write("clean.txt", "still clean");
    git(&session, &["add", "clean.txt"]);
    session.run("strongroom scan --staged").succeeds();
    git(&session, &["rm", "-q", "staged.txt"]);
    session.run("strongroom scan --staged").succeeds();
}

#[test]
fn without_a_key_a_commit_is_not_stopped_and_the_hook_says_why_it_saw_nothing() {
    let session = scene();
    session.write("leak.txt", value());
    let key = std::fs::read_to_string(session.kept_key("owner")).expect("a key");
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    git(&session, &["add", "leak.txt"]);
    session.run("strongroom scan --staged").shows(str![[r#"
[0]
--- stderr
no key here opens a value: only access keys and age identities were looked for

"#]]);
    session.write("key.txt", key);
    git(&session, &["add", "key.txt"]);
    session.run("strongroom scan --staged").shows(str![[r#"
[1]
key.txt:1: an access key
--- stderr
no key here opens a value: only access keys and age identities were looked for

take it out of the files and stage them again, or commit all the same with: git commit --no-verify
a key that was committed, pushed or shared opens all that its holder can open: replace it

"#]]);
}

#[test]
fn it_works_from_a_hook_in_a_folder_below_and_with_odd_names() {
    let session = scene();
    let name = "sub/a \u{e9}\n\"b\".txt";
    session.write(name, value());
    git(&session, &["add", "-A"]);
    let outcome = session.run("strongroom -C sub scan --staged");
    outcome.ends_with(1);
    assert!(outcome.output().contains("sub/a é"), "{}", outcome.output());
    // git gives a hook the index of `commit FILE`, relative to the root.
    session.write(
        ".git/hooks/pre-commit",
        format!("#!/bin/sh\nexec {} scan --staged\n", crate::session::STRONGROOM),
    );
    #[cfg(unix)]
    crate::session::set_mode(&session.path(".git/hooks/pre-commit"), 0o755);
    git(&session, &["rm", "-q", "--cached", "-r", "sub"]);
    session.write("ok.txt", "fine");
    git(&session, &["add", "strongroom.toml", ".gitignore", "ok.txt"]);
    git(&session, &["commit", "-q", "-m", "fine"]);
    session.write("ok.txt", value());
    let mut commit = std::process::Command::new("git");
    session.set_up(&mut commit);
    commit.args([
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@localhost",
        "commit",
        "-q",
        "-m",
        "leak",
        "ok.txt",
    ]);
    let output = commit.output().expect("git");
    assert!(!output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains(MARKER));
    assert_eq!(git(&session, &["log", "--format=%s"]), "fine");
}

#[test]
fn outside_a_repository_nothing_can_be_staged() {
    let session = crate::session::Session::new();
    std::fs::create_dir(session.path("../plain")).expect("a folder");
    session.run("strongroom -C ../plain scan --staged").shows(str![[r#"
[3]
--- stderr
error: git cannot be asked for its files: error: unknown option `cached'

"#]]);
}
