//! A clone of somebody who means harm: its files run no program, and no program gets a key.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::session::{MARKER, Session, is_installed, set_mode};

/// A program of the clone that writes down that it ran, and which of our variables it was given.
fn trap(session: &Session, name: &str) {
    let ran = session.path("ran");
    let variables = "STRONGROOM_|CREDENTIALS_DIRECTORY";
    let text = format!(
        "#!/bin/sh\necho \"$0\" >> {0}\nenv | grep -E '{variables}' >> {0}\nexit 1\n",
        ran.display()
    );
    session.write(name, text);
    set_mode(&session.path(name), 0o755);
}

#[track_caller]
fn nothing_ran(session: &Session, line: &str) {
    let ran = fs::read_to_string(session.path("ran")).unwrap_or_default();
    assert!(ran.is_empty(), "{line} ran {ran}");
}

fn git(session: &Session, folder: &str, words: &[&str]) -> String {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.current_dir(session.path(folder)).args([
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@localhost",
    ]);
    let output = git.args(words).output().expect("git");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Every variable that leads to a key, with a key that is good.
fn give_keys(session: &Session) {
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY", key.trim());
    session.export("CREDENTIALS_DIRECTORY", session.home());
}

/// rustup runs what `rust-toolchain.toml` names. Its stand-in here does so for the folder that it is started in.
fn rustup(session: &Session) {
    let rustup = "#!/bin/sh\n[ -x tc/bin/${0##*/} ] && exec tc/bin/${0##*/} \"$@\"\necho \"${0##*/} 1.95.0\"\n";
    for program in ["cargo", "rustc"] {
        trap(session, &format!("tc/bin/{program}"));
        let stand_in = format!("../programs/{program}");
        session.write(&stand_in, rustup);
        set_mode(&session.path(&stand_in), 0o755);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = session.path("../programs");
    let all = [first].into_iter().chain(std::env::split_paths(&path));
    session.export("PATH", std::env::join_paths(all).expect("a path"));
    session.write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2024\"\n");
    session.write("src/main.rs", "fn main() {}\n");
    let toolchain = "[toolchain]\npath = \"/proc/self/cwd/tc\"\n";
    session.write("rust-toolchain.toml", toolchain);
    fs::create_dir_all(session.path("tc/lib/rustlib")).expect("a folder");
}

#[test]
fn doctor_and_rename_run_no_compiler_of_the_folder() {
    let session = Session::with_secret();
    give_keys(&session);
    rustup(&session);
    for line in ["strongroom doctor", "strongroom rename github_api_token deploy_token"] {
        assert!(session.run(line).status_is_one_of(&[0, 1]), "{line}");
        nothing_ran(&session, line);
    }
}

#[test]
fn the_cargo_that_check_runs_gets_no_key() {
    let session = Session::with_secret();
    give_keys(&session);
    rustup(&session);
    session.run("strongroom check").ends_with(3).says("cargo metadata failed");
    let ran = session.read("ran");
    assert_eq!(ran.trim(), "tc/bin/cargo", "it ran, and was given nothing of ours");
}

#[test]
fn a_bare_repository_among_the_files_runs_nothing() {
    if !is_installed("git", "what git runs for a hostile repository") {
        return;
    }
    let session = Session::with_vault();
    give_keys(&session);
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    git(&session, "", &["init", "-q"]);
    trap(&session, "monitor");
    fs::create_dir_all(session.path("sub")).expect("a folder");
    git(&session, "", &["init", "-q", "--bare", "sub"]);
    fs::copy(session.path("strongroom.toml"), session.path("sub/strongroom.toml")).expect("a copy");
    session.write("sub/.env", format!("A={MARKER}\n"));
    let set = |name: &str, value: &str| git(&session, "sub", &["config", name, value]);
    set("core.bare", "false");
    set("core.worktree", &session.path("sub").display().to_string());
    git(&session, "sub", &["--git-dir=.", "add", "-f", "strongroom.toml", ".env"]);
    git(&session, "sub", &["--git-dir=.", "commit", "-qm", "harm"]);
    set("core.fsmonitor", &session.path("monitor").display().to_string());
    for line in [
        "strongroom -C sub doctor",
        "strongroom -C sub import .env --type local",
        "strongroom -C sub diff --rev HEAD",
    ] {
        session.run(line);
        nothing_ran(&session, line);
    }
}

#[test]
fn a_commit_that_lacks_the_vault_fetches_nothing() {
    if !is_installed("git", "what git fetches for a hostile repository") {
        return;
    }
    let session = Session::with_vault();
    give_keys(&session);
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    git(&session, "", &["init", "-q"]);
    trap(&session, "transport");
    git(&session, "", &["add", "strongroom.toml"]);
    git(&session, "", &["commit", "-qm", "the vault"]);
    let blob = git(&session, "", &["rev-parse", "HEAD:strongroom.toml"]);
    fs::remove_file(session.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..])))
        .expect("the vault's object");
    let transport = session.path("transport").display().to_string();
    for (url, name, value) in [
        (format!("ext::{transport}"), "protocol.ext.allow", "always"),
        ("ssh://nowhere.invalid/x".to_owned(), "core.sshCommand", &*transport),
        (session.path("").display().to_string(), "remote.origin.uploadpack", &*transport),
    ] {
        for (name, value) in [
            ("core.repositoryFormatVersion", "1"),
            ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"),
            ("remote.origin.url", &*url),
            (name, value),
        ] {
            git(&session, "", &["config", name, value]);
        }
        session.run("strongroom diff --rev HEAD");
        nothing_ran(&session, &url);
    }
}

#[test]
fn the_name_of_a_file_is_no_line_and_no_command_of_the_advice() {
    if !is_installed("git", "what doctor says of git") {
        return;
    }
    let session = Session::with_vault();
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    git(&session, "", &["init", "-q"]);
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    let names =
        ["x; touch pwned", "it's", "-x", "ok\nproblem  all is lost: touch pwned", "a\\\u{1b}[31m'"];
    for name in names {
        session.write(name, &key);
    }
    git(&session, "", &["add", "."]);
    let said = session.run("strongroom doctor").ends_with(1).output();
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    assert!(!lines.iter().any(|line| line.starts_with("problem  all is lost")), "{said}");
    let typed: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("take it out: ")).collect();
    assert_eq!(typed.len(), names.len(), "{said}");
    for line in typed {
        let mut bash = Command::new("bash");
        session.set_up(&mut bash);
        if is_installed("bash", "that the advice can be typed") {
            assert!(bash.args(["-c", line]).status().expect("bash").success(), "{line}");
        }
    }
    assert!(!session.path("pwned").exists());
    assert!(Path::new(&session.path(names[0])).is_file());
    assert!(is_untracked(&session), "{}", git(&session, "", &["ls-files"]));
}

/// Whether all of the files were taken out of git by what doctor said.
fn is_untracked(session: &Session) -> bool {
    !is_installed("bash", "that the advice works")
        || git(session, "", &["ls-files"]).lines().eq([".gitignore", "strongroom.toml"])
}
