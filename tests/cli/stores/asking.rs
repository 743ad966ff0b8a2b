//! `get`, `run`, `export`, `diff` and `check --live` ask stores, and name what they could not have.

use snapbox::str;

use super::{linked, scene, value};
use crate::session::{MARKER, Session};

#[test]
fn programs_get_what_stores_keep() {
    let session = linked();
    session.run("strongroom link --type prod smtp_password mounted:smtp/password").succeeds();
    session
        .typed("strongroom set --type prod sealed")
        .input(format!("{MARKER}-s"))
        .run()
        .succeeds();
    let printed = session
        .typed("strongroom run --type prod -- sh -c 'echo $TOKEN $SMTP_PASSWORD $SEALED'")
        .that_shows_secrets()
        .run();
    assert_eq!(printed.output(), format!("{MARKER}-token {MARKER}-smtp {MARKER}-s\n"));
    let exported =
        session.typed("strongroom export --type prod --format dotenv").that_shows_secrets().run();
    assert!(exported.succeeds().output().contains(&format!("TOKEN={MARKER}-token")));
    session.run("strongroom env add staging --type prod").succeeds();
    assert_eq!(value(&session, "--env staging", "token"), format!("{MARKER}-token"));
}

#[test]
fn an_altered_reference_is_not_fetched() {
    for (from, to) in [
        ("ref = \"token\"", "ref = \"smtp/password\""),
        ("path = \"mounted\"", "path = \"elsewhere\""),
        ("path = \"mounted\"", "path = \"mounted\"\ntrim = true"),
        ("version = 1", "version = 2"),
    ] {
        let session = linked();
        session.write("elsewhere/token", MARKER);
        session.replace(from, to);
        session.run("strongroom get --type prod token").ends_with(3).says("its seal does not fit");
        session.run("strongroom run --type prod -- touch started").ends_with(3);
        assert!(!session.path("started").exists());
        session.run("strongroom check --type prod").ends_with(3).says("its seal does not fit");
    }
    let session = linked();
    session.replace("ref = \"token\"", "ref = \"smtp/password\"");
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `smtp/password` in the store `mounted`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token mounted:REFERENCE

"#]]);
    session.run("strongroom run --type prod -- true").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `production`
       `token`: at `smtp/password` in the store `mounted`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token mounted:REFERENCE
       or leave it out with: --except token

"#]]);
    session.run("strongroom check --type prod --live").shows(str![[r#"
[3]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
error: `token` for `production`: at `smtp/password` in the store `mounted`: its seal does not fit: the reference, the store or one of its settings was changed by somebody without the key
       look who changed it (git log -p strongroom.toml), then restore the line, or link it again: strongroom link --type production token mounted:REFERENCE
nothing was fetched from a store

"#]]);
}

#[test]
fn a_sealed_value_does_not_become_a_reference() {
    let session = linked();
    session.typed("strongroom set --type prod other").input(MARKER).run().succeeds();
    let vault = session.read("strongroom.toml");
    let at = vault.find("[secrets.other]").expect("a secret");
    let sealed = vault[at..].split("sealed = \"").nth(1).and_then(|rest| rest.split('"').next());
    let sealed = sealed.expect("a value").to_owned();
    // A seal is a value's head, nonce and tag, with nothing inside.
    let seal = format!("{}{}", &sealed[..28], "A".repeat(22));
    session.replace(
        &format!("sealed = \"{sealed}\""),
        &format!("store = \"mounted\", ref = \"token\", seal = \"{seal}\""),
    );
    session.run("strongroom get --type prod other").ends_with(3).says("its seal does not fit");
}

#[test]
fn a_store_that_is_not_declared_is_named() {
    let session = linked();
    session.edit(|text| text.replace("[stores.mounted]", "[stores.other]"));
    session.run("strongroom get --type prod token").shows(str![[r#"
[3]
--- stderr
error: cannot open `token` for `production`: at `token` in the store `mounted`: the vault has no such store in [stores]
       declare it with: strongroom store add mounted --kind KIND

"#]]);
    session.run("strongroom check --type prod --live").shows(str![[r#"
[3]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
error: `token` for `production`: at `token` in the store `mounted`: the vault has no such store in [stores]
       declare it with: strongroom store add mounted --kind KIND
nothing was fetched from a store

"#]]);
}

#[test]
fn everything_that_stores_do_not_give_is_named_at_once() {
    let session = linked();
    session.run("strongroom store add variables --kind env --prefix SHOP_").succeeds();
    session.run("strongroom link --type prod one mounted:gone --no-fetch").succeeds();
    session.run("strongroom link --type prod two variables:TWO --no-fetch").succeeds();
    session.run("strongroom run --type prod -- touch started").shows(str![[r#"
[3]
--- stderr
error: nothing was started, because of values for `production`
       `one`: at `gone` in the store `mounted`: absent: there is no [ROOT]/work/mounted/gone
       `two`: at `TWO` in the store `variables`: absent: the variable `SHOP_TWO` is not set
       put it there (where the store can be written: strongroom set --type production --store mounted one)
       or record another reference: strongroom link --type production one mounted:REFERENCE
       put it there (where the store can be written: strongroom set --type production --store variables two)
       or record another reference: strongroom link --type production two variables:REFERENCE
       or leave them out with: --except one,two

"#]]);
    session.run("strongroom check --type prod --live").shows(str![[r#"
[1]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
3 references fit their seals
error: `one` for `production`: at `gone` in the store `mounted`: absent: there is no [ROOT]/work/mounted/gone
       put it there (where the store can be written: strongroom set --type production --store mounted one)
       or record another reference: strongroom link --type production one mounted:REFERENCE
error: `two` for `production`: at `TWO` in the store `variables`: absent: the variable `SHOP_TWO` is not set
       put it there (where the store can be written: strongroom set --type production --store variables two)
       or record another reference: strongroom link --type production two variables:REFERENCE
1 value was fetched from its store, 2 could not be; nothing is shown of them

"#]]);
    session.run("strongroom check --type prod --live --json").shows(str![[r#"
[1]
{
  "apps": {
    "fault": null,
    "keys": [],
    "without_secret": []
  },
  "back": [],
  "counted": [
    "production"
  ],
  "declared": [],
  "due": [],
  "elsewhere": [],
  "expiring": [],
  "faults": [],
  "key_faults": [],
  "live": {
    "doubtful": [],
    "failed": [
      {
        "cause": "absent",
        "environment": "production",
        "message": "at `gone` in the store `mounted`: absent: there is no [ROOT]/work/mounted/gone",
        "name": "one",
        "reference": "gone",
        "store": "mounted"
      },
      {
        "cause": "absent",
        "environment": "production",
        "message": "at `TWO` in the store `variables`: absent: the variable `SHOP_TWO` is not set",
        "name": "two",
        "reference": "TWO",
        "store": "variables"
      }
    ],
    "fetched": 1,
    "unasked": 0
  },
  "missing": 0,
  "opened": 0,
  "own": [],
  "references": 3,
  "settings": [],
  "source": false,
  "undeclared": [],
  "undeclared_settings": [],
  "unopened": [],
  "unread": [],
  "unresolved": [],
  "waiting": [],
  "without_key": []
}

"#]]);
    session.run("strongroom run --type prod --except one,two -- touch started").succeeds();
    session.run("strongroom check --type prod").ends_with(0);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_denied() {
    use crate::session::{is_root, set_mode, skipped};
    if is_root() {
        return skipped("no permission stops root");
    }
    let session = linked();
    set_mode(&session.path("mounted/token"), 0o000);
    session.run("strongroom get --type prod token").ends_with(3).says("denied: ");
}

#[test]
fn a_store_that_gives_what_no_variable_holds_starts_nothing() {
    let session = linked();
    session.write("mounted/token", [0xff, 0xfe, 0]);
    session.run("strongroom run --type prod -- touch started").ends_with(3);
    assert!(!session.path("started").exists());
    let got = session.typed("strongroom get --type prod token").that_shows_secrets().run();
    assert_eq!(got.succeeds().stdout, [0xff, 0xfe, 0]);
}

#[test]
fn two_environments_are_compared_with_what_stores_keep() {
    let session = linked();
    session.run("strongroom link --type dev smtp_password mounted:smtp/password").succeeds();
    session.run("strongroom link --type prod smtp_password mounted:gone --no-fetch").succeeds();
    session
        .typed("strongroom set --type dev token")
        .input(format!("{MARKER}-token"))
        .run()
        .succeeds();
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret         development  production
smtp_password  ✓ 1          ✓ 1         not compared: at `gone` in the store `mounted`: absent: there is no [ROOT]/work/mounted/gone
--- stderr
1 not compared, 1 equal

"#]]);
    session.write("mounted/token", MARKER);
    session.write("mounted/gone", MARKER);
    session.run("strongroom diff dev prod").shows(str![[r#"
[0]
secret         development  production
smtp_password  ✓ 1          ✓ 1         different
token          ✓ 1          ✓ 1         different
--- stderr
2 different

"#]]);
}

#[test]
fn nothing_of_a_reference_is_shown_where_that_is_forbidden() {
    let session = scene();
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run("strongroom link --type prod token mounted:token").succeeds();
    session.run("strongroom check --type prod --live").succeeds();
    session.run("strongroom sync --type prod --store mounted --yes").succeeds();
    session.run("strongroom get --type prod token").ends_with(3).says("STRONGROOM_NO_REVEAL");
    session.run("strongroom run --type prod -- true").succeeds();
}

#[test]
fn the_record_has_what_was_fetched_and_linked() {
    let session = linked();
    session.edit(|text| text.replacen("[holders", "[audit]\nlog = true\n\n[holders", 1));
    session.typed("strongroom get --type prod token").that_shows_secrets().run().succeeds();
    session.run("strongroom link --type dev token mounted:token").succeeds();
    session.run("strongroom sync --type prod --store mounted --yes").succeeds();
    session.typed("strongroom set --type prod --store mounted new").input(MARKER).run().succeeds();
    session.typed("strongroom set --type prod --store mounted new").input("other").run().succeeds();
    session.run("strongroom store set mounted trim=true").succeeds();
    session.run("strongroom run --type prod -- true").succeeds();
    let log = session.run("strongroom log").succeeds().output();
    let log: Vec<&str> =
        log.lines().map(|line| line.split_once("  ").map_or(line, |it| it.1)).collect();
    snapbox::assert_data_eq!(
        log.join("\n"),
        str![[r#"
                holder  command    read                                                              changed
owner   get        token (production)                                                -
owner   link       -                                                                 token (development)
owner   sync       -                                                                 smtp/password (production)
owner   set        -                                                                 new (production)
owner   set        -                                                                 new (production)
owner   store set  -                                                                 -
owner   run        new (production), smtp/password (production), token (production)  -
"#]]
    );
}

#[test]
fn nothing_to_fetch_asks_nobody() {
    let session = Session::with_vault();
    session.run("strongroom check --type prod --live").shows(str![[r#"
[0]
--- stderr
no Cargo.toml in [ROOT]/work or above: only the vault's own values were checked
nothing was fetched from a store

"#]]);
}
