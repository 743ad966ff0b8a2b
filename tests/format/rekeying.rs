//! Rotations with new holder keys: who gets one opens the same as before with it, and nobody opens more.

use strongroom_vault::{
    AccessKey, Credential, EnvironmentType, Had, HolderSecret, Index, KeyRing, NewHolder, NewKeys,
    Passphrase, Rotation, Scopes,
};

use super::editing::{TODAY, edit, get};
use super::rotation::{Team, rotated};

const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

fn passphrase() -> Passphrase {
    Passphrase::from("correct horse battery".to_owned())
}

/// A team in which `paper` has a passphrase too.
fn with_paper(scopes: Scopes) -> Team {
    let mut team = Team::new();
    let secret = HolderSecret::Passphrase(passphrase());
    team.text = edit(&team.text, |draft, _| {
        let holder = NewHolder { name: "paper", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    });
    team
}

/// New access keys for everybody whom a rotation gives one and who had one.
fn access_keys(index: &Index<'_>, names: &[&str]) -> (NewKeys, Vec<AccessKey>) {
    let keys = names.iter().map(|_| AccessKey::generate(index.id()).expect("randomness"));
    let keys: Vec<AccessKey> = keys.collect();
    let mut new = NewKeys::default();
    for (name, key) in names.iter().zip(&keys) {
        new.holders.insert((*name).to_owned(), HolderSecret::AccessKey(key.clone()));
    }
    (new, keys)
}

/// Who has a grant, by table.
fn granted(text: &str) -> Vec<Vec<String>> {
    let index = Index::read(text).expect("a vault");
    let keys = index.keys();
    let tables = EnvironmentType::ALL.map(|kind| keys.of_type(kind));
    let tables = tables.into_iter().chain([keys.roster()]);
    tables.map(|it| it.grants().iter().map(|it| it.holder().to_owned()).collect()).collect()
}

fn without(mut granted: Vec<Vec<String>>, name: &str) -> Vec<Vec<String>> {
    for holders in &mut granted {
        holders.retain(|holder| holder != name);
    }
    granted
}

#[test]
fn new_access_keys_open_what_the_former_ones_did_and_passphrases_stay() {
    let team = with_paper(Scopes { kinds: vec![LOCAL], roster: false });
    let index = Index::read(&team.text).expect("a vault");
    let rotation =
        Rotation::of_removal(&index, "guest", None, true, &Had::default()).expect("a holder");
    assert_eq!(rotation.rekeyed, ["ci", "owner", "second"]);
    let (new, keys) = access_keys(&index, &["ci", "owner", "second"]);
    let (text, done) = rotated(&team.text, &team.owner, &rotation, &new).expect("removed");
    assert_eq!(done.dropped, [""; 0]);
    assert_eq!(granted(&text), without(granted(&team.text), "guest"));
    let after = Index::read(&text).expect("a vault");
    for (holder, key) in ["ci", "owner", "second"].into_iter().zip(keys) {
        assert!(team.ring(&text, holder).is_err(), "{holder}");
        let ring = KeyRing::unlock(&after, &Credential::AccessKey(key), None).expect("grants");
        // Of a type whose data key stays, too.
        assert_eq!(get(&text, &ring, "a", "production").as_deref(), Some(&b"1"[..]), "{holder}");
        assert_eq!(ring.roster().is_some(), holder != "ci");
    }
    let paper = KeyRing::unlock(&after, &Credential::Passphrase(passphrase()), None).expect("it");
    assert_eq!(get(&text, &paper, "b", "local").as_deref(), Some(&b"3"[..]));
}

#[test]
fn a_new_roster_key_grants_nobody_more_than_before() {
    let team = Team::new();
    let index = Index::read(&team.text).expect("a vault");
    let names = ["ci", "guest", "owner", "second"];
    let (new, _) = access_keys(&index, &names);
    let rotation = Rotation::of_everything(&index);
    let (text, _) = rotated(&team.text, &team.owner, &rotation, &new).expect("new keys");
    assert_eq!(granted(&text), granted(&team.text));
    // And a rotation of one type changes who has which no more.
    let (text, _) = team.rotated(&team.text, &Rotation::of_types(vec![PRODUCTION])).expect("keys");
    assert_eq!(granted(&text), granted(&team.text));
}

#[test]
fn whoever_is_dropped_for_want_of_a_passphrase_loses_every_grant() {
    let team = with_paper(Scopes::everything());
    let index = Index::read(&team.text).expect("a vault");
    let rotation =
        Rotation::of_removal(&index, "second", None, false, &Had::default()).expect("a holder");
    let (new, _) = access_keys(&index, &["ci", "guest", "owner"]);
    let (text, done) = rotated(&team.text, &team.owner, &rotation, &new).expect("removed");
    assert_eq!(done.dropped, ["paper"]);
    assert_eq!(granted(&text), without(without(granted(&team.text), "second"), "paper"));
    let after = Index::read(&text).expect("a vault");
    assert!(KeyRing::unlock(&after, &Credential::Passphrase(passphrase()), None).is_err());
}

#[test]
fn whoever_is_removed_is_noted_once_beside_those_who_were_before() {
    let team = Team::new();
    for (before, after) in [("old", &["old", "guest"][..]), ("guest", &["guest"])] {
        let line = team.text.lines().find(|line| line.starts_with("local = {")).expect("a value");
        let due = line.replace("\" }", &format!("\", due = [\"{before}\"] }}"));
        let (text, _) = team.removed(&team.text.replace(line, &due), "guest").expect("removed");
        let index = Index::read(&text).expect("a vault");
        let value = index.secret("b").and_then(|secret| secret.value("local")).expect("a value");
        assert_eq!(value.due(), after);
    }
}
