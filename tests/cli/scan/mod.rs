//! `strongroom scan`: values where they should not be.

mod archives;
#[cfg(target_os = "linux")]
mod memory;
mod staged;

use std::process::Command;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use snapbox::str;

use crate::session::{MARKER, Session};

/// A value with something that every spelling changes.
pub fn value() -> String {
    format!("{MARKER}/a+b \"c\" <é>?x=Zq7")
}

/// A vault in a repository, with `token` for `local` and `production`.
pub fn scene() -> Session {
    let session = Session::with_vault();
    git(&session, &["init", "-q"]);
    let set = "strongroom set --type local,prod token";
    session.typed(set).input(value()).run().succeeds();
    session
}

/// Runs git in the session's folder.
pub fn git(session: &Session, words: &[&str]) -> String {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.args(["-c", "user.name=x", "-c", "user.email=x@localhost"]).args(words);
    let output = git.output().expect("git");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_value_is_found_in_what_git_has_and_would_take_and_not_in_what_it_ignores() {
    let session = scene();
    session.write("tracked.txt", format!("one\ntwo {} three\n", value()));
    git(&session, &["add", "tracked.txt"]);
    session.write("src/new.txt", format!("{}\n", value()));
    session.write("ignored/out.txt", value());
    session.write(".gitignore", "ignored/\nstrongroom.mine.toml\n");
    session.run("strongroom scan").shows(str![[r#"
[1]
src/new.txt:1: `token` for `local` and `production`, plain
tracked.txt:2: `token` for `local` and `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
    session.run("strongroom -C src scan").ends_with(1);
    session.run("strongroom scan ignored").shows(str![[r#"
[1]
ignored/out.txt:1: `token` for `local` and `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
    session.run("strongroom scan .gitignore").shows(str![[r#"
[0]
--- stderr
nothing found in 1 file; looked for 1 value

"#]]);
}

#[test]
fn every_spelling_is_found() {
    let session = scene();
    let value = value();
    let shifted = |before: &str| format!("{before}{value} and more");
    let url = |keeps: &str, digits: &str| {
        value.bytes().fold(String::new(), |text, b| match char::from(b) {
            c if c.is_ascii_alphanumeric() || keeps.contains(c) => format!("{text}{c}"),
            _ if digits == "x" => format!("{text}%{b:02x}"),
            _ => format!("{text}%{b:02X}"),
        })
    };
    let json = serde_json::to_string(&value).expect("JSON");
    let spellings = [
        ("plain", value.clone()),
        ("base64", BASE64.encode(value.as_bytes())),
        ("base64", BASE64.encode(shifted("x").as_bytes())),
        ("base64", BASE64.encode(shifted("xy").as_bytes())),
        ("base64", BASE64.encode(shifted("xyz").as_bytes())),
        ("base64", BASE64URL_NOPAD.encode(shifted("xyzz").as_bytes())),
        ("hex", HEXLOWER.encode(shifted("x").as_bytes())),
        ("hex", HEXUPPER.encode(value.as_bytes())),
        ("url", url("-._~", "X")),
        ("url", url("-._~", "x")),
        ("url", url("-._~!*'()", "X")),
        ("url", url("-._~/", "X")),
        ("url", url("-._*", "X").replace("%20", "+")),
        ("json", json.clone()),
        ("json", json.replace('/', "\\/")),
        ("json", json.replace('é', "\\u00e9")),
        ("json", json.replace('é', "\\u00E9").replace('/', "\\/")),
        ("json", json.replace('<', "\\u003c").replace('>', "\\u003e")),
    ];
    for (word, text) in spellings {
        let file = format!("before\n--{text}==\nafter\n");
        let outcome = session.typed("strongroom scan - --json").input(&file).run();
        let report: serde_json::Value =
            serde_json::from_slice(&outcome.ends_with(1).stdout).expect("JSON");
        let found = report["found"].as_array().expect("a list");
        assert_eq!(found.len(), 1, "{word}: {found:?}");
        assert_eq!(found[0]["spelling"], word, "{}", text.len());
        assert_eq!(found[0]["line"], 2);
        let altered = file.replace("Zq7", "Zr7").replace("WnE3", "WnI3").replace("5a71", "5a72");
        if altered != file {
            session.typed("strongroom scan -").input(altered).run().succeeds();
        }
    }
}

#[test]
fn a_key_of_several_lines_is_found_by_one_of_them() {
    let session = scene();
    let body: Vec<String> = (0..6)
        .map(|n| BASE64.encode(format!("{MARKER}-{n}-{:x<36}", n * 7919).as_bytes()))
        .collect();
    let key =
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", body.join("\n"));
    session.write("../key.pem", &key);
    session.run("strongroom set --type dev deploy_key --from-file ../key.pem").succeeds();
    session.write("deploy.yaml", format!("key: |\n    {}", key.replace('\n', "\r\n    ")));
    session.write("whole.pem", key.trim_end());
    session.run("strongroom scan").shows(str![[r#"
[1]
deploy.yaml:6: `deploy_key` for `development`, a line of it
whole.pem:1: `deploy_key` for `development`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type development deploy_key

"#]]);
}

#[test]
fn keys_are_found_whosever_they_are() {
    let session = scene();
    let key = std::fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.write("notes.txt", format!("\nkey: {key}\n"));
    let mut mistyped = key.trim().to_owned();
    let last = mistyped.pop().expect("a character");
    mistyped.push(if last == 'a' { 'b' } else { 'a' });
    session.write("docs.txt", format!("strongroom_key_abc {mistyped} AGE-SECRET-KEY-1QQQQ\n"));
    session.write(
        "age.txt",
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n",
    );
    session.run("strongroom scan").shows(str![[r#"
[1]
age.txt:1: an age identity
notes.txt:2: an access key
--- stderr

take it out of these files
a key that was committed, pushed or shared opens all that its holder can open: replace it

"#]]);
    // They are found without a vault as well.
    let elsewhere = Session::new();
    elsewhere.write("notes.txt", key);
    elsewhere.run("strongroom scan notes.txt").shows(str![[r#"
[1]
notes.txt:1: an access key
--- stderr
no vault here: looking for access keys and age identities only

take it out of these files
a key that was committed, pushed or shared opens all that its holder can open: replace it

"#]]);
}

#[test]
fn what_is_too_short_or_too_ordinary_is_named_and_not_looked_for() {
    let session = scene();
    let values = [
        ("a", "true"),
        ("b", "localhost"),
        ("c", "http://localhost:8080/api"),
        ("d", "00000000000000000000"),
        ("e", "github_token_of_x"),
        ("github_token_of_x", "hunter2hunter2"),
    ];
    for (name, value) in values {
        session.typed(&format!("strongroom set --type dev {name}")).input(value).run().succeeds();
    }
    session.write("all.txt", values.map(|(_, value)| value).join("\n"));
    session.run("strongroom scan all.txt").shows(str![[r#"
[1]
all.txt:6: `github_token_of_x` for `development`, plain
--- stderr
not looked for: 5 values: `a` for `development` (too short), `b` for `development` (too ordinary), `c` for `development` (too ordinary), `d` for `development` (too ordinary), `e` for `development` (too ordinary)

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type development github_token_of_x

"#]]);
}

#[test]
fn without_a_key_for_a_type_its_values_are_said_not_to_be_looked_for() {
    let session = scene();
    let add = "strongroom holder add ci --type local";
    let key = session.typed(add).that_shows_secrets().run().succeeds().output();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY", key.trim());
    session.write("leak.txt", value());
    session.run("strongroom scan").shows(str![[r#"
[1]
leak.txt:1: `token` for `local`, plain
--- stderr
not looked for, since no key for them is here: the values of `production`

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local token

"#]]);
    // What is asked for by name must be had.
    session.run("strongroom scan --type prod").ends_with(3);
    session.export("STRONGROOM_KEY", key.trim().replace("key_", "key_a"));
    session.run("strongroom scan .gitignore").shows(str![[r#"
[3]
--- stderr
warning: the access key is truncated or mistyped: 65 characters follow `strongroom_key_`, not 64
         read from: STRONGROOM_KEY
nothing found in 1 file; looked for 0 values

"#]]);
    session.run("strongroom scan --staged").succeeds().says("the access key is");
}

#[test]
fn an_own_value_is_looked_for_too() {
    let session = scene();
    let set = "strongroom set --mine token";
    session.typed(set).input(format!("{MARKER}-mine")).run().succeeds();
    session.write("leak.txt", format!("x {MARKER}-mine\n{}", value()));
    session.run("strongroom scan leak.txt").shows(str![[r#"
[1]
leak.txt:1: your own value of `token` for `local`, plain
leak.txt:2: `token` for `local` and `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
    session.run("strongroom scan leak.txt --type prod").shows(str![[r#"
[1]
leak.txt:2: `token` for `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type production token

"#]]);
}

#[test]
#[cfg(unix)]
fn links_are_not_followed_and_what_cannot_be_read_is_named() {
    let session = scene();
    session.write("../outside/leak.txt", value());
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(session.path(to), session.path(name)).expect("a link");
    };
    link("../outside", "folder");
    link("../outside/leak.txt", "file");
    link("nothing", "dangling");
    git(&session, &["add", "file", "dangling"]);
    session.run("strongroom scan").succeeds();
    session.run("strongroom scan .").succeeds();
    // A link that is named is what somebody wants to look at.
    session.run("strongroom scan file").ends_with(1);
    session.run("strongroom scan nowhere.txt").shows(str![[r#"
[3]
--- stderr
warning: cannot read nowhere.txt: No such file or directory (os error 2)
nothing found in 0 files; looked for 1 value

"#]]);
    session.write("closed.txt", "x");
    if crate::session::is_root() {
        return crate::session::skipped("a file that cannot be read: root reads everything");
    }
    crate::session::set_mode(&session.path("closed.txt"), 0);
    session.run("strongroom scan").ends_with(3).says("cannot read closed.txt");
}

#[test]
fn outside_a_repository_the_folder_is_read() {
    let session = scene();
    session.write("../plain/leak.txt", value());
    let vault = session.path("strongroom.toml").display().to_string();
    session.run(&format!("strongroom -C ../plain scan --vault {vault}")).shows(str![[r#"
[1]
leak.txt:1: `token` for `local` and `production`, plain
--- stderr

take it out of these files
what was committed, pushed or shared before is known: change it where it comes from, then:
  strongroom set --type local,production token

"#]]);
}

#[test]
fn a_value_across_the_border_of_two_pieces_is_found() {
    let session = scene();
    for before in [262_144 - 5, 262_144 + 250, 524_288, 1_000_000] {
        let mut file = vec![b'.'; before];
        file.push(0);
        file.extend_from_slice(value().as_bytes());
        file.extend_from_slice(&vec![b'.'; before]);
        session.write("app.bin", &file);
        let outcome = session.run("strongroom scan app.bin --json");
        let report: serde_json::Value =
            serde_json::from_slice(&outcome.ends_with(1).stdout).expect("JSON");
        assert_eq!(report["found"].as_array().expect("a list").len(), 1);
        assert_eq!(report["found"][0]["offset"], before + 1);
        // The zero stands behind the beginning, so it counts as text.
        assert_eq!(report["found"][0]["line"], 1);
    }
}
