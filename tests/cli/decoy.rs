//! Ordinary commits that lead whoever follows a vault's name away from what the vault was before.

use std::process::Command;

use crate::session::Session;

/// Runs git as somebody who was or will be removed.
#[track_caller]
pub fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.args(["-c", "user.name=Guest", "-c", "user.email=guest@shop"]).args(words);
    assert!(git.status().expect("git").success(), "{words:?}");
}

/// Makes the vault of `HEAD` another one, without a commit that changes it: a file of notes becomes the vault that is meant,
/// the vault is moved aside, and the file comes in its place.
#[track_caller]
pub fn moves_in(session: &Session, forged: &str) {
    git(session, &["checkout", "-q", "HEAD", "strongroom.toml"]);
    for (text, subject) in [("notes\n", "notes"), (forged, "more notes")] {
        session.write("old.toml", text);
        git(session, &["add", "old.toml"]);
        git(session, &["commit", "-q", "-m", subject]);
    }
    git(session, &["rm", "-q", "strongroom.toml"]);
    git(session, &["commit", "-q", "-m", "move aside"]);
    git(session, &["mv", "old.toml", "strongroom.toml"]);
    git(session, &["commit", "-q", "-m", "tidy up"]);
}

/// Makes the vault a link to a file in a folder, with this text.
#[cfg(unix)]
#[track_caller]
pub fn links_to(session: &Session, forged: &str) {
    session.write("conf/v.toml", "notes\n");
    git(session, &["add", "conf/v.toml"]);
    git(session, &["commit", "-q", "-m", "notes"]);
    session.write("conf/v.toml", forged);
    let vault = session.path("strongroom.toml");
    std::fs::remove_file(&vault).expect("the vault");
    std::os::unix::fs::symlink("conf/v.toml", vault).expect("a link");
    git(session, &["add", "conf/v.toml", "strongroom.toml"]);
    git(session, &["commit", "-q", "-m", "in its folder"]);
}

/// A line of a table taken out: a holder's grant of a type.
pub fn without_grant(text: &str, kind: &str, holder: &str) -> String {
    let table = format!("[keys.{kind}]\n");
    let (head, rest) = text.split_once(&table).expect("a table");
    let start = format!("{holder} = ");
    let line = rest.lines().find(|line| line.starts_with(&start)).expect("a grant");
    format!("{head}{table}{}", rest.replacen(&format!("{line}\n"), "", 1))
}
