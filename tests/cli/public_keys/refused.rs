//! Public keys that are none, of a kind that cannot be used, or that nobody may see; and holders who are there already.

use std::fs;

use snapbox::str;

use super::{add, be, new_identity};
use crate::session::Session;

const AGE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const ED25519: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN";

#[test]
fn what_is_no_public_key_says_what_is_wrong_with_it() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    let truncated = &AGE[..40];
    let mistyped = AGE.replace("hjy", "hjz");
    let zero = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";
    let unknown = "age1notakindthatexists1qqqq";
    let ed25519_cut = &ED25519[..60];
    let followed = format!("{ED25519}AAAA");
    let weak = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let small = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDJ5yM2mJL9ySeyyWQ0n1bTNKjqFrTa3nvQhJyD7rDyC6mTBgE7VIZyLZ0gQyJzv6FpcRrtWqPqjVtYyU1m0pWpZWmQ2tTaNqkdVBeXkYhzDkP5V8uSgkYCeyqo6ZyvJXx4GfWSXNhBEzYUHfDAzo0RVb3pXlJQl8ZzRC2V5H1xQw==";
    for (given, says) in [
        ("hunter2", "this is no public key"),
        (truncated, "truncated, mistyped, or of a kind"),
        (&mistyped, "truncated, mistyped, or of a kind"),
        (unknown, "truncated, mistyped, or of a kind"),
        (zero, "keeps nothing secret"),
        ("age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya", "keeps nothing secret"),
        ("age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9", "keeps nothing secret"),
        ("age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m", "keeps nothing secret"),
        (weak, "keeps nothing secret"),
        (ed25519_cut, "no SSH public key: it is truncated"),
        (&followed, "something follows it"),
        ("ssh-ed25519", "this is no public key"),
        ("ssh-ed25519 hunter2", "no SSH public key: it is truncated"),
        (small, "fewer than 2048 bits"),
        ("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAI", "`ecdsa-…`"),
        ("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2g", "`sk-…`"),
        ("sk-ecdsa-sha2-nistp256@openssh.com AAAA", "`sk-…`"),
        ("ssh-dss AAAAB3NzaC1kc3MAAACB", "`ssh-dss`"),
    ] {
        let line = format!("strongroom holder add dev '{given}' --type local");
        session.run(&line).ends_with(2).says(says);
    }
    session.run(&format!("strongroom holder add dev {AGE} {AGE} --type local")).ends_with(2);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_private_key_in_place_of_a_public_one_is_refused_and_not_repeated() {
    let session = Session::with_secret();
    let before = session.read("strongroom.toml");
    new_identity(&session, "dev");
    let home = super::home_of(&session, "dev").canonicalize().expect("a home");
    let identity = home.join(".config/strongroom/identity");
    let text = fs::read_to_string(&identity).expect("an identity");
    let secret = text.lines().last().expect("a line");
    be(&session, "owner");
    session.run(&format!("strongroom holder add dev {secret} --type local")).shows(str![[r#"
[2]
--- stderr
error: this is a private key: whoever sees it can open everything that it can
       give the public one, which begins with `age1`, and make a new one where others may have seen this: strongroom key new

"#]]);
    let lower = secret.to_lowercase();
    session.run(&format!("strongroom holder add dev {lower} --type local")).ends_with(2);
    let file = identity.display();
    session.run(&format!("strongroom holder add dev {file} --type local")).shows(str![[r#"
[2]
--- stderr
error: this is a private key: whoever sees it can open everything that it can
       give the public one, which begins with `age1`, and make a new one where others may have seen this: strongroom key new
       read from: [ROOT]/home-dev/.config/strongroom/identity

"#]]);
    let pem = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n";
    session.write("id_ed25519", pem);
    session.run("strongroom holder add dev id_ed25519 --type local").shows(str![[r#"
[2]
--- stderr
error: this is a private key: whoever sees it can open everything that it can
       give the public one, which is one line; for an SSH key it is in the file beside it, *.pub
       read from: id_ed25519

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_public_key_is_given_as_words_or_in_a_file() {
    let session = Session::with_secret();
    let ssh = ED25519;
    session.run(&format!("strongroom holder add words {ssh} laptop --type local")).succeeds();
    session.write("age.pub", format!("# somebody\n{AGE}\n"));
    session.run("strongroom holder add file age.pub --type local").succeeds();
    let text = session.read("strongroom.toml");
    assert!(text.contains(&format!("recipient = \"{ssh}\"\n")), "without its comment:\n{text}");
    assert!(text.contains(&format!("recipient = \"{AGE}\"\n")), "{text}");
    session.write("two.pub", format!("{AGE}\n{ssh}\n"));
    session.run("strongroom holder add two two.pub --type local").shows(str![[r#"
[2]
--- stderr
error: the file holds several public keys, and a holder has one
       read from: two.pub

"#]]);
    session.run("strongroom holder add none nothing.pub --type local").shows(str![[r#"
[2]
--- stderr
error: this is no public key
       give `age1…`, or "ssh-ed25519 AAAA…" or "ssh-rsa AAAA…", or the name of a file that holds one

"#]]);
}

#[test]
fn a_holder_is_not_added_twice_by_name_or_by_public_key() {
    let session = Session::with_secret();
    add(&session, "dev", "--type local");
    let file = super::home_of(&session, "dev").join(".config/strongroom/identity.pub");
    let public_key = fs::read_to_string(file).expect("a public key");
    let public_key = public_key.trim();
    be(&session, "owner");
    let before = session.read("strongroom.toml");
    session.run(&format!("strongroom holder add Dev {AGE} --type local")).shows(str![[r#"
[2]
--- stderr
error: there is a holder `dev` already
       let it open more: strongroom holder grant dev --type TYPES, or everything: --roster

"#]]);
    session.run(&format!("strongroom holder add guest {public_key} --type dev")).shows(str![[r#"
[2]
--- stderr
error: `dev` has this public key already
       let it open more: strongroom holder grant dev --type TYPES

"#]]);
    assert_eq!(session.read("strongroom.toml"), before);
}

#[test]
fn a_public_key_goes_with_no_other_kind() {
    let session = Session::with_secret();
    for option in ["--passphrase", "--access-key", "--out key.txt"] {
        let line = format!("strongroom holder add dev {AGE} --type local {option}");
        session.run(&line).ends_with(2);
    }
}
