//! Adding holders as one with a public key, or an unlocked passphrase, who has the roster key.

use std::fs;

use snapbox::str;

use super::{add, be};
use crate::session::Session;

#[test]
fn a_holder_with_a_public_key_and_the_roster_adds_others_without_a_question() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "lead", "--roster");
    session.run("strongroom holder add ci --type local --out ci.key").shows(str![[r#"
[3]
--- stderr
error: the holder key of `lead` was not compared with its fingerprint here
       who added you has it: strongroom unlock --expect FINGERPRINT

"#]]);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).shows(str![[r#"
[0]
--- stderr
unlocked `lead`: it opens `production`, `development`, `preview` and `local` here until: strongroom lock

"#]]);
    session.run("strongroom holder add ci --type local --out ci.key").succeeds();
    session.run("strongroom lock").succeeds();
    session.run("strongroom holder add cd --type local --out cd.key").succeeds();
}

#[test]
fn whoever_makes_new_keys_for_all_goes_on_with_the_new_one() {
    let session = Session::with_secret();
    let first = add(&session, "lead", "--roster");
    session.run(&format!("strongroom unlock --expect {first}")).succeeds();
    session.run("strongroom key rotate --roster --keys-to ../keys --yes").succeeds();
    assert_eq!(super::get(&session), "MARKER-5f1e-token");
    session.run("strongroom holder add ci --type local --out ci.key").succeeds();
    session.run("strongroom lock").succeeds();
    session.run("strongroom unlock").succeeds();
    session.run(&format!("strongroom unlock --expect {first}")).ends_with(3);
}

#[test]
fn new_keys_for_all_that_are_thrown_away_are_answered_with_the_identity() {
    let session = Session::with_secret();
    let first = add(&session, "lead", "--roster");
    session.run(&format!("strongroom unlock --expect {first}")).succeeds();
    let vault = session.read("strongroom.toml");
    session.run("strongroom key rotate --roster --keys-to ../keys --yes").succeeds();
    session.write("strongroom.toml", vault);
    session.run("strongroom key older --yes").succeeds().says("no key here opens it");
    session.run(&format!("strongroom unlock --expect {first}")).succeeds();
    assert_eq!(super::get(&session), "MARKER-5f1e-token");
    // Who was handed a new key goes on with the old one.
    be(&session, "owner");
    assert_eq!(super::get(&session), "MARKER-5f1e-token");
}

#[test]
fn a_holder_without_the_roster_is_sent_to_those_who_have_it() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    session.run("strongroom holder add ci --type local --out ci.key").shows(str![[r#"
[3]
--- stderr
error: the key of `dev` does not open the roster
       ask one of those who have it: owner
       read from: [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked

"#]]);
}

#[test]
fn an_unlocked_passphrase_opens_values_and_is_asked_for_again_for_the_roster() {
    let session = Session::new();
    let passphrase = "MARKER-5f1e correct horse";
    session.typed("strongroom init --passphrase").input(passphrase).run().succeeds();
    session
        .typed("strongroom unlock")
        .variable("STRONGROOM_PASSPHRASE", passphrase)
        .run()
        .succeeds();
    session.typed("strongroom set --type local x").input("MARKER-5f1e").run().succeeds();
    session.run("strongroom holder add ci --type local --out ci.key").shows(str![[r#"
[3]
--- stderr
error: what is kept unlocked of `owner` does not open the roster: that takes its passphrase or its identity again
       read from: [ROOT]/home/.config/strongroom/keys/[ID]/owner.unlocked
       or give the passphrase of owner: in STRONGROOM_PASSPHRASE, or at a terminal

"#]]);
    session
        .typed("strongroom holder add ci --type local --out ci.key")
        .variable("STRONGROOM_PASSPHRASE", passphrase)
        .run()
        .succeeds();
    be(&session, "owner");
}

#[test]
fn a_kept_key_that_opens_nothing_any_more_hides_no_identity() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "lead", "--roster");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    be(&session, "owner");
    session.run("strongroom holder add a-server --type local --out ../a-server.key").succeeds();
    be(&session, "lead");
    session.run("strongroom key add ../a-server.key").succeeds();
    be(&session, "owner");
    session.run("strongroom holder remove a-server --yes").succeeds();
    be(&session, "lead");
    assert_eq!(super::get(&session), "MARKER-5f1e-token");
    session.run("strongroom holder add ci --type local --out ci.key").succeeds();
    // Without the identity, what the other key lacks is said, and not that the dead one opens nothing.
    fs::remove_file(session.path("../home-lead/.config/strongroom/identity")).expect("an identity");
    session.run("strongroom holder add cd --type local --out cd.key").shows(str![[r#"
[3]
--- stderr
error: what is kept unlocked of `lead` does not open the roster: that takes its passphrase or its identity again
       read from: [ROOT]/home-lead/.config/strongroom/keys/[ID]/lead.unlocked

"#]]);
}

#[test]
fn a_holder_is_granted_the_roster_and_goes_on_with_what_was_unlocked() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "ben", "--type dev");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    session.run("strongroom holder add ci --type local --out ci.key").ends_with(3);
    be(&session, "owner");
    session.run("strongroom holder grant ben").ends_with(2);
    session.run("strongroom holder grant ben --roster --type dev").ends_with(2);
    session.run("strongroom holder grant ben --roster").shows(str![[r#"
[0]
--- stderr
`ben` opens everything now, and can add and remove holders
commit strongroom.toml, so that the holder can open it

"#]]);
    be(&session, "ben");
    assert_eq!(super::get(&session), "MARKER-5f1e-token");
    session.run("strongroom holder add ci --type local --out ci.key").succeeds();
    session.run("strongroom check --type local").succeeds();
}
