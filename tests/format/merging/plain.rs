//! Settings in a merge: lines of their own, so that only the same one changed twice is for a person to decide.

use strongroom_vault::{Index, Marked, MergeNote, Side, Subject, merge};

use super::super::editing::edit;
use super::super::plain::written;
use super::{clean, merged};

fn with(text: &str, name: &str, environment: Option<&str>, value: &str) -> String {
    edit(text, |draft, index| {
        let environment = environment.map(|it| index.environment(it).expect("an environment"));
        draft.set_setting(name, environment.as_ref(), value).expect("settable");
    })
}

fn setting(name: &str, scope: &str) -> Subject {
    Subject::Setting { name: name.to_owned(), scope: scope.to_owned() }
}

fn text_of(text: &str, name: &str, scope: &str) -> Option<String> {
    let index = Index::read(text).expect("a vault");
    Some(index.settings().get(name)?.value(scope)?.text().to_owned())
}

#[test]
fn different_settings_and_environments_merge_by_themselves() {
    let base = written();
    let ours = with(&base, "max_retries", None, "4");
    let ours = with(&ours, "only_ours", Some("prod"), "1");
    let theirs = with(&base, "max_retries", Some("local"), "5");
    let theirs = with(&theirs, "only_theirs", Some("staging"), "2");
    let theirs = edit(&theirs, |draft, _| {
        draft.set_setting_about("max_retries", "how often").expect("describable");
        assert!(draft.unset_setting("level", "local"));
    });
    let text = clean(&base, &ours, &theirs);
    for (name, scope, value) in [
        ("max_retries", "default", Some("4")),
        ("max_retries", "local", Some("5")),
        ("only_ours", "production", Some("1")),
        ("only_theirs", "staging", Some("2")),
        ("level", "local", None),
    ] {
        assert_eq!(text_of(&text, name, scope).as_deref(), value, "{name} {scope}");
    }
    let unset = MergeNote::SettingUnset { name: "level".to_owned(), scope: "local".to_owned() };
    assert_eq!(merge(Some(&base), &ours, &theirs).expect("mergeable").notes, [unset]);
    // What both made the same of it is no conflict.
    let same = with(&base, "max_retries", None, "4");
    clean(&base, &ours, &same);
}

#[test]
fn the_same_setting_changed_twice_is_a_conflict_that_either_side_settles() {
    let base = written();
    let ours = with(&with(&base, "max_retries", None, "4"), "level", Some("prod"), "warn");
    let theirs = with(&with(&base, "max_retries", None, "5"), "level", Some("dev"), "info");
    let merged = merged(&base, &ours, &theirs);
    let conflict = setting("Max-Retries", "default");
    assert_eq!(merged.conflicts, std::slice::from_ref(&conflict));
    assert_eq!(conflict.to_string(), "the setting `Max-Retries` by default");
    assert!(Index::read(&merged.text).is_err(), "nothing reads what is not decided");
    let marked = Marked::split(&merged.text).expect("markers");
    for (side, wanted) in [(Side::Ours, "4"), (Side::Theirs, "5")] {
        let settled = marked.settle(std::slice::from_ref(&conflict), side).expect("settled");
        assert!(settled.conflicts.is_empty());
        let text = &settled.text;
        assert_eq!(text_of(text, "max_retries", "default").as_deref(), Some(wanted));
        assert_eq!(text_of(text, "level", "production").as_deref(), Some("warn"));
        assert_eq!(text_of(text, "level", "development").as_deref(), Some("info"));
    }
}

#[test]
fn one_removed_and_changed_is_a_conflict() {
    let base = written();
    let ours = edit(&base, |draft, _| assert!(draft.remove_setting("ratio")));
    let theirs = with(&base, "ratio", None, "0.75");
    assert_eq!(merged(&base, &ours, &theirs).conflicts, [setting("ratio", "default")]);
}

