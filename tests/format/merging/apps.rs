//! Applications in a merge: a key fits its seal after it, and one that was revoked stays so.

use std::collections::BTreeSet;

use strongroom_vault::{
    AppId, AppKey, Before, Carried, EnvironmentType, Index, Marked, OpenError, Side, Subject,
    VaultId,
};

use super::super::editing::{TODAY, edit};
use super::super::rotation::Team;
use super::keys::{own, rotated};
use super::{clean, merged};

const PRODUCTION: EnvironmentType = EnvironmentType::Production;

/// A vault with the application `shop` and one key, and that key's code.
fn with_app() -> (Team, String, String) {
    let team = Team::new();
    let id = AppId::of_random([1; 16]);
    let text =
        edit(&team.text, |draft, _| draft.add_app("shop", id, "a").expect("a new application"));
    let (text, code) = with_key(&team, &text);
    (team, text, code)
}

fn with_key(team: &Team, text: &str) -> (String, String) {
    let ring = own(team, text);
    let key = AppKey::generate(VaultId([7; 16])).expect("randomness");
    let mut code = String::new();
    let text = edit(text, |draft, index| {
        let data_key = ring.data_key(index, PRODUCTION).expect("a grant");
        code = draft.add_app_key(data_key, "shop", &key, (TODAY, None)).expect("a new key");
    });
    (text, code)
}

fn revoked(text: &str, code: &str) -> String {
    edit(text, |draft, _| draft.revoke_app_key("shop", code).expect("a key"))
}

/// The codes of the keys, each with what whoever has the data key finds wrong with its seal.
fn seals(team: &Team, text: &str) -> Vec<(String, Option<OpenError>)> {
    let index = Index::read(text).expect("a vault");
    let apps = index.apps().expect("applications");
    let ring = own(team, text);
    let key = ring.data_key(&index, PRODUCTION).expect("a grant");
    let lines = apps.iter().flat_map(|app| app.keys().iter().map(move |line| (app, line)));
    lines.map(|(app, line)| (line.code().to_owned(), key.check_app_key(app, line).err())).collect()
}

#[test]
fn keys_of_both_sides_merge_and_fit() {
    let (team, text, first) = with_app();
    let (ours, second) = with_key(&team, &text);
    let (theirs, third) = with_key(&team, &text);
    let merged = clean(&text, &ours, &theirs);
    let mut expected = [first, second, third];
    expected.sort();
    let expected = expected.map(|code| (code, None));
    assert_eq!(seals(&team, &merged), expected);
}

#[test]
fn what_one_side_revoked_does_not_come_back_with_the_other_sides_new_data_key() {
    let (team, text, code) = with_app();
    let (text, stays) = with_key(&team, &text);
    let merged = clean(&text, &revoked(&text, &code), &rotated(&team, &text, &[PRODUCTION]));
    assert_eq!(seals(&team, &merged), [(stays, None)]);
    // An application that one side removed takes along what the other added to it.
    let removed = edit(&text, |draft, _| draft.remove_app("shop").expect("an application"));
    let merged = clean(&text, &removed, &with_key(&team, &text).0);
    assert!(!merged.contains("[apps"), "{merged}");
}

#[test]
fn new_data_keys_on_both_sides_are_one_decision_and_what_was_revoked_stays_so() {
    let (team, text, code) = with_app();
    let (text, stays) = with_key(&team, &text);
    let ours = rotated(&team, &text, &[PRODUCTION]);
    let theirs = rotated(&team, &revoked(&text, &code), &[PRODUCTION]);
    let (theirs, lost) = with_key(&team, &theirs);
    let keys = [Subject::Keys(PRODUCTION)];
    let done = merged(&text, &ours, &theirs);
    assert_eq!(done.conflicts, keys);
    let marked = Marked::split(&done.text).expect("markers");
    let before = Before { base: Some(text), ours, theirs, granted: BTreeSet::new() };
    let settled = marked.settle_with(&keys, Side::Ours, Some(&before), &[]).expect("settled");
    assert_eq!(seals(&team, &settled.text), [(stays, None)]);
    let revoked = Carried::RevokedAppKey("shop".to_owned(), code);
    let lost = Carried::LostAppKey { app: "shop".to_owned(), code: lost, kind: PRODUCTION };
    for carried in [revoked, lost] {
        assert!(settled.carried.contains(&carried), "{:?}", settled.carried);
    }
}
