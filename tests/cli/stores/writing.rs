//! `set --store`: a value into a store, and its reference into the vault.

use snapbox::str;

use super::{linked, scene, value};
use crate::session::MARKER;

#[test]
fn a_value_goes_into_the_store_and_its_reference_into_the_vault() {
    let session = scene();
    let set = "strongroom set --type prod --store mounted sentry_dsn --about 'where errors go'";
    session.typed(set).input(format!("{MARKER}-dsn\n")).run().shows(str![[r#"
[0]
--- stderr
created sentry_dsn for production at mounted:sentry_dsn

"#]]);
    assert_eq!(session.read("mounted/sentry_dsn"), format!("{MARKER}-dsn"));
    assert_eq!(value(&session, "--type prod", "sentry_dsn"), format!("{MARKER}-dsn"));
    assert!(!session.read("strongroom.toml").contains(MARKER));
    // Another value has the next version, and the same one changes nothing.
    let set = "strongroom set --type prod --store mounted sentry_dsn";
    session.typed(set).input(format!("{MARKER}-2")).run().shows(str![[r#"
[0]
--- stderr
updated sentry_dsn for production at mounted:sentry_dsn (version 2)

"#]]);
    session.typed(set).input(format!("{MARKER}-2")).run().shows(str![[r#"
[0]
--- stderr
unchanged sentry_dsn for production at mounted:sentry_dsn

"#]]);
    assert_eq!(session.read("mounted/sentry_dsn"), format!("{MARKER}-2"));
    session.run("strongroom check --type prod --live").succeeds();
}

#[test]
fn it_lies_where_that_is_said() {
    let session = scene();
    let set = "strongroom set --type prod --store mounted --ref shop/dsn --json sentry_dsn";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[0]
{
  "mine": false,
  "name": "sentry_dsn",
  "values": [
    {
      "change": "created",
      "code": null,
      "environment": "production"
    }
  ]
}
--- stderr
created sentry_dsn for production at mounted:shop/dsn

"#]]);
    assert_eq!(session.read("mounted/shop/dsn"), MARKER);
    let set = "strongroom set --type prod --store mounted --ref shop/dsn@3 other";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: cannot write into the store `mounted`: that is no reference: a value is written as a whole and as the newest, so there is no `@version` and no `#path`

"#]]);
    let set = "strongroom set --type prod --ref shop/dsn other";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[2]
--- stderr
error: --ref says where in a store, and no store is named: --store STORE

"#]]);
}

#[test]
fn what_the_vault_does_not_refer_to_is_somebody_elses() {
    let session = scene();
    let set = "strongroom set --type prod --store mounted token";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[2]
--- stderr
error: the store `mounted` has a value at `token` already, and `token` for `production` does not refer to it
       refer to what is there with: strongroom link --type production token mounted:token
       replace it with: --replace, or write elsewhere with: --ref REFERENCE

"#]]);
    assert_eq!(session.read("mounted/token"), format!("{MARKER}-token"));
    session.run("strongroom link --type prod api_token mounted:token").succeeds();
    session.typed(set).input(MARKER).run().shows(str![[r#"
[2]
--- stderr
error: the store `mounted` has a value at `token` already: that of `api_token` for `production`, and `token` for `production` does not refer to it
       refer to what is there with: strongroom link --type production token mounted:token
       replace it with: --replace, or write elsewhere with: --ref REFERENCE

"#]]);
    session.typed(&format!("{set} --replace")).input(MARKER).run().shows(str![[r#"
[0]
--- stderr
created token for production at mounted:token

"#]]);
    assert_eq!(session.read("mounted/token"), MARKER);
}

#[test]
fn a_default_store_fills_in_what_is_not_said() {
    let session = scene();
    session.run("strongroom store default prod mounted").succeeds();
    session.typed("strongroom set --type prod a").input(MARKER).run().shows(str![[r#"
[0]
--- stderr
created a for production at mounted:a

"#]]);
    session.typed("strongroom set --type prod b --sealed").input(MARKER).run().shows(str![[r#"
[0]
--- stderr
created b for production

"#]]);
    session.typed("strongroom set --type prod,dev c").input(MARKER).run().shows(str![[r#"
[2]
--- stderr
error: `production` has the default store `mounted`, and `development` has none: set them one after the other, or say where all go: --store STORE or --sealed

"#]]);
    session.typed("strongroom set --type prod,dev c --store mounted").input(MARKER).run().shows(
        str![[r#"
[0]
--- stderr
created c for production at mounted:c
created c for development at mounted:c

"#]],
    );
    assert!(session.path("mounted/a").exists());
    assert!(!session.path("mounted/b").exists());
}

#[test]
fn a_generated_value_goes_there_too() {
    let session = scene();
    session.run("strongroom set --type prod --store mounted made --generate 20").shows(str![[r#"
[0]
--- stderr
created made for production at mounted:made: 20 alphanumeric characters, 119 bits

"#]]);
    assert_eq!(session.read("mounted/made").len(), 20);
    let set = "strongroom set --type prod,dev --store mounted both --generate";
    session.run(set).shows(str![[r#"
[2]
--- stderr
error: `production` and `development` would each get a value of their own, and both lie at `mounted:both`
       set them one after the other, with: --ref REFERENCE

"#]]);
    session.run("strongroom set --type prod --store mounted made --generate").shows(str![[r#"
[2]
--- stderr
error: `made` has a value for `production`, which a generated one would replace
       if that is meant, add: --replace

"#]]);
    session.run("strongroom set --type prod made --replace").shows(str![[r#"
[2]
--- stderr
error: --replace is for --generate and --store

"#]]);
}

#[test]
fn nothing_is_written_into_a_store_that_somebody_led_elsewhere() {
    let session = linked();
    session.write("elsewhere/other", "");
    session.replace("path = \"mounted\"", "path = \"elsewhere\"");
    for other in [
        "strongroom set --type dev --store mounted sentry_dsn",
        "strongroom link --type dev other mounted:other",
        "strongroom sync --type dev --store mounted --yes",
    ] {
        let outcome = session.typed(other).input(MARKER).run();
        outcome.ends_with(3).says("the store `mounted` was not asked");
    }
    let set = "strongroom set --type prod --store mounted sentry_dsn";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the store `mounted` was not asked: the seal of `token` for `production`, which is at `token` there, does not fit, so a setting of the store may have been changed by somebody without the key
       look who did it (git log -p strongroom.toml), then restore the line
       or, if its settings are right, allow it: strongroom store allow mounted
       and link each secret of it again: strongroom link --type production token mounted:token

"#]]);
    assert!(!session.path("elsewhere/sentry_dsn").exists());
}

#[test]
fn a_store_that_is_not_written_to_says_why() {
    let session = scene();
    session.run("strongroom store add variables --kind env --prefix SHOP_").succeeds();
    let set = "strongroom set --type prod --store variables token";
    session.typed(set).input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: cannot write for `production` at `token` in the store `variables`: not written: `token` is set where this program is started, and not by it

"#]]);
    let before = session.read("strongroom.toml");
    session.typed("strongroom set --type prod --store nowhere x").input(MARKER).run().shows(str![
        [r#"
[1]
--- stderr
error: there is no store `nowhere`
       see those that exist with: strongroom store list

"#]
    ]);
    session.typed("strongroom set --mine --store mounted x").input(MARKER).run().ends_with(2);
    session
        .typed("strongroom set --deposit --type prod --store mounted x")
        .input(MARKER)
        .run()
        .ends_with(2);
    session.typed("strongroom set --type prod --store mounted x").run().shows(str![[r#"
[2]
--- stderr
error: no value was given: standard input is empty
       an empty value on purpose needs --allow-empty

"#]]);
    assert!(!session.path("mounted/x").exists());
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn every_key_that_is_kept_here_speaks_for_a_store() {
    let session = linked();
    for kind in ["dev", "prod"] {
        let add = format!("strongroom holder add {kind}s --type {kind} --out {kind}.key");
        session.run(&add).succeeds();
        session.run(&format!("strongroom key add {kind}.key")).succeeds();
    }
    std::fs::remove_file(session.kept_key("owner")).expect("a key");
    let set = "strongroom set --type dev --store mounted sentry_dsn";
    session.typed(set).input(MARKER).run().succeeds();
    // Only the key for production shows it.
    session.run("strongroom unset --type dev sentry_dsn").succeeds();
    session.write("elsewhere/other", "");
    session.replace("path = \"mounted\"", "path = \"elsewhere\"");
    let outcome = session.typed(set).input(MARKER).run();
    outcome.ends_with(3).says("the store `mounted` was not asked");
    assert!(!session.path("elsewhere/sentry_dsn").exists());
}
