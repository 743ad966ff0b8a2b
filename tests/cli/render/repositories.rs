//! `render --out` and git: what it tracks is never written, nor what nobody can tell of.

use std::fs;
use std::process::Command;

use snapbox::str;

use super::session;
use crate::session::{Session, is_installed};

fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    assert!(git.args(words).output().expect("git").status.success(), "{words:?}");
}

/// A repository with the tracked files `filled.yaml` and `bare/filled.yaml`, the second in a folder that looks like a bare
/// repository; none where git is not installed.
fn repository() -> Option<Session> {
    if !is_installed("git", "files that it tracks") {
        return None;
    }
    let session = session();
    fs::remove_dir(session.path(".git")).expect("no repository");
    git(&session, &["init", "-q"]);
    session.write("filled.yaml", "old");
    session.write("bare/filled.yaml", "old");
    session.write("bare/HEAD", "ref: refs/heads/main\n");
    git(&session, &["add", "filled.yaml", "bare"]);
    for folder in ["objects", "refs"] {
        fs::create_dir(session.path("bare").join(folder)).expect("a folder");
    }
    session.write("a.yaml", "a: ${secret:db/user}\n");
    Some(session)
}

#[test]
fn what_git_tracks_is_known_where_git_does_not_answer() {
    let Some(session) = repository() else { return };
    let nowhere = session.path("nowhere");
    for (variable, value) in
        [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".into()), ("PATH", nowhere.into_os_string())]
    {
        let render = |out: &str| {
            let line = format!("strongroom render a.yaml --out {out} --force");
            session.typed(&line).variable(variable, value.clone()).run()
        };
        for out in ["filled.yaml", "bare/filled.yaml"] {
            render(out).ends_with(2).says(&format!("git tracks {out}"));
            assert_eq!(session.read(out), "old");
        }
        let said = render("other.yaml");
        said.succeeds().says("nobody can tell whether git ignores other.yaml, which has values");
    }
    let line = "strongroom render a.yaml --out bare/filled.yaml --force";
    session.run(line).ends_with(2).says("git tracks bare/filled.yaml");
}

#[test]
fn where_nobody_can_tell_nothing_is_written() {
    let Some(session) = repository() else { return };
    session.write(".git/index", "broken");
    session.run("strongroom render a.yaml --out filled.yaml --force").shows(str![[r#"
[3]
--- stderr
error: nobody can tell whether git tracks filled.yaml, where values in clear do not belong: .git/index: index file smaller than expected
       nothing was written: see what git says to: git ls-files filled.yaml
       or name a file outside of the repository: --out FILE

"#]]);
    session.run("strongroom render a.yaml --out new.yaml").ends_with(3);
    // As in a container that has the working tree alone.
    fs::remove_dir_all(session.path(".git")).expect("a repository");
    session.write(".git", "gitdir: ../elsewhere\n");
    let said = session.run("strongroom render a.yaml --out filled.yaml --force");
    said.ends_with(3).says("nobody can tell whether git tracks filled.yaml");
    assert_eq!(session.read("filled.yaml"), "old");
    assert!(!session.path("new.yaml").exists());
}

#[test]
fn without_git_and_without_a_repository_nothing_is_tracked() {
    let session = session();
    fs::remove_dir(session.path(".git")).expect("no repository");
    session.write("a.yaml", "a: ${secret:db/user}\n");
    let line = "strongroom render a.yaml --out filled.yaml";
    session.typed(line).variable("PATH", session.path("nowhere")).run().shows(str![[r#"
[0]
--- stderr
wrote filled.yaml (references: 1)

"#]]);
}
