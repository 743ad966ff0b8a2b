//! Stores in a merge: a reference fits its seal after it, or the merge says that it does not.

use strongroom_vault::{
    Carried, Draft, EnvironmentType, Index, KeyRing, Marked, MergeNote, NewKeys, Rotation,
    SetOutcome, SettingValue, Side, StoreEntry, Subject, merge,
};

use super::super::editing::{TODAY, edit, set};
use super::super::stores::{all_fit, fits, link, linked};
use super::{clean, merged, value};

fn changed(text: &str, ring: &KeyRing, path: &str, value: &str) -> String {
    edit(text, |draft, _| change(draft, ring, path, value))
}

fn change(draft: &mut Draft<'_, '_>, ring: &KeyRing, path: &str, value: &str) {
    let setting = (path.to_owned(), Some(SettingValue::Text(value.to_owned())));
    assert_eq!(draft.change_store(ring, "cluster", &[setting]), Ok(Vec::new()));
}

fn removed(text: &str) -> String {
    edit(text, |draft, _| {
        for environment in ["local", "staging", "production"] {
            assert!(draft.unset_value("a", environment));
        }
        draft.remove_store("cluster").expect("no reference to it");
    })
}

fn cluster() -> Subject {
    Subject::Entry(vec!["stores".to_owned()], "cluster".to_owned())
}

fn unfit(name: &str, environment: &str) -> MergeNote {
    MergeNote::Unfit { references: vec![(name.to_owned(), environment.to_owned())] }
}

#[test]
fn what_only_one_side_did_with_stores_merges_and_every_reference_fits() {
    let vault = linked();
    let ours = changed(&vault.text, &vault.ring, "namespace", "other");
    let theirs = edit(&vault.text, |draft, index| {
        draft.add_store("second", "k", &[]).expect("a new store");
        let local = index.environment("local").expect("a type");
        draft.set_default_store(&local, "second").expect("declared");
    });
    let theirs = set(&theirs, &vault.ring, &[("c", "local", b"new")]);
    let text = clean(&vault.text, &ours, &theirs);
    assert_eq!(merged(&vault.text, &ours, &theirs).notes, []);
    all_fit(&text, &vault.ring, "a");
    let index = Index::read(&text).expect("a vault");
    let names: Vec<&str> = index.stores().iter().map(StoreEntry::name).collect();
    assert_eq!(names, ["cluster", "second"]);
    assert_eq!(index.stores().defaults().collect::<Vec<_>>(), [("local", "second")]);
}

#[test]
fn a_reference_that_one_side_links_while_the_other_changes_its_store_is_named() {
    let vault = linked();
    let ours = changed(&vault.text, &vault.ring, "namespace", "other");
    let theirs = link(&vault.text, &vault.ring, "new", "local", "x").0;
    let done = merged(&vault.text, &ours, &theirs);
    assert_eq!((done.conflicts, done.notes), (vec![], vec![unfit("new", "local")]));
    all_fit(&done.text, &vault.ring, "a");
    assert!(fits(&done.text, &vault.ring, "new", "local").is_some_and(|fits| fits.is_err()));
    let (again, outcome) = link(&done.text, &vault.ring, "new", "local", "x");
    assert_eq!(outcome, Ok(SetOutcome::Updated(2)));
    assert_eq!(fits(&again, &vault.ring, "new", "local"), Some(Ok(())));
    // So is one whose store the other side removed.
    let theirs = link(&vault.text, &vault.ring, "a", "local", "x").0;
    let theirs_only = edit(&theirs, |draft, _| {
        assert!(draft.unset_value("a", "staging") && draft.unset_value("a", "production"));
    });
    let done = merged(&vault.text, &removed(&vault.text), &theirs_only);
    assert_eq!(done.conflicts, [value("a", "local")]);
    let theirs = link(&vault.text, &vault.ring, "new", "local", "x").0;
    let done = merged(&vault.text, &removed(&vault.text), &theirs);
    assert!(done.notes.contains(&unfit("new", "local")), "{:?}", done.notes);
}

