//! What only one side set under a data key that gives way: sealed again under the one that stays, or named.

use std::collections::BTreeSet;

use strongroom_vault::{
    AccessKey, Before, BothKeys, Carried, Credential, EnvironmentType, HolderSecret, Index,
    KeyRing, Marked, NewHolder, NewKeys, NotCarried, Rotation, Scopes, Settled, Side, Subject,
    Unsure,
};

use super::super::editing::{TODAY, edit, get, set};
use super::super::rotation::{Team, rotated};
use super::settling::team_ring;
use super::{merged, value};

const LOCAL: EnvironmentType = EnvironmentType::Local;

/// Two sides of a vault that both made a new data key for `local`.
struct Both {
    team: Team,
    base: String,
    ours: String,
    theirs: String,
}

type Change<'c> = &'c dyn Fn(&str, &KeyRing) -> String;

impl Both {
    /// `ours` and `theirs` are made of what each has after its rotation.
    fn new(ours: Change<'_>, theirs: Change<'_>) -> Self {
        let team = Team::new();
        let base = set(&team.text, &team.owner, &[("c", "local", b"c0"), ("d", "local", b"d0")]);
        let rotated = |change: Change<'_>| {
            let rotation = Rotation::of_types(vec![LOCAL]);
            let text = team.rotated(&base, &rotation).expect("new keys").0;
            change(&text, &team_ring(&team, &text))
        };
        let (ours, theirs) = (rotated(ours), rotated(theirs));
        Self { team, base, ours, theirs }
    }

    /// What git keeps of the merge.
    fn before(&self) -> Before {
        Before {
            base: Some(self.base.clone()),
            ours: self.ours.clone(),
            theirs: self.theirs.clone(),
            granted: BTreeSet::new(),
        }
    }

    /// Settles the data key for a side, with the keys of a holder on both.
    fn settle(&self, side: Side, holder: Option<&str>) -> Settled {
        self.settle_from(side, holder, Some(&self.before()))
    }

    /// As [`Both::settle`], with what git says of the merge.
    fn settle_from(&self, side: Side, holder: Option<&str>, before: Option<&Before>) -> Settled {
        let text = merged(&self.base, &self.ours, &self.theirs).text;
        let marked = Marked::split(&text).expect("markers");
        let (stays, gives_way) = match side {
            Side::Ours => (&self.ours, &self.theirs),
            Side::Theirs => (&self.theirs, &self.ours),
        };
        let ring = |text: &str| self.team.ring(text, holder.unwrap_or("owner")).expect("a key");
        let (a, b) = (ring(stays), ring(gives_way));
        let index = |text| Index::read(text).expect("a vault");
        let keys = BothKeys {
            stays: a.data_key(&index(stays), LOCAL).expect("a grant"),
            gives_way: b.data_key(&index(gives_way), LOCAL).expect("a grant"),
        };
        let keys = if holder.is_some() { &[keys][..] } else { &[] };
        let subjects = marked.open().expect("a vault on each side");
        let subjects: Vec<Subject> =
            subjects.into_iter().filter(|it| *it == Subject::Keys(LOCAL)).collect();
        marked.settle_with(&subjects, side, before, keys).expect("settled")
    }

    fn get(&self, text: &str, name: &str) -> Option<Vec<u8>> {
        get(text, &team_ring(&self.team, text), name, "local")
    }
}

fn unchanged(text: &str, _: &KeyRing) -> String {
    text.to_owned()
}

fn place(name: &str) -> (String, String) {
    (name.to_owned(), "local".to_owned())
}

/// Values of a side by name, removed ones and new ones among them.
fn changed(text: &str, ring: &KeyRing) -> String {
    let text = set(text, ring, &[("b", "local", b"b1"), ("new", "local", b"n1")]);
    edit(&text, |draft, _| assert!(draft.unset_value("c", "local")))
}

