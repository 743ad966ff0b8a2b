//! A vault in which somebody exchanged what is delivered.

use std::fs;

use snapbox::str;

use super::{add, be, get};
use crate::session::{MARKER, Session};

fn delivered(session: &Session, holder: &str) -> String {
    let text = session.read("strongroom.toml");
    let (_, table) = text.split_once(&format!("[holders.{holder}]\n")).expect("a holder");
    let line = table.lines().find(|line| line.starts_with("delivered = ")).expect("a line");
    line.to_owned()
}

#[test]
fn what_is_delivered_to_somebody_else_is_told() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    add(&session, "guest", "--type local");
    let (devs, guests) = (delivered(&session, "dev"), delivered(&session, "guest"));
    session.replace(&devs, &guests);
    be(&session, "dev");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).shows(str![[r#"
[3]
--- stderr
error: what the vault delivers to `dev` is not for it: the line was changed, or taken from another holder or vault
       restore [holders.dev] from git: git log -p -S delivered strongroom.toml

"#]]);
    assert!(!super::home_of(&session, "dev").join(".config/strongroom/keys").exists());
}

#[test]
fn an_age_file_for_the_same_public_key_from_another_vault_or_holder_is_told() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    let identity = super::home_of(&session, "dev").join(".config/strongroom/identity.pub");
    let public_key = fs::read_to_string(identity).expect("a public key").trim().to_owned();
    let good = delivered(&session, "dev");
    for name in ["dev", "impostor"] {
        let other = Session::with_secret();
        other.run(&format!("strongroom holder add {name} {public_key} --type local")).succeeds();
        session.replace(&delivered(&session, "dev"), &delivered(&other, name));
        session
            .run(&format!("strongroom unlock --expect {fingerprint}"))
            .ends_with(3)
            .says("is not for it");
    }
    session.replace(&delivered(&session, "dev"), &good);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn a_byte_more_or_less_is_told() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    let good = delivered(&session, "dev");
    let middle = good.len() / 2;
    let flipped = if good.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let mut altered = good.clone();
    altered.replace_range(middle..=middle, flipped);
    let head = "delivered = \"".len();
    // Whole groups of characters, so that it is still base64.
    let shorter = format!("{}\"", &good[..head + (good.len() - head - 8) / 4 * 4]);
    let nothing = "delivered = \"AAAA\"".to_owned();
    let mut now = good.clone();
    for bad in [altered, shorter, nothing] {
        session.replace(&now, &bad);
        session
            .run(&format!("strongroom unlock --expect {fingerprint}"))
            .ends_with(3)
            .says("altered");
        now = bad;
    }
    session.replace(&now, &good);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
}

/// Somebody without the roster key delivers a key of their own, in a vault whose grants they made.
#[test]
fn a_key_of_a_stranger_is_not_taken_for_ones_own() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    let identity = super::home_of(&session, "dev").join(".config/strongroom/identity.pub");
    let public_key = fs::read_to_string(identity).expect("a public key").trim().to_owned();
    // The stranger knows the vault's id and dev's public key, and makes everything else anew.
    let stranger = Session::with_secret();
    let id = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("id = ")).expect("an id");
        line.to_owned()
    };
    let text = session.read("strongroom.toml");
    stranger.run(&format!("strongroom holder add dev {public_key} --type local")).succeeds();
    let forged = stranger.read("strongroom.toml");
    session.write("strongroom.toml", forged.replace(&id(&forged), &id(&text)));
    session.run("strongroom get --type local github_api_token").ends_with(3);
    session.run("strongroom unlock").ends_with(3);
    session.write("strongroom.toml", text);
    assert_eq!(get(&session), format!("{MARKER}-token"));
}
