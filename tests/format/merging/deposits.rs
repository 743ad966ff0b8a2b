//! Merging deposits, the keys that they are left under, and the word for those.

use strongroom_vault::{
    AccessKey, EnvironmentType, HolderSecret, Index, MergeNote, NewDepositKey, NewHolder, NewKeys,
    Passphrase, Rotation, Scopes, Side, Subject, Vouched, merge,
};

use super::super::deposit_keys::{
    accepted, altered, leave, made, private, public, rotate, team, without_deposits,
};
use super::super::editing::{TODAY, edit, set};
use super::super::rotation::{Team, rotated};
use super::keys::{own, with_holder};
use super::settling::settled;
use super::{clean, merged, shown};

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

fn vouched(team: &Team, text: &str, holder: &str) -> Vouched {
    let index = Index::read(text).expect("a vault");
    team.ring(text, holder).expect("a grant").vouched(&index)
}

/// New deposit keys for every type, all of which count before others where both sides made first ones, or behind them.
fn first_keys(other: &[NewDepositKey], before: bool) -> Vec<NewDepositKey> {
    let keys = EnvironmentType::ALL.into_iter().map(|kind| {
        loop {
            let key = made(kind);
            let of_kind = other.iter().find(|other| other.kind == kind);
            if of_kind.is_none_or(|other| (key.recipient > other.recipient) == before) {
                return key;
            }
        }
    });
    keys.collect()
}

#[test]
fn what_was_left_on_either_side_waits_and_what_one_side_dropped_is_gone() {
    let team = team();
    let base = leave(&team.text, PRODUCTION, b"before");
    let ours = leave(&base, PRODUCTION, b"ours");
    let theirs = leave(&without_deposits(&base), LOCAL, b"theirs");
    let text = clean(&base, &ours, &theirs);
    let ring = own(&team, &text);
    assert_eq!(accepted(&text, &ring, PRODUCTION), [b"ours"]);
    assert_eq!(accepted(&text, &ring, LOCAL), [b"theirs"]);
}

#[test]
fn a_rotation_merges_with_what_the_other_side_left_under_the_previous_deposit_key() {
    let team = team();
    let ours = rotate(&team, &team.text, &[PRODUCTION]).expect("new keys");
    let theirs = leave(&team.text, PRODUCTION, b"left");
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    assert_eq!(public(&both.text, PRODUCTION), public(&ours, PRODUCTION));
    assert_eq!(accepted(&both.text, &own(&team, &both.text), PRODUCTION), [b"left"]);
    for holder in ["owner", "second", "ci", "guest"] {
        assert_eq!(vouched(&team, &both.text, holder), Vouched::Yes, "{holder}");
    }
}

#[test]
fn the_deposit_key_of_a_new_data_key_counts_whatever_the_other_side_made_first() {
    let team = Team::new();
    for before in [true, false] {
        let of_ours = first_keys(&[], true);
        let of_theirs = first_keys(&of_ours, before);
        let new = NewKeys { deposits: of_ours, ..NewKeys::default() };
        let rotation = Rotation::of_types(vec![PRODUCTION]);
        let (ours, _) = rotated(&team.text, &team.owner, &rotation, &new).expect("new keys");
        let theirs = edit(&team.text, |draft, _| {
            draft.add_deposit_keys(&team.owner, &of_theirs).expect("deposit keys");
        });
        let counts = if before { &theirs } else { &ours };
        for (ours, theirs, rotated) in [(&ours, &theirs, &ours), (&theirs, &ours, &ours)] {
            let both = merge(Some(&team.text), ours, theirs).expect("mergeable");
            assert_eq!(both.conflicts, []);
            assert_eq!(public(&both.text, PRODUCTION), public(rotated, PRODUCTION));
            // What was left under theirs for production lies under a key that is not there any more.
            let lost = both.notes.iter().filter_map(|note| match note {
                MergeNote::DepositKey { kind, lost } => Some((*kind, *lost)),
                _ => None,
            });
            let expected = EnvironmentType::ALL.map(|kind| (kind, kind == PRODUCTION));
            assert_eq!(lost.collect::<Vec<_>>(), expected);
            assert_eq!(public(&both.text, LOCAL).0, public(counts, LOCAL).0);
            assert_eq!(public(&both.text, LOCAL).1.len(), 1);
            // Each that is kept opens with the data key of today.
            let ring = own(&team, &both.text);
            for kind in EnvironmentType::ALL {
                assert_eq!(accepted(&both.text, &ring, kind), [b""; 0]);
            }
            // No word is for keys of both sides: that is said.
            let holders = ["ci", "guest", "owner", "second"].map(str::to_owned).to_vec();
            let doubtful = MergeNote::Vouch { holders };
            assert_eq!(both.notes.contains(&doubtful), before, "{:?}", both.notes);
        }
    }
}