#[test]
fn what_only_one_side_changed_comes_along_whichever_side_it_is() {
    let both = Both::new(&unchanged, &changed);
    let turned = Both::new(&changed, &unchanged);
    for (both, side) in [(&both, Side::Ours), (&turned, Side::Theirs)] {
        let done = both.settle(side, Some("owner"));
        assert_eq!(done.conflicts, []);
        let ([b, c, new], known) = (["b", "c", "new"].map(place), done.known_to.clone());
        let carried =
            [Carried::Value(b.0, b.1), Carried::Value(new.0, new.1), Carried::Removal(c.0, c.1)];
        assert_eq!((done.carried.as_slice(), known.as_slice()), (&carried[..], &[][..]));
        assert_eq!(done.unsure, []);
        let has = |name| both.get(&done.text, name);
        assert_eq!(has("b").as_deref(), Some(&b"b1"[..]));
        assert_eq!(has("new").as_deref(), Some(&b"n1"[..]));
        assert_eq!(has("d").as_deref(), Some(&b"d0"[..]));
        let index = Index::read(&done.text).expect("a vault");
        assert!(index.secret("c").is_none());
        // The version of the side that set it.
        let version = index.secret("b").and_then(|secret| secret.value("local"));
        assert_eq!(version.map(strongroom_vault::Value::version), Some(2));
        // Everything lies under the key that stays: the next rotation opens it all.
        both.team.rotated(&done.text, &Rotation::of_types(vec![LOCAL])).expect("new keys");
    }
    // The other way there is nothing to carry over.
    for (both, side) in [(&both, Side::Theirs), (&turned, Side::Ours)] {
        let done = both.settle(side, None);
        assert_eq!((done.conflicts.as_slice(), done.carried.as_slice()), (&[][..], &[][..]));
        assert_eq!(both.get(&done.text, "b").as_deref(), Some(&b"b1"[..]));
    }
}

#[test]
fn what_both_sides_set_is_a_conflict_of_its_own_unless_it_is_the_same() {
    let sets = |own: &'static [u8]| {
        move |text: &str, ring: &KeyRing| {
            set(text, ring, &[("b", "local", own), ("d", "local", b"same")])
        }
    };
    let both = Both::new(&sets(b"ours"), &sets(b"theirs"));
    for side in [Side::Ours, Side::Theirs] {
        let done = both.settle(side, Some("guest"));
        assert_eq!(done.conflicts, [value("b", "local")]);
        let (name, environment) = place("b");
        assert_eq!(done.carried, [Carried::Conflict(name, environment)]);
        let marked = Marked::split(&done.text).expect("markers");
        assert_eq!(marked.open(), Ok(vec![value("b", "local")]));
        for (of, wanted) in [(Side::Ours, &b"ours"[..]), (Side::Theirs, b"theirs")] {
            let text = marked.settle(&[value("b", "local")], of).expect("settled").text;
            assert_eq!(both.get(&text, "b").as_deref(), Some(wanted));
            assert_eq!(both.get(&text, "d").as_deref(), Some(&b"same"[..]));
        }
    }
    let removes =
        |text: &str, _: &KeyRing| edit(text, |draft, _| assert!(draft.unset_value("b", "local")));
    for both in [Both::new(&sets(b"ours"), &removes), Both::new(&removes, &sets(b"theirs"))] {
        let done = both.settle(Side::Ours, Some("owner"));
        assert_eq!(done.conflicts, [value("b", "local")]);
    }
}

#[test]
fn what_no_key_opens_is_named_and_stays_as_it_is_here() {
    let both = Both::new(&unchanged, &changed);
    let done = both.settle(Side::Ours, None);
    let lost = |name, stays| {
        let ((name, environment), kind, why) = (place(name), LOCAL, NotCarried::NoKeys);
        Carried::LostValue { name, environment, kind, why, stays }
    };
    let (name, environment) = place("c");
    let carried = [Carried::Removal(name, environment), lost("b", true), lost("new", false)];
    assert_eq!(done.carried, carried);
    assert_eq!(both.get(&done.text, "b").as_deref(), Some(&b"3"[..]));
    assert_eq!(both.get(&done.text, "new"), None);
}

