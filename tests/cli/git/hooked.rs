//! The pre-commit hook in repositories of every shape: it knows the values of each vault, wherever it lies.

use std::fs;

use super::Clone;
use crate::session::{MARKER, Session, refuse_secrets};

/// A repository without anything.
fn empty() -> Clone {
    let session = Session::new();
    fs::remove_dir(session.path(".git")).expect("an empty folder");
    let clone = Clone { session };
    clone.git(&["init", "-q", "-b", "main"]);
    clone
}

/// A vault in a folder, with a value, and git set up for it.
fn vault_in(clone: &Clone, folder: &str, value: &str) {
    fs::create_dir_all(clone.session.path(folder)).expect("a folder");
    clone.session.run(&format!("strongroom -C {folder} init")).succeeds();
    set_in(clone, folder, "token", value);
    clone.session.run(&format!("strongroom -C {folder} git install")).succeeds();
}

fn set_in(clone: &Clone, folder: &str, name: &str, value: &str) {
    let line = format!("strongroom -C {folder} set --type local {name}");
    clone.session.typed(&line).input(format!("{MARKER}-{value}")).run().succeeds();
}

/// Writes a value into a file, and tries to commit that; gives what was said if it was refused.
fn leak(clone: &Clone, file: &str, value: &str) -> Option<String> {
    clone.session.write(file, format!("x = {MARKER}-{value}\n"));
    clone.git(&["add", "-A"]);
    let output = clone.try_git_as("Ann", &["commit", "-q", "-m", "oops"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    refuse_secrets(&said);
    if output.status.success() {
        return None;
    }
    clone.git(&["rm", "-q", "-f", "--cached", file]);
    fs::remove_file(clone.session.path(file)).expect("a file");
    Some(said)
}

#[test]
fn a_vault_below_the_root_is_known_to_the_hook() {
    let clone = empty();
    vault_in(&clone, "backend", "a value of the backend");
    // Before it is tracked, too.
    clone.session.write("notes.txt", format!("{MARKER}-a value of the backend"));
    clone.git(&["add", "notes.txt"]);
    let refused = clone.try_git_as("Ann", &["commit", "-q", "-m", "oops"]);
    assert!(!refused.status.success());
    fs::remove_file(clone.session.path("notes.txt")).expect("a file");
    clone.commit("Ann", "a vault");
    clone.session.run("strongroom -C backend git status").succeeds();
    for file in ["notes.txt", "backend/notes.txt", "frontend/notes.txt"] {
        let said = leak(&clone, file, "a value of the backend").expect("a refusal");
        assert!(said.contains("\n  strongroom set --type local token\n"), "{said}");
    }
    // It moves with git.
    clone.git(&["mv", "backend", "config"]);
    assert!(leak(&clone, "notes.txt", "a value of the backend").is_some());
    clone.commit("Ann", "moved");
    assert!(leak(&clone, "notes.txt", "a value of the backend").is_some());
    assert!(leak(&clone, "notes.txt", "nothing of it at all").is_none());
}

#[test]
fn each_of_several_vaults_is_known_to_the_hook_and_named() {
    let clone = empty();
    vault_in(&clone, "backend", "a value of the backend");
    vault_in(&clone, "apps/shop", "a value of the shop");
    let hook = clone.session.read(".git/hooks/pre-commit");
    assert_eq!(hook.matches("scan --staged").count(), 1, "{hook}");
    clone.commit("Ann", "two vaults");
    for folder in ["backend", "apps/shop"] {
        clone.session.run(&format!("strongroom -C {folder} git status")).succeeds();
    }
    for (folder, value) in
        [("backend", "a value of the backend"), ("apps/shop", "a value of the shop")]
    {
        let said = leak(&clone, "notes.txt", value).expect("a refusal");
        let vault = format!("{folder}/strongroom.toml");
        assert!(
            said.contains(&format!("strongroom set --type local token --vault {vault}\n")),
            "{said}"
        );
        clone.session.write("notes.txt", format!("{MARKER}-{value}"));
        clone.git(&["add", "notes.txt"]);
        // From another folder as from the root, and whatever vault a variable names.
        for line in ["strongroom scan --staged", "strongroom -C backend scan --staged"] {
            let named = clone.session.path("backend/strongroom.toml");
            let outcome = clone.session.typed(line).variable("STRONGROOM_VAULT", named).run();
            outcome.ends_with(1);
            let of = format!(
                "`token` of {}{vault} for `local`",
                if line.contains("-C") { "../" } else { "" }
            );
            assert!(outcome.output().contains(&of), "{}", outcome.output());
        }
        let json = clone.session.run("strongroom scan --staged --json").output();
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["found"][0]["values"][0]["vault"], vault);
        clone.git(&["rm", "-q", "-f", "notes.txt"]);
    }
    // One that cannot be opened is said in a line, and the other is looked for all the same.
    let id = clone.session.read("backend/strongroom.toml");
    let id =
        id.lines().find_map(|line| line.strip_prefix("id = ")).expect("an id").trim_matches('"');
    fs::remove_dir_all(clone.session.home().join(".config/strongroom/keys").join(id))
        .expect("keys");
    assert!(leak(&clone, "notes.txt", "a value of the backend").is_none());
    let said = leak(&clone, "more.txt", "a value of the shop").expect("a refusal");
    let closed =
        "not looked for, since no key for them is here: the values of backend/strongroom.toml\n";
    assert_eq!(said.matches(closed).count(), 1, "{said}");
    clone.session.write("fine.txt", "fine");
    clone.git(&["add", "fine.txt"]);
    assert_eq!(clone.session.run("strongroom scan --staged").stderr, closed);
}

#[test]
fn a_value_that_only_the_staged_vault_has_is_known_to_the_hook() {
    let clone = empty();
    vault_in(&clone, "backend", "a value of the backend");
    clone.commit("Ann", "a vault");
    set_in(&clone, "backend", "token", "another value");
    assert!(leak_beside(&clone, "a value of the backend"), "the value that is staged");
    assert!(leak_beside(&clone, "another value"), "the value of the working tree");
    clone.git(&["add", "backend"]);
    fs::remove_file(clone.session.path("backend/strongroom.toml")).expect("a vault");
    assert!(leak_beside(&clone, "another value"), "the value of a vault that is only staged");
}

/// Whether a commit with a value in it is refused, while the vault is left as it is.
fn leak_beside(clone: &Clone, value: &str) -> bool {
    clone.session.write("notes.txt", format!("x = {MARKER}-{value}\n"));
    clone.git(&["add", "notes.txt"]);
    let output = clone.try_git_as("Ann", &["commit", "-q", "-m", "oops"]);
    clone.git(&["rm", "-q", "-f", "--cached", "notes.txt"]);
    !output.status.success()
}

#[test]
fn a_repository_without_a_vault_is_said_to_be_one_at_each_commit() {
    let clone = empty();
    clone.session.write("backend/x", "");
    vault_in(&clone, "backend", "a value of the backend");
    clone.session.write(".gitignore", "strongroom.toml\n.gitattributes\n");
    clone.git(&["add", ".gitignore"]);
    let output = clone.try_git_as("Ann", &["commit", "-q", "-m", "no vault"]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said,
        "warning: no vault in this repository, so no value was looked for: only access keys and age identities\n\
         \x20\x20\x20\x20\x20\x20\x20\x20\x20if there is one that git ignores, name it: strongroom scan --staged --vault FILE\n"
    );
    // The status does not promise what the hook cannot do.
    let said = clone.run("strongroom -C backend git status", 1);
    assert!(said.contains("- scan before each commit\n"), "{said}");
    assert!(said.ends_with("let git have it: git add -f strongroom.toml\n"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_hook_that_git_does_not_run_is_no_scan_before_a_commit() {
    let clone = empty();
    vault_in(&clone, ".", "a value of the vault");
    let hook = clone.session.path(".git/hooks/pre-commit");
    crate::session::set_mode(&hook, 0o644);
    let said = clone.run("strongroom git status", 1);
    assert!(said.contains("- scan before each commit\n"), "{said}");
    clone.session.run("strongroom git install").succeeds();
    clone.session.run("strongroom git status").succeeds();
    assert!(crate::session::mode(&hook) & 0o111 != 0, "`git install` made it executable");
}

#[test]
fn what_is_called_a_vault_and_is_none_stops_nobody() {
    let clone = empty();
    vault_in(&clone, "backend", "a value of the backend");
    clone.session.write("fixtures/strongroom.toml", "nonsense\n");
    clone.git(&["add", "-A"]);
    let output = clone.try_git_as("Ann", &["commit", "-q", "-m", "a fixture"]);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.starts_with("warning: the values of fixtures/strongroom.toml are not looked for: "),
        "{said}"
    );
    assert!(leak(&clone, "notes.txt", "a value of the backend").is_some());
}
