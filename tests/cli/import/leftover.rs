//! What an import says of the file that it leaves behind.

use std::process::Command;

use snapbox::str;

use crate::session::{MARKER, Session};

/// Runs git in the session's folder.
fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.args(["-c", "user.name=x", "-c", "user.email=x@localhost"]).args(words);
    let output = git.output().expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_git_has_of_the_file_is_told() {
    let session = Session::with_vault();
    git(&session, &["init", "-q"]);
    session.write(".env", format!("A={MARKER}\n"));
    let import = "strongroom import .env --type local";
    session.run(import).shows(str![[r#"
[0]
--- stderr
local: 1 created
.env still holds the values in clear, and git does not ignore it
add it to .gitignore, and delete it once nothing needs it

"#]]);
    git(&session, &["add", ".env"]);
    session.run(import).shows(str![[r#"
[0]
--- stderr
local: 1 unchanged
.env still holds the values in clear, and git tracks it: whoever has the repository has them
change the values where they came from, then: git rm --cached .env

"#]]);
    git(&session, &["commit", "-qm", "oops"]);
    git(&session, &["rm", "-q", "--cached", ".env"]);
    git(&session, &["commit", "-qm", "gone"]);
    session.run(import).shows(str![[r#"
[0]
--- stderr
local: 1 unchanged
.env still holds the values in clear, and they are in git's history: whoever has the repository has them
change the values where they came from, then delete the file

"#]]);
    session.write("fresh.env", format!("A={MARKER}\n"));
    session.write(".gitignore", "*.env\n");
    session.run("strongroom import fresh.env --type local").shows(str![[r#"
[0]
--- stderr
local: 1 unchanged
fresh.env still holds the values in clear: delete it once nothing needs it

"#]]);
    // In a repository of somebody else git says nothing of what was.
    let foreign =
        |line: &str| session.typed(line).variable("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run();
    foreign("strongroom import fresh.env --type local")
        .succeeds()
        .says("still holds the values in clear, and nobody can tell whether git has it: detected");
    git(&session, &["add", "-f", "fresh.env"]);
    foreign("strongroom import fresh.env --type local").succeeds().says("git tracks it");
}
