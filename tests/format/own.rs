//! A developer's own values: what is set opens in its own file, for `local` alone, and every other byte stays.

use strongroom_vault::{
    Content, EditError, EnvironmentType, Index, KeyRing, Mine, NEW_MINE_FILE, NewVault, Place,
    SetOutcome, set_mine, unset_mine,
};

use crate::editing::{TODAY, edit, set, vault};

/// A vault with a named environment of `local` and a secret.
fn with_testing() -> NewVault {
    let (mut vault, _) = vault();
    vault.text = edit(&vault.text, |draft, _| {
        draft.add_environment("testing", EnvironmentType::Local).expect("a new environment");
    });
    vault.text = set(&vault.text, &vault.ring, &[("github_token", "local", b"shared")]);
    vault
}

fn own(
    text: &str,
    vault: &NewVault,
    name: &str,
    environment: &str,
    value: &[u8],
) -> (String, SetOutcome) {
    let index = Index::read(&vault.text).expect("a vault");
    let environment = index.environment(environment).expect("a known environment");
    let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
    set_mine(text, &index, key, name, &environment, value, TODAY).expect("settable")
}

fn unset(text: &str, vault: &NewVault, name: &str, environment: &str) -> Option<String> {
    let index = Index::read(&vault.text).expect("a vault");
    let environment = index.environment(environment).expect("a known environment");
    unset_mine(text, &index, name, &environment).expect("it reads")
}

/// What a mine file has, opened: names, environments and values.
fn opened(text: &str, vault: &NewVault) -> Vec<(String, String, Vec<u8>)> {
    let index = Index::read(&vault.text).expect("a vault");
    let mine = Mine::read(text, &index).expect("a mine file");
    let open = |ring: &KeyRing, place, sealed: &str| {
        let key = ring.data_key(&index, EnvironmentType::Local).expect("a grant");
        key.open(place, sealed).expect("it opens").into_bytes()
    };
    let all = mine.secrets().flat_map(|secret| {
        secret.values().iter().map(|value| {
            let Content::Sealed(sealed) = value.content() else { panic!("a reference") };
            let value_of = open(&vault.ring, Place::of(secret, value), sealed);
            (secret.name().to_owned(), value.environment().to_owned(), value_of)
        })
    });
    all.collect()
}

fn entry(name: &str, environment: &str, value: &str) -> (String, String, Vec<u8>) {
    (name.to_owned(), environment.to_owned(), value.as_bytes().to_owned())
}

#[test]
fn what_is_set_opens_and_what_is_unset_is_gone() {
    let vault = with_testing();
    // As the vault spells it.
    let (once, outcome) = own(NEW_MINE_FILE, &vault, "GitHub-Token", "local", b"a");
    assert_eq!(outcome, SetOutcome::Created);
    assert!(once.starts_with(NEW_MINE_FILE), "{once}");
    let (twice, _) = own(&once, &vault, "github_token", "testing", b"b");
    let (three, _) = own(&twice, &vault, "of_mine/alone", "local", b"c");
    let all = [
        entry("github_token", "local", "a"),
        entry("github_token", "testing", "b"),
        entry("of_mine/alone", "local", "c"),
    ];
    assert_eq!(opened(&three, &vault), all);
    assert_eq!(own(&three, &vault, "GITHUB_TOKEN", "local", b"a"), {
        (three.clone(), SetOutcome::Unchanged)
    });
    let (changed, outcome) = own(&three, &vault, "GITHUB_TOKEN", "local", b"A");
    assert_eq!(outcome, SetOutcome::Updated(2));
    assert_eq!(opened(&changed, &vault)[0], entry("github_token", "local", "A"));

    assert_eq!(unset(&three, &vault, "unknown", "local"), None);
    assert_eq!(unset(&three, &vault, "of_mine/alone", "testing"), None);
    let rest = unset(&three, &vault, "GithubToken", "local").expect("it was there");
    assert_eq!(opened(&rest, &vault), all[1..]);
    let rest = unset(&rest, &vault, "GithubToken", "testing").expect("it was there");
    assert_eq!(opened(&rest, &vault), all[2..]);
    assert!(!rest.contains("github_token"), "an empty table is left: {rest}");
}

#[test]
fn nothing_but_local_has_values_of_ones_own() {
    let vault = with_testing();
    let index = Index::read(&vault.text).expect("a vault");
    for environment in EnvironmentType::ALL {
        for kind in EnvironmentType::ALL {
            let key = vault.ring.data_key(&index, kind).expect("a grant");
            let set = set_mine(NEW_MINE_FILE, &index, key, "a", &environment.into(), b"a", TODAY);
            if environment == EnvironmentType::Local && kind == EnvironmentType::Local {
                assert!(set.is_ok(), "{set:?}");
            } else {
                assert_eq!(set, Err(EditError::OtherType(kind)), "{environment} under {kind}");
            }
        }
    }
}
