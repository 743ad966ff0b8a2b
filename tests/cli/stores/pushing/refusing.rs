//! What stops a push before anything is written, what fails half way, and what the next run does.

use std::fs;

use snapbox::str;

use super::{PUSH, lies, pushable, set};
use crate::session::MARKER;
use crate::stores::scene;

#[test]
fn two_secrets_for_one_place_are_refused_before_anything_is_written() {
    let session = pushable();
    session.run("strongroom store set out keys=several").succeeds();
    set(&session, "--type dev", "one/value", "other");
    session.run(PUSH).shows(str![[r#"
[2]
--- stderr
error: `one` and `one/value` would both lie at `one/value` in the store `out`: nothing was written
       leave one out with: --except one/value, or give it another name with: strongroom rename

"#]]);
    assert_eq!(lies(&session), [""; 0]);
    session.run(&format!("{PUSH} --except one/value")).succeeds();
    assert_eq!(lies(&session), ["one/value=1", "smtp/password=smtp", "two/value=2-staging"]);
}

#[test]
fn what_something_else_refers_to_is_not_written_over() {
    let session = scene();
    session.run("strongroom link --type prod api_token mounted:token").succeeds();
    set(&session, "--type dev", "token", "dev");
    session.run("strongroom push --to mounted --type dev").shows(str![[r#"
[2]
--- stderr
error: `token` would be written to `token` in the store `mounted`, where `api_token` for `production` lies: nothing was written
       let it refer to that: strongroom link --type development token mounted:token --replace
       or leave it out with: --except token

"#]]);
    // Through another store that leads there, too.
    session
        .run("strongroom store add again --kind directory --path ./mounted/ --trim true")
        .succeeds();
    session.run("strongroom push --to again --type dev").ends_with(2).says("`api_token`");
    fs::create_dir(session.path("beside")).expect("a folder");
    let whole = session.path("mounted");
    for way in ["beside/../mounted", whole.to_str().expect("UTF-8"), "./beside/.././mounted/."] {
        session.run(&format!("strongroom store set again path={way}")).succeeds();
        session.run("strongroom push --to again --type dev").ends_with(2).says("`api_token`");
    }
    session.run("strongroom store set again path_from=WAY --unset path").succeeds();
    let named = session.typed("strongroom push --to again --type dev").variable("WAY", whole);
    named.run().ends_with(2).says("`api_token`");
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
    session.run("strongroom unset --type prod api_token").succeeds();
    session.run("strongroom push --to mounted --type dev").succeeds();
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-dev"));
}

#[test]
fn what_cannot_be_opened_or_seen_stops_everything_before_anything_is_written() {
    let session = pushable();
    fs::create_dir_all(session.path("out/two")).expect("a folder");
    session.run(PUSH).shows(str![[r#"
[3]
--- stderr
error: cannot see what the store `out` has
       `two` at `two`: not valid: [ROOT]/work/out/two: it is a folder, and no regular file
       nothing was written: when that is settled, type the same command

"#]]);
    assert_eq!(lies(&session), [""; 0]);
    fs::remove_dir(session.path("out/two")).expect("a folder");
    session.run("strongroom store set out path=gone").succeeds();
    session.run(PUSH).shows(str![[r#"
[3]
--- stderr
error: cannot see what the store `out` has
       `one` at `one`: unreachable: there is no folder [ROOT]/work/gone
       `smtp/password` at `smtp/password`: unreachable: there is no folder [ROOT]/work/gone
       `two` at `two`: unreachable: there is no folder [ROOT]/work/gone
       nothing was written: when that is settled, type the same command

"#]]);
    session.run("strongroom store set out path=out").succeeds();
    session.edit(|text| text.replacen("sealed = \"", "sealed = \"AAAA", 1));
    session.run(PUSH).ends_with(3).says("nothing was written");
    assert_eq!(lies(&session), [""; 0]);
}

#[test]
fn expired_values_follow_the_build() {
    let session = pushable();
    session.run("strongroom set --type dev old --generate --expires 1d").succeeds();
    session.edit(|text| {
        let at = text.find("expires = ").expect("a day") + "expires = ".len();
        format!("{}2020-01-01{}", &text[..at], &text[at + 10..])
    });
    session.run(&format!("{PUSH} --only old")).succeeds();
    assert!(session.path("out/old").exists());
    session.edit(|text| text.replacen("[secrets", "[build]\nexpired = \"deny\"\n\n[secrets", 1));
    session.run(PUSH).shows(str![[r#"
[1]
--- stderr
error: `old` for `development` expired on [DATE....]
       set a new one with: strongroom set --type development old
error: nothing was written: [build] expired = "deny" holds expired values back
       leave them out with: --except old

"#]]);
    assert!(!session.path("out/one").exists());
    session.run(&format!("{PUSH} --except old")).succeeds();
    assert!(session.path("out/one").exists());
}

#[test]
fn one_that_fails_keeps_no_other_and_the_next_run_finishes() {
    let session = pushable();
    // Where a folder should be is a file: it is not known before something is written below it.
    session.write("out/smtp", format!("{MARKER}-in-the-way"));
    session.run(&format!("{PUSH} --json")).shows(str![[r#"
[3]
{
  "deposits": [],
  "environment": "staging",
  "left": [],
  "missing": [],
  "removed": [],
  "saved": true,
  "store": "out",
  "values": [
    {
      "change": "created",
      "name": "one",
      "reference": "one",
      "why": null
    },
    {
      "change": "failed",
      "name": "smtp/password",
      "reference": "smtp/password",
      "why": "not written: [ROOT]/work/out/smtp is a file, and should be a folder: take it away first"
    },
    {
      "change": "created",
      "name": "two",
      "reference": "two",
      "why": null
    }
  ]
}
--- stderr
created one at out:one
created two at out:two
error: 1 of 3 values was not written into the store `out`
       `smtp/password` at `smtp/password`: not written: [ROOT]/work/out/smtp is a file, and should be a folder: take it away first
       when that is settled, the same command does the rest: what is done already is left
       where the vault no longer has `smtp`, this takes it away: strongroom push --to out --env staging --prune

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp=in-the-way", "two=2-staging"]);
    fs::remove_file(session.path("out/smtp")).expect("a file");
    session.run(PUSH).shows(str![[r#"
[0]
secret         in out
smtp/password  smtp/password  create
--- stderr
1 to create, 2 unchanged
created smtp/password at out:smtp/password

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
}

#[test]
fn a_store_that_is_written_by_hand_says_so() {
    let session = pushable();
    session.write("values.json", "{}");
    session.run("strongroom store add file --kind json --path values.json").succeeds();
    session.run("strongroom push --to file --env staging --only one").shows(str![[r#"
[3]
secret  in file
one     one      create
--- stderr
1 to create
error: 1 of 1 values was not written into the store `file`
       `one` at `one`: not written: a file of this kind is written by hand, so that its comments stay
       set `one` in it with: "$EDITOR" [ROOT]/work/values.json
       when that is settled, the same command does the rest: what is done already is left

"#]]);
    assert_eq!(session.read("values.json"), "{}");
}
