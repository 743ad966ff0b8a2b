//! One version number means one value: what stays gets a new one where the other side gave that to another value.

use strongroom_vault::{
    BothKeys, Carried, EnvironmentType, Index, KeyRing, Marked, Settled, Side, limits,
};

use super::super::editing::{get, set};
use super::{begun, merged, value};

const LOCAL: EnvironmentType = EnvironmentType::Local;

/// Settles the value of `b` for our side, with the data key of a type or none.
fn settle(
    base: &str,
    ours: &str,
    theirs: &str,
    ring: &KeyRing,
    key: Option<EnvironmentType>,
) -> Settled {
    let text = merged(base, ours, theirs).text;
    let marked = Marked::split(&text).expect("markers");
    let index = Index::read(base).expect("a vault");
    let key = key.map(|kind| ring.data_key(&index, kind).expect("a grant"));
    let keys: Vec<BothKeys<'_>> =
        key.iter().map(|key| BothKeys { stays: key, gives_way: key }).collect();
    marked.settle_with(&[value("b", "local")], Side::Ours, None, &keys).expect("settled")
}

fn sets(text: &str, ring: &KeyRing, values: &[&[u8]]) -> String {
    values.iter().fold(text.to_owned(), |text, own| set(&text, ring, &[("b", "local", own)]))
}

fn version(text: &str) -> u32 {
    let index = Index::read(text).expect("a vault");
    index.secret("b").and_then(|secret| secret.value("local")).expect("a value").version()
}

#[test]
fn a_value_that_stays_gets_a_version_above_that_of_both_sides() {
    let (base, ring) = begun();
    let ours = sets(&base, &ring, &[b"ours"]);
    for theirs in [&[&b"theirs"[..]][..], &[&b"first"[..], b"theirs"]] {
        let theirs = sets(&base, &ring, theirs);
        let done = settle(&base, &ours, &theirs, &ring, Some(LOCAL));
        assert_eq!(done.carried, [Carried::Renumbered("b".to_owned(), "local".to_owned())]);
        assert_eq!(version(&done.text), version(&theirs) + 1);
        assert_eq!(get(&done.text, &ring, "b", "local").as_deref(), Some(&b"ours"[..]));
    }
}

#[test]
fn a_version_that_says_enough_stays() {
    let (base, ring) = begun();
    let ours = sets(&base, &ring, &[b"first", b"ours"]);
    let theirs = sets(&base, &ring, &[b"theirs"]);
    let done = settle(&base, &ours, &theirs, &ring, Some(LOCAL));
    assert_eq!((done.carried, version(&done.text)), (vec![], version(&ours)));
    // Both sides set the same value, each sealed for itself.
    let (ours, theirs) = (sets(&base, &ring, &[b"same"]), sets(&base, &ring, &[b"same"]));
    let done = settle(&base, &ours, &theirs, &ring, Some(LOCAL));
    assert_eq!((done.carried, version(&done.text)), (vec![], version(&ours)));
    // There is none above the highest.
    let last = format!("version = {}", limits::NUMBER);
    let line = theirs.lines().find(|line| !ours.contains(*line)).expect("a line");
    let theirs =
        theirs.replace(line, &line.replace(&format!("version = {}", version(&ours)), &last));
    let done = settle(&base, &ours, &theirs, &ring, Some(LOCAL));
    assert_eq!((done.carried, version(&done.text)), (vec![], version(&ours)));
}

#[test]
fn without_the_data_key_of_its_type_the_version_stays_and_that_is_said() {
    let (base, ring) = begun();
    let ours = sets(&base, &ring, &[b"ours"]);
    let theirs = sets(&base, &ring, &[b"theirs"]);
    let (name, environment) = ("b".to_owned(), "local".to_owned());
    let said = [Carried::NotRenumbered { name, environment, kind: LOCAL }];
    for key in [None, Some(EnvironmentType::Production)] {
        let done = settle(&base, &ours, &theirs, &ring, key);
        assert_eq!((done.carried.as_slice(), version(&done.text)), (&said[..], version(&ours)));
    }
}