#[test]
fn a_store_that_both_sides_changed_is_one_conflict_and_its_references_go_with_it() {
    let vault = linked();
    let ours = changed(&vault.text, &vault.ring, "namespace", "ours");
    let theirs = changed(&vault.text, &vault.ring, "context", "theirs");
    let theirs = link(&theirs, &vault.ring, "new", "local", "x").0;
    let done = merged(&vault.text, &ours, &theirs);
    assert_eq!(done.conflicts, [cluster()]);
    assert_eq!(cluster().to_string(), "`cluster` in [stores]");
    let marked = Marked::split(&done.text).expect("markers");
    for side in [Side::Ours, Side::Theirs] {
        let before = strongroom_vault::Before {
            base: Some(vault.text.clone()),
            ours: ours.clone(),
            theirs: theirs.clone(),
            granted: std::collections::BTreeSet::new(),
        };
        let done = marked.settle_with(&[cluster()], side, Some(&before), &[]).expect("settled");
        assert_eq!(done.conflicts, []);
        all_fit(&done.text, &vault.ring, "a");
        let fits = fits(&done.text, &vault.ring, "new", "local");
        let unfit = Carried::UnfitReference("new".to_owned(), "local".to_owned());
        match side {
            Side::Ours => assert_eq!(done.carried, [unfit]),
            Side::Theirs => assert_eq!((done.carried, fits), (vec![], Some(Ok(())))),
        }
    }
}

#[test]
fn the_same_change_of_a_store_on_both_sides_is_none() {
    let vault = linked();
    let ours = changed(&vault.text, &vault.ring, "namespace", "same");
    let theirs = changed(&vault.text, &vault.ring, "namespace", "same");
    let text = clean(&vault.text, &ours, &theirs);
    all_fit(&text, &vault.ring, "a");
    // Nor is the same reference.
    let ours = link(&vault.text, &vault.ring, "new", "local", "x").0;
    let theirs = link(&vault.text, &vault.ring, "new", "local", "x").0;
    let text = clean(&vault.text, &ours, &theirs);
    assert_eq!(fits(&text, &vault.ring, "new", "local"), Some(Ok(())));
    // The side that changed the store as well has the seal that fits.
    let ours = changed(&ours, &vault.ring, "namespace", "other");
    let text = clean(&vault.text, &ours, &theirs);
    assert_eq!(fits(&text, &vault.ring, "new", "local"), Some(Ok(())));
}

#[test]
fn a_store_that_one_side_removed_and_the_other_changed_is_a_conflict() {
    let vault = linked();
    let ours = removed(&vault.text);
    let theirs = changed(&vault.text, &vault.ring, "namespace", "other");
    let done = merged(&vault.text, &ours, &theirs);
    assert_eq!(done.conflicts, [cluster()]);
}

#[test]
fn two_stores_of_one_name_that_both_sides_added_are_a_conflict() {
    let vault = linked();
    let added = |name: &str, kind: &str| {
        edit(&vault.text, |draft, _| draft.add_store(name, kind, &[]).expect("a new store"))
    };
    let subject = |name: &str| Subject::Entry(vec!["stores".to_owned()], name.to_owned());
    let done = merged(&vault.text, &added("x-y", "a"), &added("x-y", "b"));
    assert_eq!(done.conflicts, [subject("x-y")]);
    // Spelled otherwise, too: no vault has both.
    let done = merge(Some(&vault.text), &added("x-y", "a"), &added("xy", "a")).expect("mergeable");
    assert_eq!(done.conflicts.len(), 1);
    let marked = Marked::split(&done.text).expect("markers");
    for (side, name) in [(Side::Ours, "x-y"), (Side::Theirs, "xy")] {
        let text = marked.settle(&done.conflicts, side).expect("settled").text;
        let index = Index::read(&text).expect("a vault");
        assert!(index.stores().get(name).is_some() && index.stores().iter().len() == 2, "{text}");
    }
}

#[test]
fn two_references_in_one_place_are_a_conflict_as_values_are() {
    let vault = linked();
    let ours = link(&vault.text, &vault.ring, "a", "local", "ours").0;
    let theirs = link(&vault.text, &vault.ring, "a", "local", "theirs").0;
    assert_eq!(merged(&vault.text, &ours, &theirs).conflicts, [value("a", "local")]);
    let theirs = set(&vault.text, &vault.ring, &[("a", "local", b"sealed")]);
    let done = merged(&vault.text, &ours, &theirs);
    assert_eq!(done.conflicts, [value("a", "local")]);
    let marked = Marked::split(&done.text).expect("markers");
    let text = marked.settle(&done.conflicts, Side::Ours).expect("settled").text;
    all_fit(&text, &vault.ring, "a");
}

