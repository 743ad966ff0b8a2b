//! Merging: what only one side changed is taken, what both changed is left to a person, and nothing is lost.

mod apps;
mod deposits;
mod deposits_given_way;
mod given_way;
mod holders;
mod keys;
mod plain;
mod random;
mod renumbering;
mod sealing;
mod settling;
mod spelling;
mod stores;

use strongroom_vault::{
    AccessKey, EnvironmentType, HolderSecret, Index, KeyRing, Marked, MergeError, MergeNote,
    Merged, NewHolder, NewVault, Scopes, Subject, VaultId, merge, new_vault,
};

use super::editing::{TODAY, edit, get, set, vault};

/// A vault with two secrets, which both sides begin with.
fn begun() -> (String, KeyRing) {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    let text = set(
        &text,
        &vault.ring,
        &[
            ("a", "local", b"a1"),
            ("a", "production", b"a2"),
            ("b", "local", b"b1"),
            ("b", "staging", b"b2"),
        ],
    );
    (text, vault.ring)
}

/// Merges both ways round: the same must come of it, but for where things stand.
#[track_caller]
fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    let there = merge(Some(base), ours, theirs).expect("mergeable");
    let back = merge(Some(base), theirs, ours).expect("mergeable");
    assert_eq!(there.conflicts, back.conflicts);
    if there.conflicts.is_empty() {
        assert_eq!(shown(&there.text), shown(&back.text));
    } else {
        // Who settles it is asked about the same.
        let marked = Marked::split(&there.text).expect("markers");
        assert!(marked.is_exact());
        assert_eq!(marked.open().as_ref(), Ok(&there.conflicts));
    }
    there
}

/// Merges what must merge by itself.
#[track_caller]
fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let merged = merged(base, ours, theirs);
    assert_eq!(merged.conflicts, [], "{}", merged.text);
    merged.text
}

/// Everything that a vault says, without regard to where it stands.
pub(super) fn shown(text: &str) -> Vec<String> {
    let index = Index::read(text).expect("a vault");
    let mut check: Vec<&str> =
        index.build_check().iter().map(strongroom_vault::Environment::name).collect();
    check.sort_unstable();
    let mut shown = vec![format!("{check:?}"), format!("{:?}", index.named_environments())];
    shown.extend(index.holders().iter().map(|holder| format!("{holder:?}")));
    shown.push(format!("{:?}", index.keys()));
    shown.push(format!("{:?} {:?}", index.deposits(), index.retired()));
    shown.push(format!("{:?}", index.removed()));
    shown.push(format!("{:?}", index.stores()));
    shown.extend(index.settings().iter().map(|setting| format!("{setting:?}")));
    shown.extend(
        index
            .secrets()
            .map(|secret| format!("{} {:?} {:?}", secret.name(), secret.about(), secret.values())),
    );
    shown
}

fn value(name: &str, environment: &str) -> Subject {
    Subject::Value { name: name.to_owned(), environment: environment.to_owned() }
}

#[test]
fn different_secrets_and_environments_merge_by_themselves() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("a", "local", b"ours"), ("c", "local", b"new")]);
    let theirs = set(&base, &ring, &[("a", "production", b"theirs"), ("d", "local", b"other")]);
    let theirs = edit(&theirs, |draft, _| {
        draft.add_environment("qa", EnvironmentType::Preview).expect("a new name");
        draft.set_about("b", "for the tests").expect("a text");
        assert!(draft.unset_value("b", "local"));
    });
    let theirs = set(&theirs, &ring, &[("b", "qa", b"q")]);
    let text = clean(&base, &ours, &theirs);
    for (name, environment, value) in [
        ("a", "local", &b"ours"[..]),
        ("a", "production", b"theirs"),
        ("b", "staging", b"b2"),
        ("b", "qa", b"q"),
        ("c", "local", b"new"),
        ("d", "local", b"other"),
    ] {
        assert_eq!(get(&text, &ring, name, environment).as_deref(), Some(value), "{name}");
    }
    assert_eq!(get(&text, &ring, "b", "local"), None);
    let index = Index::read(&text).expect("a vault");
    assert_eq!(index.secret("b").and_then(|secret| secret.about()), Some("for the tests"));
}

