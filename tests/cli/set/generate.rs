//! `strongroom set --generate`.

use snapbox::str;

use crate::session::{MARKER, Session};

fn value(session: &Session, flags: &str, name: &str) -> String {
    let line = format!("strongroom get {flags} {name}");
    session.typed(&line).that_shows_secrets().run().succeeds().output()
}

#[test]
fn a_value_is_generated_and_not_shown() {
    let session = Session::with_vault();
    session.run("strongroom set --type local session_key --generate").shows(str![[r#"
[0]
--- stderr
created session_key for local: 32 alphanumeric characters, 190 bits

"#]]);
    let made = value(&session, "--type local", "session_key");
    assert_eq!(made.len(), 32);
    assert!(made.bytes().all(|b| b.is_ascii_alphanumeric()), "{made}");
}

#[test]
fn length_and_alphabet_are_chosen() {
    let session = Session::with_vault();
    let made = |options: &str| {
        session
            .run(&format!("strongroom set --type local x --replace --generate {options}"))
            .succeeds();
        value(&session, "--type local", "x")
    };
    let hex = made("64 --alphabet hex");
    assert!(hex.len() == 64 && hex.bytes().all(|b| b"0123456789abcdef".contains(&b)), "{hex}");
    let urls = made("--length 1000 --alphabet base64url");
    assert_eq!(urls.len(), 1_000);
    assert!(urls.contains('-') && urls.contains('_'), "{urls}");
    let given = made("--length 200 --alphabet 'ab !~'");
    assert!(given.len() == 200 && given.bytes().all(|b| b"ab !~".contains(&b)), "{given}");
    let uuid = made("uuid");
    let shape: String = uuid.chars().map(|c| if c == '-' { '-' } else { 'x' }).collect();
    assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    assert_eq!((&uuid[14..15], "89ab".contains(&uuid[19..20])), ("4", true), "{uuid}");
}

#[test]
fn each_environment_gets_a_value_of_its_own() {
    let session = Session::with_vault();
    session.run("strongroom env add staging --type dev").succeeds();
    session
        .run("strongroom set --type local,dev --env staging x --generate uuid --about 'a test'")
        .shows(str![[r#"
[0]
--- stderr
created x for local: a UUID of version 4, 122 bits
created x for development: a UUID of version 4, 122 bits
created x for staging: a UUID of version 4, 122 bits

"#]]);
    let values = ["--type local", "--type dev", "--env staging"].map(|of| value(&session, of, "x"));
    assert!(values[0] != values[1] && values[1] != values[2] && values[0] != values[2]);
    assert!(session.read("strongroom.toml").contains("about = \"a test\""));
}

#[test]
fn a_name_after_generate_is_the_name() {
    let session = Session::with_vault();
    session.run("strongroom set --type local --generate session_key").succeeds();
    assert_eq!(value(&session, "--type local", "session_key").len(), 32);
    session.run("strongroom set --type local --generate 40 other_key").succeeds();
    assert_eq!(value(&session, "--type local", "other_key").len(), 40);
    session.run("strongroom set --type local --generate 32").shows(str![[r#"
[2]
--- stderr
error: which secret?
       for example: strongroom set --type local session_key --generate 32

"#]]);
    session.run("strongroom set --type local --generate uuid").ends_with(2);
}

#[test]
fn a_value_that_is_there_is_not_replaced_by_accident() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    session.run("strongroom set --type local,dev,prod github_api_token --generate").shows(str![[r#"
[2]
--- stderr
error: `github_api_token` has a value for `local` and `development`, which a generated one would replace
       if that is meant, add: --replace

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
    session.run("strongroom set --type local github_api_token --generate --replace").shows(str![[
        r#"
[0]
--- stderr
updated github_api_token for local (version 2): 32 alphanumeric characters, 190 bits

"#
    ]]);
    assert!(!value(&session, "--type local", "github_api_token").contains(MARKER));
    assert!(value(&session, "--type dev", "github_api_token").contains(MARKER));
}

#[test]
fn what_cannot_be_generated_is_refused_without_being_repeated() {
    let session = Session::with_vault();
    let before = session.read("strongroom.toml");
    for (options, says) in [
        ("x --generate MARKER-5f1e", "1 to 4096 characters"),
        ("x --generate 0", "1 to 4096 characters"),
        ("x --generate 4097", "1 to 4096 characters"),
        ("x --generate --length 99999999999999999999", "1 to 4096 characters"),
        ("x --generate 32 --length 32", "give one of them"),
        ("x --generate uuid --length 32", "of its own"),
        ("x --generate uuid --alphabet hex", "of its own"),
        ("x --generate --alphabet aaaa", "at least two different characters"),
        ("x --generate --alphabet MARKER-5f1e-ü", "at least two different characters"),
        ("x --generate --from-file strongroom.toml", "cannot be used with"),
        ("x --generate --allow-empty", "cannot be used with"),
        ("x --length 32", "--generate"),
        ("x --alphabet hex", "--generate"),
        ("x --replace", "--generate"),
        ("x MARKER-5f1e --generate 3", "never taken from the command line"),
        ("--generate x MARKER-5f1e", "1 to 4096 characters"),
    ] {
        session.run(&format!("strongroom set --type local {options}")).ends_with(2).says(says);
    }
    session.run("strongroom set x --generate").ends_with(2).says("for which environment?");
    assert_eq!(session.read("strongroom.toml"), before);
}
