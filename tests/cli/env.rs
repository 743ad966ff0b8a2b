//! `strongroom env`.

use snapbox::str;

use crate::session::{MARKER, Session};

#[test]
fn an_environment_is_declared_listed_and_removed() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").shows(str![[r#"
[0]
--- stderr
added staging with the type development: it has the values of development
give it one of its own with: strongroom set --env staging NAME

"#]]);
    session.run("strongroom env add staging-2 --type dev").succeeds();
    session.run("strongroom env list").shows(str![[r#"
[0]
environment  type         own values
production   production   0
development  development  1
preview      preview      0
local        local        1
staging      development  0
staging-2    development  0

"#]]);
    session.run("strongroom env list --json").shows(str![[r#"
[0]
[
  {
    "name": "production",
    "type": "production",
    "values": 0
  },
  {
    "name": "development",
    "type": "development",
    "values": 1
  },
  {
    "name": "preview",
    "type": "preview",
    "values": 0
  },
  {
    "name": "local",
    "type": "local",
    "values": 1
  },
  {
    "name": "staging",
    "type": "development",
    "values": 0
  },
  {
    "name": "staging-2",
    "type": "development",
    "values": 0
  }
]

"#]]);
    session.run("strongroom env remove Staging").shows(str![[r#"
[0]
--- stderr
removed staging, which had no values of its own

"#]]);
    session.run("strongroom env remove staging_2").succeeds();
    assert!(!session.read("strongroom.toml").contains("environments"));
}

#[test]
fn names_have_rules() {
    let session = Session::with_vault();
    session.run("strongroom env add prod --type dev").shows(str![[r#"
[2]
--- stderr
error: `prod` is an environment already: a type
       set a value for it with: strongroom set --type production NAME

"#]]);
    session.run("strongroom env add a/b --type dev").shows(str![[r#"
[2]
--- stderr
error: this cannot be the name of an environment: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)

"#]]);
    session.run("strongroom env add staging --type prd").shows(str![[r#"
[2]
--- stderr
error: unknown environment type `prd`; did you mean `prod`?
       types: production (prod), development (dev), preview (pr), local

"#]]);
    session.run("strongroom env add staging").shows(str![[r#"
[2]
--- stderr
error: the following required arguments were not provided:
         --type <TYPE>
       Usage: strongroom env add --type <TYPE> <NAME>
       For more information, try '--help'.

"#]]);
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom env add Staging --type prod").shows(str![[r#"
[2]
--- stderr
error: the environment `staging` exists, with the type development

"#]]);
}

#[test]
fn removing_one_says_which_values_go_with_it() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    for name in ["github_api_token", "smtp/password"] {
        session
            .typed(&format!("strongroom set --env staging {name}"))
            .input(MARKER)
            .run()
            .succeeds();
    }
    session.edit(|vault| vault + "\n[build]\ncheck = [\"staging\", \"production\"]\n");
    let before = session.read("strongroom.toml");
    session.run("strongroom env remove staging").shows(str![[r#"
[2]
--- stderr
with `staging` go its values of `github_api_token` and `smtp/password`
error: no terminal to ask at
       remove them with: --yes

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom env remove staging --yes").shows(str![[r#"
[0]
--- stderr
removed staging and its values of `github_api_token` and `smtp/password`

"#]]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local
github_api_token  -           ✓ 1          -        ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    assert!(!session.read("strongroom.toml").contains("staging"));
}

#[test]
fn what_is_no_named_environment_is_not_removed() {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom env remove stagng").shows(str![[r#"
[1]
--- stderr
error: there is no environment `stagng`
       did you mean `staging`?

"#]]);
    session.run("strongroom env remove dev").shows(str![[r#"
[2]
--- stderr
error: `development` is a type: it cannot be removed

"#]]);
}

#[test]
fn an_environment_gets_another_type_and_keeps_its_values() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging x").input(MARKER).run().succeeds();
    session.edit(|vault| format!("[build]\ncheck = [\"staging\"]\n{vault}"));
    session.run("strongroom holder add robin --type dev --out robin.key").succeeds();
    session.run("strongroom holder add ci --type preview --out ci.key").succeeds();
    session.run("strongroom env retype staging --type pr").shows(str![[r#"
[0]
--- stderr
staging has the type preview now, and its values of `x` are sealed again
secrets without a value of its own have that of preview there, not of development
who can read it now: `ci` and `owner`
not any more: `robin`; what they could read they may have kept

"#]]);
    let get = session.typed("strongroom get --env staging x").that_shows_secrets();
    let read = get.variable("STRONGROOM_KEY_FILE", "ci.key").run();
    assert_eq!(read.succeeds().output(), MARKER);
    session
        .typed("strongroom get --env staging x")
        .variable("STRONGROOM_KEY_FILE", "robin.key")
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: cannot open `x` for `staging`: the key of `robin` has no grant for `preview`; it opens development
       who could open it: ci, owner
       read from: robin.key

"#]]);
    session.run("strongroom check").succeeds();
    session.run("strongroom env retype staging --type pr").shows(str![[r#"
[0]
--- stderr
unchanged staging: its type is preview already

"#]]);
}

#[test]
fn an_environment_without_values_gets_another_type() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom env retype Staging --type local").shows(str![[r#"
[0]
--- stderr
staging has the type local now; it had no values of its own
secrets without a value of its own have that of local there, not of development
who can read it now: `owner`

"#]]);
    session.run("strongroom env retype local --type pr").shows(str![[r#"
[2]
--- stderr
error: `local` is a type: it cannot be given another one

"#]]);
    session.run("strongroom env retype staing --type pr").shows(str![[r#"
[1]
--- stderr
error: there is no environment `staing`
       did you mean `staging`?

"#]]);
}

#[test]
fn retyping_needs_both_keys_and_values_that_open() {
    let session = Session::with_secret();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging x").input(MARKER).run().succeeds();
    session.run("strongroom holder add robin --type dev --out robin.key").succeeds();
    let before = session.read("strongroom.toml");
    session
        .typed("strongroom env retype staging --type pr")
        .variable("STRONGROOM_KEY_FILE", "robin.key")
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: the key of `robin` has no grant for `preview`; it opens development
       who could open it: owner
       read from: robin.key

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.replace("staging = { version = 1", "staging = { version = 2");
    session.run("strongroom env retype staging --type pr").shows(str![[r#"
[3]
--- stderr
error: cannot open `x` for `staging`: altered: it does not open at this place with this key
       restore the line from git, or remove it with: strongroom unset --env staging x

"#]]);
}
