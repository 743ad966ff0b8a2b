//! Whether git tracks a file, where its index is not as it should be: what cannot be told is an error, never a no.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_vault::search::is_tracked;

/// A repository with a tracked file `own`.
fn repository() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("own");
    fs::write(&own, "").expect("a file");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    assert!(is_tracked(&own).expect("an index"));
    (folder, own)
}

fn git(folder: &Path, words: &[&str]) {
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let git = Command::new("git").args(who).args(words).current_dir(folder).output().expect("git");
    assert!(git.status.success(), "{words:?}: {}", String::from_utf8_lossy(&git.stderr));
}

#[test]
fn an_index_that_cannot_be_read_is_no_answer() {
    let (folder, own) = repository();
    let index = folder.path().join(".git/index");
    fs::remove_file(&index).expect("git's index");
    assert!(!is_tracked(&own).expect("nothing was added"));
    fs::create_dir(&index).expect("a folder in its place");
    assert!(is_tracked(&own).is_err());
}

#[test]
fn a_split_index_whose_other_half_is_not_there_is_no_answer() {
    let (folder, own) = repository();
    git(folder.path(), &["update-index", "--split-index"]);
    assert!(is_tracked(&own).expect("a split index"));
    for entry in fs::read_dir(folder.path().join(".git")).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_name().to_string_lossy().starts_with("sharedindex.") {
            fs::remove_file(entry.path()).expect("the other half");
        }
    }
    assert!(is_tracked(&own).is_err());
}

#[test]
fn an_index_that_leads_to_itself_is_no_answer() {
    let (folder, own) = repository();
    let link = [&b"link\0\0\0\x14"[..], &[0x11; 20]].concat();
    let index = [&b"DIRC\0\0\0\x02\0\0\0\0"[..], &link, &[0; 20]].concat();
    let git = folder.path().join(".git");
    fs::write(git.join("index"), &index).expect("an index");
    fs::write(git.join(format!("sharedindex.{}", "11".repeat(20))), &index).expect("an index");
    assert!(is_tracked(&own).is_err());
}

#[test]
fn what_begins_otherwise_or_is_of_another_version_is_no_index() {
    let (folder, own) = repository();
    for (head, is_one) in [
        (b"DIRC\0\0\0\x02", true),
        (b"DIRC\0\0\0\x01", false),
        (b"DIRC\0\0\0\x05", false),
        (b"DIRK\0\0\0\x02", false),
    ] {
        let index = [&head[..], &[0; 4], &[0; 20]].concat();
        fs::write(folder.path().join(".git/index"), index).expect("an index");
        assert_eq!(is_tracked(&own).is_ok_and(|tracked| !tracked), is_one, "{head:?}");
    }
}

#[test]
fn a_repository_that_says_which_names_its_objects_have_is_read_with_those() {
    let (folder, own) = repository();
    let config = folder.path().join(".git/config");
    let text = fs::read_to_string(&config).expect("a configuration");
    for line in ["objectformat = sha1", "notes = sha256"] {
        fs::write(&config, format!("{text}[extensions]\n\t{line}\n")).expect("a configuration");
        assert!(is_tracked(&own).expect("an index"), "{line}");
    }
}

#[test]
fn a_new_file_beside_folders_that_are_not_checked_out_is_not_tracked() {
    let (folder, _) = repository();
    fs::create_dir(folder.path().join("b")).expect("a folder");
    fs::write(folder.path().join("b/own"), "").expect("a file");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "x"]);
    let new = folder.path().join("new");
    fs::write(&new, "").expect("a file");
    assert!(!is_tracked(&new).expect("an index after a commit"));
    let sparse = Command::new("git")
        .args(["sparse-checkout", "set", "--sparse-index", "a"])
        .current_dir(folder.path())
        .output();
    // Older versions of git know no sparse index.
    if sparse.is_ok_and(|output| output.status.success()) {
        assert!(!is_tracked(&new).expect("a sparse index"));
    }
}

#[test]
fn a_file_that_was_deleted_is_tracked_as_before() {
    let (folder, own) = repository();
    fs::remove_file(&own).expect("a file");
    assert!(is_tracked(&own).expect("an index"));
    assert!(!is_tracked(&folder.path().join("new")).expect("an index"));
    assert!(is_tracked(&folder.path().join("no/folder")).is_err());
}

/// As in a container that has the working tree and not its repository.
#[test]
fn a_repository_that_is_elsewhere_and_not_there_is_no_answer() {
    let (folder, own) = repository();
    let git = folder.path().join(".git");
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&git, &elsewhere).expect("a folder");
    fs::write(&git, "gitdir: elsewhere\n").expect("a file");
    assert!(is_tracked(&own).expect("an index"));
    fs::remove_dir_all(&elsewhere).expect("a folder");
    assert!(is_tracked(&own).is_err());
}
