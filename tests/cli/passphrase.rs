//! `strongroom holder passphrase`.

use snapbox::str;

use crate::session::{MARKER, Session};

const OLD: &str = "MARKER-5f1e correct horse";
const NEW: &str = "MARKER-5f1e battery staple";

fn add(session: &Session, name: &str, scopes: &str) {
    let line = format!("strongroom holder add {name} {scopes} --passphrase");
    session.typed(&line).input(OLD).run().succeeds();
}

fn opens(session: &Session, holder: &str, passphrase: &str) -> i32 {
    let outcome = session
        .typed("strongroom list github_api_token --json")
        .variable("STRONGROOM_PASSPHRASE", passphrase)
        .variable("STRONGROOM_HOLDER", holder)
        .run();
    i32::from(outcome.output().contains("\"development\",\n      \"local\""))
}

#[test]
fn the_new_passphrase_opens_what_the_old_one_did() {
    let session = Session::with_secret();
    add(&session, "robin", "--type dev,local");
    assert_eq!((opens(&session, "robin", OLD), opens(&session, "robin", NEW)), (1, 0));
    session
        .typed("strongroom holder passphrase")
        .input(format!("{NEW}\n"))
        .run()
        .shows(str![[r#"
[0]
--- stderr
changed the passphrase of `robin`: the new one opens what the old one did
the old one opens this file no more, but still what is in git's history: if somebody else knows it, make all keys new (strongroom key rotate --roster) and change the values too
commit strongroom.toml, so that it counts for everybody

"#]]);
    assert_eq!((opens(&session, "robin", OLD), opens(&session, "robin", NEW)), (0, 1));
}

#[test]
fn a_holder_is_named_where_several_have_a_passphrase() {
    let session = Session::with_secret();
    add(&session, "robin", "--type dev");
    add(&session, "recovery", "--roster");
    let before = session.read("strongroom.toml");
    session.typed("strongroom holder passphrase").input(NEW).run().shows(str![[r#"
[2]
--- stderr
error: whose passphrase? holders with one: `recovery` and `robin`
       for example: strongroom holder passphrase recovery

"#]]);
    session.typed("strongroom holder passphrase owner").input(NEW).run().shows(str![[r#"
[2]
--- stderr
error: `owner` has no passphrase: its kind is access-key
       see: strongroom holder list

"#]]);
    session.typed("strongroom holder passphrase nobody").input(NEW).run().shows(str![[r#"
[2]
--- stderr
error: no holder of this name has a passphrase
       see: strongroom holder list

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.typed("strongroom holder passphrase Recovery").input(NEW).run().succeeds();
    session
        .typed("strongroom holder passphrase")
        .variable("STRONGROOM_HOLDER", "robin")
        .input(NEW)
        .run()
        .succeeds();
}

#[test]
fn whoever_lacks_the_roster_key_is_told_who_has_it() {
    let session = Session::with_secret();
    add(&session, "robin", "--type dev,local");
    let before = session.read("strongroom.toml");
    session
        .typed("strongroom holder passphrase robin")
        .variable("STRONGROOM_PASSPHRASE", OLD)
        .variable("STRONGROOM_HOLDER", "robin")
        .input(NEW)
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: the key of `robin` does not open the roster
       ask one of those who have it: owner
       read from: STRONGROOM_PASSPHRASE

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_passphrase_that_is_short_missing_or_of_two_lines_changes_nothing() {
    let session = Session::with_secret();
    add(&session, "robin", "--type dev");
    let before = session.read("strongroom.toml");
    for (input, status, says) in [
        ("", 3, "none on standard input"),
        ("MARKER-5f1e", 2, "12 characters at least"),
        ("MARKER-5f1e battery\nstaple", 2, "one line"),
    ] {
        let line = "strongroom holder passphrase robin";
        session.typed(line).input(input).run().ends_with(status).says(says);
    }
    assert_eq!(session.read("strongroom.toml"), before);
    assert!(!before.contains(MARKER));
}

#[test]
fn a_grant_that_nobody_admitted_stands_against_it() {
    let session = Session::with_secret();
    add(&session, "robin", "--type dev");
    session.edit(|vault| {
        let grants = vault.split("[keys.development]\n").nth(1).expect("grants");
        let line = grants.lines().find(|line| line.starts_with("robin")).expect("a grant");
        vault.replace(line, &format!("{}AAAA\"", &line[..line.len() - 5]))
    });
    session.typed("strongroom holder passphrase robin").input(NEW).run().shows(str![[r#"
[3]
--- stderr
error: the grant of `robin` in [keys.development] was not admitted by the roster: somebody may have slipped it in
       find out who wrote the line (git log -S), remove it, then try again

"#]]);
}
