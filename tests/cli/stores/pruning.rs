//! `push --prune`: what the vault no longer has goes, and nothing else ever does.

use std::fs;

use snapbox::str;

use super::pushing::{PUSH, lies, pushable, set};
use crate::session::{MARKER, Session};

const PRUNE: &str = "strongroom push --to out --env staging --prune --yes";

/// As [`pushable`], pushed once; then `one` is taken out of the vault.
fn pushed() -> Session {
    let session = pushable();
    session.run(PUSH).succeeds();
    session.run("strongroom unset --type dev one").succeeds();
    session
}

#[test]
fn what_the_vault_no_longer_has_goes_after_a_plan() {
    let session = pushed();
    session.run(&format!("{PUSH} --prune --dry-run")).shows(str![[r#"
[1]
secret  in out
-       one     remove
--- stderr
1 to remove, 2 unchanged
nothing was changed

"#]]);
    session.run(&format!("{PUSH} --prune")).shows(str![[r#"
[2]
secret  in out
-       one     remove
--- stderr
1 to remove, 2 unchanged
error: no terminal to ask at, and something is to be removed: nothing was changed
       do it with: --yes, without --prune, or only look with: --dry-run

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
    // Without the word nothing goes.
    session.run(PUSH).succeeds();
    assert!(session.path("out/one").exists());
    session.run(&format!("{PRUNE} --json")).shows(str![[r#"
[0]
{
  "deposits": [],
  "environment": "staging",
  "left": [],
  "missing": [],
  "removed": [
    {
      "change": "removed",
      "reference": "one",
      "why": null
    }
  ],
  "saved": true,
  "store": "out",
  "values": [
    {
      "change": "unchanged",
      "name": "smtp/password",
      "reference": "smtp/password",
      "why": null
    },
    {
      "change": "unchanged",
      "name": "two",
      "reference": "two",
      "why": null
    }
  ]
}
--- stderr
removed out:one

"#]]);
    assert_eq!(lies(&session), ["smtp/password=smtp", "two=2-staging"]);
    session.run(&format!("{PUSH} --prune --dry-run")).succeeds();
    session.run("strongroom rename smtp/password mail_password").succeeds();
    session.run(PRUNE).shows(str![[r#"
[0]
secret         in out
mail_password  mail_password  create
-              smtp/password  remove
--- stderr
1 to create, 1 to remove, 1 unchanged
created mail_password at out:mail_password
removed out:smtp/password

"#]]);
    assert_eq!(lies(&session), ["mail_password=smtp", "two=2-staging"]);
    assert!(!session.path("out/smtp").exists(), "an empty folder goes with its last file");
}

#[test]
fn what_the_vault_refers_to_stays() {
    let session = pushed();
    session.run("strongroom link --type prod api_token out:one").succeeds();
    set(&session, "--type dev", "extra", "extra");
    session.run(PUSH).succeeds();
    session.run("strongroom unset --type dev extra").succeeds();
    session.run("strongroom store add also --kind directory --path ./out").succeeds();
    session.run("strongroom link --type preview other also:extra").succeeds();
    session.run(PRUNE).shows(str![[r#"
[0]
--- stderr
out:extra is left: `other` for `preview` refers to it
out:one is left: `api_token` for `production` refers to it
2 unchanged
without a value for staging, so not pushed: `api_token` and `other`

"#]]);
    assert!(session.path("out/one").exists() && session.path("out/extra").exists());
}

/// Two ways that are links, and a name that is one.
#[cfg(unix)]
#[test]
fn what_the_vault_refers_to_stays_whatever_way_leads_there() {
    use std::os::unix::fs::symlink;

    let session = pushed();
    for name in ["extra", "more"] {
        session.write(&format!("out/{name}"), format!("{MARKER}-{name}"));
    }
    symlink("out", session.path("way")).expect("a link");
    symlink("more", session.path("out/alias")).expect("a link");
    session.run("strongroom store add way --kind directory --path way").succeeds();
    session.run("strongroom link --type preview by_way way:extra").succeeds();
    session.run("strongroom link --type preview by_name way:alias").succeeds();
    session.run(PRUNE).shows(str![[r#"
[0]
secret  in out
-       one     remove
--- stderr
out:alias is left: `by_name` for `preview` refers to it
out:extra is left: `by_way` for `preview` refers to it
out:more is left: `by_name` for `preview` refers to it
1 to remove, 2 unchanged
without a value for staging, so not pushed: `by_name` and `by_way`
removed out:one

"#]]);
    assert!(session.path("out/extra").exists() && session.path("out/more").exists());
}

#[test]
fn what_lies_in_another_store_or_was_never_pushed_stays() {
    let session = pushed();
    session.write("out/inner/token", format!("{MARKER}-inner"));
    session.run("strongroom store add inner --kind directory --path out/inner").succeeds();
    session.write("out/values.json", "{}");
    session.run("strongroom store add file --kind json --path out/values.json").succeeds();
    session.write("out/a/b/c", format!("{MARKER}-deep"));
    session.write("out/with a blank", format!("{MARKER}-blank"));
    session.write("out/with#hash", format!("{MARKER}-hash"));
    session.run(PRUNE).shows(str![[r#"
[0]
secret  in out
-       one     remove
--- stderr
out:with#hash is left: it has `#` in its name, or `/` in that of its key, so no push wrote it
out:a/b/c is left: no secret would lie there, so no push wrote it
out:inner/token is left: it lies within the store `inner`
out:values.json is left: it lies within the store `file`
out:with a blank is left: no secret would lie there, so no push wrote it
1 to remove, 2 unchanged
removed out:one

"#]]);
    let stays = ["a/b/c=deep", "inner/token=inner", "smtp/password=smtp", "two=2-staging"];
    let also = ["values.json={}", "with a blank=blank", "with#hash=hash"];
    assert_eq!(lies(&session), [&stays[..], &also].concat());
}

#[test]
fn what_lies_where_no_name_leads_stays() {
    let session = pushable();
    session.run("strongroom store set out keys=several").succeeds();
    session.run(PUSH).succeeds();
    session.run("strongroom unset --type dev one").succeeds();
    // A secret `x/y` would be the key `y` of `x`.
    session.write("out/x/y/value", format!("{MARKER}-y"));
    session.run(PRUNE).succeeds().says("out:x/y/value is left: no secret would lie there");
    assert_eq!(lies(&session), ["smtp/password=smtp", "two/value=2-staging", "x/y/value=y"]);
}

#[test]
fn what_a_deposit_waits_for_stays() {
    let session = pushed();
    session.run("strongroom key deposit").succeeds();
    session.typed("strongroom set --deposit --type dev one").input(MARKER).run().succeeds();
    session.run(PRUNE).shows(str![[r#"
[0]
--- stderr
out:one is left: a value for it waits to be accepted
2 unchanged
a new value waits, and is not pushed: `one`; take it with: strongroom accept --env staging

"#]]);
    assert!(session.path("out/one").exists());
}

#[test]
fn a_store_is_never_emptied() {
    let session = pushed();
    // No value at all.
    session.run("strongroom push --to out --type preview --prune --yes").shows(str![[r#"
[1]
--- stderr
error: there is nothing to push: no secret has a value for `preview`
       nothing was removed: a store is never emptied by a push

"#]]);
    // Nothing of what there is: another environment, or another store.
    set(&session, "--type prod", "quite_another", "x");
    session.run("strongroom push --to out --type prod --prune --yes").shows(str![[r#"
[2]
--- stderr
error: nothing was written: the store `out` has nothing of what would be pushed for `production`, and would lose all that it has: `one`, `smtp/password`, `two`
       if it is the right one, push once without --prune, and then again with it

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
    session.run("strongroom push --to out --type prod --prune --only quite_another").shows(str![[
        r#"
[2]
--- stderr
error: --prune looks at everything that the store has, so it goes with neither --only nor --except
       push those first, and then everything with --prune

"#
    ]]);
}

#[test]
fn a_store_without_bounds_is_refused_before_anything_is_written() {
    let session = pushable();
    session.run("strongroom store set out path=.").succeeds();
    session.run(PRUNE).shows(str![[r#"
[2]
--- stderr
error: nothing is removed from the store `out`: its settings keep it within no part of the system that is the vault's own, so everything else in it would go
       give it a prefix, a namespace or a folder of its own, where its kind has one: strongroom store set out SETTING=VALUE
       or push without --prune

"#]]);
    assert!(!session.path("one").exists());
    session.export("OUT", session.path("out"));
    session.run("strongroom store set out path_from=OUT --unset path").succeeds();
    session.run(PRUNE).ends_with(2).says("nothing is removed from the store `out`");
    session.run("strongroom store set out path=out --unset path_from").succeeds();
    fs::create_dir_all(session.path("out/.git")).expect("a repository");
    session.run(PRUNE).ends_with(2);
    assert_eq!(lies(&session), [""; 0]);
}

#[test]
fn a_folder_that_is_not_there_is_the_reason_why_nothing_is_removed_from_it() {
    let session = pushable();
    session.run("strongroom store set out path=gone").succeeds();
    session.run(PRUNE).shows(str![[r#"
[3]
--- stderr
error: cannot write into the store `out`: unreachable: there is no folder [ROOT]/work/gone
       nothing was written: when that is settled, type the same command

"#]]);
}

/// A configuration or a hook of git is run by whoever types git there.
#[test]
fn among_git_s_own_files_nothing_is_written_or_removed() {
    let session = pushable();
    session.write(".git/hooks/two", "theirs");
    for folder in [".git", ".git/hooks"] {
        session.run(&format!("strongroom store set out path={folder}")).succeeds();
        session.run(PRUNE).ends_with(3).says("lies among git's own files");
        session.run(PUSH).ends_with(3).says("lies among git's own files");
    }
    assert_eq!(session.read(".git/hooks/two"), "theirs");
    assert!(!session.path(".git/one").exists() && !session.path(".git/hooks/one").exists());
}

#[test]
fn a_secret_that_became_a_group_takes_the_place_of_its_file() {
    let session = pushable();
    session.run(PUSH).succeeds();
    session.run("strongroom rename one one/two").succeeds();
    set(&session, "--type dev", "new", "new");
    // Without the word nothing goes, and it is told.
    session.run(PUSH).shows(str![[r#"
[3]
secret   in out
new      new      create
one/two  one/two  create
--- stderr
2 to create, 2 unchanged
created new at out:new
error: 1 of 2 values was not written into the store `out`
       `one/two` at `one/two`: not written: [ROOT]/work/out/one is a file, and should be a folder: take it away first
       when that is settled, the same command does the rest: what is done already is left
       where the vault no longer has `one`, this takes it away: strongroom push --to out --env staging --prune

"#]]);
    assert_eq!(lies(&session), ["new=new", "one=1", "smtp/password=smtp", "two=2-staging"]);
    session.run("strongroom rename two also").succeeds();
    session.run(PRUNE).shows(str![[r#"
[0]
secret   in out
also     also     create
one/two  one/two  create
-        one      remove
-        two      remove
--- stderr
2 to create, 2 to remove, 2 unchanged
created also at out:also
removed out:one
created one/two at out:one/two
removed out:two

"#]]);
    let all = ["also=2-staging", "new=new", "one/two=1", "smtp/password=smtp"];
    assert_eq!(lies(&session), all);
    // The only file that there is.
    let session = pushable();
    for name in ["--type dev smtp/password", "--type dev two", "--env staging two"] {
        session.run(&format!("strongroom unset {name}")).succeeds();
    }
    session.run("strongroom push --to out --type dev").succeeds();
    session.run("strongroom rename one one/two").succeeds();
    session.run("strongroom push --to out --type dev --prune --yes").succeeds();
    assert_eq!(lies(&session), ["one/two=1"]);
}

#[test]
fn what_is_in_the_way_stays_while_another_value_cannot_be_written() {
    let session = pushable();
    session.run(PUSH).succeeds();
    session.run("strongroom rename one one/two").succeeds();
    set(&session, "--type dev", "mail/password", "mail");
    // A mount takes every change back.
    fs::create_dir_all(session.path("out/mail/..data")).expect("a folder");
    session.run(PRUNE).shows(str![[r#"
[3]
secret         in out
mail/password  mail/password  create
one/two        one/two        create
-              one            remove
--- stderr
2 to create, 1 to remove, 2 unchanged
error: 2 of 2 values were not written into the store `out`
       `mail/password` at `mail/password`: not written: the folder is mounted by Kubernetes, which takes every change back: write the Secret itself
       not tried: `one/two`
       nothing was removed
       when that is settled, the same command does the rest: what is done already is left

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
}

#[test]
fn two_secrets_that_need_one_name_as_file_and_as_folder_are_told() {
    let session = pushable();
    session.run(PUSH).succeeds();
    set(&session, "--type dev", "one/two", "x");
    session.run(PRUNE).shows(str![[r#"
[3]
secret   in out
one/two  one/two  create
--- stderr
1 to create, 3 unchanged
error: 1 of 1 values was not written into the store `out`
       `one/two` at `one/two`: not written: [ROOT]/work/out/one is a file, and should be a folder: take it away first
       when that is settled, the same command does the rest: what is done already is left
       `one` is a file in the store `out`, which has none below it: give one of the two another name with: strongroom rename

"#]]);
    assert_eq!(lies(&session), ["one=1", "smtp/password=smtp", "two=2-staging"]);
}

#[test]
fn nothing_is_removed_before_everything_is_written() {
    let session = pushed();
    set(&session, "--type dev", "mail/password", "mail");
    // A mount takes every change back.
    fs::create_dir_all(session.path("out/mail/..data")).expect("a folder");
    session.run(&format!("{PRUNE} --json")).shows(str![[r#"
[3]
{
  "deposits": [],
  "environment": "staging",
  "left": [],
  "missing": [],
  "removed": [
    {
      "change": "untried",
      "reference": "one",
      "why": null
    }
  ],
  "saved": true,
  "store": "out",
  "values": [
    {
      "change": "failed",
      "name": "mail/password",
      "reference": "mail/password",
      "why": "not written: the folder is mounted by Kubernetes, which takes every change back: write the Secret itself"
    },
    {
      "change": "unchanged",
      "name": "smtp/password",
      "reference": "smtp/password",
      "why": null
    },
    {
      "change": "unchanged",
      "name": "two",
      "reference": "two",
      "why": null
    }
  ]
}
--- stderr
error: 1 of 1 values was not written into the store `out`
       `mail/password` at `mail/password`: not written: the folder is mounted by Kubernetes, which takes every change back: write the Secret itself
       nothing was removed
       when that is settled, the same command does the rest: what is done already is left

"#]]);
    assert!(session.path("out/one").exists());
    // The same command, when nothing is in the way.
    fs::remove_dir_all(session.path("out/mail")).expect("a folder");
    session.run(PRUNE).succeeds();
    assert_eq!(lies(&session), ["mail/password=mail", "smtp/password=smtp", "two=2-staging"]);
}

#[test]
fn a_value_that_does_not_go_is_told_and_the_others_go() {
    let session = pushed();
    session.run("strongroom unset --type dev smtp/password").succeeds();
    session.write("out/mine", format!("{MARKER}-mine"));
    // A mount takes every change back.
    fs::create_dir_all(session.path("out/smtp/..data")).expect("a folder");
    session.run(PRUNE).shows(str![[r#"
[3]
secret  in out
-       mine           remove
-       one            remove
-       smtp/password  remove
--- stderr
3 to remove, 1 unchanged
removed out:mine
removed out:one
error: 1 of 3 values was not removed from the store `out`
       `smtp/password`: not written: the folder is mounted by Kubernetes, which takes every change back: write the Secret itself
       when that is settled, the same command does the rest: what is done already is left

"#]]);
    assert_eq!(lies(&session), ["smtp/password=smtp", "two=2-staging"]);
}

/// Somebody commits a link in the place of the store's folder: the words of its settings are the same.
#[cfg(unix)]
#[test]
fn a_folder_that_became_a_link_is_neither_written_nor_emptied() {
    let session = pushed();
    fs::rename(session.path("out"), session.path("victim")).expect("a folder");
    session.write("victim/important", "theirs");
    std::os::unix::fs::symlink("victim", session.path("out")).expect("a link");
    session.run(PRUNE).ends_with(3).says("is a link, and only read through");
    set(&session, "--type dev", "new", "1");
    session.run(PUSH).ends_with(3).says("is a link, and only read through");
    assert!(session.path("victim/important").exists() && !session.path("victim/new").exists());
    assert!(session.path("victim/one").exists());
}
