//! `strongroom rollback`.

use snapbox::str;

use super::{Clone, shows};

/// Three versions, each with a commit.
fn with_versions() -> Clone {
    let clone = Clone::installed();
    for (version, who) in [("2", "Bob"), ("3", "Ann")] {
        clone.set("--type prod", "stripe_api_key", version);
        clone.commit(who, &format!("version {version}"));
    }
    clone
}

#[test]
fn an_earlier_value_comes_back_as_a_new_version() {
    let clone = with_versions();
    let before = clone.session.read("strongroom.toml");
    shows(
        clone.run("strongroom rollback stripe_api_key --to 2 --type prod --dry-run", 0),
        str![[r#"
--- stderr
would set stripe_api_key for production to version 2 (commit [COMMIT..], [DATE....]), as version 4

"#]],
    );
    assert_eq!(clone.session.read("strongroom.toml"), before);
    shows(
        clone.run("strongroom rollback Stripe-api-key --to 2 --type prod", 0),
        str![[r#"
--- stderr
set stripe_api_key for production to version 2 (commit [COMMIT..], [DATE....]), as version 4

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-2");
    shows(
        clone.run("strongroom rollback stripe_api_key --to 2 --type prod", 0),
        str![[r#"
--- stderr
unchanged stripe_api_key for production: it has the value of version 2 (commit [COMMIT..], [DATE....])

"#]],
    );
    clone.session.run("strongroom unset --type prod stripe_api_key").succeeds();
    shows(
        clone.run("strongroom rollback stripe_api_key --to 3 --type prod", 0),
        str![[r#"
--- stderr
set stripe_api_key for production to version 3 (commit [COMMIT..], [DATE....]), as version 1

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-3");
}

#[test]
fn what_is_not_in_the_history_is_explained() {
    let clone = with_versions();
    for (line, status) in [
        ("strongroom rollback stripe_api_key --to 2", 2),
        ("strongroom rollback stripe_api_key --to 7 --type prod", 1),
        ("strongroom rollback stripe_api_key --to 1 --type local", 1),
        ("strongroom rollback nothing --to 1 --type local", 1),
        ("strongroom rollback stripe_api_key --to 0 --type prod", 2),
    ] {
        clone.session.run(line).ends_with(status);
    }
    shows(
        clone.run("strongroom rollback stripe_api_key --to 7 --type prod", 1),
        str![[r#"
--- stderr
error: git's history has no version 7 of `stripe_api_key` there, only: 1, 2, 3
       see them with: strongroom history stripe_api_key

"#]],
    );
    shows(
        clone.run("strongroom rollback stripe_api_key --to 2", 2),
        str![[r#"
--- stderr
error: for which environment? name it with --type or --env
       for example: strongroom rollback stripe_api_key --to 2 --type production

"#]],
    );
    std::fs::remove_file(clone.session.kept_key("owner")).expect("a key");
    clone.session.run("strongroom rollback stripe_api_key --to 2 --type prod").ends_with(3);
}

#[test]
fn two_branches_with_a_version_of_one_number_need_a_commit() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", "feature"),
        |clone| clone.set("--type prod", "stripe_api_key", "main"),
    );
    assert!(!clone.merge().0);
    clone.session.run("strongroom resolve --all --theirs").succeeds();
    clone.commit("Ann", "merged");
    clone.set("--type prod", "stripe_api_key", "later");
    shows(
        clone.run("strongroom rollback stripe_api_key --to 2 --type prod", 2),
        str![[r#"
--- stderr
error: `stripe_api_key` has had several values as version 2: in [COMMIT..] (Ann, [DATE....]), [COMMIT..] (Bob, [DATE....])
       say which with: --commit COMMIT

"#]],
    );
    let main = clone.git(&["rev-parse", "HEAD~1"]);
    let line = format!("strongroom rollback stripe_api_key --to 2 --type prod --commit {main}");
    clone.session.run(&line).succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-main");
}

#[test]
fn a_version_under_the_previous_data_key_is_asked_about_and_an_older_one_is_gone() {
    let clone = with_versions();
    let rotate = |subject| {
        clone.rotate("production");
        clone.commit("Ann", subject);
    };
    rotate("a new key");
    let line = "strongroom rollback stripe_api_key --to 2 --type prod";
    shows(
        clone.run(line, 2),
        str![[r#"
--- stderr
error: version 2 lies under the previous data key, which a removed holder may have: no terminal to ask at
       take it with: --yes

"#]],
    );
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-3");
    // The version that was sealed again lies under the key of now.
    clone.session.run("strongroom rollback stripe_api_key --to 3 --type prod").succeeds();
    clone.session.run(&format!("{line} --yes")).succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-2");
    rotate("another key");
    shows(
        clone.run("strongroom rollback stripe_api_key --to 1 --type prod", 3),
        str![[r#"
--- stderr
error: version 1 of `stripe_api_key` lies under a data key of `production` that is gone: only the current one and the one before are kept
       set the value from where it came: strongroom set --type production stripe_api_key

"#]],
    );
}

#[test]
fn a_value_that_was_sealed_again_is_no_other_value() {
    let clone = with_versions();
    let rotate = |subject: &str| {
        clone.rotate("production");
        clone.commit("Carol", subject);
    };
    rotate("a new key");
    rotate("another key");
    clone.set("--type prod", "stripe_api_key", "4");
    clone.commit("Ann", "version 4");
    rotate("a third key");
    // Version 3 lies under three keys in the history, and under the one before the current one at last.
    shows(
        clone.run("strongroom rollback stripe_api_key --to 3 --type prod --dry-run --yes", 0),
        str![[r#"
--- stderr
warning: version 3 lies under the previous data key, which a removed holder may have
         git has it from Carol, [DATE....], commit [COMMIT..]: another key
would set stripe_api_key for production to version 3 (commit [COMMIT..], [DATE....], first in commit [COMMIT..]), as version 5

"#]],
    );
    // Whose seal is opened is told first, and then in which commit the value was set.
    let line = "strongroom rollback stripe_api_key --to 3 --type prod --dry-run --yes --json";
    let json: serde_json::Value =
        serde_json::from_str(&clone.session.run(line).output()).expect("JSON");
    let commit = |subject: &str| {
        clone.git(&["log", "--format=%H", &format!("--grep={subject}")]).trim().to_owned()
    };
    assert_eq!(json["first_commit"], commit("version 3"));
    assert_eq!(json["commit"], commit("another key"));
    assert_eq!(json["author"], "Carol");
    // A commit that is named has what it has.
    let named = "strongroom rollback stripe_api_key --to 3 --type prod --yes --commit";
    shows(
        clone.run(&format!("{named} {}", commit("version 3")), 3),
        str![[r#"
--- stderr
error: version 3 of `stripe_api_key` in that commit lies under a data key that is gone
       a rotation sealed it again in commit [COMMIT..] of [DATE....] by Carol: if that is right, take it with: --commit [COMMIT..]

"#]],
    );
    clone.session.run(&format!("{named} {} --dry-run", commit("another key"))).succeeds();
    clone.session.run("strongroom rollback stripe_api_key --to 3 --type prod --yes").succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-3");
}

#[test]
fn two_values_of_one_version_stay_two_when_one_of_them_is_sealed_again() {
    let clone = Clone::installed();
    clone.diverge(
        |clone| clone.set("--type prod", "stripe_api_key", "feature"),
        |clone| clone.set("--type prod", "stripe_api_key", "main"),
    );
    assert!(!clone.merge().0);
    // By hand: `resolve` would give it a version of its own.
    clone.git(&["checkout", "-q", "--theirs", "strongroom.toml"]);
    clone.commit("Ann", "merged");
    clone.rotate("prod");
    clone.commit("Ann", "a new key");
    let line = "strongroom rollback stripe_api_key --to 2 --type prod --yes";
    shows(
        clone.run(line, 2),
        str![[r#"
--- stderr
error: `stripe_api_key` has had several values as version 2: in [COMMIT..] (Bob, [DATE....]), [COMMIT..] (Ann, [DATE....])
       say which with: --commit COMMIT

"#]],
    );
    let main = clone.git(&["log", "--format=%H", "--grep=on main"]);
    clone.session.run(&format!("{line} --commit {}", main.trim())).succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-main");
    // By the commit that set it, whose own seal is opened, although the value was sealed again since.
    let feature = clone.git(&["log", "--format=%H", "--grep=on the branch"]);
    clone.session.run(&format!("{line} --commit {}", feature.trim())).succeeds();
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-feature");
}

#[test]
fn what_a_removed_holder_seals_beside_a_rotation_is_never_taken_for_it() {
    let clone = with_versions();
    let before = clone.session.read("strongroom.toml");
    let rotate = |subject: &str| {
        clone.rotate("prod");
        clone.commit("Ann", subject);
    };
    rotate("a new key");
    // Another value as version 3, under the key that is the one before in the end, after a text with the key before that.
    let rotated = clone.session.read("strongroom.toml");
    clone.session.run("strongroom unset --type prod stripe_api_key").succeeds();
    for value in ["x", "y", "forged"] {
        clone.set("--type prod", "stripe_api_key", value);
    }
    let forged = clone.session.read("strongroom.toml");
    let line = |text: &str| {
        let table = text.split("[secrets.stripe_api_key]\n").nth(1).expect("the secret");
        table.lines().find(|line| line.starts_with("production")).expect("a value").to_owned()
    };
    clone.session.write("strongroom.toml", &before);
    clone.commit("Mallory", "back");
    clone.session.write("strongroom.toml", rotated.replace(&line(&rotated), &line(&forged)));
    clone.commit("Mallory", "forth");
    clone.session.write("strongroom.toml", &rotated);
    clone.commit("Mallory", "as it was");
    clone.set("--type prod", "stripe_api_key", "4");
    clone.commit("Ann", "version 4");
    rotate("another key");
    shows(
        clone.run("strongroom rollback stripe_api_key --to 3 --type prod --yes", 2),
        str![[r#"
--- stderr
error: `stripe_api_key` has had several values as version 3: in [COMMIT..] (Ann, [DATE....]), [COMMIT..] (Mallory, [DATE....])
       say which with: --commit COMMIT

"#]],
    );
}

#[test]
fn what_is_put_between_two_commits_of_others_is_not_taken_for_theirs() {
    let clone = with_versions();
    let line = |text: &str| {
        let table = text.split("[secrets.stripe_api_key]\n").nth(1).expect("the secret");
        table.lines().find(|line| line.starts_with("production")).expect("a value").to_owned()
    };
    let set = clone.git(&["rev-parse", "HEAD~1"]);
    let real = line(&clone.git(&["show", "HEAD~1:strongroom.toml"]));
    let rotate = |subject: &str| {
        clone.rotate("prod");
        clone.commit("Ann", subject);
    };
    rotate("a new key");
    clone.session.run("strongroom unset --type prod stripe_api_key").succeeds();
    for value in ["x", "forged"] {
        clone.set("--type prod", "stripe_api_key", value);
    }
    let forged = line(&clone.session.read("strongroom.toml"));
    clone.git(&["checkout", "-q", "strongroom.toml"]);
    rotate("another key");
    // It looks as if the value that Bob set had been sealed again under the key before the current one.
    let now = clone.session.read("strongroom.toml");
    for put in [&real, &forged, &line(&now)] {
        clone.session.write("strongroom.toml", now.replace(&line(&now), put));
        clone.commit("Mallory", "tidy up");
    }
    let rollback = "strongroom rollback stripe_api_key --to 2 --type prod";
    let bobs = format!("{rollback} --yes --commit {}", set.trim());
    clone
        .session
        .run(&bobs)
        .ends_with(3)
        .says("lies under a data key of `production` that is gone");
    shows(
        clone.run(&format!("{rollback} --dry-run"), 0),
        str![[r#"
--- stderr
warning: version 2 lies under the previous data key, which a removed holder may have
         git has it from Mallory, [DATE....], commit [COMMIT..]: tidy up
would set stripe_api_key for production to version 2 (commit [COMMIT..], [DATE....]), as version 4

"#]],
    );
    let dry = clone.session.run(&format!("{rollback} --dry-run --json")).output();
    let json: serde_json::Value = serde_json::from_str(&dry).expect("JSON");
    assert_eq!(json["author"], "Mallory");
    assert_eq!(json["first_commit"], json["commit"]);
    assert_eq!(clone.get("--type prod", "stripe_api_key"), "-3");
}
