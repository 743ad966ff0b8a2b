//! Files with identities: SSH keys, named files, and those that others can read.

use std::fs;
use std::path::Path;
use std::process::Command;

use snapbox::str;

use super::{add_key, be, get, home_of, new_identity};
use crate::session::{MARKER, Session, is_installed};

/// Makes an SSH key of somebody; gives the line of its public half.
pub fn ssh_key(session: &Session, name: &str, file: &str, arguments: &[&str]) -> Option<String> {
    if !is_installed("ssh-keygen", "SSH keys as holders") {
        return None;
    }
    be(session, name);
    let folder = home_of(session, name).join(".ssh");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(file);
    let mut program = Command::new("ssh-keygen");
    program.args(["-q", "-C", "somebody's laptop", "-f"]).arg(&path).args(arguments);
    assert!(program.status().expect("ssh-keygen").success());
    let text = fs::read_to_string(path.with_extension("pub")).expect("a public key");
    Some(text.trim().replace('\'', ""))
}

#[test]
fn ssh_keys_in_their_usual_places_open() {
    for (file, arguments) in [
        ("id_ed25519", ["-t", "ed25519", "-N", ""].as_slice()),
        ("id_rsa", &["-t", "rsa", "-b", "2048", "-N", ""]),
        ("id_rsa", &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]),
    ] {
        let session = Session::with_secret();
        let Some(public_key) = ssh_key(&session, "guest", file, arguments) else { return };
        let fingerprint = add_key(&session, "guest", &public_key, "--type local");
        session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
        assert_eq!(get(&session), format!("{MARKER}-token"));
    }
}

#[test]
fn ssh_keys_of_other_kinds_are_refused() {
    let session = Session::with_secret();
    let Some(public_key) = ssh_key(&session, "guest", "id_ecdsa", &["-t", "ecdsa", "-N", ""])
    else {
        return;
    };
    be(&session, "owner");
    session.run(&format!("strongroom holder add guest '{public_key}' --type local")).shows(str![[
        r#"
[2]
--- stderr
error: this SSH key is of a kind `ecdsa-…`, and age takes `ssh-ed25519` and `ssh-rsa` only
       make a key for this: strongroom key new, or ssh-keygen -t ed25519

"#
    ]]);
}