#[test]
fn a_value_that_was_altered_is_named_and_never_sealed_again() {
    let altered = |text: &str, ring: &KeyRing| {
        let text = set(text, ring, &[("b", "local", b"b1")]);
        let index = Index::read(&text).expect("a vault");
        let content = index.secret("b").and_then(|it| it.value("local")).expect("set").content();
        let strongroom_vault::Content::Sealed(sealed) = content else { panic!("a sealed value") };
        let mut other = sealed.to_string();
        other.replace_range(40..41, if &sealed[40..41] == "A" { "B" } else { "A" });
        text.replace(&**sealed, &other)
    };
    let both = Both::new(&unchanged, &altered);
    let done = both.settle(Side::Ours, Some("owner"));
    let ((name, environment), kind, why) = (place("b"), LOCAL, NotCarried::Unopened);
    assert_eq!(done.carried, [Carried::LostValue { name, environment, kind, why, stays: true }]);
    assert_eq!(both.get(&done.text, "b").as_deref(), Some(&b"3"[..]));
}

#[test]
fn whom_the_side_that_stays_removed_is_named_and_what_they_could_read_is_due() {
    let mut both = Both::new(&unchanged, &changed);
    both.ours = both.team.removed(&both.base, "guest").expect("removed").0;
    let done = both.settle(Side::Ours, Some("owner"));
    assert_eq!(done.known_to, ["guest"]);
    let index = Index::read(&done.text).expect("a vault");
    for name in ["b", "new"] {
        let value = index.secret(name).and_then(|secret| secret.value("local")).expect("a value");
        assert_eq!(value.due(), ["guest"], "{name}");
    }
    assert_eq!(both.get(&done.text, "new").as_deref(), Some(&b"n1"[..]));
    // Whom only the side that gives way removed never knew its key.
    let done = both.settle(Side::Theirs, None);
    assert_eq!(done.known_to, [] as [&str; 0]);
}

#[test]
fn a_grant_that_only_the_other_side_gave_is_named() {
    let grants = |text: &str, ring: &KeyRing| {
        edit(text, |draft, _| draft.grant_types(ring, "ci", &[LOCAL]).expect("granted"))
    };
    let both = Both::new(&unchanged, &grants);
    let done = both.settle(Side::Ours, None);
    assert_eq!(done.carried, [Carried::LostGrant("ci".to_owned(), LOCAL)]);
    assert_eq!(both.settle(Side::Theirs, None).carried, []);
    // What both gave is no loss.
    assert_eq!(Both::new(&grants, &grants).settle(Side::Ours, None).carried, []);
}

/// The settled text of both sides with other words of git about what they were.
fn settled_with(both: &Both, change: impl FnOnce(&mut Before)) -> Settled {
    let mut before = both.before();
    change(&mut before);
    both.settle_from(Side::Ours, Some("owner"), Some(&before))
}

/// A vault with a new roster key, and so with a new key for everybody; the owner's too.
fn with_another_roster(text: &str, ring: &KeyRing) -> (String, AccessKey) {
    let index = Index::read(text).expect("a vault");
    let mut new = NewKeys::default();
    let owner = AccessKey::generate(index.id()).expect("randomness");
    for holder in index.holders() {
        let key = match holder.name() {
            "owner" => owner.clone(),
            _ => AccessKey::generate(index.id()).expect("randomness"),
        };
        new.holders.insert(holder.name().to_owned(), HolderSecret::AccessKey(key));
    }
    let rotation = Rotation::of_everything(&index);
    (rotated(text, ring, &rotation, &new).expect("new keys").0, owner)
}

