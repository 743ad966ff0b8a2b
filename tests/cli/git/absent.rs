//! Git where the command is gone: it does as without it, and says what is missing.

use std::process::Output;

use super::Clone;
use crate::session::{MARKER, STRONGROOM};

/// Puts another place into everything that was installed.
fn remove_command(clone: &Clone) {
    let place = std::fs::canonicalize(STRONGROOM).expect("the command");
    let place = place.to_string_lossy().replace('\\', "/");
    for file in [".git/config", ".git/hooks/pre-commit"] {
        let text = clone.session.read(file);
        assert!(text.contains(&place), "{text}");
        clone.session.write(file, text.replace(&place, "/nowhere/strongroom"));
    }
}

fn scene() -> Clone {
    let clone = Clone::installed();
    clone.session.run("strongroom git install").succeeds();
    clone
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_commit_is_refused_and_what_is_missing_is_said() {
    let clone = scene();
    remove_command(&clone);
    clone.session.write("notes.txt", "nothing");
    clone.git(&["add", "-A"]);
    let output = clone.try_git_as("Ann", &["commit", "-q", "-m", "notes"]);
    assert!(!output.status.success());
    assert_eq!(
        said(&output),
        "strongroom is not found: nothing was looked for; to commit all the same: git commit --no-verify; \
         put it on the PATH, then: strongroom git install\n"
    );
    // Once it is there again, what was said is what helps.
    clone.session.run("strongroom git status").ends_with(1);
    clone.session.run("strongroom git install").succeeds();
    clone.session.run("strongroom git status").succeeds();
    clone.git(&["commit", "-q", "-m", "notes"]);
}

#[test]
fn a_diff_shows_the_file_as_it_is_stored() {
    let clone = scene();
    clone.set("--type local", "a", "1");
    remove_command(&clone);
    let output = clone.try_git_as("Ann", &["diff"]);
    assert!(output.status.success(), "{}", said(&output));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.starts_with("strongroom.toml\n") && shown.contains("\n+[secrets.a]\n"),
        "{shown}"
    );
    let missing = "strongroom is not found: the vault is shown as it is stored; put it on the PATH, then: strongroom git install\n";
    assert_eq!(said(&output), missing);
    clone.git(&["commit", "-q", "--no-verify", "-a", "-m", "a value"]);
    let output = clone.try_git_as("Ann", &["log", "-p", "-1"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\n+[secrets.a]\n"));
    assert!(said(&output).contains(missing));
}

#[test]
fn a_merge_leaves_the_markers_of_git() {
    let clone = scene();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", "feature"),
        |clone| clone.set("--type prod", "stripe_api_key", "main"),
    );
    remove_command(&clone);
    let output = clone.try_git_as("Ann", &["merge", "-q", "feature"]);
    assert!(!output.status.success());
    assert!(
        said(&output).contains("strongroom is not found: merged line by line; put it on the PATH")
    );
    let text = clone.session.read("strongroom.toml");
    for marker in ["<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"] {
        assert!(text.contains(marker), "{text}");
    }
    assert!(!text.contains(MARKER));
    // A file that is not merged is named.
    let output = clone.try_git_as("Ann", &["diff"]);
    assert!(output.status.success(), "{}", said(&output));
    clone.session.run("strongroom resolve --all --theirs").succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-feature");
}
