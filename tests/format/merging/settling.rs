//! Settling what a merge left open.

use strongroom_vault::{Index, Marked, MergeError, SettleError, Settled, Side, Subject, merge};

use super::super::editing::{edit, get, set};
use super::super::rotation::Team;
use super::{begun, merged, shown, value};
use strongroom_vault::{EnvironmentType, Rotation};

pub(super) fn settled(text: &str, subject: &Subject, side: Side) -> Settled {
    let marked = Marked::split(text).expect("markers");
    assert!(marked.is_exact());
    marked.settle(std::slice::from_ref(subject), side).expect("settled")
}

#[test]
fn each_conflict_is_settled_for_itself() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("a", "local", b"ours"), ("b", "local", b"ours")]);
    let theirs = set(&base, &ring, &[("a", "local", b"theirs"), ("b", "local", b"theirs")]);
    let text = merged(&base, &ours, &theirs).text;
    let marked = Marked::split(&text).expect("markers");
    assert_eq!(marked.open(), Ok(vec![value("a", "local"), value("b", "local")]));
    let first = settled(&text, &value("b", "local"), Side::Theirs);
    assert_eq!(first.conflicts, [value("a", "local")]);
    assert!(Index::read(&first.text).is_err());
    let second = settled(&first.text, &value("a", "local"), Side::Ours);
    assert_eq!(second.conflicts, []);
    assert_eq!(get(&second.text, &ring, "a", "local").as_deref(), Some(&b"ours"[..]));
    assert_eq!(get(&second.text, &ring, "b", "local").as_deref(), Some(&b"theirs"[..]));
    let all = [value("a", "local"), value("b", "local")];
    for (side, whole) in [(Side::Ours, &ours), (Side::Theirs, &theirs)] {
        let done = marked.settle(&all, side).expect("settled");
        assert_eq!(shown(&done.text), shown(whole));
    }
    assert_eq!(
        marked.settle(&[value("a", "production")], Side::Ours),
        Err(SettleError::NotOpen(value("a", "production")))
    );
    let words = SettleError::NotOpen(value("a", "production")).to_string();
    assert!(words.contains("`a`") && words.contains("strongroom resolve"), "{words}");
}

#[test]
fn a_removed_value_and_its_secret_come_back_or_go() {
    let (base, ring) = begun();
    let ours = edit(&base, |draft, _| {
        assert!(draft.unset_value("b", "local"));
        assert!(draft.unset_value("b", "staging"));
    });
    let theirs = set(&base, &ring, &[("b", "local", b"other")]);
    let text = merged(&base, &ours, &theirs).text;
    let gone = settled(&text, &value("b", "local"), Side::Ours);
    assert!(Index::read(&gone.text).expect("a vault").secret("b").is_none());
    let back = settled(&text, &value("b", "local"), Side::Theirs);
    assert_eq!(get(&back.text, &ring, "b", "local").as_deref(), Some(&b"other"[..]));
}

#[test]
fn an_environment_is_settled_with_its_values() {
    let (base, ring) = begun();
    let ours = edit(&base, |draft, index| {
        draft.remove_environment(&index.environment("staging").expect("declared"));
    });
    let theirs = set(&base, &ring, &[("a", "staging", b"x")]);
    let text = merged(&base, &ours, &theirs).text;
    let staging = Subject::Environment("staging".to_owned());
    assert_eq!(Marked::split(&text).expect("markers").open(), Ok(vec![staging.clone()]));
    let gone = settled(&text, &staging, Side::Ours);
    assert_eq!(shown(&gone.text), shown(&ours));
    let back = settled(&text, &staging, Side::Theirs);
    assert_eq!(shown(&back.text), shown(&theirs));
}

#[test]
fn a_key_is_settled_with_all_that_lies_under_it() {
    let team = Team::new();
    let local = EnvironmentType::Local;
    let rotate =
        |text: &str| team.rotated(text, &Rotation::of_types(vec![local])).expect("new keys").0;
    let ours = set(&rotate(&team.text), &team.owner, &[("a", "production", b"p")]);
    let theirs = rotate(&team.text);
    let values: [(&str, &str, &[u8]); 2] = [("c", "local", b"c"), ("d", "preview", b"d")];
    let theirs = set(&theirs, &team_ring(&team, &theirs), &values);
    let text = merged(&team.text, &ours, &theirs).text;
    let marked = Marked::split(&text).expect("markers");
    assert_eq!(marked.open(), Ok(vec![Subject::Keys(local)]));
    let subject = Subject::Keys(local);
    for side in [Side::Ours, Side::Theirs] {
        let done = settled(&text, &subject, side).text;
        // Everything opens, and the next rotation finds nothing wrong.
        let ring = team_ring(&team, &done);
        assert_eq!(get(&done, &ring, "b", "local").as_deref(), Some(&b"3"[..]));
        assert_eq!(get(&done, &ring, "a", "production").as_deref(), Some(&b"p"[..]));
        assert_eq!(get(&done, &ring, "d", "preview").as_deref(), Some(&b"d"[..]));
        rotate(&done);
    }
}

