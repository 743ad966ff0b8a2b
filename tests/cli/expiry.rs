//! `set --expires`, and what is said of values that expire.

use snapbox::str;

use crate::session::{MARKER, Session};

/// A day so many days from now, as the vault writes it.
fn day(session: &Session, line: &str) -> String {
    let vault = session.read("strongroom.toml");
    let line = vault.lines().find(|text| text.contains(line)).expect("a line");
    line.split("expires = ").nth(1).map(|rest| rest[..10].to_owned()).unwrap_or_default()
}

fn set<'s>(session: &'s Session, arguments: &str) -> crate::session::Outcome<'s> {
    session.typed(&format!("strongroom set {arguments}")).input(MARKER).run()
}

#[test]
fn a_day_is_said_in_days_weeks_or_a_date_and_stands_in_the_vault() {
    let session = Session::with_vault();
    set(&session, "--type dev a --expires 90d").shows(str![[r#"
[0]
--- stderr
created a for development
expires on [DATE....]: `strongroom check` warns two weeks ahead

"#]]);
    set(&session, "--type dev b --expires 2w").succeeds();
    set(&session, "--type dev c --expires 2999-12-31").succeeds();
    assert!(session.read("strongroom.toml").contains("expires = 2999-12-31, sealed"));
    session.run("strongroom list a").shows(str![[r#"
[0]
a
environment  version  set         content
development  1        [DATE....]  sealed   expires [DATE....]

"#]]);
    let json: serde_json::Value =
        serde_json::from_str(&session.run("strongroom list c --json").output()).expect("JSON");
    assert_eq!(json["values"][0]["expires"], "2999-12-31");
    for bad in
        ["90", "d", "-3d", "0d", "1y", "2020-01-01", "2027-02-30", "999999999w", "2999-12-31T00"]
    {
        let outcome = set(&session, &format!("--type dev a --expires={bad}"));
        outcome.ends_with(2).says("--expires");
    }
    set(&session, "--mine a --expires 90d").ends_with(2);
}

#[test]
fn another_value_has_no_day_and_the_same_one_keeps_it() {
    let session = Session::with_vault();
    set(&session, "--type dev a --expires 2999-12-31").succeeds();
    set(&session, "--type dev a").shows(str![[r#"
[0]
--- stderr
unchanged a for development

"#]]);
    assert_eq!(day(&session, "development = { version = 1"), "2999-12-31");
    set(&session, "--type dev a --expires 2888-01-01").succeeds();
    assert_eq!(day(&session, "development = { version = 1"), "2888-01-01");
    session.typed("strongroom set --type dev a").input("another value").run().shows(str![[r#"
[0]
--- stderr
updated a for development (version 2)
the former value of a for development was good until 2888-01-01, the new one has no such day: say one with --expires

"#]]);
    assert_eq!(day(&session, "development = { version = 2"), "");
    session
        .typed("strongroom set --type dev a --expires 9d")
        .input("another value")
        .run()
        .succeeds();
    session
        .typed("strongroom set --type dev a --expires never")
        .input("another value")
        .run()
        .succeeds();
    assert_eq!(day(&session, "development = { version = 2"), "");
}

#[test]
fn a_day_goes_with_a_value_that_is_copied_or_renamed() {
    let session = Session::with_vault();
    set(&session, "--type dev a --expires 2999-12-31").succeeds();
    session.run("strongroom copy a --from dev --to local").succeeds();
    session.run("strongroom rename a b").succeeds();
    assert_eq!(day(&session, "local = { version = 1"), "2999-12-31");
    assert_eq!(day(&session, "development = { version = 1"), "2999-12-31");
}

#[test]
fn check_warns_two_weeks_ahead_and_fails_where_the_vault_says_so() {
    let session = Session::with_vault();
    set(&session, "--type local old --expires 2999-12-31").succeeds();
    set(&session, "--type local soon --expires 14d").succeeds();
    set(&session, "--type local tomorrow --expires 1d").succeeds();
    set(&session, "--type local later --expires 15d").succeeds();
    set(&session, "--type prod elsewhere --expires 3d").succeeds();
    session.replace("2999-12-31", "2020-02-29");
    session.run("strongroom check").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
4 values open
warning: `old` for `local` expired on [DATE....]
         set a new one with: strongroom set --type local old
warning: `soon` for `local` expires on [DATE....], in 14 days
         set a new one with: strongroom set --type local soon
warning: `tomorrow` for `local` expires tomorrow, [DATE....]
         set a new one with: strongroom set --type local tomorrow

"#]]);
    session.run("strongroom list old").shows(str![[r#"
[0]
old
environment  version  set         content
local        1        [DATE....]  sealed   expired [DATE....]

"#]]);
    let denied = "expired = \"deny\"";
    session.edit(|text| text.replacen("[holders", &format!("[build]\n{denied}\n\n[holders"), 1));
    session
        .run("strongroom check")
        .ends_with(1)
        .says("error: `old` for `local` expired on 2020-02-29");
    let json: serde_json::Value =
        serde_json::from_str(&session.run("strongroom check --json").output()).expect("JSON");
    assert_eq!(json["expiring"].as_array().expect("a list").len(), 3);
    // It is loaded all the same: what a program cannot do without is not taken from it at midnight.
    session.typed("strongroom get old").that_shows_secrets().run().succeeds();
    session.run("strongroom run -- true").succeeds();
    session.replace(denied, "expired = \"ignore\"");
    let outcome = session.run("strongroom check");
    outcome.succeeds();
    assert!(!outcome.stderr.contains("expire"), "{}", outcome.stderr);
    session.replace("expired = \"ignore\"", "expired = \"maybe\"");
    session.run("strongroom check").ends_with(3).says("\"warn\", \"deny\" or \"ignore\"");
}

#[test]
fn the_day_alone_is_changed_of_a_value_that_is_there() {
    let session = Session::with_vault();
    set(&session, "--type dev,local a --expires 2999-12-31").succeeds();
    let before = session.read("strongroom.toml");
    // Without a value it is said how.
    session.typed("strongroom set --type dev a --expires never").input("").run().shows(str![[r#"
[2]
--- stderr
error: no value was given: standard input is empty
       change the day alone with: strongroom set --type development a --expires never --keep
       an empty value on purpose needs --allow-empty

"#]]);
    session.run("strongroom set --type dev a --keep").ends_with(2);
    session.run("strongroom set --type prod a --expires 90d --keep").shows(str![[r#"
[1]
--- stderr
error: `a` has no value of its own for `production`, whose day could be changed

"#]]);
    session.run("strongroom set --type dev b --expires 90d --keep").ends_with(1);
    assert_eq!(session.read("strongroom.toml"), before);
    std::fs::rename(session.kept_key("owner"), session.path("../kept")).expect("no key is needed");
    session.run("strongroom set --type dev A --expires never --keep").shows(str![[r#"
[0]
--- stderr
a for development never expires; its value is as before

"#]]);
    session.run("strongroom set --type local a --expires 3d --keep").shows(str![[r#"
[0]
--- stderr
a for local expires on [DATE....]; its value is as before
`strongroom check` warns from now on

"#]]);
    assert_eq!(day(&session, "development = { version = 1"), "");
    assert_ne!(day(&session, "local = { version = 1"), "2999-12-31");
    session.run("strongroom set --type dev a --expires 90d --keep").shows(str![[r#"
[0]
--- stderr
a for development expires on [DATE....]; its value is as before
`strongroom check` warns two weeks ahead

"#]]);
    std::fs::rename(session.path("../kept"), session.kept_key("owner")).expect("the key again");
    for flags in ["--type dev", "--type local"] {
        let get = session.typed(&format!("strongroom get {flags} a")).that_shows_secrets().run();
        assert_eq!(get.succeeds().output(), MARKER);
    }
}