#[test]
fn it_is_certain_only_where_git_shows_the_merge_with_the_same_holders() {
    let both = Both::new(&unchanged, &changed);
    let done = settled_with(&both, |_| {});
    assert_eq!((done.known_to.as_slice(), done.unsure.as_slice()), (&[][..], &[][..]));
    let done = both.settle_from(Side::Ours, Some("owner"), None);
    assert_eq!(done.unsure, [Unsure::NoMerge]);
    let done = settled_with(&both, |before| before.theirs = "nonsense".to_owned());
    assert_eq!(done.unsure, [Unsure::NoMerge]);
    for base in [None, Some("nonsense".to_owned())] {
        let done = settled_with(&both, |before| before.base = base);
        assert_eq!(done.unsure, [Unsure::NoBase]);
    }
    // Sides that are not those between the markers, and a side that made no new key.
    let done = settled_with(&both, |before| before.theirs.clone_from(&both.ours));
    assert_eq!(done.unsure, [Unsure::NoConflict]);
    let done = settled_with(&both, |before| before.ours.clone_from(&both.base));
    assert_eq!(done.unsure, [Unsure::NoConflict]);
    let done = settled_with(&both, |before| {
        before.ours = with_another_roster(&both.ours, &both.team.owner).0;
    });
    assert_eq!(done.unsure, [Unsure::Roster]);
    let done = settled_with(&both, |before| {
        before.granted.insert((LOCAL, "intern".to_owned()));
        before.granted.insert((EnvironmentType::Production, "nobody".to_owned()));
    });
    assert_eq!(
        (done.known_to.as_slice(), done.unsure.as_slice()),
        (&["intern".to_owned()][..], &[][..])
    );
    // Who never had the type on either side is no reason to change it.
    let index = Index::read(&done.text).expect("a vault");
    let value = index.secret("b").and_then(|secret| secret.value("local")).expect("a value");
    assert_eq!(value.due(), [] as [&str; 0]);
    // A base that has the key of one side already: the other side alone made a new one.
    let mut both = both;
    let twice = both.team.rotated(&both.theirs, &Rotation::of_types(vec![LOCAL]));
    both.theirs = twice.expect("new keys").0;
    let done = settled_with(&both, |before| before.base = Some(both.ours.clone()));
    assert_eq!(done.unsure, [Unsure::NoConflict]);
}

#[test]
fn a_key_that_is_no_newer_than_what_both_began_with_carries_nothing() {
    let both = Both::new(&unchanged, &changed);
    let lost = |done: &Settled| {
        let mut carried = done.carried.iter();
        carried.any(|it| matches!(it, Carried::LostValue { why: NotCarried::OlderKey, .. }))
            && !done.carried.iter().any(|it| matches!(it, Carried::Value(..)))
    };
    // The base has a key of the same generation, or one above.
    let done = settled_with(&both, |before| before.base = Some(both.ours.clone()));
    assert!(lost(&done), "{:?}", done.carried);
    assert_eq!(both.get(&done.text, "new"), None);
    // The side that stays has it among those that it gave up.
    let done = settled_with(&both, |before| {
        let next = both.team.rotated(&both.theirs, &Rotation::of_types(vec![LOCAL]));
        before.ours = next.expect("new keys").0;
    });
    assert!(lost(&done), "{:?}", done.carried);
}

#[test]
fn a_holder_that_only_the_other_side_added_is_named_with_a_roster_that_gives_way() {
    let team = Team::new();
    let (ours, _) = with_another_roster(&team.text, &team.owner);
    let (theirs, owner) = with_another_roster(&team.text, &team.owner);
    let index = Index::read(&theirs).expect("a vault");
    let ring = KeyRing::unlock(&index, &Credential::AccessKey(owner), None).expect("grants");
    let key = HolderSecret::AccessKey(AccessKey::generate(index.id()).expect("randomness"));
    let scopes = Scopes { kinds: vec![LOCAL], roster: false };
    let theirs = edit(&theirs, |draft, _| {
        let robin = NewHolder { name: "robin", secret: &key, scopes, today: TODAY };
        draft.add_holder(&ring, &robin).expect("a new holder");
    });
    let text = merged(&team.text, &ours, &theirs).text;
    let before = Before {
        base: Some(team.text.clone()),
        ours: ours.clone(),
        theirs: theirs.clone(),
        granted: BTreeSet::new(),
    };
    let settle = |side| {
        let marked = Marked::split(&text).expect("markers");
        let done = marked.settle_with(&[Subject::Roster], side, Some(&before), &[]);
        let carried = done.expect("settled").carried.into_iter();
        let of_holders =
            |it: &Carried| matches!(it, Carried::LostHolder(_) | Carried::LostGrant(..));
        carried.filter(of_holders).collect::<Vec<_>>()
    };
    assert_eq!(settle(Side::Ours), [Carried::LostHolder("robin".to_owned())]);
    assert_eq!(settle(Side::Theirs), []);
}

