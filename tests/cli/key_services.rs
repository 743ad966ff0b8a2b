//! Keys that are elsewhere: lines that name a service, `key wrap`, `holder add --wrap`.

use snapbox::str;

use crate::session::{MARKER, Session};
#[cfg(feature = "vault-transit")]
use crate::transit::{Does, Transit};

/// A vault with a holder `ci` for development, whose key lies in `ci.key`, and no kept key.
fn scene() -> Session {
    let session = Session::with_secret();
    session.run("strongroom holder add ci --type dev --out ci.key").succeeds();
    session
}

#[test]
fn a_line_that_names_no_service_is_told_without_a_word_of_it() {
    let session = scene();
    session.export("STRONGROOM_KEY", format!("vault-transti:{MARKER}"));
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: neither an access key nor a line for a service that is known here: is `vault-transit:` meant?
       there are: aws-kms, aws-parameter-store, aws-secrets-manager, azure-key, azure-key-vault, gcp-kms, gcp-secret-manager, hashicorp-vault, vault-transit
       read from: STRONGROOM_KEY

"#]]);
    session.export("STRONGROOM_KEY", format!("{MARKER}:{MARKER}"));
    session
        .run("strongroom get --type dev github_api_token")
        .ends_with(3)
        .says("neither an access key nor a line for a service that is known here\n");
    session.export("STRONGROOM_KEY", "vault-transit:");
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: nothing stands behind `vault-transit:`
       such a line is `vault-transit:KEY#CIPHERTEXT`
       read from: STRONGROOM_KEY

"#]]);
    // Who names a key has none kept here: no other place is tried, and a list needs none.
    session.run("strongroom list").succeeds();
}

