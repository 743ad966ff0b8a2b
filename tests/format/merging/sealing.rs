//! Merging values that were sealed again: a new key, another type and another day are no new value.

use strongroom_vault::{
    Carried, Content, Date, Document, Draft, EnvironmentType, Expiry, Index, KeyRing, MergeNote,
    Value,
};

use super::super::editing::{TODAY, edit, get, set};
use super::super::rotation::Team;
use super::keys::{own, rotated};
use super::{clean, merged, value};

const DEVELOPMENT: EnvironmentType = EnvironmentType::Development;
const PREVIEW: EnvironmentType = EnvironmentType::Preview;
const LOCAL: EnvironmentType = EnvironmentType::Local;
const DAY: Date = Date { year: 2027, month: 1, day: 1 };

/// The same value again, with another day on which it expires.
fn until(
    text: &str,
    ring: &KeyRing,
    (name, environment): (&str, &str),
    bytes: &[u8],
    expiry: Expiry,
) -> String {
    edit(text, |draft, index| {
        let environment = index.environment(environment).expect("known");
        let key = ring.data_key(index, environment.kind()).expect("a grant");
        draft.set_value_until(key, name, &environment, bytes, TODAY, expiry).expect("settable");
    })
}

fn with<T>(text: &str, name: &str, environment: &str, then: impl FnOnce(&Value<'_>) -> T) -> T {
    let index = Index::read(text).expect("a vault");
    then(index.secret(name).and_then(|it| it.value(environment)).expect("a value"))
}

#[test]
fn a_day_of_one_side_and_a_new_key_of_the_other_make_one_line() {
    let team = Team::new();
    let ours = until(&team.text, &team.owner, ("b", "local"), b"3", Expiry::On(DAY));
    let theirs = rotated(&team, &team.text, &[LOCAL]);
    let both = merged(&team.text, &ours, &theirs);
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    let ring = own(&team, &both.text);
    assert_eq!(get(&both.text, &ring, "b", "local").as_deref(), Some(&b"3"[..]));
    with(&both.text, "b", "local", |value| {
        assert_eq!((value.expires(), value.version()), (Some(DAY), 1));
        assert!(value.is_expired(DAY) && !value.is_expired(TODAY));
    });
    // And who was removed meanwhile could read it.
    let (theirs, _) = team.removed(&team.text, "guest").expect("removed");
    let text = clean(&team.text, &ours, &theirs);
    with(&text, "b", "local", |value| {
        assert_eq!((value.expires(), value.due()), (Some(DAY), &["guest".into()][..]));
    });
    assert_eq!(get(&text, &own(&team, &text), "b", "local").as_deref(), Some(&b"3"[..]));
    // In the order of the page of the format.
    let line = text.lines().find(|line| line.starts_with("local = { version = 1, set = "));
    let keys = line.expect("a value").split(", ").map(|part| part.split(" = ").next());
    let keys: Vec<_> = keys.flatten().collect();
    assert_eq!(keys, ["local", "set", "expires", "sealed", "due"]);
    // For ever, again.
    let never = until(&ours, &team.owner, ("b", "local"), b"3", Expiry::Never);
    let theirs = rotated(&team, &ours, &[LOCAL]);
    let text = clean(&ours, &never, &theirs);
    with(&text, "b", "local", |value| assert_eq!((value.expires(), value.version()), (None, 1)));
    assert_eq!(get(&text, &own(&team, &text), "b", "local").as_deref(), Some(&b"3"[..]));
}

#[test]
fn two_days_for_one_value_are_a_question() {
    let team = Team::new();
    let of = |day| until(&team.text, &team.owner, ("b", "local"), b"3", Expiry::On(day));
    let both = merged(&team.text, &of(DAY), &of(Date { day: 2, ..DAY }));
    assert_eq!(both.conflicts, [value("b", "local")]);
}

#[test]
fn another_type_of_an_environment_and_a_new_key_of_its_former_type_leave_what_opens() {
    let team = Team::new();
    let base = edit(&team.text, |draft, _| {
        draft.add_environment("staging", DEVELOPMENT).expect("a new name");
    });
    let base = set(&base, &team.owner, &[("b", "staging", b"5")]);
    let retyped = edit(&base, |draft, index| {
        let environment = index.environment("staging").expect("declared");
        let key = |kind| team.owner.data_key(index, kind).expect("a grant");
        draft.retype_environment(&environment, key(DEVELOPMENT), key(PREVIEW)).expect("retyped");
    });
    let both = merged(&base, &retyped, &rotated(&team, &base, &[DEVELOPMENT]));
    assert_eq!((both.conflicts, both.notes), (vec![], vec![]));
    let ring = own(&team, &both.text);
    assert_eq!(get(&both.text, &ring, "b", "staging").as_deref(), Some(&b"5"[..]));
    with(&both.text, "b", "staging", |value| assert_eq!(value.kind(), PREVIEW));
}

#[test]
fn what_lay_behind_before_is_not_news() {
    let team = Team::new();
    let theirs = set(&team.text, &team.owner, &[("b", "local", b"new")]);
    let both = merged(&team.text, &rotated(&team, &team.text, &[LOCAL]), &theirs);
    assert_eq!(both.notes, [MergeNote::Behind { kind: LOCAL, names: vec!["b".to_owned()] }]);
    let ring = own(&team, &both.text);
    let ours = set(&both.text, &ring, &[("y", "local", b"1")]);
    let theirs = set(&both.text, &ring, &[("z", "local", b"2")]);
    assert_eq!(merged(&both.text, &ours, &theirs).notes, []);
}

#[test]
fn a_decision_for_a_key_names_what_only_the_other_side_set_and_a_decided_value_is_not_among_it() {
    let team = Team::new();
    let ours = rotated(&team, &team.text, &[LOCAL]);
    let theirs = rotated(&team, &team.text, &[LOCAL]);
    let ours = set(&ours, &own(&team, &ours), &[("a", "production", b"ours")]);
    let ring = own(&team, &theirs);
    let theirs = set(&theirs, &ring, &[("b", "local", b"new"), ("a", "production", b"t1")]);
    let theirs = set(&theirs, &ring, &[("a", "production", b"theirs")]);
    let both = merged(&team.text, &ours, &theirs);
    let marked = strongroom_vault::Marked::split(&both.text).expect("markers");
    let lost = |side| -> Vec<(String, String)> {
        let done = marked.settle(&both.conflicts, side).expect("settled");
        let lost = done.carried.into_iter().filter_map(|carried| match carried {
            Carried::LostValue { name, environment, .. } => Some((name, environment)),
            _ => None,
        });
        lost.collect()
    };
    assert_eq!(lost(strongroom_vault::Side::Ours), [("b".to_owned(), "local".to_owned())]);
    assert_eq!(lost(strongroom_vault::Side::Theirs), []);
}

#[test]
fn a_value_written_over_several_lines_or_in_other_numbers_merges_to_the_same_value() {
    let team = Team::new();
    let mut theirs = team.text.clone();
    for value in 0..16 {
        theirs = set(&theirs, &team.owner, &[("z", "local", &[value])]);
    }
    let ours = set(&team.text, &team.owner, &[("y", "local", b"1")]);
    let written = with(&theirs, "z", "local", |value| match value.content() {
        Content::Sealed(sealed) => sealed.to_string(),
        Content::Reference { .. } => panic!("a sealed value"),
    });
    for number in ["16", "0x10", "0o20", "0b10000"] {
        let table = format!(
            "\n[secrets.z.local]\nversion = {number}\nset = 2026-11-20\nsealed = \"{written}\"\n"
        );
        let text = format!("{}{table}", team.text);
        assert_eq!(get(&text, &team.owner, "z", "local").as_deref(), Some(&[15][..]));
        let there = strongroom_vault::merge(Some(&team.text), &ours, &text).expect("mergeable");
        assert_eq!(there.conflicts, []);
        assert_eq!(get(&there.text, &team.owner, "z", "local").as_deref(), Some(&[15][..]));
        let dotted = format!(
            "{}\n[secrets.z]\nlocal.version = {number}\nlocal.set = 2026-11-20\nlocal.sealed = \"{written}\"\n",
            team.text
        );
        let there = strongroom_vault::merge(Some(&team.text), &ours, &dotted).expect("mergeable");
        assert_eq!(get(&there.text, &team.owner, "z", "local").as_deref(), Some(&[15][..]));
    }
    // As it is written there, where that is one line.
    let line = format!("local={{version=16,   set=2026-11-20,sealed='{written}'}}\n");
    let text = format!("{}\n[secrets.z]\n{line}", team.text);
    let there = strongroom_vault::merge(Some(&team.text), &ours, &text).expect("mergeable");
    assert!(there.text.contains(&line[6..]), "{}", there.text);
    let document = Document::parse(&there.text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    assert!(Draft::new(&document, &index).unset_value("z", "local"));
}
