//! After a push a store holds what the vault holds, and what is not pushed is named.

use std::fs;

use snapbox::str;

use super::{PUSH, lies, pushable, set};
use crate::session::{MARKER, is_installed};
use crate::stores::{linked, value};

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
    // Not even where the vault has no value beside it.
    session
        .typed("strongroom set --mine own_only")
        .input(format!("{MARKER}-mine"))
        .run()
        .succeeds();
    assert_eq!(value(&session, "--type local", "own_only"), format!("{MARKER}-mine"));
    session.run("strongroom push --to out --type local --prune --yes").succeeds();
    assert_eq!(lies(&session), ["one=local"]);
    let help = session.run("strongroom push --help").succeeds().output();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("values of your own (set --mine) are never pushed"), "{help}");
}

/// Somebody who may write in the folder plants files there before.
#[cfg(unix)]
#[test]
fn what_is_written_is_its_owners_alone_whatever_was_planted() {
    use crate::session::{mode, set_mode};

    let session = pushable();
    session.write("out/one", "planted");
    set_mode(&session.path("out/one"), 0o666);
    std::os::unix::fs::symlink("other", session.path("out/two")).expect("a link");
    session.write("out/other", "theirs");
    session.run(PUSH).succeeds();
    assert_eq!(mode(&session.path("out/one")), 0o600);
    assert!(!session.path("out/two").is_symlink());
    assert_eq!(mode(&session.path("out/two")), 0o600);
    assert_eq!(lies(&session), ["one=1", "other=theirs", "smtp/password=smtp", "two=2-staging"]);
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
    session.run(PUSH).says("git does not ignore");
    set(&session, "--type dev", "one", "of another day");
    let foreign = session.typed(PUSH).variable("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").run();
    foreign.succeeds().says("nobody can tell whether git ignores");
    session.write(".gitignore", "out/\nstrongroom.mine.toml\n");
    set(&session, "--env staging", "two", "3-staging");
    let quiet = session.run(PUSH);
    assert!(!quiet.succeeds().stderr.contains("git does not ignore"), "{}", quiet.stderr);
}