#[test]
fn the_same_first_deposit_keys_on_both_sides_are_one() {
    let bare = Team::new();
    let made = EnvironmentType::ALL.map(made);
    let both = edit(&bare.text, |draft, _| {
        draft.add_deposit_keys(&bare.owner, &made).expect("deposit keys");
    });
    let ours = set(&both, &bare.owner, &[("y", "local", b"1")]);
    let theirs = set(&both, &bare.owner, &[("z", "local", b"2")]);
    let merged = merged(&bare.text, &ours, &theirs);
    assert_eq!((merged.conflicts, merged.notes), (vec![], vec![]));
    assert_eq!(public(&merged.text, PRODUCTION), public(&both, PRODUCTION));
}

#[test]
fn a_deposit_key_that_one_side_restored_is_restored() {
    let team = team();
    let base = altered(&team.text, |index| {
        (private(index.deposits().key(PRODUCTION)), private(index.deposits().key(LOCAL)))
    });
    let theirs = set(&base, &team.owner, &[("z", "local", b"1")]);
    let both = merged(&base, &team.text, &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    assert_eq!(accepted(&both.text, &team.owner, PRODUCTION), [b""; 0]);
}

#[test]
fn a_deposit_key_that_somebody_swapped_on_one_side_is_told_by_everybody_s_word() {
    let team = team();
    let (right, other) = (public(&team.text, PRODUCTION).0, made(PRODUCTION).recipient);
    let theirs = team.text.replace(&format!("\"{right}\""), &format!("\"{other}\""));
    let ours = set(&team.text, &team.owner, &[("z", "local", b"1")]);
    let text = clean(&team.text, &ours, &theirs);
    for holder in ["owner", "guest"] {
        assert_eq!(vouched(&team, &text, holder), Vouched::No);
    }
}

#[test]
fn a_word_that_was_given_to_an_earlier_key_of_the_holder_is_never_taken() {
    let mut team = team();
    let passphrase = |words: &str| Passphrase::from(words.to_owned());
    let secret = HolderSecret::Passphrase(passphrase("correct horse battery"));
    team.text = edit(&team.text, |draft, _| {
        let scopes = Scopes { kinds: vec![DEVELOPMENT], roster: false };
        let holder = NewHolder { name: "robin", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&team.owner, &holder).expect("a new holder");
    });
    let ours = edit(&team.text, |draft, _| {
        draft.change_passphrase(&team.owner, "robin", &passphrase("staple battery")).expect("new");
    });
    let theirs = rotate(&team, &team.text, &[PRODUCTION]).expect("new keys");
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, []);
    assert_eq!(both.notes, [MergeNote::Vouch { holders: vec!["robin".to_owned()] }]);
    assert_eq!(vouched(&team, &both.text, "guest"), Vouched::Yes);
    let word = |text: &str| {
        let index = Index::read(text).expect("a vault");
        index.holder("robin").and_then(|holder| holder.vouch()).map(str::to_owned)
    };
    assert_eq!(word(&both.text), word(&ours));
}