pub(super) fn team_ring(team: &Team, text: &str) -> strongroom_vault::KeyRing {
    team.ring(text, "owner").expect("the owner's key")
}

#[test]
fn gits_own_markers_are_taken_apart_too_and_are_not_exact() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("m1", "local", b"1")]);
    let new = |text: &str| {
        text.lines().filter(|line| !base.contains(line)).collect::<Vec<_>>().join("\n")
    };
    let theirs = set(&base, &ring, &[("m2", "local", b"2")]);
    for middle in ["=======\n", "||||||| 0123456\n=======\n"] {
        let text = format!(
            "{base}\n<<<<<<< HEAD\n{}\n{middle}{}\n>>>>>>> feature\n",
            new(&ours),
            new(&theirs)
        );
        let marked = Marked::split(&text).expect("markers");
        assert!(!marked.is_exact());
        let both = merge(None, marked.side(Side::Ours), marked.side(Side::Theirs));
        let both = both.expect("mergeable");
        assert_eq!(both.conflicts, []);
        assert_eq!(get(&both.text, &ring, "m1", "local").as_deref(), Some(&b"1"[..]));
        assert_eq!(get(&both.text, &ring, "m2", "local").as_deref(), Some(&b"2"[..]));
    }
    for senseless in ["<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "<<<<<<< a\n<<<<<<< a\n", ""] {
        assert_eq!(Marked::split(&format!("{base}{senseless}")), None, "{senseless}");
    }
    let broken = Marked::split(&format!("{base}<<<<<<< a\nx\n=======\n>>>>>>> b\n"));
    assert!(matches!(broken.expect("markers").open(), Err(SettleError::Unread(Side::Ours, _))));
    assert!(matches!(merge(Some(&base), "x", &base), Err(MergeError::Unread("ours", _))));
}

#[test]
fn each_conflict_has_its_own_lines_and_what_lies_between_stands_there_once() {
    let (base, ring) = begun();
    let base = set(&base, &ring, &[("m", "local", b"between"), ("z", "local", b"last")]);
    let of = |value: &[u8]| set(&base, &ring, &[("a", "local", value), ("z", "local", value)]);
    let text = merged(&base, &of(b"ours"), &of(b"theirs")).text;
    assert_eq!(text.matches("<<<<<<< ").count(), 2);
    assert_eq!(text.matches("[secrets.m]").count(), 1);
    // One of them with a marker of git's own: what else it leaves out is not known any more.
    for marker in ["<<<<<<< ours (strongroom resolve)", ">>>>>>> theirs (strongroom resolve)"] {
        let gits = text.replacen(marker, &marker[..12], 1);
        assert!(Marked::split(&text).is_some_and(|marked| marked.is_exact()));
        assert!(Marked::split(&gits).is_some_and(|marked| !marked.is_exact()), "{gits}");
    }
}

#[test]
fn whom_one_side_removed_does_not_come_back_with_the_other_side_s_roster_key() {
    let team = Team::new();
    let index = Index::read(&team.text).expect("a vault");
    let rotated = |rotation: &Rotation| {
        let mut new = strongroom_vault::NewKeys::default();
        for name in &rotation.rekeyed {
            let key = strongroom_vault::AccessKey::generate(index.id()).expect("randomness");
            let secret = strongroom_vault::HolderSecret::AccessKey(key);
            new.holders.insert(name.clone(), secret);
        }
        super::super::rotation::rotated(&team.text, &team.owner, rotation, &new).expect("keys").0
    };
    let had = strongroom_vault::Had::default();
    let removal = Rotation::of_removal(&index, "second", None, false, &had).expect("a holder");
    let (ours, theirs) = (rotated(&removal), rotated(&Rotation::of_everything(&index)));
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!(both.conflicts, [Subject::Roster]);
    for side in [Side::Ours, Side::Theirs] {
        let done = settled(&both.text, &Subject::Roster, side);
        let index = Index::read(&done.text).expect("a vault");
        assert!(index.holder("second").is_none() && index.removal("second").is_some());
        assert!(!done.text.contains("second = \""), "{}", done.text);
    }
}
