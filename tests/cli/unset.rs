//! `strongroom unset`.

use snapbox::str;

use crate::session::{MARKER, Session};

#[test]
fn a_value_goes_and_with_the_last_one_the_secret() {
    let session = Session::with_secret();
    session.run("strongroom unset --type local github_api_token").shows(str![[r#"
[0]
--- stderr
removed github_api_token for local

"#]]);
    session.run("strongroom unset --type local,dev github_api_token").shows(str![[r#"
[0]
--- stderr
github_api_token has no value of its own for local
removed github_api_token for development
github_api_token had no other value and is gone

"#]]);
    assert!(!session.read("strongroom.toml").contains("secrets"));
    session.run("strongroom unset --type local github_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no secret `github_api_token`
       see those that exist with: strongroom list

"#]]);
}

#[test]
fn nothing_there_is_a_no() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session.run("strongroom unset --type prod,preview github_api_token").shows(str![[r#"
[1]
--- stderr
error: `github_api_token` has no value of its own for `production` and `preview`

"#]]);
    session.run("strongroom unset --type prod githb_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?

"#]]);
    session.run("strongroom unset github_api_token").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom unset --type local NAME

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_named_environment_has_the_value_of_its_type_again() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging github_api_token").input(MARKER).run().succeeds();
    session.run("strongroom unset --env staging GitHubAPIToken").shows(str![[r#"
[0]
--- stderr
removed github_api_token for staging, which has the value of development now

"#]]);
}

#[test]
fn no_key_is_needed() {
    let session = Session::with_secret();
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom unset --type local github_api_token").succeeds();
}

#[test]
fn several_names_go_at_once_or_not_at_all() {
    let session = Session::with_secret();
    session.typed("strongroom set --type local,prod b").input(MARKER).run().succeeds();
    let before = session.read("strongroom.toml");
    session.run("strongroom unset --type local b c github_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no secret `c`
       see those that exist with: strongroom list

"#]]);
    session.run("strongroom unset --type preview b github_api_token").shows(str![[r#"
[1]
--- stderr
error: `b` and `github_api_token` have no values of their own for `preview`

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom unset --type local b B github_api_token --json").shows(str![[r#"
[0]
{
  "mine": false,
  "secrets": [
    {
      "gone": false,
      "name": "b",
      "values": [
        {
          "change": "removed",
          "environment": "local"
        }
      ]
    },
    {
      "gone": false,
      "name": "github_api_token",
      "values": [
        {
          "change": "removed",
          "environment": "local"
        }
      ]
    }
  ]
}
--- stderr
removed b for local
removed github_api_token for local

"#]]);
    session.run("strongroom unset --type prod,dev b github_api_token").shows(str![[r#"
[0]
--- stderr
removed b for production
b has no value of its own for development
b had no other value and is gone
github_api_token has no value of its own for production
removed github_api_token for development
github_api_token had no other value and is gone

"#]]);
    assert!(!session.read("strongroom.toml").contains("secrets"));
}

#[test]
fn several_values_of_ones_own_go_at_once_or_not_at_all() {
    let session = Session::with_secret();
    session.typed("strongroom set --mine github_api_token").input(MARKER).run().succeeds();
    session.typed("strongroom set --mine b").input(MARKER).run().succeeds();
    let before = session.read("strongroom.mine.toml");
    session.run("strongroom unset --mine b c").shows(str![[r#"
[1]
--- stderr
error: you have no value of your own of `c` for `local`

"#]]);
    assert_eq!(session.read("strongroom.mine.toml"), before);
    session.run("strongroom unset --mine b github_api_token").shows(str![[r#"
[0]
--- stderr
removed your own b for local; the value of the vault counts now
removed your own github_api_token for local; the value of the vault counts now

"#]]);
    assert!(!session.read("strongroom.mine.toml").contains("secrets"));
}
