//! `import`: the values of a file, all in one save or none.

mod conflicts;
mod faults;
mod formats;
#[cfg(unix)]
mod interrupted;
mod leftover;
mod round_trip;
#[cfg(unix)]
mod terminal;

use snapbox::str;

use crate::session::{MARKER, Session};

/// A vault, and a `.env` as a real project has it.
fn with_dotenv() -> Session {
    let session = Session::with_vault();
    session.write(
        ".env",
        format!(
            "# the shop\nDATABASE_URL=postgres://shop:{MARKER}@localhost/shop?sslmode=disable # not here\n\
             export SMTP_PASSWORD='{MARKER} $HOME ${{X}} # \\n'\n\nADMIN_HASH=$2b$10${MARKER}\n\
             TLS_KEY=\"-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----\"\nEMPTY=\n"
        ),
    );
    session
}

#[test]
fn a_file_is_imported_as_it_stands() {
    let session = with_dotenv();
    session.run("strongroom import .env --type local,dev").shows(str![[r#"
[0]
--- stderr
local: 4 created, 1 skipped
development: 4 created, 1 skipped
skipped, because the value is empty: `EMPTY`
set it all the same with: --allow-empty
warning: readers of .env files do not agree about `ADMIN_HASH` (line 5)
         look at what was read here with: strongroom get --type local ADMIN_HASH
.env still holds the values in clear: delete it once nothing needs it

"#]]);
    for (name, value) in [
        ("DATABASE_URL", format!("postgres://shop:{MARKER}@localhost/shop?sslmode=disable")),
        ("smtp_password", format!("{MARKER} $HOME ${{X}} # \\n")),
        ("admin-hash", format!("$2b$10${MARKER}")),
        ("TlsKey", format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----")),
    ] {
        let line = format!("strongroom get --type dev {name}");
        let outcome = session.typed(&line).that_shows_secrets().run();
        assert_eq!(outcome.succeeds().output(), value, "{name}");
    }
    session.run("strongroom import .env --type local,dev").shows(str![[r#"
[0]
--- stderr
local: 4 unchanged, 1 skipped
development: 4 unchanged, 1 skipped
skipped, because the value is empty: `EMPTY`
set it all the same with: --allow-empty
warning: readers of .env files do not agree about `ADMIN_HASH` (line 5)
         look at what was read here with: strongroom get --type local ADMIN_HASH
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}

#[test]
fn a_dry_run_shows_what_would_be_done_and_does_nothing() {
    let session = with_dotenv();
    session.typed("strongroom set --type local database_url").input(MARKER).run().succeeds();
    let before = session.read("strongroom.toml");
    session.run("strongroom import .env --type local,dev --dry-run").shows(str![[r#"
[2]
secret         line  local   development
database_url   2     keep    create
SMTP_PASSWORD  3     create  create
ADMIN_HASH     5     create  create
TLS_KEY        6     create  create
EMPTY          9     skip    skip
--- stderr
nothing was changed
`skip`: the value is empty; to set it all the same: --allow-empty
warning: readers of .env files do not agree about `ADMIN_HASH` (line 5)
         look at what was read here with: strongroom get --type local ADMIN_HASH
error: the vault has other values than .env: nothing was changed
       database_url (local)
       take those of the file with: --replace

"#]]);
    session
        .run("strongroom import .env --type local --only database_url,EMPTY --dry-run --replace --allow-empty --json")
        .shows(str![[r#"
[0]
{
  "changes": [
    {
      "change": "replace",
      "environment": "local",
      "line": 2,
      "name": "database_url"
    },
    {
      "change": "create",
      "environment": "local",
      "line": 9,
      "name": "EMPTY"
    }
  ],
  "saved": false
}

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn empty_values_are_set_on_purpose_only() {
    let session = with_dotenv();
    session.run("strongroom import .env --type local --only empty").shows(str![[r#"
[0]
--- stderr
local: 1 skipped
skipped, because the value is empty: `EMPTY`
set it all the same with: --allow-empty
.env still holds the values in clear: delete it once nothing needs it

"#]]);
    session.run("strongroom import .env --type local --only empty --allow-empty").shows(str![[
        r#"
[0]
--- stderr
local: 1 created
.env still holds the values in clear: delete it once nothing needs it

"#
    ]]);
    session.run("strongroom get EMPTY").shows(str![[r#"
[0]

"#]]);
}

#[test]
fn some_of_a_file_can_be_imported() {
    let session = with_dotenv();
    session.run("strongroom import .env --type local --only tls-key").succeeds();
    session.run("strongroom import .env --type local --except admin_hash,EMPTY").shows(str![[r#"
[0]
--- stderr
local: 2 created, 1 unchanged
.env still holds the values in clear: delete it once nothing needs it

"#]]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret         production  development  preview  local
DATABASE_URL   -           -            -        ✓ 1
SMTP_PASSWORD  -           -            -        ✓ 1
TLS_KEY        -           -            -        ✓ 1
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
    session.run("strongroom import .env --type local --except nothing").shows(str![[r#"
[2]
--- stderr
error: there is no `nothing` in .env: nothing was changed

"#]]);
}

#[test]
fn a_value_for_a_named_environment_is_its_own() {
    let session = with_dotenv();
    session.run("strongroom env add staging --type dev").succeeds();
    session.run("strongroom import .env --type dev --env staging").shows(str![[r#"
[0]
--- stderr
development: 4 created, 1 skipped
staging: 4 created, 1 skipped
skipped, because the value is empty: `EMPTY`
set it all the same with: --allow-empty
warning: readers of .env files do not agree about `ADMIN_HASH` (line 5)
         look at what was read here with: strongroom get --type development ADMIN_HASH
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}
