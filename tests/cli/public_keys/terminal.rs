//! What unlocking asks at a terminal: for a yes to a fingerprint, and for the passphrases of identities.

use super::identities::ssh_key;
use super::{add, add_key, be, get};
use crate::screen::{Screen, refuse_secrets_on};
use crate::session::{MARKER, Session};

const PASSPHRASE: &str = "MARKER-5f1e correct horse";

#[test]
fn the_first_time_the_fingerprint_is_shown_and_asked_about() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    let question = format!("its fingerprint is {fingerprint}: is that what you were told? [y/N] ");
    let mut screen = Screen::of(&session, "strongroom unlock");
    screen.shows("was not opened here before").shows(&question).types("\r");
    screen.shows("nothing was unlocked").shows("unlock --expect FINGERPRINT");
    refuse_secrets_on(&screen.ends_with(1));
    session.run("strongroom get --type local github_api_token").ends_with(3);
    let mut screen = Screen::of(&session, "strongroom unlock");
    screen.shows(&question).types("y\r").shows("unlocked `dev`");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(get(&session), format!("{MARKER}-token"));
    let mut screen = Screen::of(&session, "strongroom lock && strongroom unlock");
    screen.shows("locked `dev`").shows("unlocked `dev`");
    assert!(!screen.ends_with(0).contains("y/N"), "it is remembered");
}

#[test]
fn another_holder_key_needs_a_yes_to_both_fingerprints() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    let old = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {old}")).succeeds();
    session.write("strongroom.toml", before);
    let identity = super::home_of(&session, "dev").join(".config/strongroom/identity.pub");
    let public_key = std::fs::read_to_string(identity).expect("a public key");
    let new = add_key(&session, "dev", public_key.trim(), "--type local");
    let mut screen = Screen::of(&session, "strongroom unlock");
    screen.shows("another one than before").shows(&old).shows(&new).types("n\r");
    screen.shows("nothing was unlocked");
    screen.ends_with(1);
    session.run("strongroom get --type local github_api_token").ends_with(3);
    let mut screen = Screen::of(&session, "strongroom unlock");
    screen.shows(&old).shows(&new).shows("[y/N] ").types("y\r").shows("unlocked `dev`");
    screen.ends_with(0);
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn an_identity_under_a_passphrase_asks_for_it() {
    let session = Session::with_secret();
    be(&session, "dev");
    let mut screen = Screen::of(&session, "strongroom key new --passphrase");
    screen.shows("new passphrase (12 characters or more): ").types(&format!("{PASSPHRASE}\r"));
    screen.shows("once more: ").types(&format!("{PASSPHRASE}\r"));
    screen.shows("made an identity in");
    refuse_secrets_on(&screen.ends_with(0));
    let file = super::home_of(&session, "dev").join(".config/strongroom/identity");
    let bytes = std::fs::read(&file).expect("an identity");
    assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt "), "as `age -p` makes it");
    let public_key = std::fs::read_to_string(file.with_extension("pub")).expect("a public key");
    let fingerprint = add_key(&session, "dev", public_key.trim(), "--roster");
    let unlock = format!("strongroom unlock --expect {fingerprint}");
    session.run(&unlock).ends_with(3).says("no terminal to ask for the passphrase of");
    let mut screen = Screen::of(&session, &unlock);
    screen.shows("identity: ").types("MARKER-5f1e wrong\r").shows("wrong passphrase, try again");
    screen.shows("identity: ").types(&format!("{PASSPHRASE}\r")).shows("unlocked `dev`");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(get(&session), format!("{MARKER}-token"));
    // The roster asks again; without the file beside it, nobody knows whose identity it is.
    std::fs::remove_file(file.with_extension("pub")).expect("a file");
    let line = "strongroom holder add ci --type local --out ci.key";
    session.run(line).ends_with(3);
    let mut screen = Screen::of(&session, line);
    screen.shows("identity: ").types(&format!("{PASSPHRASE}\r")).shows("added the holder `ci`");
    refuse_secrets_on(&screen.ends_with(0));
}

#[test]
fn an_identity_under_a_passphrase_that_is_nobody_s_asks_nothing() {
    let session = Session::with_secret();
    add(&session, "dev", "--type local");
    be(&session, "guest");
    session.typed("strongroom key new --passphrase").input(PASSPHRASE).run().succeeds();
    let mut screen = Screen::of(&session, "strongroom unlock");
    screen.shows("no identity here is that of a holder");
    screen.ends_with(3);
}

#[test]
fn an_ssh_key_under_a_passphrase_asks_for_it() {
    let session = Session::with_secret();
    let arguments = ["-t", "ed25519", "-N", PASSPHRASE];
    let Some(public_key) = ssh_key(&session, "guest", "id_ed25519", &arguments) else { return };
    let fingerprint = add_key(&session, "guest", &public_key, "--type local");
    let unlock = format!("strongroom unlock --expect {fingerprint}");
    session.run(&unlock).ends_with(3).says("no terminal to ask for the passphrase of");
    let mut screen = Screen::of(&session, &unlock);
    for _ in 0..3 {
        screen.shows("id_ed25519: ").types("MARKER-5f1e wrong\r");
    }
    screen.shows("wrong passphrase");
    refuse_secrets_on(&screen.ends_with(3));
    let mut screen = Screen::of(&session, &unlock);
    screen.shows("id_ed25519: ").types("\u{3}");
    screen.ends_with(130);
    let mut screen = Screen::of(&session, &unlock);
    screen.shows("id_ed25519: ").types(&format!("{PASSPHRASE}\r")).shows("unlocked `guest`");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn a_passphrase_is_typed_once_a_day() {
    let session = Session::new();
    session.typed("strongroom init --passphrase").input(PASSPHRASE).run().succeeds();
    let mut screen = Screen::of(&session, "strongroom unlock --for 8h");
    screen.shows("passphrase of owner: ").types("MARKER-5f1e wrong\r").shows("try again");
    screen.shows("passphrase of owner: ").types(&format!("{PASSPHRASE}\r"));
    screen.shows("unlocked `owner`");
    refuse_secrets_on(&screen.ends_with(0));
    session.typed("strongroom set --type local x").input(MARKER).run().succeeds();
    session.run("strongroom lock").succeeds();
    session.typed("strongroom set --type local x").input("other").run().ends_with(3);
}