#[test]
fn a_decision_about_one_type_says_nothing_of_another() {
    let development = EnvironmentType::Development;
    let team = Team::new();
    let rotation = Rotation::of_types(vec![LOCAL, development]);
    let rotate = || team.rotated(&team.text, &rotation).expect("new keys").0;
    let (ours, theirs) = (rotate(), rotate());
    let ring = team_ring(&team, &theirs);
    let theirs = edit(&theirs, |draft, _| {
        draft.grant_types(&ring, "ci", &[development]).expect("granted");
    });
    let text = merged(&team.text, &ours, &theirs).text;
    let marked = Marked::split(&text).expect("markers");
    let settle = |kind| {
        let done = marked.settle(&[Subject::Keys(kind)], Side::Ours).expect("settled");
        done.carried.into_iter().filter(|it| matches!(it, Carried::LostGrant(..))).count()
    };
    assert_eq!([settle(LOCAL), settle(development)], [0, 1]);
}

#[test]
fn without_what_both_began_with_the_versions_say_who_set_a_value() {
    let sets = |own: &'static [u8]| {
        move |text: &str, ring: &KeyRing| set(text, ring, &[("b", "local", own)])
    };
    let both = Both::new(&sets(b"ours"), &sets(b"theirs"));
    let done = settled_with(&both, |before| before.base = None);
    assert_eq!(done.conflicts, [value("b", "local")]);
    // A higher one is a later one.
    let both = Both::new(&unchanged, &sets(b"theirs"));
    let done = settled_with(&both, |before| before.base = None);
    assert_eq!(done.conflicts, []);
    assert_eq!(both.get(&done.text, "b").as_deref(), Some(&b"theirs"[..]));
}

#[test]
fn what_whoever_has_the_type_no_more_knew_is_due() {
    let mut both = Both::new(&unchanged, &changed);
    let due = |done: &Settled| {
        let index = Index::read(&done.text).expect("a vault");
        let value = index.secret("b").and_then(|secret| secret.value("local")).expect("a value");
        value.due().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    // Somebody took the grant out of our file by hand: nothing says that the guest was removed.
    let table = both.ours.find("[keys.local]").expect("a table");
    let from = table + both.ours[table..].find("guest = ").expect("a grant");
    let to = from + both.ours[from..].find('\n').expect("a line") + 1;
    both.ours.replace_range(from..to, "");
    let done = both.settle(Side::Ours, Some("owner"));
    assert_eq!(
        (done.known_to.as_slice(), due(&done)),
        (&["guest".to_owned()][..], vec!["guest".to_owned()])
    );
}

#[test]
fn a_holder_with_another_key_under_the_same_roster_is_another_one() {
    let mut both = Both::new(&unchanged, &changed);
    let kept = |text: &str, name: &str| {
        let index = Index::read(text).expect("a vault");
        index.holder(name).expect("a holder").kept().to_owned()
    };
    let (guest, ci) = (kept(&both.ours, "guest"), kept(&both.ours, "ci"));
    both.ours = both.ours.replace(&guest, &ci);
    let done = both.settle(Side::Ours, Some("owner"));
    assert_eq!(done.known_to, ["guest"]);
    // And one who was removed and is there all the same.
    let mut both = Both::new(&unchanged, &changed);
    let removed = both.team.removed(&both.base, "guest").expect("removed").0;
    let table = removed.find("[removed]").expect("a table");
    let end = removed[table..].find("\n\n").map_or(removed.len(), |end| table + end);
    both.ours = format!("{}\n{}\n", both.ours.trim_end(), &removed[table..end]);
    let done = both.settle(Side::Ours, Some("owner"));
    assert_eq!(done.known_to, ["guest"]);
}
