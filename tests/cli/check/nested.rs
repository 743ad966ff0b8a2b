//! Nested structs: their secrets are listed with the field's prefix.

use snapbox::str;

use super::package;
use crate::session::Session;

#[test]
fn secrets_of_nested_structs_are_listed_with_their_prefixes() {
    let session = Session::with_secret();
    package(&session, "", "shop");
    session.write(
        "src/main.rs",
        "mod database;
mod mail { pub mod smtp; }

#[strongroom::secrets]
struct Secrets {
    github_api_token: String,
    #[secret(nested, prefix = \"shop_db/\")]
    db: database::Secrets,
    #[secret(nested)]
    mail: mail::smtp::Secrets,
}

fn main() {}
",
    );
    session.write(
        "src/database.rs",
        "#[strongroom::secrets(nested)]
pub struct Secrets {
    pub url: String,
    #[secret(nested, prefix = \"pool_\")]
    pub pool: Pool,
}

#[strongroom::secrets(nested)]
pub struct Pool {
    pub size: Option<u16>,
}
",
    );
    session.write(
        "src/mail/smtp.rs",
        "#[strongroom::secrets(nested)]
pub struct Secrets {
    #[secret(name = \"smtp-password\")]
    pub password: String,
}

#[strongroom::secrets(nested)]
pub struct OfNobody {
    pub unused: String,
}
",
    );
    session.run("strongroom check").shows(str![[r#"
[1]
declared           production  development  preview   local     where
github_api_token   -           ✓ 1          -         ✓ 1       src/main.rs:6
shop_db/pool_size  optional    optional     optional  optional  src/database.rs:10
shop_db/url        -           -            -         missing   src/database.rs:3
smtp-password      -           -            -         missing   src/mail/smtp.rs:4
--- stderr

✓ own value and its version   · that of the type   - missing, not counted   ! under another data key
1 value opens
4 declared, 2 missing for `local`
set what is missing with:
  strongroom set --type local shop_db/url
  strongroom set --type local smtp-password

"#]]);
}

#[test]
fn a_nested_struct_of_another_repository_is_named_and_not_missed() {
    let session = Session::with_secret();
    package(&session, "", "shop");
    session.write(
        "src/main.rs",
        "#[strongroom::secrets]
struct Secrets {
    #[secret(nested)]
    mail: mail::Secrets,
}

fn main() {}
",
    );
    session.run("strongroom check").shows(str![[r#"
[0]
--- stderr
src/main.rs:4: the struct `mail::Secrets` of `mail` is not in these packages, or not the only one of its name: its secrets are left out here (the build checks them)
1 value opens
0 declared, 0 missing for `local`

"#]]);
}
