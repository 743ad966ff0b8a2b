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
error: this cannot be the name of an environment: reserved: an environment cannot be called like a type (production, prod, development, dev, preview, pr, ephemeral, local) or like a key of a secret's table (about, set, version, ...)

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
