//! `strongroom set`.

mod about;
mod generate;
#[cfg(unix)]
mod meanwhile;

use std::process::Stdio;
use std::time::{Duration, Instant};

use snapbox::str;

use crate::session::{MARKER, Session};

fn value_of(session: &Session, name: &str) -> Vec<u8> {
    let outcome = session.typed(&format!("strongroom get {name}")).that_shows_secrets().run();
    outcome.succeeds();
    outcome.stdout
}

#[test]
fn it_says_what_it_did() {
    let session = Session::with_vault();
    let set = |value: &str| {
        session
            .typed("strongroom set --type dev,preview --type local github_api_token")
            .input(value)
            .run()
    };
    set("MARKER-5f1e-1\n").shows(str![[r#"
[0]
--- stderr
created github_api_token for development
created github_api_token for preview
created github_api_token for local

"#]]);
    set("MARKER-5f1e-1\n").shows(str![[r#"
[0]
--- stderr
unchanged github_api_token for development
unchanged github_api_token for preview
unchanged github_api_token for local

"#]]);
    session
        .typed("strongroom set --type dev github_api_token")
        .input("MARKER-5f1e-2\n")
        .run()
        .shows(str![[r#"
[0]
--- stderr
updated github_api_token for development (version 2)

"#]]);
    set("MARKER-5f1e-2\n").shows(str![[r#"
[0]
--- stderr
unchanged github_api_token for development
updated github_api_token for preview (version 2)
updated github_api_token for local (version 2)

"#]]);
}

#[test]
fn the_same_value_again_leaves_every_byte() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session
        .typed("strongroom set --type local,dev github_api_token")
        .input(format!("{MARKER}-token"))
        .run()
        .says("unchanged")
        .succeeds();
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn one_newline_at_the_end_of_standard_input_is_dropped() {
    let session = Session::with_vault();
    for (given, kept) in [
        ("MARKER-5f1e\n", "MARKER-5f1e"),
        ("MARKER-5f1e\r\n", "MARKER-5f1e"),
        ("MARKER-5f1e\n\n", "MARKER-5f1e\n"),
        ("MARKER-5f1e\r", "MARKER-5f1e\r"),
        ("MARKER-5f1e", "MARKER-5f1e"),
        ("MARKER-5f1e\nand more\n", "MARKER-5f1e\nand more"),
    ] {
        session.typed("strongroom set --type local x").input(given).run().succeeds();
        assert_eq!(value_of(&session, "x"), kept.as_bytes(), "{given:?}");
    }
}

#[test]
fn a_file_is_taken_byte_for_byte() {
    let session = Session::with_vault();
    let pem = b"-----BEGIN MARKER-5f1e-----\n\x00\xff\n-----END-----\n";
    session.write("key.pem", pem);
    session.run("strongroom set --type local x --from-file key.pem").succeeds();
    assert_eq!(value_of(&session, "x"), pem);
    session.run("strongroom set --type local x --from-file nowhere.pem").shows(str![[r#"
[3]
--- stderr
error: cannot read nowhere.pem: No such file or directory (os error 2)

"#]]);
}

#[test]
fn an_empty_value_is_asked_for() {
    let session = Session::with_vault();
    session.run("strongroom set --type local x").shows(str![[r#"
[2]
--- stderr
error: no value was given: standard input is empty
       an empty value on purpose needs --allow-empty

"#]]);
    session.typed("strongroom set --type local x").input("\n").run().shows(str![[r#"
[2]
--- stderr
error: the value is empty
       an empty value on purpose needs --allow-empty

"#]]);
    session.run("strongroom set --type local x --allow-empty").succeeds();
    assert_eq!(value_of(&session, "x"), b"");
}

#[test]
fn a_new_name_near_another_one_is_noticed() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type local").succeeds();
    let line = "strongroom set --type local,dev --env staging githb_api_token";
    session.typed(line).input(MARKER).run().shows(str![[r#"
[0]
--- stderr
created githb_api_token for local
created githb_api_token for development
created githb_api_token for staging
there is also a secret `github_api_token`: if that was meant, remove this one with: strongroom unset --type local,development --env staging githb_api_token

"#]]);
    session.typed(line).input("MARKER-5f1e-2").run().shows(str![[r#"
[0]
--- stderr
updated githb_api_token for local (version 2)
updated githb_api_token for development (version 2)
updated githb_api_token for staging (version 2)

"#]]);
    session
        .run("strongroom unset --type local,development --env staging githb_api_token")
        .says("githb_api_token had no other value and is gone");
}

#[test]
fn a_value_has_one_mebibyte_at_most() {
    let session = Session::with_vault();
    let largest = vec![b'x'; 1 << 20];
    session
        .typed("strongroom set --type local x")
        .input([&largest[..], b"\r\n"].concat())
        .run()
        .succeeds();
    assert_eq!(value_of(&session, "x").len(), 1 << 20);
    let before = session.read("strongroom.toml");
    session
        .typed("strongroom set --type local x")
        .input([&largest[..], b"x"].concat())
        .run()
        .shows(str![[r#"
[2]
--- stderr
error: the value has more than 1048576 bytes, and a vault takes no larger ones
       keep large files elsewhere, and a key to them in the vault

"#]]);
    session.write("large", [&largest[..], b"\n"].concat());
    session.run("strongroom set --type local x --from-file large").ends_with(2);
    session.run("strongroom set --type local x --from-file /dev/zero").ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_value_is_never_taken_from_the_arguments() {
    let session = Session::with_vault();
    session.run(&format!("strongroom set --type local x {MARKER}")).shows(str![[r#"
[2]
--- stderr
error: a value is never taken from the command line: other users see it there, and the shell keeps it
       type it at a prompt: strongroom set --type local x
       or read it from a file: strongroom set --type local x < FILE
       if it was a real value, remove it from your shell's history

"#]]);
    session.run(&format!("strongroom set --type local x={MARKER}")).shows(str![[r#"
[2]
--- stderr
error: a value is never taken from the command line: other users see it there, and the shell keeps it
       type it at a prompt: strongroom set --type local x
       or read it from a file: strongroom set --type local x < FILE
       if it was a real value, remove it from your shell's history

"#]]);
    session.run(&format!("strongroom set --type dev,prod --env staging x={MARKER}")).shows(str![[r#"
[2]
--- stderr
error: a value is never taken from the command line: other users see it there, and the shell keeps it
       type it at a prompt: strongroom set --type dev,prod --env staging x
       or read it from a file: strongroom set --type dev,prod --env staging x < FILE
       if it was a real value, remove it from your shell's history

"#]]);
    session.run(&format!("strongroom set --type {MARKER} x {MARKER}")).shows(str![[r#"
[2]
--- stderr
error: a value is never taken from the command line: other users see it there, and the shell keeps it
       type it at a prompt: strongroom set --type local x
       or read it from a file: strongroom set --type local x < FILE
       if it was a real value, remove it from your shell's history

"#]]);
    session.run(&format!("strongroom set --mine x {MARKER}")).shows(str![[r#"
[2]
--- stderr
error: a value is never taken from the command line: other users see it there, and the shell keeps it
       type it at a prompt: strongroom set --mine x
       or read it from a file: strongroom set --mine x < FILE
       if it was a real value, remove it from your shell's history

"#]]);
    session.run(&format!("strongroom set --type local x = {MARKER}")).ends_with(2);
    session.run(&format!("strongroom set --type local '{MARKER} =' x")).ends_with(2);
}

#[test]
fn without_an_environment_it_shows_the_choices() {
    let session = Session::with_vault();
    session.run("strongroom set github_api_token").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom set --type local github_api_token

"#]]);
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom set github_api_token").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       named environments here: staging (development)
       for example: strongroom set --type local github_api_token

"#]]);
}

#[test]
fn an_unknown_environment_is_explained() {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom set --env stagng x").shows(str![[r#"
[2]
--- stderr
error: unknown environment `stagng`; did you mean `staging`?
       known here: production, development, preview, local, staging (short: prod, dev, pr)

"#]]);
    session.run("strongroom set --type staging x").shows(str![[r#"
[2]
--- stderr
error: `staging` is a named environment, not a type
       write: --env staging

"#]]);
    session.run("strongroom set --type prodd x").shows(str![[r#"
[2]
--- stderr
error: unknown environment type `prodd`; did you mean `prod`?
       types: production (prod), development (dev), preview (pr), local

"#]]);
    session.run("strongroom set --type '' x").shows(str![[r#"
[2]
--- stderr
error: unknown environment type ``
       types: production (prod), development (dev), preview (pr), local

"#]]);
}

#[test]
fn every_short_form_means_its_type() {
    let session = Session::with_vault();
    session
        .typed("strongroom set --type PROD,dev,ephemeral,Local,production --env prod x")
        .input(MARKER)
        .run()
        .shows(str![[r#"
[0]
--- stderr
created x for production
created x for development
created x for preview
created x for local

"#]]);
}

#[test]
fn a_named_environment_has_a_value_of_its_own() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging github_api_token").input(MARKER).run().shows(str![
        [r#"
[0]
--- stderr
created github_api_token for staging

"#]
    ]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local  staging
github_api_token  -           ✓ 1          -        ✓ 1    ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
}

#[test]
fn names_have_rules_and_one_spelling() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session.run("strongroom set --type prod GitHub-API-Token").shows(str![[r#"
[2]
--- stderr
error: the secret exists as `github_api_token`, and keeps that spelling
       set it with: strongroom set --type prod github_api_token

"#]]);
    session.run("strongroom set --type local 'a b'").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    session.run("strongroom set --type local ''").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name cannot be empty

"#]]);
    session.run("strongroom set --type local 'a\u{1b}[31m'").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    session.run("strongroom set --type local a/b/c").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name has at most one `/`, between a group and a key

"#]]);
    session.run(&format!("strongroom set --type local {}", "x".repeat(254))).shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a secret: a name has at most 253 bytes here

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn another_spelling_finds_a_value_that_is_there() {
    let session = Session::with_secret();
    session.typed("strongroom set --type local GitHubAPIToken").input(MARKER).run().shows(str![[
        r#"
[0]
--- stderr
updated github_api_token for local (version 2)

"#
    ]]);
}

#[test]
fn everything_is_checked_before_a_value_is_read() {
    let session = Session::with_secret();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    for line in [
        "set x",
        "set --env nowhere x",
        "set --type local 'a b'",
        "set --type prod GitHubAPIToken",
        "set --type local x",
    ] {
        let started = Instant::now();
        let mut command = session.command();
        let words = line.split_inclusive(' ').map(|word| word.trim_end().trim_matches('\''));
        // Standard input stays open: who waits for a value would wait for ever.
        let mut child = command
            .args(words)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        while child.try_wait().expect("a child").is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                child.kill().expect("an end");
                panic!("`{line}` waits for a value");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(matches!(child.wait().expect("an end").code(), Some(2 | 3)), "{line}");
    }
}

#[test]
fn one_missing_key_sets_nothing() {
    let session = Session::with_vault();
    session.run("strongroom holder add dev --type dev --out dev.key").succeeds();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY_FILE", "dev.key");
    let before = session.read("strongroom.toml");
    session.typed("strongroom set --type dev,prod x").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the key of `dev` has no grant for `production`; it opens development
       who could open it: owner
       read from: dev.key
       or leave it for a holder to accept: strongroom set --deposit --type production x

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn comments_and_order_stay() {
    let session = Session::with_secret();
    session.edit(|vault| {
        vault
            .replace("[secrets.github_api_token]", "# ours\n[secrets.github_api_token] # the token")
            .replace("[strongroom]", "[strongroom] # head")
    });
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let before = lines(&session.read("strongroom.toml"));
    session.typed("strongroom set --type local github_api_token").input(MARKER).run().succeeds();
    session.typed("strongroom set --type local a_new_one").input(MARKER).run().succeeds();
    let after = lines(&session.read("strongroom.toml"));
    let gone: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert!(gone[0].starts_with("local = {"), "{gone:?}");
}

#[test]
fn a_second_spelling_is_answered_with_the_whole_line_to_type() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    let line = "strongroom set --type prod,preview --env staging GitHub-API-Token";
    session.run(&format!("{line} --from-file 'my key' --about 'a key' --json")).shows(str![[r#"
[2]
--- stderr
error: the secret exists as `github_api_token`, and keeps that spelling
       set it with: strongroom set --type prod,preview --env staging --from-file 'my key' --about 'a key' --json github_api_token

"#]]);
    session.run(&format!("{line} --generate 64 --alphabet hex --replace")).shows(str![[r#"
[2]
--- stderr
error: the secret exists as `github_api_token`, and keeps that spelling
       set it with: strongroom set --type prod,preview --env staging --replace --alphabet hex github_api_token --generate 64

"#]]);
    let line = "strongroom set --type prod --replace GitHub-API-Token --generate";
    session.run(line).shows(str![[r#"
[2]
--- stderr
error: the secret exists as `github_api_token`, and keeps that spelling
       set it with: strongroom set --type prod --replace github_api_token --generate

"#]]);
}
