//! Deposit keys of a data key that gives way: kept as earlier ones while something waits under them, or named.

use std::collections::BTreeSet;

use strongroom_vault::{
    Before, BothKeys, Carried, EnvironmentType, Index, Marked, Settled, Side, Subject, Unsure,
};

use super::super::deposit_keys::{accepted, leave, public, rotate, team};
use super::super::rotation::Team;
use super::keys::own;
use super::merged;

const PRODUCTION: EnvironmentType = EnvironmentType::Production;
const LOCAL: EnvironmentType = EnvironmentType::Local;

/// Two sides of a vault that both made a new data key for production, with a deposit key.
struct Both {
    team: Team,
    ours: String,
    theirs: String,
}

impl Both {
    fn new(theirs: impl FnOnce(&str) -> String) -> Self {
        let team = team();
        let rotate = || rotate(&team, &team.text, &[PRODUCTION]).expect("new keys");
        let (ours, before) = (rotate(), rotate());
        Self { ours, theirs: theirs(&before), team }
    }

    fn settle(&self, has_keys: bool, change: impl FnOnce(&mut Before)) -> Settled {
        let text = merged(&self.team.text, &self.ours, &self.theirs).text;
        let marked = Marked::split(&text).expect("markers");
        let (ours, theirs) = (own(&self.team, &self.ours), own(&self.team, &self.theirs));
        let index = |text| Index::read(text).expect("a vault");
        let keys = BothKeys {
            stays: ours.data_key(&index(&self.ours), PRODUCTION).expect("a grant"),
            gives_way: theirs.data_key(&index(&self.theirs), PRODUCTION).expect("a grant"),
        };
        let mut before = Before {
            base: Some(self.team.text.clone()),
            ours: self.ours.clone(),
            theirs: self.theirs.clone(),
            granted: BTreeSet::new(),
        };
        change(&mut before);
        let keys = if has_keys { &[keys][..] } else { &[] };
        let subjects = [Subject::Keys(PRODUCTION)];
        marked.settle_with(&subjects, Side::Ours, Some(&before), keys).expect("settled")
    }
}

#[test]
fn the_deposit_key_that_gives_way_stays_as_an_earlier_one_while_something_waits_under_it() {
    let both = Both::new(|text| leave(text, PRODUCTION, b"left"));
    let done = both.settle(true, |_| {});
    assert_eq!(done.carried, [Carried::DepositKey(PRODUCTION)]);
    assert_eq!((done.known_to.as_slice(), done.unsure.as_slice()), (&[][..], &[][..]));
    let (counts, older) = public(&done.text, PRODUCTION);
    assert_eq!(counts, public(&both.ours, PRODUCTION).0);
    assert!(older.contains(&public(&both.theirs, PRODUCTION).0), "{older:?}");
    assert_eq!(accepted(&done.text, &own(&both.team, &done.text), PRODUCTION), [b"left"]);
}

#[test]
fn whoever_can_know_the_key_that_gives_way_can_have_made_its_deposit_key() {
    let both = Both::new(|text| leave(text, PRODUCTION, b"left"));
    let done = both.settle(true, |before| {
        before.granted.insert((PRODUCTION, "intern".to_owned()));
    });
    assert_eq!(done.known_to, ["intern"]);
    let done = both.settle(true, |before| before.base = None);
    assert_eq!(done.unsure, [Unsure::NoBase]);
}

#[test]
fn what_no_key_opens_is_named_with_its_type() {
    let both = Both::new(|text| leave(text, PRODUCTION, b"left"));
    let done = both.settle(false, |_| {});
    assert_eq!(done.carried, [Carried::LostDeposits(PRODUCTION)]);
    assert_eq!(public(&done.text, PRODUCTION), public(&both.ours, PRODUCTION));
    // Nor one that is older than what both began with.
    let done = both.settle(true, |before| before.base = Some(both.theirs.clone()));
    assert_eq!(done.carried, [Carried::LostDeposits(PRODUCTION)]);
}

#[test]
fn a_deposit_key_under_which_nothing_waits_is_not_missed() {
    for theirs in [str::to_owned, |text: &str| leave(text, LOCAL, b"elsewhere")] {
        let both = Both::new(theirs);
        for has_keys in [true, false] {
            let done = both.settle(has_keys, |_| {});
            assert_eq!(done.carried, []);
            assert_eq!(public(&done.text, PRODUCTION), public(&both.ours, PRODUCTION));
        }
    }
}
