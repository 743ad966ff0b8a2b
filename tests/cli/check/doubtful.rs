//! What `check` cannot be sure about: names that are much alike, and code that it does not read.

use snapbox::str;

use super::shop;
use crate::session::MARKER;

#[test]
fn a_near_miss_is_pointed_out() {
    let session = shop();
    session.typed("strongroom set --type local ssh_privat_key").input(MARKER).run().succeeds();
    session.run("strongroom check").shows(str![[r#"
[1]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         missing   src/main.rs:4

not declared    values
ssh_privat_key  local
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
2 values open
3 declared, 1 missing for `local`
`ssh_private_key` is declared, and the vault has `ssh_privat_key`: did you mean it?
set what is missing with:
  strongroom set --type local ssh_private_key

"#]]);
}

#[test]
fn an_optional_field_whose_secret_is_spelled_otherwise_is_pointed_out() {
    let session = shop();
    session.typed("strongroom set --type local ssh_private_key").input(MARKER).run().succeeds();
    session.typed("strongroom set --type local sentry_dns").input(MARKER).run().succeeds();
    session.run("strongroom check").shows(str![[r#"
[0]
declared          production  development  preview   local     where
github_api_token  -           ✓ 1          -         ✓ 1       src/main.rs:6
sentry_dsn        optional    optional     optional  optional  src/main.rs:7
ssh_private_key   -           -            -         ✓ 1       src/main.rs:4

not declared  values
sentry_dns    local
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
3 values open
3 declared, 0 missing for `local`
`sentry_dsn` is declared, and the vault has `sentry_dns`: did you mean it?
as it is, the field is always `None`

"#]]);
}

#[test]
fn code_that_nests_very_deep_is_left_out_and_named() {
    let session = shop();
    for (open, close) in [("(", ")"), ("&", ""), ("Option<", ">")] {
        let field = format!("{}u8{}", open.repeat(100_000), close.repeat(100_000));
        let code = format!("#[strongroom::secrets]\nstruct Deep {{\n    deep: {field},\n}}\n");
        session.write("src/deep.rs", code);
        session
            .run("strongroom check --type dev")
            .ends_with(1)
            .says("src/deep.rs:1: cannot be read, and was left out: it nests too deep to be looked through")
            .says("3 declared, 1 missing for `development`; 1 file could not be read");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_of_code_is_left_out_and_named() {
    let session = shop();
    std::os::unix::fs::symlink("/dev/zero", session.path("src/zero.rs")).expect("a link");
    let check = |why: &str| {
        session.run("strongroom check --type dev").ends_with(1).says(why);
    };
    check("src/zero.rs:1: cannot be read, and was left out: it is no regular file");
    std::fs::remove_file(session.path("src/zero.rs")).expect("a link");
    session.write("src/large.rs", " ".repeat((16 << 20) + 1));
    check("src/large.rs:1: cannot be read, and was left out: it has more than 16 MiB");
}
