//! `strongroom diff`.

mod revision;

use snapbox::str;

use crate::session::{MARKER, Session};

fn set(session: &Session, flags: &str, name: &str, value: &str) {
    let line = format!("strongroom set {flags} {name}");
    session.typed(&line).input(format!("{MARKER}-{value}")).run().succeeds();
}

/// Values of every kind of difference between development and production.
fn scene() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    set(&session, "--type dev,prod", "equal", "x");
    set(&session, "--type prod", "different", "1");
    set(&session, "--type dev", "different", "2");
    set(&session, "--type dev", "only_dev", "3");
    set(&session, "--type prod", "only_prod", "4");
    set(&session, "--type local", "neither", "5");
    session
}

#[test]
fn two_environments_are_compared_value_by_value() {
    let session = scene();
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret     development  production
different  ✓ 1          ✓ 1         different
only_dev   ✓ 1          -           only in development
only_prod  -            ✓ 1         only in production
--- stderr
1 only in development, 1 only in production, 1 different, 1 equal

"#]]);
    session.run("strongroom diff dev prod --exit-code").ends_with(1);
    session.run("strongroom diff dev staging --exit-code").shows(str![[r#"
[0]
--- stderr
3 equal

"#]]);
    set(&session, "--env staging", "equal", "y");
    session.run("strongroom diff staging dev").shows(str![[r#"
[0]
secret  staging  development
equal   ✓ 1      ✓ 1          different
--- stderr
1 different, 2 equal

"#]]);
    session.run("strongroom diff preview staging").succeeds().says("3 only in staging");
}

#[test]
fn without_a_key_names_are_compared() {
    let session = scene();
    session.run("strongroom holder add dev --type dev --out dev.key").succeeds();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret     development  production
different  ✓ 1          ✓ 1         not compared
equal      ✓ 1          ✓ 1         not compared
only_dev   ✓ 1          -           only in development
only_prod  -            ✓ 1         only in production
--- stderr
1 only in development, 1 only in production, 2 not compared
values are compared where keys are at hand, and none for `production` and `development` is; keep one with: strongroom key add

"#]]);
    // One value for both needs no key to be the same.
    session.run("strongroom diff dev staging --exit-code").succeeds().says("3 equal");
    session.export("STRONGROOM_KEY_FILE", "dev.key");
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret     development  production
different  ✓ 1          ✓ 1         not compared
equal      ✓ 1          ✓ 1         not compared
only_dev   ✓ 1          -           only in development
only_prod  -            ✓ 1         only in production
--- stderr
1 only in development, 1 only in production, 2 not compared
values are compared where keys are at hand, and none for `production` is; keep one with: strongroom key add

"#]]);
    session.run("strongroom unset --type prod only_prod").succeeds();
    session.run("strongroom unset --type dev only_dev").succeeds();
    session.run("strongroom diff dev prod --exit-code").ends_with(3);
    session.run("strongroom diff dev prod").succeeds();
}

#[test]
fn a_value_that_does_not_open_is_not_called_equal() {
    let session = scene();
    session.replace("development = { version = 1", "development = { version = 2");
    let seal = "A".repeat(50);
    let kept =
        format!("version = 1, set = 2026-11-20, store = \"c\", ref = \"a\", seal = \"{seal}\"");
    session.edit(|vault| {
        format!("{vault}\n[secrets.kept]\ndevelopment = {{ {kept} }}\nproduction = {{ {kept} }}\n")
    });
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret     development  production
different  ! 2          ✓ 1         not compared: altered: it does not open at this place with this key
only_dev   ✓ 1          -           only in development
only_prod  -            ✓ 1         only in production
--- stderr
1 only in development, 1 only in production, 1 not compared, 2 equal

"#]]);
}

#[test]
fn json_has_every_secret_of_the_two() {
    let session = scene();
    session.run("strongroom unset --type dev different").succeeds();
    session.run("strongroom unset --type prod only_prod").succeeds();
    session.run("strongroom diff local prod --json").shows(str![[r#"
[0]
{
  "a": {
    "name": "local",
    "type": "local"
  },
  "b": {
    "name": "production",
    "type": "production"
  },
  "secrets": [
    {
      "a": null,
      "b": {
        "content": "sealed",
        "environment": "production",
        "version": 1
      },
      "name": "different",
      "result": "only-b"
    },
    {
      "a": null,
      "b": {
        "content": "sealed",
        "environment": "production",
        "version": 1
      },
      "name": "equal",
      "result": "only-b"
    },
    {
      "a": {
        "content": "sealed",
        "environment": "local",
        "version": 1
      },
      "b": null,
      "name": "neither",
      "result": "only-a"
    }
  ],
  "without_key": []
}

"#]]);
}

#[test]
fn what_is_to_be_compared_must_be_said() {
    let session = scene();
    session.run("strongroom diff dev").shows(str![[r#"
[2]
--- stderr
error: `development` is an environment, and which one it is to be compared with is not said
       for example: strongroom diff development local
       if the commit is meant: strongroom diff --rev dev

"#]]);
    session.run("strongroom diff dev development").shows(str![[r#"
[2]
--- stderr
error: both are `development`, which does not differ from itself

"#]]);
    session.run("strongroom diff dev staing").shows(str![[r#"
[2]
--- stderr
error: unknown environment `staing`; did you mean `staging`?
       known here: production, development, preview, local, staging (short: prod, dev, pr)

"#]]);
    session.run("strongroom diff dev prod local").ends_with(2);
    session.run("strongroom diff dev prod --rev HEAD").ends_with(2);
}