#[test]
fn neighbours_that_git_would_call_a_conflict_merge() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("m1", "local", b"1"), ("a", "development", b"3")]);
    let theirs = set(&base, &ring, &[("m2", "local", b"2"), ("a", "preview", b"4")]);
    let text = clean(&base, &ours, &theirs);
    assert_eq!(get(&text, &ring, "m1", "local").as_deref(), Some(&b"1"[..]));
    assert_eq!(get(&text, &ring, "m2", "local").as_deref(), Some(&b"2"[..]));
    assert_eq!(get(&text, &ring, "a", "development").as_deref(), Some(&b"3"[..]));
    assert_eq!(get(&text, &ring, "a", "preview").as_deref(), Some(&b"4"[..]));
}

#[test]
fn comments_and_order_of_ours_stay_byte_for_byte() {
    let (base, ring) = begun();
    let ours = base.replace("[secrets.b]\n", "# the second\n\n[secrets.b] # of mine\n# why\n");
    let theirs = set(&base, &ring, &[("b", "local", b"other")]);
    let text = clean(&base, &ours, &theirs);
    let without = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let lines = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("local = "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&text), lines(&ours), "{}", without(&text));
    assert_eq!(merged(&base, &base, &base).text, base);
    assert_eq!(merged(&base, &ours, &base).text, ours);
}

#[test]
fn the_same_on_both_sides_is_one() {
    let (base, ring) = begun();
    let side = set(&base, &ring, &[("a", "local", b"same"), ("c", "local", b"new")]);
    assert_eq!(clean(&base, &side, &side), side);
    assert_eq!(merge(None, &side, &side).expect("mergeable").text, side);
}

#[test]
fn one_value_set_twice_differently_is_a_conflict_around_its_line_alone() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("a", "local", b"ours"), ("c", "local", b"1")]);
    let theirs = set(&base, &ring, &[("a", "local", b"theirs"), ("d", "local", b"2")]);
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, [value("a", "local")]);
    assert!(Index::read(&merged.text).is_err_and(|error| error.fault.code() == "conflict-markers"));
    let between: Vec<&str> = merged
        .text
        .lines()
        .skip_while(|line| !line.starts_with("<<<<<<<"))
        .take(5)
        .map(|line| line.split(", set").next().unwrap_or_default())
        .collect();
    assert_eq!(
        between,
        [
            "<<<<<<< ours (strongroom resolve)",
            "local = { version = 2",
            "=======",
            "local = { version = 2",
            ">>>>>>> theirs (strongroom resolve)"
        ]
    );
    assert_eq!(merged.text.matches("<<<<<<<").count(), 1);
    assert!(merged.text.contains("[secrets.c]") && merged.text.contains("[secrets.d]"));
}

#[test]
fn a_value_that_one_side_removed_and_the_other_set_is_a_conflict() {
    let (base, ring) = begun();
    let ours = edit(&base, |draft, _| {
        assert!(draft.unset_value("b", "local"));
        assert!(draft.unset_value("b", "staging"));
    });
    let theirs = set(&base, &ring, &[("b", "local", b"other")]);
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, [value("b", "local")]);
    // The other value went with nobody's objection, and that is said.
    let note = MergeNote::Unset { name: "b".to_owned(), environment: "staging".to_owned() };
    let back = merge(Some(&base), &theirs, &ours).expect("mergeable");
    assert_eq!(back.notes, [note]);
}

#[test]
fn two_descriptions_are_a_conflict_and_so_are_two_settings() {
    let (base, _) = begun();
    let about = |text| {
        edit(&base, |draft, _| draft.set_about("a", text).expect("a text"))
            + &format!("\n[build]\nexpired = \"{text}\"\n")
    };
    let merged = merged(&base, &about("warn"), &about("deny"));
    assert_eq!(
        merged.conflicts,
        [
            Subject::About("a".to_owned()),
            Subject::Entry(vec!["build".to_owned()], "expired".to_owned())
        ]
    );
}

