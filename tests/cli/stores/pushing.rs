//! `push`: a store holds what the vault holds; what is refused, what fails half way, and what a second run does.

use std::fs;

use snapbox::str;

use super::{linked, scene, value};
use crate::session::{MARKER, Session, is_installed};

/// A vault with an empty folder `out` as a store, and values for `dev`, of which `staging` has another one.
pub fn pushable() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    set(&session, "--type dev", "one", "1");
    set(&session, "--type dev", "smtp/password", "smtp");
    set(&session, "--type dev", "two", "2");
    set(&session, "--env staging", "two", "2-staging");
    fs::create_dir(session.path("out")).expect("a folder");
    session.run("strongroom store add out --kind directory --path out").succeeds();
    session
}

/// Sets a value.
pub fn set(session: &Session, environment: &str, name: &str, value: &str) {
    let set = format!("strongroom set {environment} {name}");
    session.typed(&set).input(format!("{MARKER}-{value}")).run().succeeds();
}

/// What lies in the store `out`, all files with their values without the marker.
pub fn lies(session: &Session) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![session.path("out")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(session.path("out")).expect("a file below");
            let value = fs::read_to_string(&path).expect("a file");
            let value = value.trim_start_matches(MARKER).trim_start_matches('-');
            found.push(format!("{}={value}", name.display()));
        }
    }
    found.sort();
    found
}

const PUSH: &str = "strongroom push --to out --env staging";

