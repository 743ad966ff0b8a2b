//! `strongroom list`.

use std::fs;

use snapbox::str;

use crate::session::{MARKER, Session};

fn vault_with_staging() -> Session {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging smtp/password").input(MARKER).run().succeeds();
    session.typed("strongroom set --type prod smtp/password").input(MARKER).run().succeeds();
    session
        .typed("strongroom set --type prod smtp/password")
        .input("MARKER-5f1e-2")
        .run()
        .succeeds();
    session
}

#[test]
fn names_and_environments_make_a_table() {
    vault_with_staging().run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local  staging
github_api_token  -           ✓ 1          -        ✓ 1    ·
smtp/password     ✓ 2         -            -        -      ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
}

#[test]
fn no_key_is_needed() {
    let session = vault_with_staging();
    let with_key = session.run("strongroom list").output();
    fs::remove_file(session.kept_key("owner")).expect("a key");
    assert_eq!(session.run("strongroom list").succeeds().output(), with_key);
}

#[test]
fn one_secret_has_versions_and_dates_and_with_a_key_says_which_values_are_one() {
    let session = vault_with_staging();
    session.run("strongroom list smtp/password").shows(str![[r#"
[0]
smtp/password
environment  version  set         content
production   2        [DATE....]  sealed
staging      1        [DATE....]  sealed

"#]]);
    session.run("strongroom list github-api-token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  sealed
local        1        [DATE....]  sealed
one value: development, local

"#]]);
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom list github_api_token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  sealed
local        1        [DATE....]  sealed

"#]]);
    session.run("strongroom list githb_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no secret `githb_api_token`
       did you mean `github_api_token`?

"#]]);
}

#[test]
fn programs_get_json() {
    let session = vault_with_staging();
    session.run("strongroom list --json").shows(str![[r#"
[0]
{
  "environments": [
    {
      "name": "production",
      "type": "production"
    },
    {
      "name": "development",
      "type": "development"
    },
    {
      "name": "preview",
      "type": "preview"
    },
    {
      "name": "local",
      "type": "local"
    },
    {
      "name": "staging",
      "type": "development"
    }
  ],
  "secrets": [
    {
      "about": null,
      "deposits": [],
      "name": "github_api_token",
      "own": [],
      "values": [
        {
          "content": "sealed",
          "environment": "development",
          "expires": null,
          "reference": null,
          "set": "[DATE....]",
          "store": null,
          "version": 1
        },
        {
          "content": "sealed",
          "environment": "local",
          "expires": null,
          "reference": null,
          "set": "[DATE....]",
          "store": null,
          "version": 1
        }
      ]
    },
    {
      "about": null,
      "deposits": [],
      "name": "smtp/password",
      "own": [],
      "values": [
        {
          "content": "sealed",
          "environment": "production",
          "expires": null,
          "reference": null,
          "set": "[DATE....]",
          "store": null,
          "version": 2
        },
        {
          "content": "sealed",
          "environment": "staging",
          "expires": null,
          "reference": null,
          "set": "[DATE....]",
          "store": null,
          "version": 1
        }
      ]
    }
  ]
}

"#]]);
}

#[test]
fn programs_get_one_secret_as_json_too() {
    let session = vault_with_staging();
    session.run("strongroom list github_api_token --json").shows(str![[r#"
[0]
{
  "about": null,
  "deposits": [],
  "name": "github_api_token",
  "own": [],
  "same": [
    [
      "development",
      "local"
    ]
  ],
  "values": [
    {
      "content": "sealed",
      "environment": "development",
      "expires": null,
      "reference": null,
      "set": "[DATE....]",
      "store": null,
      "version": 1
    },
    {
      "content": "sealed",
      "environment": "local",
      "expires": null,
      "reference": null,
      "set": "[DATE....]",
      "store": null,
      "version": 1
    }
  ]
}

"#]]);
}

#[test]
fn a_value_under_another_data_key_is_marked() {
    let session = vault_with_staging();
    session.replace("staging = \"development\"", "staging = \"local\"");
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local  staging
github_api_token  -           ✓ 1          -        ✓ 1    ·
smtp/password     ✓ 2         -            -        -      ! 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom list smtp/password").shows(str![[r#"
[0]
smtp/password
environment  version  set         content
production   2        [DATE....]  sealed
staging      1        [DATE....]  sealed under another data key (a merge with a rotation, or an edited [environments])

"#]]);
    session.run("strongroom get --env staging smtp/password").shows(str![[r#"
[3]
--- stderr
error: cannot open `smtp/password` for `staging`: sealed under another data key (a merge with a rotation, or an edited [environments])
       look who set it, then seal it again: strongroom reseal smtp/password
       or set another value with: strongroom set --env staging smtp/password

"#]]);
    session.run("strongroom run --env staging -- true").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `staging`
       `smtp/password`: sealed under another data key (a merge with a rotation, or an edited [environments])
       what lies under another data key is sealed again with: strongroom reseal
       restore the lines from git, or set the values again
       or leave it out with: --except smtp/password

"#]]);
}

#[test]
fn a_list_of_some_environments_has_these_and_what_has_a_value_there() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --type prod only_there").input(MARKER).run().succeeds();
    session.run("strongroom list --type local --env staging").shows(str![[r#"
[0]
secret            local  staging
github_api_token  ✓ 1    ·
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom list --type prod").shows(str![[r#"
[0]
secret      production
only_there  ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom list --type preview").shows(str![[r#"
[0]
--- stderr
no secret has a value for `preview`

"#]]);
    session.run("strongroom list --env staging github_api_token").shows(str![[r#"
[0]
github_api_token
environment  version  set         content
development  1        [DATE....]  sealed

"#]]);
    session.run("strongroom list --type prod --json").shows(str![[r#"
[0]
{
  "environments": [
    {
      "name": "production",
      "type": "production"
    }
  ],
  "secrets": [
    {
      "about": null,
      "deposits": [],
      "name": "only_there",
      "own": [],
      "values": [
        {
          "content": "sealed",
          "environment": "production",
          "expires": null,
          "reference": null,
          "set": "[DATE....]",
          "store": null,
          "version": 1
        }
      ]
    }
  ]
}

"#]]);
    session.run("strongroom list --type nowhere").ends_with(2);
}
