//! `check` with a key: every value is opened.

use std::fs;

use snapbox::str;

use super::shop;
use crate::session::MARKER;

#[test]
fn with_a_key_every_value_is_opened() {
    let session = shop();
    session.run("strongroom check --type local,dev").says("2 values open");
    session.edit(|vault| {
        let at = vault.find("local = {").expect("a value") + 80;
        let changed = if &vault[at..=at] == "A" { "B" } else { "A" };
        format!("{}{changed}{}", &vault[..at], &vault[at + 1..])
    });
    session.run("strongroom check --type local,dev").shows(str![[r#"
[3]
declared          local     development  where
github_api_token  ✓ 1       ✓ 1          src/main.rs:6
sentry_dsn        optional  optional     src/main.rs:7
ssh_private_key   missing   missing      src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: `github_api_token` for `local` is altered: it does not open at this place with this key
       restore the line from git, or set it again with: strongroom set --type local github_api_token
1 value opens
3 declared, 1 missing for `local` and `development`
set what is missing with:
  strongroom set --type local,development ssh_private_key

"#]]);
    session.run("strongroom check --type dev").ends_with(1);
    fs::remove_file(session.kept_key("owner")).expect("a key");
    session.run("strongroom check --type local,dev").shows(str![[r#"
[1]
declared          local     development  where
github_api_token  ✓ 1       ✓ 1          src/main.rs:6
sentry_dsn        optional  optional     src/main.rs:7
ssh_private_key   missing   missing      src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
values for `development` and `local` were not opened: no key for them here
3 declared, 1 missing for `local` and `development`
set what is missing with:
  strongroom set --type local,development ssh_private_key

"#]]);
}

#[test]
fn a_key_for_some_types_opens_those_and_is_no_error_for_others() {
    let session = shop();
    session
        .typed("strongroom holder add me --type dev --passphrase")
        .input("MARKER-5f1e correct horse")
        .run()
        .succeeds();
    session.export("STRONGROOM_PASSPHRASE", "MARKER-5f1e correct horse");
    session.run("strongroom check --type local,dev,prod").shows(str![[r#"
[1]
declared          local     development  production  where
github_api_token  ✓ 1       ✓ 1          missing     src/main.rs:6
sentry_dsn        optional  optional     optional    src/main.rs:7
ssh_private_key   missing   missing      missing     src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
values for `production` and `local` were not opened: no key for them here
3 declared, 2 missing for `local`, `development` and `production`
set what is missing with:
  strongroom set --type production github_api_token
  strongroom set --type local,development,production ssh_private_key

"#]]);
    session.run("strongroom set --type dev,prod x").ends_with(3).says("no grant for `production`");
}

#[test]
fn a_key_that_is_wrong_is_an_error() {
    let session = shop();
    session.typed("strongroom check").variable("STRONGROOM_KEY", "hunter2").run().shows(str![[
        r#"
[3]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         missing   src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
error: not an access key: one begins with `strongroom_key_`
       read from: STRONGROOM_KEY
3 declared, 1 missing for `local`
set what is missing with:
  strongroom set --type local ssh_private_key

"#
    ]]);
}

#[test]
fn a_value_under_another_data_key_counts_as_missing() {
    let session = shop();
    session.run("strongroom env add staging --type dev").succeeds();
    session.typed("strongroom set --env staging github_api_token").input(MARKER).run().succeeds();
    session.replace("staging = \"development\"", "staging = \"local\"");
    session.run("strongroom check --env staging").shows(str![[r#"
[1]
declared          staging    where
github_api_token  ! missing  src/main.rs:6
sentry_dsn        optional   src/main.rs:7
ssh_private_key   missing    src/main.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
3 declared, 2 missing for `staging`
set what is missing with:
  strongroom set --env staging github_api_token
  strongroom set --env staging ssh_private_key
warning: under another data key, and so not counted: github_api_token (staging)
         look who set each, then seal it again: strongroom reseal

"#]]);
}
