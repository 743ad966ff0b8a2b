//! What others change while somebody types a passphrase: a command works on the vault as it is then.

use crate::screen::{Screen, refuse_secrets_on};
use crate::session::{MARKER, Session};

const PASSPHRASE: &str = "MARKER-5f1e correct horse";

/// A vault whose one holder has a passphrase, and `a` for development.
fn scene() -> Session {
    let session = Session::new();
    session.typed("strongroom init --passphrase").input(PASSPHRASE).run().succeeds();
    set(&session, "--type dev", "a", "a");
    session
}

fn with_passphrase(session: &Session, line: &str, input: &str) -> String {
    let typed = session.typed(line).variable("STRONGROOM_PASSPHRASE", PASSPHRASE);
    typed.input(input).that_shows_secrets().run().succeeds().output()
}

fn set(session: &Session, flags: &str, name: &str, value: &str) {
    let line = format!("strongroom set {flags} {name}");
    with_passphrase(session, &line, &format!("{MARKER}-{value}"));
}

/// Runs a line, changes the vault while it asks, and gives what it showed then.
fn meanwhile(session: &Session, line: &str, change: impl FnOnce(), says: &str, status: i32) {
    let mut screen = Screen::of(session, line);
    screen.shows("passphrase of owner: ");
    change();
    screen.types(PASSPHRASE).types("\r").shows(says);
    refuse_secrets_on(&screen.ends_with(status));
}

#[test]
fn what_is_new_meanwhile_is_copied_too() {
    let session = scene();
    let line = "strongroom copy --all --from dev --to local";
    meanwhile(&session, line, || set(&session, "--type dev", "b", "b"), "copied b", 0);
    let value = with_passphrase(&session, "strongroom get --type local b", "");
    assert_eq!(value, format!("{MARKER}-b"));
}

#[test]
fn a_value_that_came_meanwhile_is_not_overwritten() {
    let session = scene();
    for line in
        ["strongroom move a --from dev --to local", "strongroom set --type local a --generate"]
    {
        session.run("strongroom unset --type local a");
        meanwhile(&session, line, || set(&session, "--type local", "a", "theirs"), "--replace", 2);
        let value = with_passphrase(&session, "strongroom get --type local a", "");
        assert_eq!(value, format!("{MARKER}-theirs"), "{line}");
    }
    let value = with_passphrase(&session, "strongroom get --type dev a", "");
    assert_eq!(value, format!("{MARKER}-a"));
}

#[test]
fn a_name_that_came_meanwhile_is_not_taken() {
    let session = scene();
    let before = || set(&session, "--type local", "b", "theirs");
    meanwhile(&session, "strongroom rename a b", before, "there is a secret `b` already", 2);
    // The newest value is the one that is renamed.
    let newest = || set(&session, "--type dev,local", "a", "newest");
    meanwhile(&session, "strongroom rename a c", newest, "renamed a to c", 0);
    for of in ["--type dev", "--type local"] {
        let value = with_passphrase(&session, &format!("strongroom get {of} c"), "");
        assert_eq!(value, format!("{MARKER}-newest"));
    }
}

#[test]
fn an_environment_that_changed_meanwhile_is_not_retyped() {
    let session = scene();
    session.run("strongroom env add staging --type dev").succeeds();
    let other = || {
        with_passphrase(&session, "strongroom env retype staging --type local", "");
    };
    let line = "strongroom env retype staging --type pr";
    meanwhile(&session, line, other, "changed meanwhile: try again", 3);
    // A value that came meanwhile is sealed again as well.
    let value = || set(&session, "--env staging", "b", "b");
    meanwhile(&session, line, value, "its values of `b` are sealed again", 0);
    let value = with_passphrase(&session, "strongroom get --env staging b", "");
    assert_eq!(value, format!("{MARKER}-b"));
}