#[test]
fn what_key_wrap_takes_is_checked_before_anything_is_asked() {
    let session = scene();
    session.run("strongroom key wrap --with hashicorp-vault:shop --key-file ci.key").shows(str![[
        r#"
[2]
--- stderr
error: `hashicorp-vault` keeps an access key as it is, and wraps none
       put the key there, and name it: STRONGROOM_KEY=hashicorp-vault:PATH/KEY

"#
    ]]);
    let forms = str![[r#"
[2]
--- stderr
error: --with takes a service that wraps keys, and which of its keys; one of
         --with aws-kms:KEY
         --with azure-key:https://VAULT.vault.azure.net/keys/KEY
         --with gcp-kms:projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY
         --with vault-transit:KEY

"#]];
    for with in ["vault-transit:", "shop", "strongroom_key_abc", "other:x"] {
        session.run(&format!("strongroom key wrap --with {with}")).shows(forms.clone());
    }
    session.typed("strongroom key wrap --with vault-transit:shop").input(MARKER).run().shows(str![
        [r#"
[2]
--- stderr
error: not an access key: one begins with `strongroom_key_`
       read from: the key given

"#]
    ]);
    session.export("STRONGROOM_PASSPHRASE", MARKER);
    session.run("strongroom key wrap --with vault-transit:shop").shows(str![[r#"
[2]
--- stderr
error: STRONGROOM_PASSPHRASE has a passphrase, and only an access key is wrapped
       give one with: --key-file FILE, or make one with: strongroom holder add NAME --type TYPES --wrap SERVICE:KEY

"#]]);
    session.forget("STRONGROOM_PASSPHRASE");
    session.run("strongroom key add ci.key").succeeds();
    session.run("strongroom key wrap --with vault-transit:shop").shows(str![[r#"
[2]
--- stderr
error: several access keys are kept here, and one is wrapped
       say which one with: --key-file FILE
         [ROOT]/home/.config/strongroom/keys/[ID]/ci.key
         [ROOT]/home/.config/strongroom/keys/[ID]/owner.key

"#]]);
}

#[test]
fn an_empty_file_is_no_wish_for_the_key_in_use() {
    let session = scene();
    session.write("empty.key", "");
    let mut wrap = session.command();
    wrap.args(["key", "wrap", "--with", "vault-transit:shop"]);
    let empty = std::fs::File::open(session.path("empty.key")).expect("a file");
    let output = wrap.stdin(empty).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the file on standard input is empty"), "{said}");
}

#[cfg(not(feature = "vault-transit"))]
#[test]
fn a_service_that_was_not_built_in_says_what_to_install() {
    let session = scene();
    session.export("STRONGROOM_KEY", format!("vault-transit:shop#{MARKER}"));
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: the key could not be had from `vault-transit`: this command was built without it (feature `vault-transit`)
       install the command with it: cargo install strongroom-cli --features vault-transit
       read from: STRONGROOM_KEY

"#]]);
    session.forget("STRONGROOM_KEY");
    session.run("strongroom key wrap --with vault-transit:shop --key-file ci.key").shows(str![[
        r#"
[3]
--- stderr
error: `vault-transit` did not wrap the key: this command was built without it (feature `vault-transit`)
       install the command with it: cargo install strongroom-cli --features vault-transit

"#
    ]]);
    let before = session.read("strongroom.toml");
    session
        .run("strongroom holder add shop --type dev --wrap vault-transit:shop")
        .ends_with(3)
        .says("this command was built without it");
    assert_eq!(session.read("strongroom.toml"), before);
}

/// The scene with a server, and the line for the key of `ci`.
#[cfg(feature = "vault-transit")]
fn served() -> (Session, Transit, String) {
    let session = scene();
    let transit = Transit::new();
    for (name, value) in transit.variables() {
        session.export(name, value);
    }
    let line = transit.plant("ci", session.read("ci.key").trim());
    (session, transit, line)
}

#[cfg(feature = "vault-transit")]
const DECRYPT: &str = "POST /v1/transit/decrypt/shop";

#[cfg(feature = "vault-transit")]
#[test]
fn a_key_is_wrapped_and_the_line_opens_what_the_key_opens() {
    let (session, transit, _) = served();
    let wrapped = session.run("strongroom key wrap --with vault-transit:shop --key-file ci.key");
    wrapped.shows(str![[r#"
[0]
vault-transit:shop#vault:v1:c1
--- stderr
wrapped the key of `ci`, which opens development; the line opens nothing by itself
where the program runs, set STRONGROOM_KEY to it, and let the program open with that key of `vault-transit`: docs/key-services.md says how

"#]]);
    assert_eq!(
        transit.asked(),
        ["GET /v1/transit/keys/shop", "POST /v1/transit/encrypt/shop"].map(str::to_owned)
    );
    session.export("STRONGROOM_KEY", "vault-transit:shop#vault:v1:c1");
    let value = session.typed("strongroom get --type dev github_api_token").that_shows_secrets();
    assert_eq!(value.run().succeeds().output(), format!("{MARKER}-token"));
    assert_eq!(transit.asked(), [DECRYPT]);
    // It is asked once, and only for what needs a key.
    let exported = session.typed("strongroom export --type dev --format json");
    exported.that_shows_secrets().run().succeeds();
    assert_eq!(transit.asked(), [DECRYPT]);
    session.typed("strongroom set --type dev other").input(MARKER).run().succeeds();
    assert_eq!(transit.asked(), [DECRYPT]);
    session.run("strongroom list").succeeds();
    session.run("strongroom holder list").succeeds();
    assert_eq!(transit.asked(), <[String; 0]>::default());
    let found = "that of `ci` opens `development`, from `vault-transit`, named by STRONGROOM_KEY";
    assert!(session.run("strongroom doctor").output().contains(found));
    // The program that `run` starts has no line either.
    let printed = session.typed("strongroom run --type dev -- sh -c 'echo key=$STRONGROOM_KEY'");
    assert_eq!(printed.run().succeeds().output(), "key=\n");
    // From one service to another, or to another key of it.
    session.run("strongroom key wrap --with vault-transit:shop").shows(str![[r#"
[0]
vault-transit:shop#vault:v1:c2
--- stderr
wrapped the key of `ci`, which opens development; the line opens nothing by itself
where the program runs, set STRONGROOM_KEY to it, and let the program open with that key of `vault-transit`: docs/key-services.md says how

"#]]);
}

#[cfg(feature = "vault-transit")]
#[test]
fn a_command_that_needs_the_key_twice_asks_once() {
    let (session, transit, _) = served();
    let owner = std::fs::read_to_string(session.kept_key("owner")).expect("a key");
    session.export("STRONGROOM_KEY", transit.plant("owner", owner.trim()));
    session.run("strongroom key rotate --type local --yes").succeeds();
    assert_eq!(transit.asked(), [DECRYPT]);
}

#[cfg(feature = "vault-transit")]
#[test]
fn the_key_in_use_and_one_on_standard_input_are_wrapped() {
    let (session, transit, _) = served();
    session
        .run("strongroom key wrap --with vault-transit:shop")
        .succeeds()
        .says("wrapped the key of `owner`, which opens everything");
    session
        .typed("strongroom key wrap --with vault-transit:shop")
        .input(session.read("ci.key"))
        .run()
        .succeeds()
        .says("wrapped the key of `ci`, which opens development");
    session.run("strongroom key wrap --with vault-transit:shpo --key-file ci.key").shows(str![[
        r#"
[3]
--- stderr
error: `vault-transit` did not wrap the key: absent: there is no key `shpo` at `transit`; make one with `vault write -f transit/keys/shpo`
       docs/key-services.md has the rights and variables that it takes

"#
    ]]);
    assert!(transit.asked().iter().all(|line| !line.contains("encrypt/shpo")));
}

#[cfg(feature = "vault-transit")]
#[test]
fn a_line_in_a_file_works_as_one_in_the_variable() {
    let (session, transit, line) = served();
    session.write("place/strongroom.key", format!("{line}\r\n"));
    session.write("place/long", format!("{line}{}\n", "A".repeat(3000)));
    for (variable, value) in
        [("STRONGROOM_KEY_FILE", "place/strongroom.key"), ("CREDENTIALS_DIRECTORY", "place")]
    {
        session.export(variable, value);
        session
            .typed("strongroom get --type dev github_api_token")
            .that_shows_secrets()
            .run()
            .succeeds();
        assert_eq!(transit.asked(), [DECRYPT], "{variable}");
        session.forget(variable);
    }
    // A long line is read whole.
    session.export("STRONGROOM_KEY_FILE", "place/long");
    transit.plant(&format!("ci{}", "A".repeat(3000)), session.read("ci.key").trim());
    session
        .typed("strongroom get --type dev github_api_token")
        .that_shows_secrets()
        .run()
        .succeeds();
}

#[cfg(feature = "vault-transit")]
#[test]
fn a_key_that_cannot_be_had_is_no_reason_to_go_on_without() {
    let (session, transit, line) = served();
    session.export("STRONGROOM_KEY", &line);
    let said = || session.run("strongroom get --type dev github_api_token");
    transit.does(Does::Denies);
    said().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: the key could not be had from `vault-transit`: denied: the token may not do it: its policies need `path "transit/decrypt/shop" { capabilities = ["update"] }`
       docs/key-services.md has the rights and variables that it takes; try it with: strongroom doctor
       read from: STRONGROOM_KEY

"#]]);
    session.run("strongroom run --type dev -- touch started").ends_with(3);
    assert!(!session.path("started").exists());
    transit.does(Does::Html);
    said().ends_with(3).says("something that is neither Vault nor OpenBao answered at");
    transit.does(Does::Strange);
    said().ends_with(3).says("not valid: the server gave no plaintext");
    transit.does(Does::FailsOnce);
    session
        .typed("strongroom get --type dev github_api_token")
        .that_shows_secrets()
        .run()
        .succeeds();
    session.export("STRONGROOM_KEY", format!("{line}x"));
    said().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: the key could not be had from `vault-transit`: not valid: the key `shop` at `transit` does not open the ciphertext: it was altered or cut, or is another key's
       such a line is vault-transit:KEY#CIPHERTEXT, made with: strongroom key wrap --with vault-transit:KEY
       read from: STRONGROOM_KEY

"#]]);
    session.export("STRONGROOM_KEY", transit.plant("garbage", MARKER));
    said().shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: not an access key: one begins with `strongroom_key_`
       read from: `vault-transit`, named by STRONGROOM_KEY

"#]]);
    // What a service gave names no other service.
    session.export("STRONGROOM_KEY", transit.plant("another", &line));
    said().ends_with(3).says("not an access key: one begins with `strongroom_key_`");
    // A key that opens other types only, and one that opens nothing, beside a kept key that would open it.
    session.export("STRONGROOM_KEY", &line);
    session
        .run("strongroom get --type local github_api_token")
        .ends_with(3)
        .says("read from: `vault-transit`, named by STRONGROOM_KEY");
    session.forget("STRONGROOM_KEY");
    session.run("strongroom holder remove ci --yes").succeeds();
    session.export("STRONGROOM_KEY", &line);
    said().ends_with(3).says("read from: `vault-transit`, named by STRONGROOM_KEY");
}

#[cfg(feature = "vault-transit")]
#[test]
fn a_new_holder_s_key_is_wrapped_and_never_shown() {
    let (session, transit, _) = served();
    // Nothing is revealed by it.
    session.export("STRONGROOM_NO_REVEAL", "1");
    session.run("strongroom holder add shop --type dev --wrap vault-transit:shop").shows(str![[
        r#"
[0]
vault-transit:shop#vault:v1:c1
--- stderr
added the holder `shop`: it opens `development`
where the program runs, set STRONGROOM_KEY to it, and let the program open with that key of `vault-transit`: docs/key-services.md says how
commit strongroom.toml, so that the holder can open it

"#
    ]]);
    session.forget("STRONGROOM_NO_REVEAL");
    let value = session
        .typed("strongroom get --type dev github_api_token")
        .variable("STRONGROOM_KEY", "vault-transit:shop#vault:v1:c1")
        .that_shows_secrets();
    assert_eq!(value.run().succeeds().output(), format!("{MARKER}-token"));
    let before = session.read("strongroom.toml");
    transit.does(Does::Denies);
    session.run("strongroom holder add other --type dev --wrap vault-transit:shop").shows(str![[
        r#"
[3]
--- stderr
error: `vault-transit` did not wrap the key: denied: the token may not do it: its policies need `path "transit/encrypt/shop" { capabilities = ["update"] }`
       docs/key-services.md has the rights and variables that it takes

"#
    ]]);
    assert_eq!(session.read("strongroom.toml"), before);
    transit.does(Does::Right);
    session
        .run("strongroom holder add filed --type dev --wrap vault-transit:shop --out line")
        .succeeds();
    assert_eq!(session.read("line"), "vault-transit:shop#vault:v1:c2\n");
    session
        .run("strongroom holder add x --type dev --wrap vault-transit:shop --passphrase")
        .ends_with(2);
    session
        .run("strongroom holder add x --type dev --wrap hashicorp-vault:shop")
        .ends_with(2)
        .says("keeps an access key as it is");
}
