//! Prompts at a real pseudo-terminal: hidden typing, Ctrl-C, questions, colour.

use std::fs;

use crate::screen::{Screen, refuse_secrets_on};
use crate::session::{MARKER, Session};

fn value(session: &Session, name: &str) -> String {
    session.typed(&format!("strongroom get {name}")).that_shows_secrets().run().succeeds().output()
}

#[test]
fn a_value_is_typed_without_being_shown() {
    let session = Session::with_vault();
    let mut screen = Screen::of(&session, "strongroom set --type local,dev x");
    screen.shows("value of x for local, development: ").types("MARKER-5f1e-wrong\u{15}");
    screen.types("MARKER-5f1e-tokem\u{7f}n\t\u{1b}[D!\r");
    screen.shows("(19 characters)").shows("created x for local");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(value(&session, "x"), "MARKER-5f1e-token\t!");
}

#[test]
fn a_long_value_arrives_whole() {
    let session = Session::with_vault();
    let long = format!("{MARKER}{}", "x".repeat(9_000));
    let mut screen = Screen::of(&session, "strongroom set --type local x");
    screen.shows("value of x for local: ");
    // A terminal's own buffer takes 4,095 bytes at once.
    for part in long.as_bytes().chunks(1_000) {
        screen.types(std::str::from_utf8(part).expect("ASCII"));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    screen.types("\r").shows("(9011 characters)");
    screen.ends_with(0);
    assert_eq!(value(&session, "x"), long);
}

#[test]
fn several_pasted_lines_are_refused_and_no_command_of_the_shell() {
    let session = Session::with_vault();
    let mut screen =
        Screen::of(&session, "strongroom set --type local x; cat & sleep 0.2; kill $!; false");
    screen
        .shows("value of x for local: ")
        .types("-----BEGIN MARKER-5f1e-----\rMARKER-5f1e\r-----END-----\r");
    screen.shows("several lines were pasted");
    refuse_secrets_on(&screen.ends_with(1));
    session.run("strongroom get x").ends_with(1);
}

#[test]
fn a_control_character_is_refused_and_not_dropped() {
    let session = Session::with_vault();
    let mut screen = Screen::of(&session, "strongroom set --type local x");
    screen.shows("value of x for local: ").types("MARKER-5f1e\u{1}\r");
    screen.shows("a control character was typed or pasted");
    refuse_secrets_on(&screen.ends_with(2));
}

#[test]
fn ctrl_c_at_a_prompt_ends_quietly_and_restores_the_terminal() {
    let session = Session::new();
    session
        .typed("strongroom init --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    session
        .typed("strongroom set --type local x")
        .variable("STRONGROOM_PASSPHRASE", "MARKER-5f1e correct horse")
        .input(MARKER)
        .run()
        .succeeds();
    let before = session.read("strongroom.toml");
    for (line, prompt) in [
        ("strongroom set --type local x", "passphrase of owner: "),
        ("strongroom get x", "passphrase of owner: "),
        ("strongroom init --vault other.toml", "[K/p] "),
        ("strongroom init --vault other.toml --passphrase", "or more): "),
        ("strongroom key add", "access key: "),
    ] {
        let mut screen = Screen::of(&session, line);
        screen.shows(prompt).types("MARKER-5f1e\u{3}");
        let seen = screen.ends_with(130);
        assert!(!seen.contains("error"), "{seen}");
    }
    let with_key = Session::with_vault();
    let mut screen = Screen::of(&with_key, "strongroom set --type local x");
    screen.shows("value of x for local: ").types("MARKER-5f1e\u{3}");
    refuse_secrets_on(&screen.ends_with(130));
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!session.path("other.toml").exists());
}

#[test]
fn init_asks_what_the_first_holder_is() {
    let session = Session::new();
    let mut screen = Screen::of(&session, "strongroom init");
    screen.shows("key file or passphrase? [K/p] ").types("\r").shows("created strongroom.toml");
    screen.ends_with(0);
    assert!(session.kept_key("owner").is_file());

    let other = Session::new();
    let mut screen = Screen::of(&other, "strongroom init --holder alice");
    screen.shows("[K/p] ").types("p\r").shows("new passphrase (12 characters or more): ");
    screen
        .types("MARKER-5f1e correct horse\r")
        .shows("once more: ")
        .types("MARKER-5f1e correct horse\r");
    screen.shows("created strongroom.toml");
    refuse_secrets_on(&screen.ends_with(0));
    assert!(other.read("strongroom.toml").contains("kind = \"passphrase\""));
}

#[test]
fn a_new_passphrase_is_typed_twice() {
    let session = Session::new();
    let mut screen = Screen::of(&session, "strongroom init --passphrase");
    screen.shows("or more): ").types("MARKER-5f1e correct horse\r");
    screen
        .shows("once more: ")
        .types("MARKER-5f1e correct house\r")
        .shows("the two passphrases differ");
    refuse_secrets_on(&screen.ends_with(2));
    let mut screen = Screen::of(&session, "strongroom init --passphrase");
    screen
        .shows("or more): ")
        .types("MARKER-5f1e\r")
        .shows("a passphrase needs 12 characters at least, this has 11");
    refuse_secrets_on(&screen.ends_with(2));
    assert!(!session.path("strongroom.toml").exists());
}

#[test]
fn a_passphrase_is_asked_for_also_where_standard_input_is_a_file() {
    let session = Session::new();
    session
        .typed("strongroom init --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    session.write("value.txt", "MARKER-5f1e-token\n");
    let mut screen = Screen::of(&session, "strongroom set --type local,dev x < value.txt");
    screen.shows("passphrase of owner: ").types("MARKER-5f1e wrong horse\r");
    screen.shows("wrong passphrase, try again").shows("passphrase of owner: ");
    screen.types("MARKER-5f1e correct horse\r").shows("created x for local");
    refuse_secrets_on(&screen.ends_with(0));

    let mut screen = Screen::of(&session, "strongroom get x > out.txt");
    screen.shows("passphrase of owner: ").types("MARKER-5f1e correct horse\r");
    screen.ends_with(0);
    assert_eq!(session.read("out.txt"), "MARKER-5f1e-token");

    let mut screen = Screen::of(&session, "strongroom get x");
    for _ in 0..3 {
        screen.shows("passphrase of owner: ").types("MARKER-5f1e wrong horse\r");
    }
    screen.shows("cannot open `x` for `local`: wrong passphrase: it is not that of owner");
    refuse_secrets_on(&screen.ends_with(3));
}

#[test]
fn a_kept_key_of_somebody_else_does_not_hide_the_passphrase() {
    let session = Session::with_secret();
    session
        .typed("strongroom holder add me --type prod --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session.run("strongroom key add ci.key").succeeds();
    session.run("strongroom key remove owner --yes").succeeds();
    let mut screen = Screen::of(&session, "strongroom set --type prod,dev x --allow-empty");
    screen.shows("passphrase of me: ").types("MARKER-5f1e correct horse\r");
    screen
        .shows("value of x for production, development: ")
        .types("\r")
        .shows("created x for development");
    screen.ends_with(0);
}

#[test]
fn removing_is_asked_for() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging x").input(MARKER).run().succeeds();
    let mut screen = Screen::of(&session, "strongroom env remove staging");
    screen.shows("with `staging` go its values of `x`").shows("remove staging? [y/N] ").types("\r");
    screen.shows("nothing was removed");
    screen.ends_with(1);
    let mut screen = Screen::of(&session, "strongroom env remove staging");
    screen.shows("[y/N] ").types("n\u{7f}y\r").shows("removed staging");
    screen.ends_with(0);
    let mut screen = Screen::of(&session, "strongroom key remove owner");
    screen
        .shows("remove the key of owner? [y/N] ")
        .types("yes\r")
        .shows("removed the key of `owner`");
    screen.ends_with(0);
}

#[test]
fn a_key_is_typed_without_being_shown() {
    let session = Session::with_vault();
    let key = fs::read_to_string(session.kept_key("owner")).expect("a key");
    let mut screen = Screen::of(&session, "strongroom key add");
    screen
        .shows("access key: ")
        .types(&key)
        .shows("kept the key of `owner`, which opens everything");
    refuse_secrets_on(&screen.ends_with(0));
}

#[test]
fn a_value_on_a_terminal_ends_its_line() {
    let session = Session::with_secret();
    let seen = Screen::of(&session, "strongroom get github_api_token").ends_with(0);
    assert!(seen.ends_with("MARKER-5f1e-token\r\n[0]"), "{seen:?}");
    let seen =
        Screen::of(&session, "strongroom get github_api_token | od -c | tail -n 1").ends_with(0);
    assert!(seen.contains("0000021"), "{seen:?}");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let session = Session::with_secret();
    let list = Screen::of(&session, "strongroom list; strongroom get nothing").ends_with(1);
    assert!(list.contains("\u{1b}[32m"), "{list:?}");
    assert!(list.contains("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m"), "{list:?}");
    let plain = Screen::of(&session, "strongroom list | cat").ends_with(0);
    assert!(!plain.contains("\u{1b}[32m"), "{plain:?}");
    session.export("NO_COLOR", "1");
    let plain = Screen::of(&session, "strongroom list; strongroom get nothing").ends_with(1);
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
}

#[test]
fn a_value_that_has_expired_is_said_to_a_person_and_not_to_a_log() {
    let session = Session::with_secret();
    for name in ["a", "b", "c"] {
        let line = format!("strongroom set --type local {name} --expires 2999-12-31");
        session.typed(&line).input(MARKER).run().succeeds();
    }
    session.replace("2999-12-31", "2020-02-29");
    let quiet = session.run("strongroom run -- true");
    assert_eq!(quiet.succeeds().stderr, "");
    let mut screen = Screen::of(&session, "strongroom run -- echo started");
    screen.shows("`a` for `local` expired on 2020-02-29");
    screen.shows("set a new one with: strongroom set --type local a").shows("started");
    screen.ends_with(0);
    session.edit(|text| text.replace("2999-12-31", "2020-02-29"));
    let mut screen = Screen::of(&session, "strongroom run -- echo started");
    screen.shows("`c` for `local` expired").shows("see what to do with: strongroom check");
    screen.shows("started");
    screen.ends_with(0);
    let mut screen = Screen::of(&session, "strongroom get b > value");
    screen.shows("`b` for `local` expired on 2020-02-29");
    screen.ends_with(0);
    assert_eq!(session.read("value"), MARKER);
    session.edit(|text| text.replacen("[holders", "[build]\nexpired = \"ignore\"\n\n[holders", 1));
    let screen = Screen::of(&session, "strongroom run -- echo started");
    let said = screen.ends_with(0);
    assert!(!said.contains("expired"), "{said}");
}
