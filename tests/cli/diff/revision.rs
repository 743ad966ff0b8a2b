//! `strongroom diff REVISION`.

use std::process::Command;

use snapbox::str;

use super::set;
use crate::session::Session;

/// Runs git in a session's folder.
fn git(session: &Session, words: &[&str]) {
    let mut git = Command::new("git");
    session.set_up(&mut git);
    git.args([
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.com",
        "-c",
        "core.hooksPath=/dev/null",
    ]);
    let output = git.args(words).output().expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Commits everything.
fn commit(session: &Session) {
    git(session, &["add", "-A"]);
    git(session, &["commit", "-q", "-m", "a commit"]);
}

/// A vault in a real repository, committed.
fn committed() -> Session {
    let session = Session::new();
    std::fs::remove_dir(session.path(".git")).expect("an empty folder");
    git(&session, &["init", "-q"]);
    session.run("strongroom init").succeeds();
    // They are random, and come with the first holder that is added if they are not there.
    session.run("strongroom key deposit").succeeds();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom env add qa --type dev").succeeds();
    set(&session, "--type dev,local", "changed", "1");
    set(&session, "--type dev", "gone", "2");
    set(&session, "--type dev", "respelled", "3");
    set(&session, "--env staging", "described", "3");
    commit(&session);
    session
}

/// The commit's id is another one each time.
fn without_commit(session: &Session, line: &str) -> String {
    let outcome = session.run(line);
    outcome.succeeds();
    let output = outcome.output() + "--- stderr\n" + &outcome.stderr;
    match output.rsplit_once(" (") {
        Some((before, _)) => format!("{before} ([COMMIT])\n"),
        None => output,
    }
}

#[test]
fn the_vault_is_compared_with_a_commit() {
    let session = committed();
    let shown = without_commit(&session, "strongroom diff");
    assert_eq!(shown, "--- stderr\nno difference to HEAD ([COMMIT])\n");
    session.run("strongroom diff --exit-code").succeeds();
    set(&session, "--type dev,prod", "changed", "other");
    set(&session, "--type dev", "added", "6");
    session.run("strongroom unset --type local changed").succeeds();
    session.run("strongroom unset --type dev gone").succeeds();
    session.run("strongroom rename respelled re-spelled").succeeds();
    session.run("strongroom set described --about 'what it is for'").succeeds();
    session.run("strongroom env add canary --type prod").succeeds();
    session.run("strongroom env remove qa").succeeds();
    session.run("strongroom env retype staging --type pr").succeeds();
    session.run("strongroom holder add ci --type preview --out ci.key").succeeds();
    session.edit(|vault| format!("[build]\ncheck = [\"production\"]\nexpired = \"deny\"\n{vault}"));
    let shown = without_commit(&session, "strongroom diff HEAD");
    snapbox::assert_data_eq!(
        shown,
        str![[r#"
   what         name        where
+  check                                 production
~  expired                               warn → deny
+  environment  canary                   production
-  environment  qa                       development
~  environment  staging                  development → preview
+  holder       ci                       access-key
+  grant        ci          preview      generation 1
+  secret       added       development
~  value        changed     development  version 1 → version 2
-  value        changed     local        version 1
+  value        changed     production   version 1
+  about        described                what it is for
~  value        described   staging      version 1, sealed again
-  secret       gone        development
~  secret       re-spelled               respelled → re-spelled
~  value        re-spelled  development  version 1, sealed again
--- stderr

+ added   - removed   ~ changed since HEAD ([COMMIT])

"#]]
    );
    session.run("strongroom diff --rev HEAD --exit-code").ends_with(1);
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom diff").succeeds();
}

#[test]
fn json_has_every_change() {
    let session = committed();
    set(&session, "--type dev", "changed", "other");
    session.run("strongroom unset --type dev gone").succeeds();
    session.edit(|vault| format!("[build]\ncheck = [\"production\"]\n{vault}"));
    let json = session.run("strongroom diff --json").output();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["revision"], "HEAD");
    assert_eq!(json["commit"].as_str().map(str::len), Some(40));
    let changes = format!("{:#}\n", json["changes"]);
    snapbox::assert_data_eq!(
        changes,
        str![[r#"
[
  {
    "after": [
      "production"
    ],
    "before": null,
    "change": "added",
    "environments": [],
    "name": null,
    "note": null,
    "what": "check"
  },
  {
    "after": 2,
    "before": 1,
    "change": "changed",
    "environments": [
      "development"
    ],
    "name": "changed",
    "note": null,
    "what": "value"
  },
  {
    "after": null,
    "before": "gone",
    "change": "removed",
    "environments": [
      "development"
    ],
    "name": "gone",
    "note": null,
    "what": "secret"
  }
]

"#]]
    );
}

#[test]
fn a_new_passphrase_and_a_key_of_another_vault_show() {
    let session = committed();
    let passphrase = "MARKER-5f1e correct horse";
    session
        .typed("strongroom holder add me --type dev --passphrase")
        .input(passphrase)
        .run()
        .succeeds();
    commit(&session);
    session.typed("strongroom holder passphrase").input("MARKER-5f1e staple").run().succeeds();
    let shown = without_commit(&session, "strongroom diff");
    snapbox::assert_data_eq!(
        shown,
        str![[r#"
   what    name  where
~  holder  me                 passphrase, its key was made anew
~  grant   me    development  generation 1, granted again
--- stderr

+ added   - removed   ~ changed since HEAD ([COMMIT])

"#]]
    );
    let other = Session::with_vault();
    session.write("strongroom.toml", other.read("strongroom.toml"));
    session.run("strongroom diff").succeeds();
    assert!(session.run("strongroom diff").output().contains("~  vault"));
}

#[test]
fn an_earlier_commit_and_a_folder_below_are_found() {
    let session = committed();
    set(&session, "--type dev", "changed", "other");
    commit(&session);
    git(&session, &["tag", "v1"]);
    git(&session, &["tag", "dev"]);
    session.run("strongroom diff v1 --exit-code").succeeds();
    session.run("strongroom diff HEAD~1 --exit-code").ends_with(1);
    session.run("strongroom diff dev").ends_with(2).says("strongroom diff --rev dev");
    session.run("strongroom diff --rev dev --exit-code").succeeds();
    session.write("below/x", "");
    session.run("strongroom -C below diff HEAD~1 --exit-code").ends_with(1);
}

#[test]
fn what_git_does_not_have_is_explained() {
    let session = committed();
    session.run("strongroom diff nothing").shows(str![[r#"
[2]
--- stderr
error: git finds no commit `nothing`
       see those that there are with: git log --oneline
       or two environments; known here: production, development, preview, local, qa, staging

"#]]);
    session.run("strongroom diff -- --output=x").shows(str![[r#"
[2]
--- stderr
error: this cannot be a revision of git
       or two environments; known here: production, development, preview, local, qa, staging

"#]]);
    assert!(!session.path("x").exists());
    git(&session, &["mv", "strongroom.toml", "other.toml"]);
    session.run("strongroom --vault other.toml diff").shows(str![[r#"
[1]
--- stderr
error: `HEAD` has no other.toml in this folder
       see the commits that have one with: git log -- other.toml

"#]]);
    session.write("other.toml", "nonsense");
    commit(&session);
    git(&session, &["show", "-s"]);
    git(&session, &["checkout", "-q", "HEAD~1", "--", "strongroom.toml"]);
    std::fs::copy(session.path("strongroom.toml"), session.path("other.toml")).expect("a copy");
    session.run("strongroom --vault other.toml diff").shows(str![[r#"
[3]
--- stderr
error: cannot use the vault of `HEAD`: line 1, column 9: not TOML: key with no value, expected `=`

"#]]);
    let outside = Session::with_vault();
    outside.run("strongroom diff").ends_with(3).says("not a git repository");
    outside.typed("strongroom diff").variable("PATH", "").run().shows(str![[r#"
[3]
--- stderr
error: git is not on the PATH

"#]]);
}

#[test]
fn one_commit_at_a_time() {
    let session = committed();
    set(&session, "--type local", "another", "1");
    commit(&session);
    session.run("strongroom diff HEAD HEAD~1").shows(str![[r#"
[2]
--- stderr
error: `HEAD~1` is a commit, and the vault is compared with one commit at a time
       for example: strongroom diff HEAD~1

"#]]);
    session.run("strongroom diff dev HEAD").shows(str![[r#"
[2]
--- stderr
error: `HEAD` is a commit, and the vault is compared with one commit at a time
       for example: strongroom diff HEAD

"#]]);
    session.run("strongroom diff dev nowhere").shows(str![[r#"
[2]
--- stderr
error: unknown environment `nowhere`
       known here: production, development, preview, local, qa, staging (short: prod, dev, pr)
       declare it with: strongroom env add nowhere --type development

"#]]);
}

#[test]
fn values_are_shown_only_where_they_are_asked_for() {
    let session = committed();
    set(&session, "--type dev", "changed", "first line\nsecond \u{1b}[31mline");
    session.run("strongroom unset --type dev gone").succeeds();
    set(&session, "--env staging", "added", "6");
    let revealed = session.typed("strongroom diff --reveal").that_shows_secrets().run();
    let shown = revealed.succeeds().output().replace(crate::session::MARKER, "[MARKER]");
    let values = shown.split("\n`").skip(1).collect::<Vec<_>>().join("\n`");
    snapbox::assert_data_eq!(
        format!("`{values}"),
        str![[r#"
`added` staging
+ [MARKER]-6
`changed` development
- [MARKER]-1
+ [MARKER]-first line
  second /u{1b}[31mline
`gone` development
- [MARKER]-2

"#]]
    );
    session.run("strongroom diff dev prod --reveal").shows(str![[r#"
[2]
--- stderr
error: --reveal shows what changed since a commit
       for example: strongroom diff HEAD~1 --reveal

"#]]);
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom diff --reveal").ends_with(3);
    session.run("strongroom diff").succeeds();
}