#[test]
fn a_name_that_each_side_spells_in_its_own_way_is_one_conflict() {
    let base = written();
    let ours = edit(&base, |draft, _| {
        draft.rename_setting("max_retries", "max_retries").expect("a spelling");
    });
    // Renamed by one side alone, it is that side's.
    let text = clean(&base, &ours, &base);
    assert!(text.contains("[settings.max_retries]"), "{text}");
    let theirs = with(&base, "max_retries", None, "9");
    let merged = merge(Some(&base), &ours, &theirs).expect("mergeable");
    let [conflict @ Subject::SettingSpelling(_)] = merged.conflicts.as_slice() else {
        panic!("{:?}", merged.conflicts)
    };
    let marked = Marked::split(&merged.text).expect("markers");
    let settled = marked.settle(std::slice::from_ref(conflict), Side::Theirs).expect("settled");
    assert_eq!(text_of(&settled.text, "max_retries", "default").as_deref(), Some("9"));
    assert!(settled.text.contains("[settings.Max-Retries]"), "{}", settled.text);
}

#[test]
fn an_environment_that_is_removed_while_a_setting_is_given_to_it_is_a_conflict() {
    let base = written();
    let ours = edit(&base, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        draft.remove_environment(&staging);
    });
    let theirs = with(&base, "level", Some("staging"), "info");
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, [Subject::Environment("staging".to_owned())]);
    let marked = Marked::split(&merged.text).expect("markers");
    for side in [Side::Ours, Side::Theirs] {
        let settled = marked.settle(&merged.conflicts, side).expect("settled");
        let there = text_of(&settled.text, "level", "staging").is_some();
        assert_eq!(there, side == Side::Theirs);
    }
    // Where nobody gave it anything new, it goes with all that it had.
    clean(&base, &ours, &base);
}

#[test]
fn a_name_that_is_a_secret_on_one_side_and_a_setting_on_the_other_is_a_conflict() {
    let (base, ring) = super::begun();
    for spelling in ["new_name", "NewName"] {
        let ours = super::set(&base, &ring, &[("new_name", "local", b"1")]);
        let theirs = with(&base, spelling, Some("local"), "2");
        let subject = [Subject::SecretOrSetting("new_name".to_owned())];
        for (one, other, secret_on) in
            [(&ours, &theirs, Side::Ours), (&theirs, &ours, Side::Theirs)]
        {
            let merged = merged(&base, one, other);
            assert_eq!(merged.conflicts, subject);
            let marked = Marked::split(&merged.text).expect("markers");
            for side in [Side::Ours, Side::Theirs] {
                let settled = marked.settle(&subject, side).expect("settled");
                assert_eq!(settled.conflicts, []);
                let index = Index::read(&settled.text).expect("a vault");
                assert_eq!(index.secret("new_name").is_some(), side == secret_on);
                assert_eq!(index.settings().get("new_name").is_some(), side != secret_on);
            }
        }
    }
}

#[test]
fn a_secret_that_one_side_made_a_setting_is_one_after_the_merge() {
    let (base, ring) = super::begun();
    let base = super::set(&base, &ring, &[("turned", "local", b"1"), ("kept", "local", b"1")]);
    let turned = edit(&base, |draft, _| assert!(draft.unset_value("turned", "local")));
    let turned = with(&turned, "Turned", Some("local"), "2");
    let meanwhile = super::set(&base, &ring, &[("kept", "local", b"2")]);
    for (ours, theirs) in [(&turned, &meanwhile), (&meanwhile, &turned)] {
        let text = clean(&base, ours, theirs);
        let index = Index::read(&text).expect("a vault");
        assert!(index.secret("turned").is_none() && index.settings().get("turned").is_some());
    }
    // Who set the secret meanwhile has something to say about it.
    let set = super::set(&base, &ring, &[("turned", "local", b"3")]);
    let subject = [Subject::SecretOrSetting("turned".to_owned())];
    assert_eq!(merged(&base, &turned, &set).conflicts, subject);
}
