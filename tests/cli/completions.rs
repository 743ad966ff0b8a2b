//! Completions: what each shell is answered, and real shells with a real Tab.

use std::process::Command;

use snapbox::str;

use crate::session::{MARKER, STRONGROOM, Session, is_installed};

/// A vault with secrets, an environment and a holder to be named.
fn vault() -> Session {
    let session = Session::with_secret();
    for (name, about) in [("gitlab_token", "for the mirror"), ("shop/stripe_key", "")] {
        let line = format!("strongroom set --type local {name} --about '{about}'");
        session.typed(&line).input(MARKER).run().succeeds();
    }
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom setting set --default max_retries 3 --about 'how often'").succeeds();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session
        .typed("strongroom holder add recovery --type dev --passphrase")
        .input("correct horse battery staple")
        .run()
        .succeeds();
    session
}

/// What fish is answered for the words of a line, of which the last is being typed.
fn answered(session: &Session, line: &str) -> Vec<String> {
    let mut command = session.command();
    command.env("STRONGROOM_COMPLETE", "fish").arg("--").args(line.split(' '));
    let output = command.output().expect("the command runs");
    assert_eq!(output.status.code(), Some(0), "{line}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn names_come_from_the_vault_and_need_no_key() {
    let session = vault();
    std::fs::remove_dir_all(session.home()).expect("a home");
    for (line, expected) in [
        ("strongroom ge", &["get\tPrint the value of a secret, its exact bytes"][..]),
        ("strongroom get gi", &["github_api_token", "gitlab_token\tfor the mirror"]),
        ("strongroom set --type local sh", &["shop/stripe_key"]),
        ("strongroom unset --type local github", &["github_api_token"]),
        ("strongroom list github", &["github_api_token"]),
        ("strongroom get --type p", &["production", "preview"]),
        ("strongroom set --type dev,l", &["dev,local"]),
        ("strongroom get --type=dev", &["--type=development"]),
        ("strongroom set --env st", &["staging\tdevelopment"]),
        (
            "strongroom run --only shop/stripe_key,gitl",
            &["shop/stripe_key,gitlab_token\tfor the mirror"],
        ),
        ("strongroom run --except sho", &["shop/stripe_key"]),
        ("strongroom setting get max", &["max_retries\thow often"]),
        ("strongroom setting set --type local MAX", &["max_retries\thow often"]),
        ("strongroom env remove s", &["staging\tdevelopment"]),
        ("strongroom key wrap --with v", &["vault-transit:\tKEY"]),
        ("strongroom holder add x --type pro", &["production"]),
        ("strongroom copy github_api_token gitl", &["gitlab_token\tfor the mirror"]),
        ("strongroom move --from dev --to prod,sta", &["prod,staging\tdevelopment"]),
        ("strongroom diff local pre", &["preview\tpreview"]),
        ("strongroom key remove c", &["ci\taccess-key"]),
        ("strongroom get GitHubA", &["github_api_token"]),
        ("strongroom run --only gitlab_token,SHOP/str", &["gitlab_token,shop/stripe_key"]),
        ("strongroom holder passphrase RE", &["recovery\tpassphrase"]),
        ("strongroom holder passphrase c", &[]),
        ("strongroom completions z", &["zsh"]),
        ("strongroom set --from-file ci", &["ci.key"]),
        ("strongroom get nothing_like_it", &[]),
    ] {
        assert_eq!(answered(&session, line), expected, "{line}");
    }
}

#[test]
fn stores_their_kinds_and_their_settings_come_from_the_vault() {
    let session = vault();
    session.run("strongroom store add cluster --kind kubernetes --namespace shop").succeeds();
    session.run("strongroom store add mounted --kind directory --path m").succeeds();
    for (line, expected) in [
        ("strongroom store set clu", &["cluster\tkubernetes"][..]),
        ("strongroom store set cluster nam", &["namespace="]),
        ("strongroom store set mounted --unset p", &["path"]),
        ("strongroom store remove m", &["mounted\tdirectory"]),
        ("strongroom store allow m", &["mounted\tdirectory"]),
        ("strongroom store default prod m", &["mounted\tdirectory"]),
        ("strongroom store default st", &["staging\tdevelopment"]),
        ("strongroom link gitl", &["gitlab_token\tfor the mirror"]),
        ("strongroom link gitlab_token clu", &["cluster:\tkubernetes"]),
        ("strongroom sync --store clu", &["cluster\tkubernetes"]),
        ("strongroom push --to clu", &["cluster\tkubernetes"]),
        ("strongroom set --type prod --store clu", &["cluster\tkubernetes"]),
        (
            "strongroom store add x --kind dire",
            &["directory\ta folder with one file for each secret"],
        ),
    ] {
        assert_eq!(answered(&session, line), expected, "{line}");
    }
}

#[test]
fn who_was_removed_is_named_where_it_matters() {
    let session = vault();
    session.run("strongroom holder remove ci --yes").succeeds();
    let named = answered(&session, "strongroom holder known c");
    assert!(named.len() == 1 && named[0].starts_with("ci\tremoved 20"), "{named:?}");
    assert!(answered(&session, "strongroom holder remove c").is_empty());
}

#[test]
fn the_vault_is_the_one_that_the_line_names() {
    let session = vault();
    session.write("elsewhere/.git/HEAD", "");
    session.run("strongroom -C elsewhere init").succeeds();
    session.typed("strongroom -C elsewhere set --type local other").input(MARKER).run().succeeds();
    for line in [
        "strongroom -C elsewhere get o",
        "strongroom -Celsewhere get o",
        "strongroom --vault elsewhere/strongroom.toml get o",
        "strongroom get --vault=elsewhere/strongroom.toml o",
    ] {
        assert_eq!(answered(&session, line), ["other"], "{line}");
    }
    assert!(answered(&session, "strongroom get o").is_empty());
    assert_eq!(answered(&session, "strongroom -C elsewh"), ["elsewhere/"]);
    assert_eq!(
        answered(&session, "strongroom -C elsewhere get x --vault stro"),
        ["strongroom.toml"]
    );
}

#[test]
fn without_a_vault_that_can_be_read_there_are_no_names_and_no_words() {
    let session = Session::new();
    assert!(answered(&session, "strongroom get g").is_empty());
    assert!(answered(&session, "strongroom -C nowhere get g").is_empty());
    assert_eq!(answered(&session, "strongroom get --type lo"), ["local"]);
    session.write("strongroom.toml", "not a vault\u{1b}");
    assert!(answered(&session, "strongroom get g").is_empty());
    session.write("strongroom.toml", [0xff; 100]);
    assert!(answered(&session, "strongroom set --env s").is_empty());
}

#[test]
fn a_shell_that_is_not_known_is_an_error() {
    let session = Session::new();
    session.run("strongroom completions tcsh").shows(str![[r#"
[2]
--- stderr
error: no completions for the shell `tcsh`
       shells: bash, zsh, fish, powershell

"#]]);
}

#[test]
fn every_shell_gets_a_script_that_asks_this_command() {
    let session = Session::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = session.run(&format!("strongroom completions {shell}")).succeeds().output();
        assert!(script.contains("STRONGROOM_COMPLETE"), "{script}");
        assert!(script.contains(STRONGROOM), "{script}");
    }
}

#[test]
fn fish_completes() {
    if !is_installed("fish", "completions in fish") {
        return;
    }
    let session = vault();
    let script = format!(
        "{STRONGROOM} completions fish | source; complete -C 'strongroom get --type local gitl'"
    );
    let mut fish = Command::new("fish");
    session.set_up(&mut fish);
    let output = fish.args(["--no-config", "-c", &script]).output().expect("fish");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown, "gitlab_token\tfor the mirror\n", "{output:?}");
}

#[cfg(unix)]
mod terminal {
    use rexpect::session::spawn_command;

    use super::*;

    /// Presses Tab in a shell, and then Enter: the completed command prints the value.
    fn completes(shell: &str, args: &[&str], start: &str) {
        if !is_installed(shell, &format!("completions in {shell}")) {
            return;
        }
        let session = vault();
        let mut command = Command::new(shell);
        session.set_up(&mut command);
        command.args(args).env("TERM", "dumb").env("PS1", "ready> ");
        let mut pty = spawn_command(command, Some(20_000)).expect("a terminal");
        let start = format!("{start}; strongroom() {{ {STRONGROOM} \"$@\"; }}; echo st''arted\r");
        pty.send(&start).and_then(|_| pty.flush()).expect("a terminal");
        pty.exp_string("started").expect("a shell");
        pty.send("strongroom get github\t\r").and_then(|_| pty.flush()).expect("a terminal");
        pty.exp_string("MARKER-5f1e-token").expect("a value");
        pty.send("exit\r").and_then(|_| pty.flush()).expect("a terminal");
    }

    #[test]
    fn bash_completes() {
        let start = format!("source <({STRONGROOM} completions bash)");
        completes("bash", &["--norc", "--noprofile", "-i"], &start);
    }

    /// A file in a clone is called like two commands; whoever completes its name runs neither.
    #[test]
    fn a_file_that_bash_completes_runs_nothing() {
        if !is_installed("bash", "what bash completes") {
            return;
        }
        for (name, open) in [
            ("x;touch pwned;.env", ""),
            ("x;touch pwned;.env", "'"),
            ("x$(touch pwned).env", "\""),
            ("x';touch pwned;'.env", "'"),
            ("x\";touch pwned;\".env", "\""),
            ("x\n;touch pwned;.env", ""),
            ("x\n';touch pwned;'.env", "'"),
        ] {
            let session = Session::with_vault();
            session.write(name, format!("COMPLETED={MARKER}\n"));
            let mut command = Command::new("bash");
            session.set_up(&mut command);
            command.args(["--norc", "--noprofile", "-i"]).env("TERM", "dumb");
            let mut pty = spawn_command(command, Some(20_000)).expect("a terminal");
            let start = format!(
                "source <({STRONGROOM} completions bash); strongroom() {{ {STRONGROOM} \"$@\"; }}; echo st''arted\r"
            );
            pty.send(&start).and_then(|_| pty.flush()).expect("a terminal");
            pty.exp_string("started").expect("a shell");
            let line = format!("strongroom import --type local {open}x\t\r");
            pty.send(&line).and_then(|_| pty.flush()).expect("a terminal");
            pty.exp_string("1 created").expect("the file of that name is imported");
            pty.send("exit\r").and_then(|_| pty.flush()).expect("a terminal");
            pty.exp_eof().expect("the shell ends");
            assert!(!session.path("pwned").exists(), "{name:?} after {open}");
        }
    }

    #[test]
    fn zsh_completes() {
        let start =
            format!("autoload -U compinit; compinit -u -D; source <({STRONGROOM} completions zsh)");
        completes("zsh", &["-f", "-i"], &start);
    }
}