#[test]
fn build_checks_are_a_set() {
    let (base, _) = begun();
    let base = format!("{base}\n[build]\ncheck = [\"production\", \"staging\"]\n");
    let ours = base.replace("\"production\", \"staging\"", "\"production\", \"staging\", \"dev\"");
    let theirs = base.replace("\"production\", \"staging\"", "\"preview\", \"staging\"");
    let text = clean(&base, &ours, &theirs);
    let index = Index::read(&text).expect("a vault");
    let names: Vec<&str> =
        index.build_check().iter().map(strongroom_vault::Environment::name).collect();
    assert_eq!(names, ["staging", "development", "preview"]);
}

#[test]
fn an_environment_that_one_side_removed_goes_unless_the_other_used_it() {
    let (base, ring) = begun();
    let base = format!("{base}\n[build]\ncheck = [\"production\"]\n");
    let ours = edit(&base, |draft, index| {
        draft.remove_environment(&index.environment("staging").expect("declared"));
    });
    let theirs = set(&base, &ring, &[("a", "local", b"x")]);
    let text = clean(&base, &ours, &theirs);
    assert!(!text.contains("staging"), "{text}");
    let checks = base.replace("[\"production\"]", "[\"production\", \"staging\"]");
    let both = merged(&base, &ours, &checks);
    assert_eq!(both.conflicts, []);
    assert_eq!(both.notes[0], MergeNote::CheckDropped { environment: "staging".to_owned() });
    let index = Index::read(&both.text).expect("a vault");
    let checked = index.build_check().iter().map(strongroom_vault::Environment::name);
    assert_eq!(checked.collect::<Vec<_>>(), ["production"]);
    let used = set(&base, &ring, &[("a", "staging", b"x")]);
    assert_eq!(merged(&base, &ours, &used).conflicts, [Subject::Environment("staging".to_owned())]);
}

#[test]
fn an_environment_of_two_types_is_a_conflict_with_all_its_values() {
    let (base, ring) = begun();
    let declare = |kind| {
        let text = edit(&base, |draft, _| draft.add_environment("qa", kind).expect("a new name"));
        set(&text, &ring, &[("a", "qa", b"x"), ("b", "qa", b"y")])
    };
    let merged =
        merged(&base, &declare(EnvironmentType::Preview), &declare(EnvironmentType::Local));
    assert_eq!(merged.conflicts, [Subject::Environment("qa".to_owned())]);
}

#[test]
fn two_spellings_of_a_new_secret_are_a_conflict() {
    let (base, ring) = begun();
    let ours = set(&base, &ring, &[("api-key", "local", b"1")]);
    let theirs = set(&base, &ring, &[("API_KEY", "local", b"2"), ("API_KEY", "preview", b"3")]);
    let merged = merge(Some(&base), &ours, &theirs).expect("mergeable");
    assert_eq!(merged.conflicts, [Subject::Spelling("api-key".to_owned())]);
}

#[test]
fn other_vaults_and_other_files_are_refused() {
    let (base, _) = begun();
    let id = VaultId([8; 16]);
    let secret = HolderSecret::AccessKey(AccessKey::generate(id).expect("randomness"));
    let holder =
        NewHolder { name: "owner", secret: &secret, scopes: Scopes::everything(), today: TODAY };
    let NewVault { text: other, .. } = new_vault(id, &holder).expect("a new vault");
    assert_eq!(merge(Some(&base), &base, &other), Err(MergeError::OtherVault));
    assert_eq!(merge(None, &base, &other), Err(MergeError::OtherVault));
    assert_eq!(merge(Some(&other), &base, &base), Err(MergeError::OtherVault));
    assert!(matches!(merge(Some(&base), &base, "nonsense"), Err(MergeError::Unread("theirs", _))));
    let dotted = format!(
        "{base}\n[secrets]\nz.local = {{ version = 1, set = 2026-11-20, store = \"s\", ref = \"r\", seal = \"{}\" }}\n",
        "A".repeat(50)
    );
    let _ = merge(Some(&base), &dotted, &base);
}
