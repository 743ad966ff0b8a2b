//! `strongroom history`.

use std::process::Command;

use snapbox::str;

use super::{Clone, shows};

#[test]
fn who_set_which_version_when_is_told_the_newest_first() {
    let clone = Clone::installed();
    clone.set("--type prod", "stripe_api_key", "2");
    clone.commit("Bob", "a new key of Stripe");
    clone.session.run("strongroom unset --type dev stripe_api_key").succeeds();
    clone.commit("Ann", "no key for development");
    clone.set("--type prod", "stripe_api_key", "3");
    shows(
        clone.run("strongroom history Stripe-API-key", 0),
        str![[r#"
name            environment  version    by             on          commit      subject
stripe_api_key  production   version 3  not committed
stripe_api_key  development  removed    Ann            [DATE....]  [COMMIT..]  no key for development
stripe_api_key  production   version 2  Bob            [DATE....]  [COMMIT..]  a new key of Stripe
stripe_api_key  development  version 1  Ann            [DATE....]  [COMMIT..]  a vault
stripe_api_key  production   version 1  Ann            [DATE....]  [COMMIT..]  a vault

"#]],
    );
    shows(
        clone.run("strongroom history --type local", 0),
        str![[r#"
name        environment  version    by   on          commit      subject
zone_token  local        version 1  Ann  [DATE....]  [COMMIT..]  a vault

"#]],
    );
    let json = clone.run("strongroom history --type prod --json", 0);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["shallow"], false);
    assert_eq!(json["history"][0]["commit"], serde_json::Value::Null);
    assert_eq!(json["history"][0]["version"], 3);
    assert_eq!(json["history"][1]["author"], "Bob");
    assert_eq!(json["history"][2]["subject"], "a vault");
    shows(
        clone.run("strongroom history nothing", 1),
        str![[r#"
--- stderr
error: there is no secret `nothing`
       see those that exist with: strongroom list

"#]],
    );
}

#[test]
fn a_merge_makes_no_version_and_a_moved_file_is_followed() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", "feature"),
        |clone| clone.set("--type dev", "stripe_api_key", "main"),
    );
    assert!(clone.merge().0);
    std::fs::create_dir(clone.session.path("app")).expect("a folder");
    clone.git(&["mv", "strongroom.toml", "app/vault.toml"]);
    clone.commit("Carol", "moved");
    shows(
        clone.run("strongroom --vault app/vault.toml history stripe_api_key", 0),
        str![[r#"
name            environment  version    by   on          commit      subject
stripe_api_key  development  version 2  Ann  [DATE....]  [COMMIT..]  on main
stripe_api_key  production   version 2  Bob  [DATE....]  [COMMIT..]  on the branch
stripe_api_key  development  version 1  Ann  [DATE....]  [COMMIT..]  a vault
stripe_api_key  production   version 1  Ann  [DATE....]  [COMMIT..]  a vault

"#]],
    );
}

#[test]
fn no_subject_author_or_mailmap_makes_up_a_commit() {
    let clone = Clone::installed();
    clone.session.write(".mailmap", "Ann <x@example.com> Bob\u{2} <x@example.com>\n");
    clone.set("--type prod", "stripe_api_key", "2");
    let made_up = "a".repeat(40);
    let head = format!("{made_up}\u{2}Ann\u{2}2020-01-01T00:00:00+00:00\u{2}fine");
    let subject = format!("mine\u{1}{head}");
    clone.git(&["add", "-A"]);
    clone.try_git_as("Bob\u{2}Ann", &["commit", "-q", "-m", &subject]);
    let commit = clone.git(&["rev-parse", "HEAD"]);
    let json = clone.session.run("strongroom history --type prod --json").output();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let newest = &json["history"][0];
    assert_eq!(newest["version"], 2);
    assert_eq!(newest["commit"], commit.trim());
    assert_eq!(newest["author"], "Bob\u{2}Ann");
    assert_eq!(newest["subject"], subject);
    assert_eq!(json["history"][1]["subject"], "a vault");
}

#[test]
fn without_git_or_a_repository_or_a_commit_it_is_said() {
    let clone = Clone::new();
    clone.set("--type local", "a", "1");
    shows(
        clone.run("strongroom history a", 0),
        str![[r#"
name  environment  version    by             on  commit  subject
a     local        version 1  not committed

"#]],
    );
    let outcome = clone.session.typed("strongroom history a").variable("PATH", "").run();
    outcome.ends_with(3).says("git is not on the PATH");
    let outside = crate::session::Session::with_secret();
    outside.run("strongroom history github_api_token").shows(str![[r#"
[3]
--- stderr
error: [ROOT]/work/strongroom.toml is in no git repository, so nobody keeps its history
       make one with: git init

"#]]);
}

#[test]
fn a_shallow_clone_says_so_and_shows_what_there_is() {
    let clone = Clone::installed();
    clone.set("--type prod", "stripe_api_key", "2");
    clone.commit("Bob", "two");
    clone.set("--type prod", "stripe_api_key", "3");
    clone.commit("Bob", "three");
    let from = format!("file://{}", clone.session.path("").display());
    clone.git(&["clone", "-q", "--depth", "2", &from, "../shallow"]);
    let vault = clone.session.path("../shallow/strongroom.toml");
    clone.session.export("STRONGROOM_VAULT", &vault);
    shows(
        clone.run("strongroom history --type prod stripe_api_key", 0),
        str![[r#"
name            environment  version    by   on                     commit      subject
stripe_api_key  production   version 3  Bob  [DATE....]             [COMMIT..]  three
stripe_api_key  production   version 2  ?    [DATE....] or earlier  [COMMIT..]
--- stderr
this is a shallow clone: what is older than its last commit is not here
fetch the rest with: git fetch --unshallow

"#]],
    );
    let json = clone.session.run("strongroom history --json").output();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["shallow"], true);
    shows(
        clone.run("strongroom rollback stripe_api_key --to 1 --type prod", 1),
        str![[r#"
--- stderr
error: git's history has no version 1 of `stripe_api_key` there, only: 2, 3
       see them with: strongroom history stripe_api_key
       this is a shallow clone: what is older than its last commit is not here
       fetch the rest with: git fetch --unshallow

"#]],
    );
    let mut git = Command::new("git");
    clone.session.set_up(&mut git);
    let _ = git.args(["-C", "../shallow", "fetch", "-q", "--unshallow"]).status();
    clone.session.run("strongroom rollback stripe_api_key --to 1 --type prod").succeeds();
}

#[test]
fn what_was_sealed_again_is_counted_in_one_line() {
    let clone = Clone::installed();
    let rotate = |who, subject: &str| {
        clone.rotate("dev,prod");
        clone.commit(who, subject);
    };
    rotate("Ann", "new keys");
    clone.set("--type prod", "stripe_api_key", "2");
    clone.commit("Bob", "a new key of Stripe");
    rotate("Carol", "newer keys");
    shows(
        clone.run("strongroom history stripe_api_key", 0),
        str![[r#"
name            environment  version    by   on          commit      subject
stripe_api_key  production   version 2  Bob  [DATE....]  [COMMIT..]  a new key of Stripe
stripe_api_key  development  version 1  Ann  [DATE....]  [COMMIT..]  a vault
stripe_api_key  production   version 1  Ann  [DATE....]  [COMMIT..]  a vault
--- stderr
sealed again under a new data key in 2 commits, the last one: [COMMIT..] on [DATE....] by Carol; show it with: --all

"#]],
    );
    shows(
        clone.run("strongroom history stripe_api_key --all --type prod", 0),
        str![[r#"
name            environment  version                  by     on          commit      subject
stripe_api_key  production   version 2, sealed again  Carol  [DATE....]  [COMMIT..]  newer keys
stripe_api_key  production   version 2                Bob    [DATE....]  [COMMIT..]  a new key of Stripe
stripe_api_key  production   version 1, sealed again  Ann    [DATE....]  [COMMIT..]  new keys
stripe_api_key  production   version 1                Ann    [DATE....]  [COMMIT..]  a vault

"#]],
    );
    // A line of one secret and of all of them is the same.
    assert!(clone.run("strongroom history", 0).contains("in 2 commits, the last one"));
    let json = clone.run("strongroom history stripe_api_key --json", 0);
    assert_eq!(json.matches("\"sealed-again\"").count(), 4, "{json}");
    clone.rotate("prod");
    let said = clone.run("strongroom history stripe_api_key", 0);
    assert!(said.contains("in 3 commits, the last one: not committed"), "{said}");
}

#[test]
fn another_value_of_the_same_version_under_the_same_key_is_shown() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", "feature"),
        |clone| clone.set("--type prod", "stripe_api_key", "main"),
    );
    let main = clone.session.read("strongroom.toml");
    let feature = clone.git(&["show", "feature:strongroom.toml"]);
    assert_ne!(main, feature);
    clone.session.write("strongroom.toml", feature);
    clone.commit("Mallory", "tidy up");
    let said = clone.run("strongroom history stripe_api_key --type prod", 0);
    assert!(said.lines().nth(1).is_some_and(|line| line.contains("Mallory")), "{said}");
}

#[test]
fn only_a_rotation_seals_again_and_whatever_else_stands_there_is_shown() {
    let clone = Clone::installed();
    let line = |text: &str| {
        let secret = text.split("[secrets.stripe_api_key]\n").nth(1).expect("a secret");
        secret.lines().find(|line| line.starts_with("production")).expect("a value").to_owned()
    };
    let older = line(&clone.session.read("strongroom.toml"));
    clone.rotate("prod");
    clone.commit("Ann", "new keys");
    let newer = line(&clone.session.read("strongroom.toml"));
    clone.session.replace(&newer, &older);
    clone.commit("Mallory", "tidy up");
    shows(
        clone.run("strongroom history --type production stripe_api_key", 0),
        str![[r#"
name            environment  version    by       on          commit      subject
stripe_api_key  production   version 1  Mallory  [DATE....]  [COMMIT..]  tidy up
stripe_api_key  production   version 1  Ann      [DATE....]  [COMMIT..]  a vault
--- stderr
sealed again under a new data key in 1 commit: [COMMIT..] on [DATE....] by Ann; show it with: --all

"#]],
    );
    shows(
        clone.run("strongroom history --all --type production stripe_api_key", 0),
        str![[r#"
name            environment  version                  by       on          commit      subject
stripe_api_key  production   version 1                Mallory  [DATE....]  [COMMIT..]  tidy up
stripe_api_key  production   version 1, sealed again  Ann      [DATE....]  [COMMIT..]  new keys
stripe_api_key  production   version 1                Ann      [DATE....]  [COMMIT..]  a vault

"#]],
    );
}
