//! `strongroom setting`, and what `run` and `env` do with settings.

use snapbox::str;

use crate::session::{MARKER, Session};

/// A vault with a named environment and some settings, one written by hand.
fn scene() -> Session {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom setting set --default max_retries 3 --about 'how often'").succeeds();
    session.run("strongroom setting set --type prod max_retries 5").succeeds();
    session.run("strongroom setting set --type local,dev public_url http://localhost").succeeds();
    session
        .edit(|text| format!("{text}\n[settings.by_hand] # mine\nstaging = 0x10\nlocal = true\n"));
    session
}

#[test]
fn settings_are_set_and_shown_without_any_key() {
    let session = scene();
    std::fs::remove_dir_all(session.home().join(".config/strongroom")).expect("keys");
    session
        .run("strongroom setting set --default --env staging --type pr max_retries -1 --json")
        .shows(str![[r#"
[0]
{
  "name": "max_retries",
  "values": [
    {
      "change": "updated",
      "environment": "default"
    },
    {
      "change": "created",
      "environment": "preview"
    },
    {
      "change": "created",
      "environment": "staging"
    }
  ]
}
--- stderr
updated max_retries by default
created max_retries for preview
created max_retries for staging

"#]]);
    session.run("strongroom setting set --env staging MaxRetries -- -1").shows(str![[r#"
[0]
--- stderr
unchanged max_retries for staging

"#]]);
    session.run("strongroom setting list").shows(str![[r#"
[0]
setting      default  production  development       preview  local             staging
by_hand      -        -           -                 -        true              16
max_retries  -1       5           ·                 -1       ·                 -1
public_url   -        -           http://localhost  -        http://localhost  ·
--- stderr

· that of the type, or the default   - none

"#]]);
    session.run("strongroom setting list --type prod").shows(str![[r#"
[0]
setting      default  production
max_retries  -1       5
--- stderr

· that of the type, or the default   - none

"#]]);
    session.run("strongroom setting list max-retries").shows(str![[r#"
[0]
max_retries: how often
environment  value
default      -1
production   5
development  · that of default
preview      -1
local        · that of default
staging      -1

"#]]);
    session.run("strongroom setting get max_retries").shows(str![[r#"
[0]
-1

"#]]);
    session.run("strongroom setting get --env staging by_hand").shows(str![[r#"
[0]
16

"#]]);
    session.run("strongroom setting get --env staging public_url --json").shows(str![[r#"
[0]
{
  "environment": "staging",
  "from": "development",
  "name": "public_url",
  "value": "http://localhost"
}

"#]]);
}

#[test]
fn values_are_removed_one_by_one_or_all_at_once() {
    let session = scene();
    session.run("strongroom setting set --env staging --type pr max_retries -1").succeeds();
    session.run("strongroom setting unset --env staging,local --default max_retries").shows(str![
        [r#"
[0]
--- stderr
removed max_retries by default
removed max_retries for staging
max_retries has no value of its own for local

"#]
    ]);
    session.run("strongroom setting unset --type local by_hand").shows(str![[r#"
[0]
--- stderr
removed by_hand for local

"#]]);
    session.run("strongroom setting unset --all public_url").shows(str![[r#"
[0]
--- stderr
removed public_url for development
removed public_url for local
public_url had no other value and is gone

"#]]);
    session.run("strongroom setting rename max_retries retries/most --json").shows(str![[r#"
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
fn a_value_comes_from_the_line_a_file_or_standard_input() {
    let session = Session::with_vault();
    let value =
        |name: &str| session.run(&format!("strongroom setting get {name}")).succeeds().output();
    session.typed("strongroom setting set --default a").input("from input\r\n").run().succeeds();
    session.write("b.txt", "from a file\n");
    session.run("strongroom setting set --default b --from-file b.txt").succeeds();
    session.run("strongroom setting set --default c ''").succeeds();
    assert_eq!([value("a"), value("b"), value("c")], ["from input\n", "from a file\n", "\n"]);
    session.run("strongroom setting set --default d").shows(str![[r#"
[2]
--- stderr
error: standard input is empty; an empty value is written ''
       for example: strongroom setting set --type local d VALUE

"#]]);
    session.typed("strongroom setting set --default d").input("two\nlines\n").run().shows(str![[
        r#"
[3]
--- stderr
error: a setting is one line without control characters
       keep longer texts in a file, and the file's name in the setting

"#
    ]]);
    session.typed("strongroom setting set --default d").input([0xff]).run().shows(str![[r#"
[2]
--- stderr
error: the value is not UTF-8
       a setting is one line of text; what is not belongs into a file or a secret

"#]]);
    let long = "x".repeat(4097);
    session.typed("strongroom setting set --default d").input(&long).run().shows(str![[r#"
[3]
--- stderr
error: the setting has 4097 bytes, and a vault takes 4096 at most
       keep it in a file, and the file's name in the setting

"#]]);
    session.run("strongroom setting set d 1").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom setting set --type local d VALUE
       or for every environment without a value of its own: --default

"#]]);
    session.run("strongroom setting set --type local 'a b' 1").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of a setting: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    session.run("strongroom setting set d --about 'no such'").shows(str![[r#"
[1]
--- stderr
error: there is no setting `d`
       see those that exist with: strongroom setting list

"#]]);
    session.run("strongroom setting set a --about 'what a is'").shows(str![[r#"
[0]
--- stderr
described a

"#]]);
    session.run("strongroom setting set --type local aa 1").shows(str![[r#"
[0]
--- stderr
created aa for local

"#]]);
}

#[test]
fn what_is_no_setting_is_refused() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session
        .run(&format!("strongroom setting set --default token {MARKER}-token"))
        .shows(str![[r#"
[1]
--- stderr
error: this is no setting: it holds the value of `github_api_token` for `development`, and everybody who can read the vault could read it here
       keep it as a secret: strongroom set token

"#]]);
    session
        .run(&format!("strongroom setting set --default url https://me:{MARKER}-token@host"))
        .shows(str![[r#"
[1]
--- stderr
error: this is no setting: it holds the value of `github_api_token` for `development`, and everybody who can read the vault could read it here
       keep it as a secret: strongroom set url

"#]]);
    let key = std::fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.redact(key.trim(), "KEY");
    session.run(&format!("strongroom setting set --default key {}", key.trim())).shows(str![[r#"
[1]
--- stderr
error: this is no setting: it holds an access key, and everybody who can read the vault could read it here
       keep it as a secret: strongroom set key

"#]]);
    session.run("strongroom setting set --default GitHub-API-Token 1").shows(str![[r#"
[3]
--- stderr
error: `github_api_token` is a secret, and a setting cannot have its name
       see it with: strongroom list github_api_token

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom setting set --default aws AKIAIOSFODNN7EXAMPLE").shows(str![[r#"
[0]
--- stderr
warning: this looks like an access key of AWS, and a setting is plain: everybody who can read the vault can read it
         keep it as a secret: strongroom set aws
created aws by default

"#]]);
    session.typed("strongroom set --type local AWS").input("x").run().shows(str![[r#"
[3]
--- stderr
error: `aws` is a setting, and a secret cannot have its name
       see it with: strongroom setting list aws

"#]]);
    session.run("strongroom rename github_api_token aws").shows(str![[r#"
[3]
--- stderr
error: `aws` is a setting, and a secret cannot have its name
       see it with: strongroom setting list aws

"#]]);
    session.run("strongroom get aws").shows(str![[r#"
[1]
--- stderr
error: there is no secret `aws`
       `aws` is a setting: strongroom setting list aws

"#]]);
    session.run("strongroom setting get github_api_token").shows(str![[r#"
[1]
--- stderr
error: there is no setting `github_api_token`
       `github_api_token` is a secret: strongroom list github_api_token

"#]]);
    session.run("strongroom setting get awss").shows(str![[r#"
[1]
--- stderr
error: there is no setting `awss`
       did you mean `aws`?

"#]]);
    session.run("strongroom setting get --type prod aws").shows(str![[r#"
[0]
AKIAIOSFODNN7EXAMPLE

"#]]);
    session.run("strongroom setting unset --type local aws").shows(str![[r#"
[1]
--- stderr
error: `aws` has no value of its own for local
       see those that it has with: strongroom setting list aws

"#]]);
    session.run("strongroom setting unset aws").shows(str![[r#"
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom setting unset --type local aws
       or for every environment without a value of its own: --default

"#]]);
}

#[test]
fn no_key_is_needed_where_none_is_here_to_compare_with() {
    let session = Session::with_secret();
    std::fs::remove_dir_all(session.home().join(".config/strongroom")).expect("keys");
    session.run("strongroom setting set --default max_retries 3").shows(str![[r#"
[0]
--- stderr
created max_retries by default

"#]]);
}

#[cfg(unix)]
#[test]
fn run_gives_settings_beside_secrets_and_refuses_what_clashes() {
    let session = scene();
    session.typed("strongroom set --type local token").input("t").run().succeeds();
    let print = "sh -c 'echo $TOKEN $MAX_RETRIES $PUBLIC_URL $BY_HAND'";
    let run = |options: &str| session.run(&format!("strongroom run {options} -- {print}"));
    run("--settings").shows(str![[r#"
[0]
t 3 http://localhost true

"#]]);
    run("--settings --type prod").shows(str![[r#"
[0]
5

"#]]);
    run("").shows(str![[r#"
[0]
t

"#]]);
    run("--settings --only max_retries").shows(str![[r#"
[0]
3

"#]]);
    run("--settings --only max_retries,token").shows(str![[r#"
[0]
t 3

"#]]);
    run("--settings --except by_hand,token").shows(str![[r#"
[0]
3 http://localhost

"#]]);
    run("--settings --type prod --only by_hand").shows(str![[r#"
[1]
--- stderr
error: the setting `by_hand` has no value for `production`: nothing was started
       set one with: strongroom setting set --type production by_hand VALUE

"#]]);
    run("--only max_retries").shows(str![[r#"
[1]
--- stderr
error: there is no secret `max_retries`
       `max_retries` is a setting: strongroom setting list max_retries

"#]]);
    session.run("strongroom setting set --default to-ken 1").shows(str![[r#"
[3]
--- stderr
error: `token` is a secret, and a setting cannot have its name
       see it with: strongroom list token

"#]]);
    session.run("strongroom setting set --default path /bin").succeeds();
    run("--settings").shows(str![[r#"
[3]
--- stderr
error: PATH can take over the program: nothing was started
       leave it out with: --except path
       or set it all the same with: --allow-dangerous

"#]]);
    run("--settings --except path").succeeds();
    session.run("strongroom setting unset --all path").succeeds();
    session.run("strongroom setting set --default log/level 1").succeeds();
    session.run("strongroom setting set --default log__level 2").shows(str![[r#"
[0]
--- stderr
created log__level by default
there is also a setting `log/level`: if that was meant, remove this one with: strongroom setting unset --all log__level

"#]]);
    run("--settings").shows(str![[r#"
[3]
--- stderr
error: `log/level` and `log__level` both give the variable LOG__LEVEL
       leave one out with: --except NAME,… or --only NAME,…

"#]]);
}

#[test]
fn an_environment_that_is_removed_takes_its_settings_along() {
    let session = scene();
    session.run("strongroom env list").shows(str![[r#"
[0]
environment  type         own values
production   production   1
development  development  1
preview      preview      0
local        local        2
staging      development  1

"#]]);
    session.run("strongroom env remove staging").shows(str![[r#"
[2]
--- stderr
with `staging` go its values of `by_hand`
error: no terminal to ask at
       remove them with: --yes

"#]]);
    session.run("strongroom env remove staging --yes").shows(str![[r#"
[0]
--- stderr
removed staging and its values of `by_hand`

"#]]);
    session.run("strongroom setting get --type dev by_hand").ends_with(1);
}

#[test]
fn no_reveal_hides_no_setting() {
    let session = scene();
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run("strongroom setting get max_retries").shows(str![[r#"
[0]
3

"#]]);
}
