//! Setting, showing and describing: no key, and every way in which a value is given.

use snapbox::str;

use super::scene;
use crate::session::Session;

#[test]
fn settings_are_set_and_shown_without_any_key() {
    let session = scene();
    std::fs::remove_dir_all(session.home().join(".config/strongroom")).expect("keys");
    session.plays(str![[r#"
$ strongroom setting set --default --env staging --type pr max_retries -1 --json
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
$ strongroom setting set --env staging MaxRetries -- -1
[0]
--- stderr
unchanged max_retries for staging
$ strongroom setting list
[0]
setting      by default  production  development       preview  local             staging
by_hand      -           -           -                 -        true              16
max_retries  -1          5           ·                 -1       ·                 -1
public_url   -           -           http://localhost  -        http://localhost  ·
--- stderr

· that of the type, or by default   - none
$ strongroom setting list --type prod
[0]
setting      by default  production
max_retries  -1          5
--- stderr

· that of the type, or by default   - none
$ strongroom setting list max-retries
[0]
max_retries: how often
environment  value
by default   -1
production   5
development  · by default
preview      -1
local        · by default
staging      -1
$ strongroom setting get max_retries
[0]
-1
$ strongroom setting get --env staging by_hand
[0]
16
$ strongroom setting get --env staging public_url --json
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
    session.plays(str![[r#"
$ strongroom setting set d 1
[2]
--- stderr
error: for which environment? name it with --type or --env
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom setting set --type local d VALUE
       or for every environment without a value of its own: --default
$ strongroom setting set --type local 'a b' 1
[2]
--- stderr
error: NAME: this cannot be the name of a setting: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
$ strongroom setting set d --about 'no such'
[1]
--- stderr
error: there is no setting `d`
       see those that exist with: strongroom setting list
$ strongroom setting set a --about 'what a is'
[0]
--- stderr
described a
$ strongroom setting set --type local aa 1
[0]
--- stderr
created aa for local

"#]]);
}

#[test]
fn a_stray_part_of_a_value_is_said_to_be_one() {
    let session = Session::with_vault();
    session.plays(str![[r#"
$ strongroom setting set --default motd hello world
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       a VALUE with blanks goes between quotes, and one that begins with `-` behind `--`
       Usage: strongroom setting set [--type TYPES] [--env NAMES] [--default] [OPTIONS] NAME [VALUE]
$ strongroom setting set --default flag -x
[2]
--- stderr
error: an argument too many, an unknown option, or a value that an option does not take
       a VALUE with blanks goes between quotes, and one that begins with `-` behind `--`
       Usage: strongroom setting set [--type TYPES] [--env NAMES] [--default] [OPTIONS] NAME [VALUE]
$ strongroom setting set --default flag -- -x
[0]
--- stderr
created flag by default
$ strongroom setting rename flag 'a flag'
[2]
--- stderr
error: NEW: this cannot be the name of a setting: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

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

#[test]
fn no_reveal_hides_no_setting() {
    let session = scene();
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run("strongroom setting get max_retries").shows(str![[r#"
[0]
3

"#]]);
}
