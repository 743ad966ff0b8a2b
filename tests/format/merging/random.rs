//! Merging any two sets of changes: those at different places come out as if one had made both.

use proptest::prelude::*;
use strongroom_vault::{EnvironmentType, Index, KeyRing, merge};

use super::super::editing::{edit, set, vault};
use super::{merged, shown};

/// A change that anybody can make of a place.
#[derive(Debug, Clone)]
enum Change {
    Set(u8),
    Unset,
    About(String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => any::<u8>().prop_map(Change::Set),
        1 => Just(Change::Unset),
        1 => "[a-z ]{0,8}".prop_map(Change::About),
    ]
}

const ENVIRONMENTS: [&str; 3] = ["local", "production", "staging"];

/// The place of a number: a secret, new or old, and an environment.
fn place(number: u8) -> (String, &'static str) {
    (format!("s{}", number / 3), ENVIRONMENTS[usize::from(number % 3)])
}

fn make(text: &str, ring: &KeyRing, changes: &[(u8, Change)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (number, change)| {
        let (name, environment) = place(*number);
        match change {
            Change::Set(value) => set(&text, ring, &[(&name, environment, &[*value; 3])]),
            Change::Unset => edit(&text, |draft, _| {
                draft.unset_value(&name, environment);
            }),
            Change::About(about) => edit(&text, |draft, index| {
                if index.secret(&name).is_some() {
                    draft.set_about(&name, about).expect("a text");
                }
            }),
        }
    })
}

fn begun(filled: &[bool]) -> (String, KeyRing) {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    let text = filled.iter().enumerate().filter(|(_, is)| **is).fold(text, |text, (number, _)| {
        let (name, environment) = place(u8::try_from(number).expect("a small number"));
        set(&text, &vault.ring, &[(&name, environment, b"before")])
    });
    (text, vault.ring)
}

/// What a vault says, but for bytes that are another each time something is sealed.
fn said(text: &str) -> Vec<String> {
    let index = Index::read(text).expect("a vault");
    let values = index.secrets().flat_map(|secret| {
        let about = format!("{} {:?}", secret.name(), secret.about());
        let of = secret.values().iter().map(move |value| {
            format!("{} {} {}", secret.name(), value.environment(), value.version())
        });
        of.chain([about])
    });
    values.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn changes_at_different_places_merge_to_both(
        filled in proptest::collection::vec(any::<bool>(), 24),
        changes in proptest::collection::btree_map(0_u8..24, (change(), any::<bool>()), 0..16),
    ) {
        // A description is of the whole secret, so a secret is one side's as a whole.
        let side_of = |number: u8| changes.range(number / 3 * 3..).next().is_some_and(|(_, (_, is))| *is);
        let part = |side: bool| -> Vec<(u8, Change)> {
            let all = changes.iter().filter(|(number, _)| side_of(**number) == side);
            all.map(|(number, (change, _))| (*number, change.clone())).collect()
        };
        let (base, ring) = begun(&filled);
        let ours = make(&base, &ring, &part(true));
        let theirs = make(&base, &ring, &part(false));
        let both = make(&ours, &ring, &part(false));
        let merged = merged(&base, &ours, &theirs);
        prop_assert_eq!(&merged.conflicts, &[]);
        prop_assert_eq!(said(&merged.text), said(&both));
        prop_assert_eq!(shown(&merged.text), shown(&merge(Some(&base), &theirs, &ours).expect("mergeable").text));
    }

    #[test]
    fn any_two_sides_merge_or_are_settled_to_either(
        filled in proptest::collection::vec(any::<bool>(), 12),
        ours in proptest::collection::vec((0_u8..12, change()), 0..8),
        theirs in proptest::collection::vec((0_u8..12, change()), 0..8),
    ) {
        let (base, ring) = begun(&filled);
        let ours = make(&base, &ring, &ours);
        let theirs = make(&base, &ring, &theirs);
        let merged = merged(&base, &ours, &theirs);
        if merged.conflicts.is_empty() {
            prop_assert!(Index::read(&merged.text).is_ok());
        } else {
            prop_assert!(Index::read(&merged.text).is_err());
            let marked = strongroom_vault::Marked::split(&merged.text).expect("markers");
            prop_assert_eq!(marked.open().expect("two vaults"), merged.conflicts.clone());
            for side in [strongroom_vault::Side::Ours, strongroom_vault::Side::Theirs] {
                let all = marked.settle(&merged.conflicts, side).expect("settled");
                prop_assert_eq!(shown(&all.text), shown(marked.side(side)));
                // One after the other comes to the same.
                let mut text = merged.text.clone();
                for subject in &merged.conflicts {
                    let marked = strongroom_vault::Marked::split(&text).expect("markers");
                    text = marked.settle(std::slice::from_ref(subject), side).expect("settled").text;
                }
                prop_assert_eq!(shown(&text), shown(&all.text));
            }
        }
    }
}
