//! `strongroom app`: who may ask for what, and keys that are shown once.

use snapbox::str;

use crate::session::Session;

const ID: &str = "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22";

/// A vault with the application `shop`, which may have `github_api_token`.
pub(super) fn with_app() -> Session {
    let session = Session::with_secret();
    let add = format!("strongroom app add shop --secret github_api_token --id {ID}");
    session.run(&add).succeeds();
    session
}

/// Makes a key; gives it and its code.
pub(super) fn new_key(session: &Session, options: &str) -> (String, String) {
    let line = format!("strongroom app key new {options}");
    let outcome = session.typed(&line).that_shows_secrets().run();
    let key = outcome.succeeds().output().trim_end().to_owned();
    let code = outcome.stderr.split('`').nth(1).expect("a code").to_owned();
    (key, code)
}

#[test]
fn a_key_is_shown_once_and_only_its_hash_is_kept() {
    let session = with_app();
    let (key, code) = new_key(&session, "shop --type dev --expires 2999-01-31");
    assert!(key.starts_with("strongroom_app_") && key.len() == 15 + 64, "its form");
    let digits = &key[15..];
    assert!(!session.read("strongroom.toml").contains(digits));
    session.redact(&code, "CODE");
    session.run("strongroom app key list").shows(str![[r#"
[0]
application  key       type         right  made        until       state
shop         [CODE..]  development  read   [DATE....]  2999-01-31  good

"#]]);
    session.run("strongroom app list").shows(str![[r#"
[0]
application  id                                    secret            keys
shop         6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22  github_api_token  1

"#]]);
    session.run("strongroom app key list shop --json").shows(str![[r#"
[0]
[
  {
    "app": "shop",
    "code": "[CODE..]",
    "expires": "2999-01-31",
    "right": "read",
    "set": "[DATE....]",
    "state": "good",
    "type": "development"
  }
]

"#]]);
    session.run("strongroom app list --json").shows(str![[r#"
[0]
[
  {
    "id": "6f1c2b0e-5d0a-4f6b-9a53-0c7a9d4f1e22",
    "is_there": true,
    "keys": 1,
    "name": "shop",
    "secret": "github_api_token"
  }
]

"#]]);
    session.run(&format!("strongroom app key revoke shop {code}")).shows(str![[r#"
[0]
--- stderr
revoked the key `[CODE..]` of `shop`
a server that reads this file takes it no more; elsewhere once it has the commit
who had the key may know github_api_token: change it where that matters, with: strongroom set --type TYPE github_api_token

"#]]);
    session.run(&format!("strongroom app key revoke shop {code}")).shows(str![[r#"
[1]
--- stderr
error: the application `shop` has no key `[CODE..]`
       see those that it has with: strongroom app key list shop

"#]]);
    session.run("strongroom app key list").shows(str![[r#"
[0]
--- stderr
no API keys
make one with: strongroom app key new NAME --type TYPE

"#]]);
    session.run("strongroom app remove Shop").shows(str![[r#"
[0]
--- stderr
removed the application `shop`

"#]]);
    session.run("strongroom app list").shows(str![[r#"
[0]
--- stderr
no applications
add one with: strongroom app add NAME --secret SECRET

"#]]);
}

#[test]
fn a_key_goes_into_a_file_that_only_its_owner_can_read() {
    let session = with_app();
    session.run("strongroom app key new shop --type dev --out shop.key --json").succeeds();
    let key = session.read("shop.key");
    assert!(key.starts_with("strongroom_app_") && key.ends_with('\n'));
    #[cfg(unix)]
    assert_eq!(crate::session::mode(&session.path("shop.key")), 0o600);
    session
        .run("strongroom app key new shop --type dev --out shop.key")
        .ends_with(2)
        .says("exists already");
    let listed = session.run("strongroom app key list --json").succeeds().output();
    assert_eq!(listed.matches("\"code\"").count(), 1, "what cannot be handed over is not made");
    // Nothing that looks like a key is committed by mistake.
    session.run("strongroom scan shop.key").shows(str![[r#"
[1]
shop.key:1: an API key of an application
--- stderr

take it out of these files
an API key that was committed, pushed or shared gives its application's secret: revoke it, with: strongroom app key revoke

"#]]);
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_type_next() {
    let session = with_app();
    for line in [
        "strongroom app add shop --secret github_api_token",
        "strongroom app add other --secret github_api_tokn",
        "strongroom app add other --secret github_api_token --id 123",
        "strongroom app key new shop",
        "strongroom app key new shop --type dev --expires 2020-01-01",
        "strongroom app key new shp --type dev",
        "strongroom app remove nobody",
    ] {
        let outcome = session.run(line);
        assert!(outcome.status_is_one_of(&[1, 2]), "{line}");
    }
    session.run("strongroom app key new shp --type dev").shows(str![[r#"
[1]
--- stderr
error: there is no application `shp`
       did you mean `shop`?

"#]]);
    session.run("strongroom app key new shop").shows(str![[r#"
[2]
--- stderr
error: for which environment type? name it with --type
       types: production (prod), development (dev), preview (pr), local
       for example: strongroom app key new shop --type production

"#]]);
    session
        .typed("strongroom app key new shop --type dev")
        .variable("STRONGROOM_NO_REVEAL", "1")
        .run()
        .ends_with(3)
        .says("a new API key would be shown");
    std::fs::remove_file(session.kept_key("owner")).expect("the kept key");
    session
        .run("strongroom app key new shop --type dev")
        .ends_with(3)
        .says("no key for `development` here");
}

#[test]
fn a_line_that_somebody_made_without_the_data_key_is_told_and_blocks_new_data_keys() {
    let session = with_app();
    let (_, code) = new_key(&session, "shop --type dev --expires 2999-01-31");
    session.replace("expires = 2999-01-31", "expires = 2999-02-28");
    session.redact(&code, "CODE");
    session.run("strongroom app key list").shows(str![[r#"
[0]
application  key       type         right  made        until       state
shop         [CODE..]  development  read   [DATE....]  2999-02-28  unfit
--- stderr
warning: unfit: somebody changed the line, or made it without the data key, and the server does not take the key
         look who did it (git log -p strongroom.toml), then restore the line, or take it away: strongroom app key revoke shop [CODE..]

"#]]);
    session.run("strongroom key rotate --type dev --yes").shows(str![[r#"
[3]
--- stderr
error: the seal of the API key `[CODE..]` of `shop` does not fit: somebody changed its line, or made it without the data key
       look who did it (git log -p strongroom.toml), then restore the line, or take it away: strongroom app key revoke shop [CODE..]

"#]]);
    session.replace("expires = 2999-02-28", "expires = 2999-01-31");
    session.run("strongroom key rotate --type dev --yes").succeeds();
    let listed = session.run("strongroom app key list").succeeds().output();
    assert!(listed.contains("good"), "{listed}");
    session.run("strongroom holder add guest --type dev --out guest.key").succeeds();
    session
        .run("strongroom holder remove guest --yes")
        .succeeds()
        .says("API keys of applications go on, also those that the holder made or knows");
    session.run("strongroom rename github_api_token deploy_token").succeeds();
    let listed = session.run("strongroom app key list").succeeds().output();
    assert!(listed.contains("good"), "{listed}");
    let listed = session.run("strongroom app list").succeeds().output();
    assert!(listed.contains("deploy_token") && !listed.contains("github_api_token"), "{listed}");
}
