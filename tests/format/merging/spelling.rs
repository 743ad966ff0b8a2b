//! Merging a secret that one side spells otherwise.

use strongroom_vault::{EnvironmentType, Index, KeyRing, Side, Subject, merge};

use super::super::editing::{edit, get, set, vault};
use super::settling::settled;
use super::{merged, shown};

fn begun() -> (String, KeyRing) {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a_b", "local", b"1"), ("a_b", "preview", b"2")]);
    let text = edit(&text, |draft, _| draft.set_about("a_b", "why").expect("a text"));
    (text, vault.ring)
}

fn renamed(text: &str, ring: &KeyRing) -> String {
    edit(text, |draft, index| {
        let keys = EnvironmentType::ALL.map(|kind| ring.data_key(index, kind).expect("a grant"));
        assert!(draft.rename_secret(&keys, "a_b", "A-B").expect("renamed"));
    })
}

#[test]
fn another_spelling_merges_with_changes_elsewhere() {
    let (base, ring) = begun();
    let theirs = set(&base, &ring, &[("c", "local", b"3")]);
    let both = merged(&base, &renamed(&base, &ring), &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    let back = merge(Some(&base), &theirs, &renamed(&base, &ring)).expect("mergeable");
    assert_eq!(back.notes, []);
    for text in [both.text, back.text] {
        let index = Index::read(&text).expect("a vault");
        assert_eq!(index.secret("a_b").map(strongroom_vault::Secret::name), Some("A-B"));
        assert_eq!(get(&text, &ring, "A-B", "local").as_deref(), Some(&b"1"[..]));
        assert_eq!(get(&text, &ring, "A-B", "preview").as_deref(), Some(&b"2"[..]));
    }
}

#[test]
fn another_spelling_of_what_the_other_side_changed_is_a_question() {
    let (base, ring) = begun();
    let ours = renamed(&base, &ring);
    let changed = [
        set(&base, &ring, &[("a_b", "local", b"new")]),
        set(&base, &ring, &[("a_b", "production", b"new")]),
        edit(&base, |draft, _| draft.set_about("a_b", "other").expect("a text")),
        edit(&base, |draft, _| assert!(draft.unset_value("a_b", "preview"))),
    ];
    for theirs in changed {
        for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours)] {
            let both = merge(Some(&base), ours, theirs).expect("mergeable");
            let [subject @ Subject::Spelling(_)] = both.conflicts.as_slice() else {
                panic!("{:?}", both.conflicts)
            };
            for (side, whole) in [(Side::Ours, ours), (Side::Theirs, theirs)] {
                assert_eq!(shown(&settled(&both.text, subject, side).text), shown(whole));
            }
        }
    }
}
