//! Plugins of age, which keep keys in hardware: a small one that speaks their protocol, and one that is not there.

use std::fs;

use super::{add_key, be, get};
use crate::screen::{Screen, refuse_secrets_on};
use crate::session::{MARKER, Session, set_mode};

const PUBLIC_KEY: &str = "age1fake1dpjkcmr06cm6dw";
const IDENTITY: &str = "AGE-PLUGIN-FAKE-1DPJKCMR0YMXKZ5";
const OTHER_IDENTITY: &str = "AGE-PLUGIN-FAKE-1DA6XSETJ2DQN6E";

/// Wraps a file key by writing it down, and gives it to the right identity only, once the PIN is right.
const PLUGIN: &str = r#"#!/bin/sh
# The lines of a body end with one that is not full; what is not known is skipped.
read_one() {
    read -r arrow command first second third || exit 1
    body=
    while read -r line; do
        body=$body$line
        [ ${#line} -lt 64 ] && break
    done
}
identity= key= tag=
while read_one; do
    case $command in
    add-identity) identity=$first ;;
    wrap-file-key) key=$body ;;
    recipient-stanza) if [ "$second" = fake ]; then tag=fake key=$body; fi ;;
    done) break ;;
    esac
done
case $1 in
--age-plugin=recipient-v1)
    printf -- '-> recipient-stanza 0 fake %s\n%s\n' nothing "$key"
    read_one
    ;;
--age-plugin=identity-v1)
    if [ "$tag" = fake ] && [ "$identity" = AGE-PLUGIN-FAKE-1DPJKCMR0YMXKZ5 ]; then
        printf -- '-> msg\n%s\n' "$(printf 'touch the key' | base64 | tr -d =)"
        read_one
        printf -- '-> request-secret\n%s\n' "$(printf 'PIN of the fake key' | base64 | tr -d =)"
        read_one
        if [ "$command $body" = "ok $(printf 'MARKER-5f1e-pin' | base64 | tr -d =)" ]; then
            printf -- '-> file-key 0\n%s\n' "$key"
        else
            printf -- '-> error identity 0\n%s\n' "$(printf 'wrong PIN' | base64 | tr -d =)"
        fi
        read_one
    fi
    ;;
esac
printf -- '-> done\n\n'
"#;

/// Somebody with an identity that the plugin keeps, and a folder with the plugin on the PATH.
fn with_plugin() -> (Session, String) {
    let session = Session::with_secret();
    session.write("bin/age-plugin-fake", PLUGIN);
    set_mode(&session.path("bin/age-plugin-fake"), 0o755);
    let path = std::env::var("PATH").unwrap_or_default();
    session.export("PATH", format!("{}:{path}", session.path("bin").display()));
    be(&session, "dev");
    let folder = super::home_of(&session, "dev").join(".config/strongroom");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("identity"), format!("# a fake one\n{IDENTITY}\n")).expect("writable");
    set_mode(&folder.join("identity"), 0o600);
    let fingerprint = add_key(&session, "dev", PUBLIC_KEY, "--type local");
    (session, fingerprint)
}

#[test]
fn a_key_that_a_plugin_keeps_opens_at_a_terminal() {
    let (session, fingerprint) = with_plugin();
    assert!(session.read("strongroom.toml").contains(PUBLIC_KEY));
    let unlock = format!("strongroom unlock --expect {fingerprint}");
    session.run(&unlock).ends_with(3).says("wrong PIN");
    let mut screen = Screen::of(&session, &unlock);
    screen.shows("touch the key").shows("PIN of the fake key: ").types("MARKER-5f1e-pin\r");
    screen.shows("unlocked `dev`");
    refuse_secrets_on(&screen.ends_with(0));
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn another_identity_of_the_same_plugin_opens_nothing() {
    let (session, fingerprint) = with_plugin();
    session.write("other.txt", format!("{OTHER_IDENTITY}\n"));
    set_mode(&session.path("other.txt"), 0o600);
    let line = format!("strongroom unlock --expect {fingerprint} --identity other.txt");
    session.run(&line).ends_with(3).says("no identity here is that of a holder");
}

#[test]
fn a_plugin_that_is_not_there_is_named() {
    let (session, fingerprint) = with_plugin();
    fs::remove_file(session.path("bin/age-plugin-fake")).expect("a file");
    let said = "the plugin `age-plugin-fake` is not on the PATH";
    session.run(&format!("strongroom unlock --expect {fingerprint}")).ends_with(3).says(said);
    be(&session, "owner");
    let before = session.read("strongroom.toml");
    let again = PUBLIC_KEY.to_uppercase();
    session.run(&format!("strongroom holder add again {again} --type local")).ends_with(2);
    session
        .run(&format!("strongroom holder add again {PUBLIC_KEY} --type local"))
        .ends_with(3)
        .says(said);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_plugin_that_dies_is_no_end_of_the_command() {
    let (session, fingerprint) = with_plugin();
    session.write("bin/age-plugin-fake", "#!/bin/sh\nexit 1\n");
    let outcome = session.run(&format!("strongroom unlock --expect {fingerprint}"));
    outcome.ends_with(3);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}