#[test]
fn two_rotations_are_settled_with_their_deposit_keys_and_the_word_for_them() {
    let mut team = team();
    team.text = leave(&team.text, PRODUCTION, b"left");
    team.text = rotate(&team, &team.text, &[PRODUCTION, LOCAL]).expect("new keys");
    let rotate = || {
        let new = NewKeys { deposits: vec![made(PRODUCTION)], ..NewKeys::default() };
        let rotation = Rotation::of_types(vec![PRODUCTION]);
        let ring = own(&team, &team.text);
        rotated(&team.text, &ring, &rotation, &new).expect("new keys").0
    };
    let (ours, theirs) = (rotate(), rotate());
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![Subject::Keys(PRODUCTION)], vec![]));
    for (side, whole) in [(Side::Ours, &ours), (Side::Theirs, &theirs)] {
        let done = settled(&both.text, &Subject::Keys(PRODUCTION), side);
        assert_eq!(shown(&done.text), shown(whole));
        assert_eq!(accepted(&done.text, &own(&team, &done.text), PRODUCTION), [b"left"]);
        assert_eq!(vouched(&team, &done.text, "guest"), Vouched::Yes);
    }
}

#[test]
fn an_environment_for_which_something_was_left_is_not_removed_by_the_other_side() {
    let mut team = team();
    team.text = edit(&team.text, |draft, _| {
        draft.add_environment("staging", LOCAL).expect("a new name");
        draft.add_environment("qa", LOCAL).expect("a new name");
    });
    let left = |text: &str, name: &str| {
        edit(text, |draft, index| {
            let environment = index.environment(name).expect("declared");
            let place = strongroom_vault::DepositPlace {
                kind: environment.kind(),
                environment: environment.name(),
                name: "x",
                replaces: 0,
            };
            draft.put_deposit(&environment, place, name.as_bytes(), TODAY).expect("a deposit");
        })
    };
    let removed = |text: &str| {
        edit(text, |draft, index| {
            draft.remove_environment(&index.environment("staging").expect("declared"));
        })
    };
    let (ours, theirs) = (removed(&team.text), left(&team.text, "staging"));
    let both = merged(&team.text, &ours, &theirs);
    let staging = Subject::Environment("staging".to_owned());
    assert_eq!(both.conflicts, std::slice::from_ref(&staging));
    for (side, whole) in [(Side::Ours, &ours), (Side::Theirs, &theirs)] {
        assert_eq!(shown(&settled(&both.text, &staging, side).text), shown(whole));
    }
    // What waited before goes with its environment; what waits for another place says nothing.
    let base = left(&team.text, "staging");
    let text = clean(&base, &removed(&base), &left(&base, "qa"));
    let index = Index::read(&text).expect("a vault");
    let waiting: Vec<&str> =
        index.deposits().waiting().iter().map(strongroom_vault::Deposit::environment).collect();
    assert_eq!(waiting, ["qa"]);
}

#[test]
fn a_new_roster_key_merges_with_what_was_left_and_not_with_another_deposit_key() {
    let team = team();
    let index = Index::read(&team.text).expect("a vault");
    let mut new = NewKeys { deposits: EnvironmentType::ALL.map(made).into(), ..NewKeys::default() };
    for holder in index.holders() {
        let key = AccessKey::generate(index.id()).expect("randomness");
        new.holders.insert(holder.name().to_owned(), HolderSecret::AccessKey(key));
    }
    let rotation = Rotation::of_everything(&index);
    let (ours, _) = rotated(&team.text, &team.owner, &rotation, &new).expect("new keys");
    let left = leave(&team.text, PRODUCTION, b"left");
    assert_eq!(merged(&team.text, &ours, &left).conflicts, []);
    let (right, other) = (public(&team.text, PRODUCTION).0, made(PRODUCTION).recipient);
    let swapped = team.text.replace(&format!("\"{right}\""), &format!("\"{other}\""));
    assert_eq!(merged(&team.text, &ours, &swapped).conflicts, [Subject::Roster]);
    let added = with_holder(&team, &team.text, "robin", vec![DEVELOPMENT]);
    assert_eq!(merged(&team.text, &ours, &added).conflicts, [Subject::Roster]);
}
