//! `sync`: what a store has and the vault does not, and the other way round.

use snapbox::str;

use super::{linked, scene, value};
use crate::session::MARKER;

#[test]
fn both_sides_are_shown_and_what_is_chosen_is_linked() {
    let session = linked();
    session.write("mounted/sentry_dsn", MARKER);
    session.write("mounted/no name", MARKER);
    session.run("strongroom link --type prod gone mounted:gone --no-fetch").succeeds();
    session.typed("strongroom set --type prod sealed").input(MARKER).run().succeeds();
    session.run("strongroom sync --type prod --store mounted --dry-run").shows(str![[r#"
[1]
in mounted, not in the vault  would be
sentry_dsn                    sentry_dsn
smtp/password                 smtp/password

in the vault, not in mounted  reference
gone                          gone
--- stderr
mounted:no name is left out: it cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
2 only in mounted, 1 only in the vault, 1 in both
with a value elsewhere, sealed or in another store: `sealed`

"#]]);
    let before = session.read("strongroom.toml");
    session.run("strongroom sync --type prod --store mounted").shows(str![[r#"
[2]
in mounted, not in the vault  would be
sentry_dsn                    sentry_dsn
smtp/password                 smtp/password

in the vault, not in mounted  reference
gone                          gone
--- stderr
mounted:no name is left out: it cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
2 only in mounted, 1 only in the vault, 1 in both
with a value elsewhere, sealed or in another store: `sealed`
error: no terminal to ask at: nothing was linked
       link them with: --yes, some with: --only NAMES, or only look with: --dry-run

"#]]);
    session.run("strongroom sync --type prod --store mounted --only nothing").ends_with(1);
    assert_eq!(session.read("strongroom.toml"), before);
    session
        .run("strongroom sync --type prod --store mounted --only sentry_dsn --json")
        .shows(str![[r#"
[1]
{
  "elsewhere": [
    "sealed"
  ],
  "environment": "production",
  "in_both": 1,
  "left_out": [
    {
      "reference": "no name",
      "why": "it cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)"
    }
  ],
  "only_in_store": [
    {
      "linked": true,
      "name": "sentry_dsn",
      "reference": "sentry_dsn"
    },
    {
      "linked": false,
      "name": "smtp/password",
      "reference": "smtp/password"
    }
  ],
  "only_in_vault": [
    {
      "name": "gone",
      "reference": "gone"
    }
  ],
  "store": "mounted"
}
--- stderr
linked sentry_dsn to mounted:sentry_dsn

"#]]);
    assert_eq!(value(&session, "--type prod", "sentry_dsn"), MARKER);
    session.run("strongroom unset --type prod gone").succeeds();
    session.run("strongroom sync --type prod --store mounted --yes").shows(str![[r#"
[0]
in mounted, not in the vault  would be
smtp/password                 smtp/password
--- stderr
mounted:no name is left out: it cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
1 only in mounted, 2 in both
with a value elsewhere, sealed or in another store: `sealed`
linked smtp/password to mounted:smtp/password

"#]]);
    session.run("strongroom sync --type prod --store mounted --yes").shows(str![[r#"
[0]
--- stderr
mounted:no name is left out: it cannot be the name of a secret: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
3 in both
with a value elsewhere, sealed or in another store: `sealed`

"#]]);
    session.run("strongroom check --type prod --live").succeeds();
}

#[test]
fn the_default_store_is_meant_where_none_is_named() {
    let session = scene();
    session.run("strongroom sync --type prod --dry-run").shows(str![[r#"
[2]
--- stderr
error: which store? `production` has no default one
       for example: strongroom sync --type production --store STORE
       or say which one is meant from now on: strongroom store default production STORE

"#]]);
    session.run("strongroom store default prod mounted").succeeds();
    session.run("strongroom sync --type prod --yes").succeeds();
    assert_eq!(value(&session, "--type prod", "smtp/password"), format!("{MARKER}-smtp"));
}

#[test]
fn another_spelling_and_a_value_elsewhere_are_left_out() {
    let session = scene();
    session.typed("strongroom set --type dev SMTP/password").input(MARKER).run().succeeds();
    session.typed("strongroom set --type prod token").input(MARKER).run().succeeds();
    session.run("strongroom sync --type prod --store mounted --yes").shows(str![[r#"
[0]
--- stderr
mounted:smtp/password is left out: there is a secret `SMTP/password`; link that with: strongroom link --type production SMTP/password mounted:smtp/password
mounted:token is left out: `token` has a value already, which lies elsewhere
mounted has nothing to link for production
with a value elsewhere, sealed or in another store: `token`

"#]]);
}

#[test]
fn a_store_without_a_list_says_so() {
    let session = scene();
    session.run("strongroom store add variables --kind env").succeeds();
    session.run("strongroom sync --type prod --store variables --yes").shows(str![[r#"
[3]
--- stderr
error: cannot list what the store `variables` has: denied: all variables would be listed, foreign ones too: give the store a `prefix`

"#]]);
    session.run("strongroom store add missing --kind directory --path missing").succeeds();
    session.run("strongroom sync --type prod --store missing --yes").shows(str![[r#"
[3]
--- stderr
error: cannot list what the store `missing` has: unreachable: there is no folder [ROOT]/work/missing

"#]]);
}
