//! From a new identity to values, and what `lock` and the end of `--for` leave.

use std::fs;

use snapbox::str;

use super::{add, be, get, home_of, unlocked_file};
use crate::session::{MARKER, Session};

#[test]
fn a_new_colleague_makes_an_identity_is_added_and_opens_values() {
    let session = Session::with_secret();
    be(&session, "dev");
    let made = session.run("strongroom key new");
    made.shows(str![[r#"
[0]
[PUBLIC KEY]
--- stderr
made an identity in [ROOT]/home-dev/.config/strongroom/identity; its public key is:
give it to a holder who may add others, who types: strongroom holder add NAME [PUBLIC KEY] --type TYPES
then open your holder key with: strongroom unlock

"#]]);
    let public_key = made.output().trim().to_owned();
    be(&session, "owner");
    let line = format!("strongroom holder add dev {public_key} --type dev,preview,local");
    let added = session.run(&line);
    added.shows(str![[r#"
[0]
--- stderr
added the holder `dev`: it opens `development`, `preview` and `local`
once it has pulled this, it types: strongroom unlock --expect [CODE]
tell it the fingerprint in another way than through the repository
commit strongroom.toml, so that the holder can open it

"#]]);
    let fingerprint = super::fingerprint_in(&added.stderr);
    session.run("strongroom holder list").shows(str![[r#"
[0]
holder  kind        since       production  development  preview  local  roster
dev     age         [DATE....]  -           ✓            ✓        ✓      -
owner   access-key  [DATE....]  ✓           ✓            ✓        ✓      ✓
--- stderr

✓ opens it   · opens it through the roster key   old: a grant of an older key   - not

"#]]);
    be(&session, "dev");
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/home-dev/.config/strongroom/keys (no key for this vault)
       you are `dev` here: open it with: strongroom unlock

"#]]);
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: the holder key of `dev` was not opened here before
       who added you has its fingerprint: strongroom unlock --expect FINGERPRINT

"#]]);
    session.run("strongroom unlock --expect aaaa-bbbb-cccc-dddd").shows(str![[r#"
[3]
--- stderr
error: the holder key of `dev` has another fingerprint than [CODE]: it is not the one that was made for you
       ask the one who gave you the fingerprint, and look at: git log -p -S delivered strongroom.toml

"#]]);
    session.run("strongroom get --type local github_api_token").ends_with(3);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).shows(str![[r#"
[0]
--- stderr
unlocked `dev`: it opens `development`, `preview` and `local` here until: strongroom lock

"#]]);
    assert_eq!(get(&session), format!("{MARKER}-token"));
    session.run("strongroom get --type production github_api_token").ends_with(1);
    session.typed("strongroom set --type production other").input(MARKER).run().shows(str![[r#"
[3]
--- stderr
error: the key of `dev` has no grant for `production`; it opens development, preview, local
       who could open it: owner
       read from: [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked
       or leave it for a holder to accept: strongroom set --deposit --type production other

"#]]);
    session.run("strongroom key list").shows(str![[r#"
[0]
holder  opens                        kept      file
dev     development, preview, local  unlocked  [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked

"#]]);
}

#[test]
fn what_is_locked_is_unlocked_again_without_the_fingerprint() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    let unlock =
        format!("strongroom unlock --expect {}", fingerprint.replace('-', "").to_uppercase());
    session.run(&unlock).succeeds();
    session.run("strongroom lock").shows(str![[r#"
[0]
--- stderr
locked `dev`

"#]]);
    session.run("strongroom lock").shows(str![[r#"
[0]
--- stderr
nothing was unlocked for this vault

"#]]);
    assert!(!unlocked_file(&session, "dev").exists());
    session.run("strongroom get --type local github_api_token").ends_with(3);
    session.run("strongroom unlock").succeeds();
    session.run("strongroom unlock").succeeds();
    assert_eq!(get(&session), format!("{MARKER}-token"));
    session.run("strongroom lock --all").shows(str![[r#"
[0]
--- stderr
locked `dev` in all vaults

"#]]);
    session.run("strongroom lock --all").shows(str![[r#"
[0]
--- stderr
nothing was unlocked

"#]]);
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_alone() {
    use crate::session::{mode, set_mode};

    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    let file = unlocked_file(&session, "dev");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    let identity = home_of(&session, "dev").join(".config/strongroom/identity");
    assert_eq!(mode(&identity), 0o600);
    set_mode(&file, 0o640);
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: others can read the key in [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked
       mend it with: chmod 600 [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked

"#]]);
}

#[test]
fn a_key_that_is_unlocked_for_a_time_ends() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    let stays = unlocked_file(&session, "dev");
    let run = session.path("../run");
    fs::create_dir_all(&run).expect("a folder");
    session.export("XDG_RUNTIME_DIR", run.canonicalize().expect("a folder"));
    session.run("strongroom unlock --for 8h").shows(str![[r#"
[0]
--- stderr
unlocked `dev`: it opens `local` here for 8h

"#]]);
    assert!(!stays.exists(), "there is one copy");
    let id = fs::read_dir(run.join("strongroom")).expect("vaults").next().expect("one");
    let file = id.expect("a folder").path().join("dev.unlocked");
    let listed = session.run("strongroom key list").output();
    assert!(
        listed.contains("unlocked for 7h 59m") || listed.contains("unlocked for 8h"),
        "{listed}"
    );
    assert_eq!(get(&session), format!("{MARKER}-token"));
    let text = fs::read_to_string(&file).expect("a key");
    let (key, _) = text.split_once("\nuntil ").expect("an end");
    fs::write(&file, format!("{key}\nuntil 1700000000\n")).expect("writable");
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: no key for `local` here
       looked in: STRONGROOM_KEY (not set), STRONGROOM_KEY_FILE (not set), STRONGROOM_PASSPHRASE (not set), [ROOT]/run/strongroom/[ID]/dev.unlocked (unlocked no longer: its time was over), [ROOT]/home-dev/.config/strongroom/keys (no key for this vault)
       you are `dev` here: open it with: strongroom unlock

"#]]);
    assert!(!file.exists(), "what has ended is removed");
    session.run("strongroom get --type local github_api_token").ends_with(3);
    session.run("strongroom unlock --for 30m").succeeds();
    session.run("strongroom lock").succeeds();
    assert!(!file.exists());
}

#[test]
fn times_that_are_none_are_refused() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    for time in ["0s", "-1h", "8", "forever", "1y", "721h", "99999999999999999999h"] {
        let line = format!("strongroom unlock --expect {fingerprint} --for={time}");
        session.run(&line).ends_with(2).says("from 1m to 720h");
    }
    session.run("strongroom unlock --expect k7wq-3m2a").shows(str![[r#"
[2]
--- stderr
error: this is no fingerprint: one is 16 letters and digits, [CODE]
       who added you has yours: `strongroom holder add` showed it then

"#]]);
    assert!(!home_of(&session, "dev").join(".config/strongroom/keys").exists());
}

#[test]
fn a_passphrase_is_unlocked_once_too() {
    let session = Session::with_secret();
    let passphrase = "MARKER-5f1e correct horse";
    let add = "strongroom holder add robin --type local --passphrase";
    session.typed(add).input(passphrase).run().succeeds();
    be(&session, "robin");
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: no terminal to ask for the passphrase of robin at
       give it in STRONGROOM_PASSPHRASE

"#]]);
    session
        .typed("strongroom unlock")
        .variable("STRONGROOM_PASSPHRASE", "MARKER-5f1e another one")
        .run()
        .shows(str![[r#"
[3]
--- stderr
error: wrong passphrase: it is not that of robin
       read from: STRONGROOM_PASSPHRASE

"#]]);
    session.typed("strongroom unlock").variable("STRONGROOM_PASSPHRASE", passphrase).run().shows(
        str![[r#"
[0]
--- stderr
unlocked `robin`: it opens `local` here until: strongroom lock

"#]],
    );
    assert_eq!(get(&session), format!("{MARKER}-token"));
    session.run("strongroom unlock --holder owner").shows(str![[r#"
[2]
--- stderr
error: `owner` opens with an access key, and there is nothing to unlock
       keep the key with: strongroom key add

"#]]);
    session.run("strongroom unlock --holder nobody").shows(str![[r#"
[2]
--- stderr
error: the vault has no holder `nobody`
       see: strongroom holder list

"#]]);
    session.run("strongroom key remove robin --yes").shows(str![[r#"
[1]
--- stderr
error: `robin` is unlocked here, and no access key of it is kept
       forget what is unlocked with: strongroom lock

"#]]);
}

#[test]
fn a_holder_with_new_keys_unlocks_again() {
    let session = Session::with_secret();
    let fingerprint = add(&session, "dev", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    // As after a removal: the holder key is another one, and the kept one opens nothing.
    let mut text = session.read("strongroom.toml");
    for table in ["[holders.dev]\n", "dev = \""] {
        while let Some(at) = text.find(table) {
            let stop = if table.starts_with('[') { "\n\n" } else { "\n" };
            let end = text[at..].find(stop).map_or(text.len(), |end| at + end + stop.len());
            text.replace_range(at..end, "");
        }
    }
    session.write("strongroom.toml", &text);
    session.run("strongroom get --type local github_api_token").ends_with(3);
    let identity = home_of(&session, "dev").join(".config/strongroom/identity.pub");
    let public_key = fs::read_to_string(identity).expect("a public key");
    let again = super::add_key(&session, "dev", public_key.trim(), "--type local");
    assert_ne!(again, fingerprint);
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: the unlocked key opens nothing in this vault any more: its holder was removed, or has a new key
       unlock again with: strongroom unlock
       read from: [ROOT]/home-dev/.config/strongroom/keys/[ID]/dev.unlocked

"#]]);
    session.run("strongroom unlock").shows(str![[r#"
[3]
--- stderr
error: the holder key of `dev` is another one than before, whose fingerprint was [CODE]: somebody who has the roster key made new ones, or somebody else put one in its place
       who added you has its fingerprint: strongroom unlock --expect FINGERPRINT

"#]]);
    session.run(&format!("strongroom unlock --expect {fingerprint}")).ends_with(3);
    session.run(&format!("strongroom unlock --expect {again}")).succeeds();
    assert_eq!(get(&session), format!("{MARKER}-token"));
}

#[test]
fn whoever_was_removed_is_told_so_and_not_to_unlock() {
    let session = Session::with_secret();
    let fingerprint = super::add(&session, "cleo", "--type local");
    session.run(&format!("strongroom unlock --expect {fingerprint}")).succeeds();
    be(&session, "owner");
    session.run("strongroom holder remove cleo --yes").succeeds();
    be(&session, "cleo");
    session.run("strongroom get --type local github_api_token").shows(str![[r#"
[3]
--- stderr
error: cannot open `github_api_token` for `local`: `cleo` was removed on [DATE....], and its key opens nothing in this vault any more
       read from: [ROOT]/home-cleo/.config/strongroom/keys/[ID]/cleo.unlocked

"#]]);
    session.run("strongroom list").succeeds();
    let doctor = session.run("strongroom doctor");
    assert!(doctor.output().contains("`cleo` was removed on"), "{}", doctor.output());
}
