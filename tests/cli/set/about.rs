//! `strongroom set --about`.

use snapbox::str;

use super::value_of;
use crate::session::{MARKER, Session};

#[test]
fn whoever_describes_a_secret_is_not_led_to_emptying_it() {
    let session = Session::with_secret();
    session.run("strongroom set --type local GithubApiToken --about 'of the shop'").shows(str![[
        r#"
[2]
--- stderr
error: no value was given: standard input is empty
       change the description alone with: strongroom set github_api_token --about "…"
       an empty value on purpose needs --allow-empty

"#
    ]]);
    session.run("strongroom set --type local new --about 'of the shop'").shows(str![[r#"
[2]
--- stderr
error: no value was given: standard input is empty
       an empty value on purpose needs --allow-empty

"#]]);
    assert_eq!(value_of(&session, "github_api_token"), b"MARKER-5f1e-token");
}

#[test]
fn a_secret_has_a_description() {
    let session = Session::with_vault();
    session
        .typed("strongroom set --type local x --about 'the key to the shop'")
        .input(MARKER)
        .run()
        .succeeds();
    session.run("strongroom list x").shows(str![[r#"
[0]
x: the key to the shop
environment  version  set         content
local        1        [DATE....]  sealed

"#]]);
    session.run("strongroom set X --about 'another key'").shows(str![[r#"
[0]
--- stderr
described x; its values are as before

"#]]);
    session.run("strongroom list x").shows(str![[r#"
[0]
x: another key
environment  version  set         content
local        1        [DATE....]  sealed

"#]]);
    session.run("strongroom set x --about ''").shows(str![[r#"
[0]
--- stderr
removed the description of x; its values are as before

"#]]);
    assert!(!session.read("strongroom.toml").contains("about"));
    session.run("strongroom set y --about 'of nothing'").shows(str![[r#"
[1]
--- stderr
error: there is no secret `y`
       see those that exist with: strongroom list

"#]]);
    session.run("strongroom set x --about 'two\nlines'").shows(str![[r#"
[2]
--- stderr
error: a description is one line without control characters

"#]]);
}
