//! Merging holders: who was removed gets nothing, and a grant goes with the key that it was made for.

use strongroom_vault::{
    AccessKey, EnvironmentType, Grant, HolderSecret, Index, MergeNote, NewHolder, Passphrase,
    Rotation, Scopes, Subject,
};

use super::super::editing::{TODAY, edit, set};
use super::super::rotation::Team;
use super::keys::{grants, holders, own, rotated, with_holder};
use super::{clean, merged};

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

fn passphrase(words: &str) -> Passphrase {
    Passphrase::from(words.to_owned())
}

/// A team in which `robin` has a passphrase and opens `local`.
fn with_robin() -> Team {
    let mut team = Team::new();
    let secret = HolderSecret::Passphrase(passphrase("correct horse battery"));
    team.text = edit(&team.text, |draft, _| {
        let scopes = Scopes { kinds: vec![LOCAL], roster: false };
        let holder = NewHolder { name: "robin", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    });
    team
}

fn with_new_passphrase(team: &Team) -> String {
    edit(&team.text, |draft, _| {
        draft.change_passphrase(&team.owner, "robin", &passphrase("staple battery")).expect("new");
    })
}

/// A text without a holder's table and lines, as somebody deletes them with an editor.
fn without(text: &str, holder: &str) -> String {
    let (head, rest) = text.split_once(&format!("[holders.{holder}]\n")).expect("a table");
    let text = format!("{head}{}", rest.split_once("\n\n").expect("an end").1);
    without_grants(&text, holder, &EnvironmentType::ALL)
}

fn without_grants(text: &str, holder: &str, kinds: &[EnvironmentType]) -> String {
    let grant = format!("{holder} = \"");
    let mut table = "";
    let lines = text.split_inclusive('\n').filter(|line| {
        if line.starts_with('[') {
            table = line.trim_end();
        }
        let is_of = |kind: &EnvironmentType| table == format!("[keys.{kind}]");
        !(line.starts_with(&grant) && kinds.iter().any(is_of))
    });
    lines.collect()
}

#[test]
fn a_removed_holder_whose_key_the_other_side_changed_stays_away_and_that_is_said() {
    let team = with_robin();
    let (ours, _) = team.removed(&team.text, "robin").expect("removed");
    let both = merged(&team.text, &ours, &with_new_passphrase(&team));
    assert_eq!(both.conflicts, []);
    assert!(!both.text.contains("[holders.robin]"), "{}", both.text);
    assert_eq!(grants(&both.text, LOCAL), ["guest", "owner", "second"]);
    assert_eq!(both.notes, [MergeNote::NotBroughtBack { holder: "robin".to_owned() }]);
    // Nothing is to be said where nothing was left out.
    let theirs = set(&team.text, &team.owner, &[("z", "production", b"1")]);
    assert_eq!(merged(&team.text, &ours, &theirs).notes, []);
}

#[test]
fn a_holder_deleted_by_hand_gets_nothing_of_the_other_side_s_new_keys() {
    let team = Team::new();
    let ours = without(&team.text, "guest");
    assert_eq!(holders(&ours), ["ci", "owner", "second"]);
    let text = clean(&team.text, &ours, &rotated(&team, &team.text, &[LOCAL]));
    assert_eq!(holders(&text), ["ci", "owner", "second"]);
    assert_eq!(grants(&text, LOCAL), ["owner", "second"]);
    assert_eq!(grants(&text, DEVELOPMENT), ["owner", "second"]);
    // One whom the other side gave another key is a question.
    let team = with_robin();
    let both = merged(&team.text, &without(&team.text, "robin"), &with_new_passphrase(&team));
    assert_eq!(both.conflicts, [Subject::Holder("robin".to_owned())]);
}

#[test]
fn a_grant_deleted_by_hand_stays_away_and_is_a_question_where_the_other_side_made_it_anew() {
    let team = Team::new();
    let ours = without_grants(&team.text, "guest", &[LOCAL]);
    assert_eq!(grants(&ours, DEVELOPMENT), ["guest", "owner", "second"]);
    let both = merged(&team.text, &ours, &rotated(&team, &team.text, &[DEVELOPMENT]));
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    assert_eq!(grants(&both.text, LOCAL), ["owner", "second"]);
    let both = merged(&team.text, &ours, &rotated(&team, &team.text, &[LOCAL]));
    assert_eq!(both.conflicts, [Subject::Holder("guest".to_owned())]);
}

#[test]
fn whoever_was_removed_before_and_is_added_again_stays() {
    let team = Team::new();
    let (base, _) = team.removed(&team.text, "guest").expect("removed");
    let ring = own(&team, &base);
    let ours = set(&base, &ring, &[("z", "local", b"1")]);
    let id = Index::read(&base).expect("a vault").id();
    let secret = HolderSecret::AccessKey(AccessKey::generate(id).expect("randomness"));
    let theirs = edit(&base, |draft, _| {
        assert!(draft.forget_removal("guest"));
        assert!(!draft.forget_removal("nobody"));
        let scopes = Scopes { kinds: vec![LOCAL], roster: false };
        let holder = NewHolder { name: "guest", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&ring, &holder).expect("a new holder");
    });
    let text = clean(&base, &ours, &theirs);
    assert_eq!(grants(&text, LOCAL), ["guest", "owner", "second"]);
    assert!(Index::read(&text).expect("a vault").removal("guest").is_none());
}

#[test]
fn of_two_grants_of_a_holder_that_of_the_newer_key_counts() {
    let team = with_robin();
    let granted = |text: &str| {
        edit(text, |draft, _| {
            draft.grant_types(&own(&team, text), "robin", &[DEVELOPMENT]).expect("granted");
        })
    };
    let ours = granted(&team.text);
    let theirs = granted(&rotated(&team, &team.text, &[DEVELOPMENT]));
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    let index = Index::read(&both.text).expect("a vault");
    let grant = index.keys().of_type(DEVELOPMENT).grant("robin");
    assert_eq!(grant.map(Grant::generation), Some(2));
}

#[test]
fn a_grant_that_is_lost_with_the_key_it_was_for_is_named() {
    let team = with_robin();
    let theirs = edit(&team.text, |draft, _| {
        draft.grant_types(&team.owner, "robin", &[PRODUCTION]).expect("granted");
    });
    let both = merged(&team.text, &with_new_passphrase(&team), &theirs);
    assert_eq!(both.conflicts, []);
    let note = |kind, is_known| MergeNote::GrantAgain { holder: "robin".into(), kind, is_known };
    assert_eq!(both.notes, [note(PRODUCTION, true)]);
    // Without any other grant of today the roster cannot tell that the key which it keeps is the holder's.
    let ours = rotated(&team, &team.text, &[DEVELOPMENT]);
    let theirs = with_holder(&team, &team.text, "sam", vec![DEVELOPMENT]);
    let both = merged(&team.text, &ours, &theirs);
    let holder = "sam".to_owned();
    assert_eq!(both.notes, [MergeNote::GrantAgain { holder, kind: DEVELOPMENT, is_known: false }]);
    // It was said once.
    let later = set(&theirs, &team.owner, &[("z", "local", b"1")]);
    assert_eq!(merged(&theirs, &both.text, &later).notes, []);
}

#[test]
fn the_same_holder_on_both_sides_is_one() {
    let team = Team::new();
    let both = with_holder(&team, &team.text, "robin", vec![LOCAL]);
    let ours = set(&both, &team.owner, &[("y", "local", b"1")]);
    let theirs = set(&both, &team.owner, &[("z", "local", b"2")]);
    let text = clean(&team.text, &ours, &theirs);
    assert_eq!(grants(&text, LOCAL), ["guest", "owner", "robin", "second"]);
}

#[test]
fn a_removal_that_both_sides_noted_stays_noted() {
    let team = Team::new();
    let noted = |day: &str| {
        let line = format!("\n[removed]\nold = {{ on = {day} }}\n");
        format!("{}{line}", team.text)
    };
    let on = |text: &str| {
        let index = Index::read(text).expect("a vault");
        index.removal("old").map(|removed| removed.on().to_string())
    };
    let (first, second) = (noted("2026-01-01"), noted("2026-01-02"));
    assert_eq!(on(&clean(&team.text, &first, &second)).as_deref(), Some("2026-01-01"));
    assert_eq!(on(&clean(&noted("2026-01-03"), &first, &team.text)).as_deref(), Some("2026-01-01"));
}

#[test]
fn two_vaults_that_began_apart_are_a_question_for_each_key() {
    let team = Team::new();
    let theirs = team.rotated(&team.text, &Rotation::of_types(vec![PRODUCTION])).expect("keys").0;
    let both = strongroom_vault::merge(None, &team.text, &theirs).expect("mergeable");
    assert_eq!(both.conflicts, [Subject::Keys(PRODUCTION)]);
}