#[test]
fn an_identity_is_named_by_an_option_or_a_variable() {
    let session = Session::with_secret();
    be(&session, "dev");
    session.run("strongroom key new --out own.txt").shows(str![[r#"
[0]
[PUBLIC KEY]
--- stderr
made an identity in own.txt; its public key is:
give it to a holder who may add others, who types: strongroom holder add NAME [PUBLIC KEY] --type TYPES
then open your holder key with: strongroom unlock --identity own.txt

"#]]);
    let public_key = session.read("own.txt.pub");
    let fingerprint = add_key(&session, "dev", public_key.trim(), "--roster");
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: no identity here is that of a holder with a public key: `dev`
       looked in: [ROOT]/home-dev/.config/strongroom/identity (not there), [ROOT]/home-dev/.ssh/id_ed25519 (not there), [ROOT]/home-dev/.ssh/id_rsa (not there)
       give one with: strongroom unlock --identity FILE
       or make one with: strongroom key new, and let a holder (dev, owner) add it: strongroom holder add NAME age1…

"#]]);
    let unlock = format!("strongroom unlock --expect {fingerprint}");
    session.run(&format!("{unlock} --identity nothing.txt")).shows(str![[r#"
[3]
--- stderr
error: cannot read the identity nothing.txt: entity not found

"#]]);
    session.run(&format!("{unlock} --identity strongroom.toml")).shows(str![[r#"
[2]
--- stderr
error: strongroom.toml holds no identity: an age identity begins with `AGE-SECRET-KEY-`, an SSH key with `-----BEGIN OPENSSH PRIVATE KEY-----`
       give one with: --identity FILE, or make one: strongroom key new

"#]]);
    session.run(&format!("{unlock} --identity own.txt")).succeeds();
    session.export("STRONGROOM_IDENTITY", "own.txt");
    session.run("strongroom unlock").succeeds();
    session.run("strongroom holder add ci --type local --out ci.key").succeeds();
}

#[test]
fn an_identity_is_never_replaced() {
    let session = Session::with_secret();
    new_identity(&session, "dev");
    let path = home_of(&session, "dev").join(".config/strongroom/identity");
    let before = fs::read(&path).expect("an identity");
    session.run("strongroom key new").shows(str![[r#"
[2]
--- stderr
error: [ROOT]/home-dev/.config/strongroom/identity exists already, and is not replaced
       its public key is: [PUBLIC KEY]
       give it to a holder who may add others, who types: strongroom holder add NAME [PUBLIC KEY] --type TYPES
       make another one with: strongroom key new --out FILE

"#]]);
    fs::remove_file(&path).expect("a file");
    session.run("strongroom key new").ends_with(2).says("identity.pub exists already");
    fs::write(&path, &before).expect("writable");
    session.run("strongroom key new --out strongroom.toml").ends_with(2);
    assert_eq!(fs::read(&path).expect("an identity"), before);
}

#[test]
fn somebody_else_s_identity_opens_nothing() {
    let session = Session::with_secret();
    super::add(&session, "dev", "--type local");
    new_identity(&session, "guest");
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: no identity here is that of a holder with a public key: `dev`
       looked in: [ROOT]/home-guest/.config/strongroom/identity (no holder's), [ROOT]/home-guest/.ssh/id_ed25519 (not there), [ROOT]/home-guest/.ssh/id_rsa (not there)
       your public key is that of no holder yet; a holder (owner) adds you with: strongroom holder add NAME [PUBLIC KEY] --type TYPES
       or give another identity with: strongroom unlock --identity FILE

"#]]);
    session.run("strongroom unlock --holder dev").ends_with(3);
    let bare = Session::with_secret();
    be(&bare, "guest");
    bare.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: no holder of this vault has a public key
       give one with: strongroom unlock --identity FILE
       or make one with: strongroom key new, and let a holder (owner) add it: strongroom holder add NAME age1…

"#]]);
}

#[cfg(unix)]
#[test]
fn an_identity_that_others_can_read_is_refused() {
    use crate::session::set_mode;

    let session = Session::with_secret();
    let fingerprint = super::add(&session, "dev", "--type local");
    let path = home_of(&session, "dev").join(".config/strongroom/identity");
    for mode in [0o604, 0o640, 0o644] {
        set_mode(&path, mode);
        let outcome = session.run(&format!("strongroom unlock --expect {fingerprint}"));
        outcome.ends_with(3).says("others can read the key in").says("chmod 600");
    }
    set_mode(&path, 0o600);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
}

#[test]
fn an_identity_of_age_s_own_tools_is_read() {
    let session = Session::with_secret();
    be(&session, "dev");
    let public_key = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
    let secret = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
    session.write("key.txt", format!("# created: today\n# public key: {public_key}\n\n{secret}\n"));
    private(&session.path("key.txt"));
    let fingerprint = add_key(&session, "dev", public_key, "--type local");
    let line = format!("strongroom unlock --identity key.txt --expect {fingerprint}");
    session.run(&line).succeeds();
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[cfg(unix)]
fn private(path: &Path) {
    crate::session::set_mode(path, 0o600);
}

#[cfg(not(unix))]
fn private(_path: &Path) {}

#[test]
fn somebody_with_an_identity_is_told_what_a_holder_types() {
    let session = Session::with_secret();
    let public_key = new_identity(&session, "dev");
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: no holder of this vault has a public key
       your public key is that of no holder yet; a holder (owner) adds you with: strongroom holder add NAME [PUBLIC KEY] --type TYPES
       or give another identity with: strongroom unlock --identity FILE

"#]]);
    let said = session.run("strongroom get --type local github_api_token");
    said.shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home-dev/.config/strongroom/keys (no key for this vault)
       your public key is that of no holder yet; a holder (owner) adds you with: strongroom holder add NAME [PUBLIC KEY] --type local
       then: strongroom unlock

"#]]);
    said.says(&format!("strongroom holder add NAME {public_key} --type local"));
    // Once for all vaults: whoever does not remember that is told what they wanted to know.
    session.run("strongroom key new").shows(str![[r#"
[2]
--- stderr
error: [ROOT]/home-dev/.config/strongroom/identity exists already, and is not replaced
       its public key is: [PUBLIC KEY]
       give it to a holder who may add others, who types: strongroom holder add NAME [PUBLIC KEY] --type TYPES
       make another one with: strongroom key new --out FILE

"#]]);
    let fingerprint = add_key(&session, "dev", &public_key, "--type development");
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home-dev/.config/strongroom/keys (no key for this vault)
       you are `dev` here; a holder (owner) lets you open it with: strongroom holder grant dev --type local
       then: strongroom unlock

"#]]);
    session.run("strongroom get --type dev github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `development`: no key for `development` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home-dev/.config/strongroom/keys (no key for this vault)
       you are `dev` here: open it with: strongroom unlock

"#]]);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    be(&session, "owner");
    session.run("strongroom holder grant dev --type local").succeeds();
    be(&session, "dev");
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn an_ssh_key_is_told_as_a_shell_takes_it() {
    let session = Session::with_secret();
    let Some(public_key) =
        ssh_key(&session, "guest", "id_ed25519", &["-t", "ed25519", "-N", "", "-C", ""])
    else {
        return;
    };
    let said = session.run("strongroom unlock").ends_with(3).stderr.clone();
    let add = said.split("strongroom holder add NAME ").nth(1).expect("the command");
    let (key, rest) = add[1..].split_once('\'').expect("a quoted key");
    assert!(public_key.starts_with(key) && key.starts_with("ssh-ed25519 "), "{key}");
    assert!(rest.starts_with(" --type TYPES\n"), "{rest}");
    be(&session, "owner");
    session.run(&format!("strongroom holder add guest '{key}' --type local")).succeeds();
}