#[test]
fn a_store_holds_what_a_program_would_load_and_the_vault_stays() {
    let session = pushable();
    set(&session, "--type prod", "only_prod", "prod");
    let before = session.read("strongroom.toml");
    session.run(&format!("{PUSH} --dry-run")).shows(str![[r#"
[1]
secret         in out
one            one            create
smtp/password  smtp/password  create
two            two            create
--- stderr
3 to create
without a value for staging, so not pushed: `only_prod`
nothing was changed

"#]]);
    assert_eq!(lies(&session), [""; 0]);
    session.run(PUSH).shows(str![[r#"
[0]
secret         in out
one            one            create
smtp/password  smtp/password  create
two            two            create
--- stderr
3 to create
without a value for staging, so not pushed: `only_prod`
created one at out:one
created smtp/password at out:smtp/password
created two at out:two

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run(&format!("{PUSH} --dry-run")).shows(str![[r#"
[0]
--- stderr
3 unchanged
without a value for staging, so not pushed: `only_prod`

"#]]);
    // What is equal is not written again.
    let number = |name: &str| {
        let metadata = fs::metadata(session.path("out").join(name)).expect("a file");
        metadata.modified().expect("a time")
    };
    let (one, two) = (number("one"), number("two"));
    set(&session, "--env staging", "two", "2-new");
    session.run(PUSH).shows(str![[r#"
[0]
secret  in out
two     two     replace
--- stderr
1 to replace, 2 unchanged
without a value for staging, so not pushed: `only_prod`
replaced two at out:two

"#]]);
    assert_eq!(number("one"), one);
    assert_ne!(number("two"), two);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-new"]);
}

#[test]
fn the_plan_is_there_for_programs_too() {
    let session = pushable();
    session.write("out/one", format!("{MARKER}-1"));
    session.write("out/two", format!("{MARKER}-other"));
    session.run(&format!("{PUSH} --except smtp/password --json")).shows(str![[r#"
[0]
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
      "change": "unchanged",
      "name": "one",
      "reference": "one",
      "why": null
    },
    {
      "change": "replaced",
      "name": "two",
      "reference": "two",
      "why": null
    }
  ]
}
--- stderr
replaced two at out:two

"#]]);
    session.run(&format!("{PUSH} --only smtp/password --json --dry-run")).shows(str![[r#"
[1]
{
  "deposits": [],
  "environment": "staging",
  "left": [],
  "missing": [],
  "removed": [],
  "saved": false,
  "store": "out",
  "values": [
    {
      "change": "created",
      "name": "smtp/password",
      "reference": "smtp/password",
      "why": null
    }
  ]
}
--- stderr
nothing was changed

"#]]);
    assert_eq!(lies(&session), ["one=1", "two=2-staging"]);
}

#[test]
fn references_stay_where_they_are_or_are_fetched_and_written() {
    let session = linked();
    fs::create_dir(session.path("out")).expect("a folder");
    session.run("strongroom store add out --kind directory --path out").succeeds();
    let push = "strongroom push --to out --type prod";
    session.run(push).shows(str![[r#"
[0]
secret  in out
token   token   create
--- stderr
1 to create
created token at out:token

"#]]);
    assert_eq!(lies(&session), ["token=token"]);
    // Into the store that it refers to.
    session.run("strongroom push --to mounted --type prod").shows(str![[r#"
[0]
--- stderr
1 unchanged

"#]]);
    fs::remove_file(session.path("mounted/token")).expect("a file");
    session.run("strongroom push --to mounted --type prod --json").shows(str![[r#"
[3]
{
  "deposits": [],
  "environment": "production",
  "left": [],
  "missing": [],
  "removed": [],
  "saved": false,
  "store": "mounted",
  "values": [
    {
      "change": "absent",
      "name": "token",
      "reference": "token",
      "why": null
    }
  ]
}
--- stderr
error: the store `mounted` does not have what the vault says that it keeps
       `token` for `production` refers to `token`
       set it with: strongroom set --type production --store mounted token

"#]]);
    // Whoever has no key leads nobody elsewhere.
    session.write("mounted/token", MARKER);
    session.write("mounted/other", format!("{MARKER}-of-somebody"));
    session.replace("ref = \"token\"", "ref = \"other\"");
    session.run(push).ends_with(3).says("its seal does not fit");
    assert_eq!(lies(&session), ["token=token"]);
}

#[test]
fn what_is_not_there_and_what_waits_is_named() {
    let session = pushable();
    set(&session, "--type prod", "only_prod", "prod");
    session.run("strongroom key deposit").succeeds();
    let deposit = "strongroom set --deposit --type dev waiting";
    session.typed(deposit).input(MARKER).run().succeeds();
    session.typed("strongroom set --deposit --env staging one").input(MARKER).run().succeeds();
    session.run(PUSH).shows(str![[r#"
[0]
secret         in out
one            one            create
smtp/password  smtp/password  create
two            two            create
--- stderr
3 to create
without a value for staging, so not pushed: `only_prod`
a new value waits, and is not pushed: `one` and `waiting`; take it with: strongroom accept --env staging
created one at out:one
created smtp/password at out:smtp/password
created two at out:two

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
    session.run("strongroom push --to out --type preview").shows(str![[r#"
[1]
--- stderr
error: there is nothing to push: no secret has a value for `preview`

"#]]);
}

#[test]
fn values_of_ones_own_are_not_pushed() {
    let session = pushable();
    set(&session, "--type local", "one", "local");
    session.typed("strongroom set --mine one").input(format!("{MARKER}-mine")).run().succeeds();
    assert_eq!(value(&session, "--type local", "one"), format!("{MARKER}-mine"));
    session.run("strongroom push --to out --type local").succeeds();
    assert_eq!(lies(&session), ["one=local"]);
}

#[test]
fn it_is_said_for_which_environment_and_into_which_store() {
    let session = pushable();
    session.run("strongroom push --to out").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       named environments here: staging (development)
       for example: strongroom push --to STORE --type production

"#]]);
    session.run("strongroom push --env staging").shows(str![[r#"
[2]
--- stderr
error: which store? `staging` has no default one
       for example: strongroom push --env staging --to STORE
       or say which one is meant from now on: strongroom store default staging STORE

"#]]);
    session.run("strongroom push --env staging --to nowhere").ends_with(1);
    assert_eq!(lies(&session), [""; 0]);
    session.run("strongroom store default staging out").succeeds();
    session.typed("strongroom push").variable("STRONGROOM_ENV", "staging").run().succeeds();
    assert_eq!(lies(&session).len(), 3);
}

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
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
    session.run("strongroom unset --type prod api_token").succeeds();
    session.run("strongroom push --to mounted --type dev").succeeds();
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-dev"));
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
fn what_was_pushed_is_on_the_record() {
    let session = pushable();
    session
        .edit(|text| text.replacen("[environments]", "[audit]\nlog = true\n\n[environments]", 1));
    session.run(&format!("{PUSH} --only one,two")).succeeds();
    let log = session.run("strongroom log --json").succeeds().output();
    let log: serde_json::Value = serde_json::from_str(&log).expect("JSON");
    assert_eq!(log[0]["command"], "push");
    let written =
        |at: &str| serde_json::json!({ "store": "out", "reference": at, "change": "written" });
    assert_eq!(log[0]["stored"], serde_json::json!([written("one"), written("two")]));
    session.run("strongroom log").succeeds();
}

#[test]
fn a_folder_that_somebody_could_commit_is_warned_of() {
    if !is_installed("git", "a folder that git does not ignore") {
        return;
    }
    let session = pushable();
    fs::remove_dir_all(session.path(".git")).expect("a folder");
    let mut git = std::process::Command::new("git");
    session.set_up(&mut git);
    let git = git.args(["init", "-q"]).current_dir(session.path(".")).status();
    assert!(git.expect("git runs").success());
    let push = "strongroom push --to out --env staging";
    session.run(push).says("git does not ignore");
    session.write(".gitignore", "out/\nstrongroom.mine.toml\n");
    set(&session, "--env staging", "two", "3-staging");
    let mut push = session.command();
    push.args(["push", "--to", "out", "--env", "staging"]);
    let output = push.output().expect("the command runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("git does not ignore"), "{said}");
}
