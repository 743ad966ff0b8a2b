//! `strongroom check` and `run --check` of settings: declared, missing, and none of their type.

use snapbox::str;

use super::package;
use crate::session::Session;

/// A package that declares settings, and a vault that has some of them.
fn shop() -> Session {
    let session = Session::with_vault();
    package(&session, "", "shop");
    session.run("strongroom env add staging --type dev").succeeds();
    for line in [
        "--default max_retries 3",
        "--type local by_hand true",
        "--type dev request_timeout 30",
        "--default unused 1",
    ] {
        session.run(&format!("strongroom setting set {line}")).succeeds();
    }
    session.write(
        "src/main.rs",
        "#[strongroom::settings]\n\
         struct Settings {\n\
         \x20   max_retries: u8,\n\
         \x20   public_url: Option<String>,\n\
         \x20   by_hand: u8,\n\
         \x20   #[setting(name = \"log/level\", default = \"info\")]\n\
         \x20   level: String,\n\
         \x20   request_timeout: std::time::Duration,\n\
         }\n\
         \n\
         mod other {\n\
         \x20   #[strongroom::settings]\n\
         \x20   struct Settings {\n\
         \x20       #[setting(name = \"MaxRetries\")]\n\
         \x20       most: bool,\n\
         \x20   }\n\
         }\n",
    );
    session
}

#[test]
fn declared_settings_that_are_missing_or_wrong_are_named() {
    let session = shop();
    session.run("strongroom check").shows(str![[r#"
[1]
declared setting  production  development  preview   local     staging   where
by_hand           -           -            -         ! wrong   -         src/main.rs:5
log/level         optional    optional     optional  optional  optional  src/main.rs:7
max_retries       !           !            !         ! wrong   !         src/main.rs:3, src/main.rs:15
public_url        optional    optional     optional  optional  optional  src/main.rs:4
request_timeout   -           !            -         missing   !         src/main.rs:8

setting that is not declared
unused
--- stderr

✓ own value   · that of the type, or by default   - missing, not counted   ! not of the field's type
error: the setting `by_hand` is `true` for `local`, and not valid for `u8`: expected a whole number from 0 to 255
       set it again with: strongroom setting set --type local by_hand VALUE
error: the setting `max_retries` is `3` by default, and not valid for `bool`: expected `true` or `false`
       set it again with: strongroom setting set --default max_retries VALUE
5 settings declared, 3 missing or wrong for `local`
set the settings that are missing with:
  strongroom setting set --type local request_timeout VALUE

"#]]);
}

#[test]
fn json_says_what_each_environment_has() {
    let session = shop();
    session.run("strongroom check --type dev --env staging --json").shows(str![[r#"
[1]
{
  "apps": {
    "fault": null,
    "keys": [],
    "without_secret": []
  },
  "back": [],
  "counted": [
    "development",
    "staging"
  ],
  "declared": [],
  "due": [],
  "elsewhere": [],
  "expiring": [],
  "faults": [],
  "key_faults": [],
  "live": null,
  "missing": 0,
  "opened": 0,
  "own": [],
  "references": 0,
  "settings": [
    {
      "name": "by_hand",
      "optional": false,
      "places": [
        "src/main.rs:5"
      ],
      "values": {
        "development": "missing",
        "staging": "missing"
      }
    },
    {
      "name": "log/level",
      "optional": true,
      "places": [
        "src/main.rs:7"
      ],
      "values": {
        "development": "optional",
        "staging": "optional"
      }
    },
    {
      "name": "max_retries",
      "optional": false,
      "places": [
        "src/main.rs:3",
        "src/main.rs:15"
      ],
      "values": {
        "development": "invalid",
        "staging": "invalid"
      }
    },
    {
      "name": "public_url",
      "optional": true,
      "places": [
        "src/main.rs:4"
      ],
      "values": {
        "development": "optional",
        "staging": "optional"
      }
    },
    {
      "name": "request_timeout",
      "optional": false,
      "places": [
        "src/main.rs:8"
      ],
      "values": {
        "development": "invalid",
        "staging": "invalid"
      }
    }
  ],
  "source": true,
  "undeclared": [],
  "undeclared_settings": [
    "unused"
  ],
  "unopened": [],
  "unread": [],
  "unresolved": [],
  "waiting": [],
  "without_key": []
}

"#]]);
}

#[test]
fn run_with_a_check_starts_nothing_without_what_is_declared() {
    let session = shop();
    session.run("strongroom run --check -- true").shows(str![[r#"
[1]
--- stderr
error: nothing was started, because of what the source code declares for `local`
       the setting `request_timeout` has no value; set one with: strongroom setting set --type local request_timeout VALUE
       the setting `by_hand` is `true` for `local`, and not valid for `u8`: expected a whole number from 0 to 255
       set it again with: strongroom setting set --type local by_hand VALUE
       the setting `max_retries` is `3` by default, and not valid for `bool`: expected `true` or `false`
       set it again with: strongroom setting set --default max_retries VALUE

"#]]);
    session.write(
        "src/main.rs",
        "#[strongroom::settings]\nstruct Settings { max_retries: u8, unusde: Option<u8> }\n",
    );
    session.run("strongroom check").shows(str![[r#"
[0]
declared setting  production  development  preview   local     staging   where
max_retries       ·           ·            ·         ·         ·         src/main.rs:2
unusde            optional    optional     optional  optional  optional  src/main.rs:2

setting that is not declared
by_hand
request_timeout
unused
--- stderr

✓ own value   · that of the type, or by default   - missing, not counted   ! not of the field's type
2 settings declared, 0 missing or wrong for `local`
the setting `unusde` is declared, and the vault has `unused`: did you mean it?

"#]]);
    session.run("strongroom run --check -- true").succeeds();
}

#[test]
fn what_is_declared_as_a_secret_and_is_a_setting_is_not_to_be_set() {
    let session = Session::with_secret();
    package(&session, "", "shop");
    session.run("strongroom setting set --default log_level info").succeeds();
    session.write(
        "src/main.rs",
        "#[strongroom::secrets]\nstruct Secrets { log_level: String }\n\
         #[strongroom::settings]\nstruct Settings { github_api_token: String }\n",
    );
    session.run("strongroom check").shows(str![[r#"
[1]
declared   production  development  preview  local    where
log_level  -           -            -        missing  src/main.rs:2

not declared      values
github_api_token  development, local

declared setting  production  development  preview  local    where
github_api_token  -           -            -        missing  src/main.rs:4

setting that is not declared
log_level
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
1 declared, 1 missing for `local`
`log_level` is a setting in the vault, and no secret
declare it in a struct with #[strongroom::settings]
or, if it is secret: strongroom setting unset --all log_level, and then: strongroom set log_level

✓ own value   · that of the type, or by default   - missing, not counted   ! not of the field's type
1 setting declared, 1 missing or wrong for `local`
`github_api_token` is a secret in the vault, and no setting
declare it in a struct with #[strongroom::secrets]

"#]]);
    session.run("strongroom run --check -- true").shows(str![[r#"
[1]
--- stderr
error: nothing was started, because of what the source code declares for `local`
       `log_level` is a setting in the vault, and no secret
       declare it in a struct with #[strongroom::settings]
       or, if it is secret: strongroom setting unset --all log_level, and then: strongroom set log_level
       `github_api_token` is a secret in the vault, and no setting
       declare it in a struct with #[strongroom::secrets]

"#]]);
}