#[test]
fn a_default_of_what_the_other_side_removed_is_left_out_and_told() {
    let vault = linked();
    let base = vault.text.clone() + "\n[stores.spare]\nkind = \"k\"\n";
    let default = |text: &str, environment: &str| {
        edit(text, |draft, index| {
            let environment = index.environment(environment).expect("an environment");
            draft.set_default_store(&environment, "spare").expect("declared");
        })
    };
    let ours = edit(&base, |draft, _| drop(draft.remove_store("spare").expect("unused")));
    let done = merged(&base, &ours, &default(&base, "local"));
    let dropped = |environment: &str| MergeNote::DefaultDropped {
        environment: environment.to_owned(),
        store: "spare".to_owned(),
    };
    assert_eq!((done.conflicts, done.notes), (vec![], vec![dropped("local")]));
    assert!(!done.text.contains("[stores.default]"), "{}", done.text);
    let base = edit(&base, |draft, _| {
        draft.add_environment("qa", EnvironmentType::Local).expect("a new name");
    });
    let ours = edit(&base, |draft, index| {
        draft.remove_environment(&index.environment("qa").expect("declared"));
    });
    let done = merged(&base, &ours, &default(&base, "qa"));
    assert_eq!((done.conflicts, done.notes), (vec![], vec![dropped("qa")]));
}

#[test]
fn a_reference_under_a_key_that_gives_way_is_sealed_again_under_the_one_that_stays() {
    let (vault, key) = super::super::editing::vault();
    let text = vault.text.clone() + "\n[stores.cluster]\nkind = \"kubernetes\"\n";
    let base = link(&text, &vault.ring, "a", "local", "a/1").0;
    let ring = |text: &str| {
        let index = Index::read(text).expect("a vault");
        let key = strongroom_vault::Credential::AccessKey(key.clone());
        KeyRing::unlock(&index, &key, None).expect("the owner")
    };
    let rotated = |reference: &str| {
        let rotation = Rotation::of_types(vec![EnvironmentType::Local]);
        let text = edit(&base, |draft, _| {
            let ring = ring(&base);
            draft.rotate(&ring, &rotation, &NewKeys::default(), TODAY).expect("rotated");
        });
        if reference.is_empty() {
            return text;
        }
        link(&text, &ring(&text), "a", "local", reference).0
    };
    let settle = |ours: &str, theirs: &str| {
        let done = merged(&base, ours, theirs);
        assert_eq!(done.conflicts, [Subject::Keys(EnvironmentType::Local)]);
        let marked = Marked::split(&done.text).expect("markers");
        let before = strongroom_vault::Before {
            base: Some(base.clone()),
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
            granted: std::collections::BTreeSet::new(),
        };
        let (a, b) = (ring(ours), ring(theirs));
        let index = |text| Index::read(text).expect("a vault");
        let local = EnvironmentType::Local;
        let keys = strongroom_vault::BothKeys {
            stays: a.data_key(&index(ours), local).expect("a grant"),
            gives_way: b.data_key(&index(theirs), local).expect("a grant"),
        };
        marked.settle_with(&done.conflicts, Side::Ours, Some(&before), &[keys]).expect("settled")
    };
    let place = || ("a".to_owned(), "local".to_owned());
    let (ours, theirs) = (rotated(""), rotated("a/2"));
    let done = settle(&ours, &theirs);
    assert_eq!(done.carried, [Carried::Value(place().0, place().1)]);
    assert_eq!(fits(&done.text, &ring(&ours), "a", "local"), Some(Ok(())));
    assert!(done.text.contains("version = 2") && done.text.contains("ref = \"a/2\""));
    // The same reference on both sides is one.
    let done = settle(&rotated("a/2"), &theirs);
    assert_eq!((done.conflicts, done.carried), (vec![], vec![]));
    // One to a store that the other side changed is not carried.
    let ours = edit(&ours, |draft, _| change(draft, &ring(&ours), "namespace", "other"));
    let done = settle(&ours, &theirs);
    let is_other_store = |it: &Carried| {
        matches!(it, Carried::LostValue { why: strongroom_vault::NotCarried::OtherStore, .. })
    };
    assert!(done.carried.iter().any(is_other_store), "{:?}", done.carried);
}
