//! `strongroom setting unset` and `rename`, and what goes with an environment.

use snapbox::str;

use super::scene;

#[test]
fn values_are_removed_one_by_one_or_all_at_once() {
    let session = scene();
    session.run("strongroom setting set --env staging --type pr max_retries -1").succeeds();
    session.plays(str![[r#"
$ strongroom setting unset --env staging,local --default max_retries
[0]
--- stderr
removed max_retries by default
removed max_retries for staging
max_retries has no value of its own for local
$ strongroom setting unset --type local by_hand
[0]
--- stderr
removed by_hand for local
$ strongroom setting unset --all public_url
[0]
--- stderr
removed public_url for development
removed public_url for local
public_url had no other value and is gone
$ strongroom setting rename max_retries retries/most --json
[0]
{
  "before": "max_retries",
  "name": "retries/most"
}
--- stderr
renamed max_retries to retries/most
where a struct declares max_retries: rename the field, or put above it: #[setting(name = "retries/most")]
find it with: strongroom check

"#]]);
    let text = session.read("strongroom.toml");
    snapbox::assert_data_eq!(
        &text[text.find("[settings").expect("settings")..],
        str![[r#"
[settings."retries/most"]
about = "how often"
preview = "-1"
production = "5"

[settings.by_hand] # mine
staging = 0x10

"#]]
    );
}

#[test]
fn several_settings_are_removed_in_one_save() {
    let session = scene();
    let before = session.read("strongroom.toml");
    session.plays(str![[r#"
$ strongroom setting unset --type local max_retries no_such
[1]
--- stderr
error: there is no setting `no_such`
       see those that exist with: strongroom setting list
$ strongroom setting unset --type pr max_retries public_url
[1]
--- stderr
error: `max_retries` and `public_url` have no values of their own for preview
       see those that they have with: strongroom setting list
$ strongroom setting unset max_retries public_url
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       named environments here: staging (development)
       for example: strongroom setting unset --type local max_retries public_url
       or for every environment without a value of its own: --default
$ strongroom setting unset
[2]
--- stderr
error: the following required arguments were not provided:
         <NAME>...
       Usage: strongroom setting unset <NAME>...
       For more information, try '--help'.

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.plays(str![[r#"
$ strongroom setting unset --type local,dev max_retries PublicUrl by_hand --json
[0]
{
  "settings": [
    {
      "gone": false,
      "name": "max_retries",
      "values": [
        {
          "change": "absent",
          "environment": "local"
        },
        {
          "change": "absent",
          "environment": "development"
        }
      ]
    },
    {
      "gone": true,
      "name": "public_url",
      "values": [
        {
          "change": "removed",
          "environment": "local"
        },
        {
          "change": "removed",
          "environment": "development"
        }
      ]
    },
    {
      "gone": false,
      "name": "by_hand",
      "values": [
        {
          "change": "removed",
          "environment": "local"
        },
        {
          "change": "absent",
          "environment": "development"
        }
      ]
    }
  ]
}
--- stderr
max_retries has no value of its own for local
max_retries has no value of its own for development
removed public_url for local
removed public_url for development
public_url had no other value and is gone
removed by_hand for local
by_hand has no value of its own for development
$ strongroom setting unset --all by_hand max-retries MAX_RETRIES
[0]
--- stderr
removed by_hand for staging
by_hand had no other value and is gone
removed max_retries by default
removed max_retries for production
max_retries had no other value and is gone
$ strongroom setting list
[0]
--- stderr
the vault has no settings yet; set one with: strongroom setting set --default NAME VALUE

"#]]);
}

#[test]
fn an_environment_that_is_removed_takes_its_settings_along() {
    let session = scene();
    session.plays(str![[r#"
$ strongroom env list
[0]
environment  type         own values
production   production   1
development  development  1
preview      preview      0
local        local        2
staging      development  1
$ strongroom env remove staging
[2]
--- stderr
with `staging` go its values of `by_hand`
error: no terminal to ask at
       remove them with: --yes
$ strongroom env remove staging --yes
[0]
--- stderr
removed staging and its values of `by_hand`

"#]]);
    session.run("strongroom setting get --type dev by_hand").ends_with(1);
}
