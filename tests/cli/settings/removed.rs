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
