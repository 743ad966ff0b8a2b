//! What a file and a vault do not agree about, and names that mean one secret.

use snapbox::str;

use crate::session::{MARKER, Session};

/// A vault with values for `db/password` and `github_api_token`.
fn session() -> Session {
    let session = Session::with_secret();
    let set = "strongroom set --type local,dev db/password";
    session.typed(set).input(format!("{MARKER}-old")).run().succeeds();
    session
}

#[test]
fn other_values_are_replaced_when_that_is_asked_for() {
    let session = session();
    let before = session.read("strongroom.toml");
    session.write(
        ".env",
        format!("DB__PASSWORD={MARKER}-new\nGITHUB_API_TOKEN={MARKER}-new\nNEW={MARKER}\n"),
    );
    session.run("strongroom import .env --type local,dev").shows(str![[r#"
[2]
--- stderr
error: the vault has other values than .env: nothing was changed
       db/password (local, development)
       github_api_token (local, development)
       take those of the file with: --replace
       or see first what it would do with: --dry-run

"#]]);
    session.run("strongroom import .env --type local,dev --dry-run").shows(str![[r#"
[2]
secret            line  local   development
db/password       1     keep    keep
github_api_token  2     keep    keep
NEW               3     create  create
--- stderr
nothing was changed
error: the vault has other values than .env: nothing was changed
       db/password (local, development)
       github_api_token (local, development)
       take those of the file with: --replace

"#]]);
    session.run("strongroom import .env --type local --dry-run --json").ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom import .env --type local --replace").shows(str![[r#"
[0]
--- stderr
local: 1 created, 2 replaced
.env still holds the values in clear: delete it once nothing needs it

"#]]);
    session.run("strongroom list").shows(str![[r#"
[0]
secret            production  development  preview  local
NEW               -           -            -        ✓ 1
db/password       -           ✓ 1          -        ✓ 2
github_api_token  -           ✓ 1          -        ✓ 2
--- stderr

✓ own value and its version   · that of the type   - none   ! under another data key

"#]]);
}

#[test]
fn two_entries_for_one_secret_are_refused() {
    let session = session();
    let before = session.read("strongroom.toml");
    session.write(
        ".env",
        format!(
            "DB__PASSWORD={MARKER}\ndb/password={MARKER}\nAPI_KEY={MARKER}\napi-key={MARKER}\n"
        ),
    );
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: the vault cannot take this of .env: nothing was changed
       line 2: `db/password` and `DB__PASSWORD` (line 1) are one secret
       line 4: `api-key` and `API_KEY` (line 3) are one secret
       change them in the file, or leave them out with: --except NAME,…

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_variable_of_two_secrets_is_refused() {
    let session = session();
    session.typed("strongroom set --type local db__password").input(MARKER).run().succeeds();
    session.write(".env", format!("DB__PASSWORD={MARKER}\n"));
    session.run("strongroom import .env --type local --replace").shows(str![[r#"
[3]
--- stderr
error: the vault cannot take this of .env: nothing was changed
       line 1: `DB__PASSWORD` may mean `db/password` and `db__password`
       change them in the file, or leave them out with: --except DB__PASSWORD

"#]]);
    session.write("a.json", format!("{{\"db__password\": \"{MARKER}-json\"}}"));
    session.run("strongroom import a.json --type local --replace").shows(str![[r#"
[0]
--- stderr
local: 1 replaced
a.json still holds the values in clear: delete it once nothing needs it

"#]]);
}

#[test]
fn all_names_that_the_vault_cannot_take_are_listed() {
    let session = session();
    let before = session.read("strongroom.toml");
    session.write(
        ".env",
        format!("_HIDDEN={MARKER}\nGOOD={MARKER}\na/b/c={MARKER}\n{MARKER}$={MARKER}\n"),
    );
    session.run("strongroom import .env --type local").shows(str![[r#"
[3]
--- stderr
error: the vault cannot take this of .env: nothing was changed
       line 1: `_HIDDEN`: a name begins with a letter or a digit (A-Z, a-z, 0-9)
       line 3: `a/b/c`: a name has at most one `/`, between a group and a key
       line 4: a name that is not shown: a name holds letters, digits, `_`, `.` and `-` only (of a secret, one `/` too)
       change them in the file, or leave them out with: --except NAME,…

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom import .env --type local --only good").shows(str![[r#"
[0]
--- stderr
local: 1 created
.env still holds the values in clear: delete it once nothing needs it

"#]]);
}
