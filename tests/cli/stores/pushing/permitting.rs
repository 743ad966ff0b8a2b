//! Who may push where: a key, a look at the store, and leave to write values into files.

use std::fs;

use snapbox::str;

use super::{PUSH, lies, pushable};
use crate::session::MARKER;

#[test]
fn without_a_key_nothing_is_pushed() {
    let session = pushable();
    let keyless = session.typed(PUSH).variable("STRONGROOM_KEYLESS", "1").run();
    keyless.shows(str![[r#"
[3]
--- stderr
error: STRONGROOM_KEYLESS says that no key is here, and only who has it can push
       unset STRONGROOM_KEYLESS where a key is at hand

"#]]);
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run(PUSH).ends_with(3).says("no key for `development` here");
    assert_eq!(lies(&session), [""; 0]);
}

#[test]
fn where_nothing_may_be_shown_no_value_is_written_into_a_file() {
    let session = pushable();
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run(PUSH).shows(str![[r#"
[3]
--- stderr
error: values would be written into the files of the store `out`, and STRONGROOM_NO_REVEAL forbids that here
       only look with: --dry-run

"#]]);
    assert_eq!(lies(&session), [""; 0]);
    session.run(&format!("{PUSH} --dry-run")).ends_with(1).says("3 to create");
}

#[test]
fn the_key_of_the_type_is_enough() {
    let session = pushable();
    session.run("strongroom holder add deploy --type dev --out deploy.key").succeeds();
    let key = session.read("deploy.key");
    let pipeline = |line: &str| {
        let home = session.path("nobody");
        session.typed(line).variable("STRONGROOM_KEY", key.trim()).variable("HOME", home).run()
    };
    // A machine that has never seen the store.
    pipeline(PUSH).shows(str![[r#"
[2]
--- stderr
error: the store `out` was not asked: no seal vouches for its settings yet, and nobody has looked at them on this machine: kind=directory path=out
       look at them, and allow it with: strongroom store allow out

"#]]);
    assert_eq!(lies(&session), [""; 0]);
    pipeline("strongroom store allow out --yes").succeeds();
    pipeline(PUSH).succeeds();
    assert_eq!(lies(&session).len(), 3);
    pipeline("strongroom push --to out --type prod").ends_with(1);
}

#[test]
fn one_reference_of_the_type_vouches_for_the_store() {
    let session = pushable();
    let set = "strongroom set --type dev --store out vouch";
    session.typed(set).input(MARKER).run().succeeds();
    session.run("strongroom store forbid out").succeeds();
    session.run(PUSH).succeeds();
    session.write("elsewhere/x", "");
    session.replace("path = \"out\"", "path = \"elsewhere\"");
    session.run(PUSH).ends_with(3).says("the store `out` was not asked");
    assert!(!session.path("elsewhere/one").exists());
}
