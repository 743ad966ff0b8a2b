//! Editing: what is set opens, and every other byte stays as it was.

use proptest::prelude::*;
use strongroom_vault::{
    AccessKey, Content, Credential, Date, Document, Draft, Environment, EnvironmentType,
    HolderSecret, Index, KeyRing, NewHolder, NewVault, Passphrase, Place, Scopes, Secret,
    SetOutcome, VaultId, fold, new_vault,
};

pub(crate) const TODAY: Date = Date { year: 2026, month: 11, day: 20 };

pub(crate) fn vault() -> (NewVault, AccessKey) {
    let id = VaultId([7; 16]);
    let key = AccessKey::generate(id).expect("randomness");
    let secret = HolderSecret::AccessKey(key.clone());
    let scopes = Scopes::everything();
    let holder = NewHolder { name: "owner", secret: &secret, scopes, today: TODAY };
    (new_vault(id, &holder).expect("a new vault"), key)
}

/// Sets values and gives the new text.
pub(crate) fn set(text: &str, ring: &KeyRing, changes: &[(&str, &str, &[u8])]) -> String {
    edit(text, |draft, index| {
        for (name, environment, value) in changes {
            let environment = index.environment(environment).expect("a known environment");
            let key = ring.data_key(index, environment.kind()).expect("a grant");
            draft.set_value(key, name, &environment, value, TODAY).expect("settable");
        }
    })
}

pub(crate) fn edit(text: &str, change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>)) -> String {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    change(&mut draft, &index);
    draft.finish().expect("an editable vault")
}

pub(crate) fn get(text: &str, ring: &KeyRing, name: &str, environment: &str) -> Option<Vec<u8>> {
    let index = Index::read(text).expect("a vault");
    let secret = index.secret(name)?;
    let value = secret.value(environment)?;
    let Content::Sealed(sealed) = value.content() else { return None };
    let key = ring.data_key(&index, value.kind()).expect("a grant");
    Some(key.open(Place::of(secret, value), sealed).expect("it opens").into_bytes())
}

/// The lines that one text has and the other has not.
fn added<'a>(old: &str, new: &'a str) -> Vec<&'a str> {
    let mut old: Vec<&str> = old.lines().collect();
    let mut added = Vec::new();
    for line in new.lines() {
        match old.iter().position(|other| *other == line) {
            Some(at) => drop(old.remove(at)),
            None if line.is_empty() => {}
            None => added.push(line),
        }
    }
    assert!(old.iter().all(|line| line.is_empty()), "lines were lost: {old:?}");
    added
}

#[test]
fn the_same_value_again_keeps_the_line() {
    let (vault, _) = vault();
    let once = set(&vault.text, &vault.ring, &[("a", "local", b"hunter2")]);
    let again = set(&once, &vault.ring, &[("a", "local", b"hunter2")]);
    assert_eq!(once, again);
    let changed = set(&once, &vault.ring, &[("a", "local", b"hunter3")]);
    assert!(changed.contains("local = { version = 2, set = 2026-11-20"), "{changed}");
    assert_eq!(get(&changed, &vault.ring, "A", "local").as_deref(), Some(&b"hunter3"[..]));
}

#[test]
fn new_tables_go_to_their_sorted_places_and_existing_ones_stay() {
    let (vault, _) = vault();
    let mut text = set(&vault.text, &vault.ring, &[("m", "local", b"1")]);
    text.push_str("\n# about z\n[secrets.z]\nabout = \"last\" # a remark\n");
    for name in ["b", "n", "zz", "a/b", "a.c"] {
        let before = text.clone();
        text = set(&text, &vault.ring, &[(name, "local", b"1"), (name, "production", b"2")]);
        assert_eq!(added(&before, &text).len(), 3, "{text}");
    }
    let headers: Vec<&str> = text.lines().filter(|line| line.starts_with("[secrets")).collect();
    let expected = [
        "[secrets.\"a.c\"]",
        "[secrets.\"a/b\"]",
        "[secrets.b]",
        "[secrets.m]",
        "[secrets.n]",
        "[secrets.z]",
        "[secrets.zz]",
    ];
    assert_eq!(headers, expected);
    assert!(text.contains("# about z\n[secrets.z]\nabout = \"last\" # a remark\n\n[secrets.zz]"));
}

#[test]
fn a_value_goes_between_its_neighbours_and_leaves_comments_alone() {
    let (vault, _) = vault();
    let text =
        set(&vault.text, &vault.ring, &[("a", "development", b"1"), ("a", "production", b"2")]);
    let text = text.replace("[secrets.a]\n", "[secrets.a] # mine\n# why\n");
    let text = set(&text, &vault.ring, &[("a", "local", b"3")]);
    let keys: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("[secrets.a]"))
        .map(|line| line.split(" = ").next().unwrap_or_default())
        .collect();
    assert_eq!(keys, ["[secrets.a] # mine", "# why", "development", "local", "production"]);
}

#[test]
fn the_last_value_takes_its_secret_along() {
    let (vault, _) = vault();
    let all = [("a", "local", &b"1"[..]), ("b", "local", b"2"), ("b", "production", b"3")];
    let text = set(&vault.text, &vault.ring, &all);
    let one = edit(&text, |draft, _| assert!(draft.unset_value("B", "local")));
    assert!(one.contains("[secrets.b]\nproduction"), "{one}");
    let none = edit(&one, |draft, _| {
        assert!(draft.unset_value("b", "production"));
        assert!(!draft.unset_value("b", "local"));
        assert!(draft.unset_value("a", "local"));
    });
    assert_eq!(none, vault.text);
}

#[test]
fn a_description_that_was_not_there_takes_no_empty_table_along() {
    let (vault, _) = vault();
    let empty = format!("{}\n[secrets.a]\n\n[settings.b]\n", vault.text);
    let same = edit(&empty, |draft, _| {
        draft.set_about("a", "").expect("a description");
        draft.set_setting_about("b", "").expect("a description");
    });
    assert_eq!(same, empty, "no merge would see it go");
    let described =
        format!("{}\n[secrets.a]\nabout = \"why\"\n\n[settings.b]\nabout = \"why\"\n", vault.text);
    let gone = edit(&described, |draft, _| {
        draft.set_about("a", "").expect("a description");
        draft.set_setting_about("b", "").expect("a description");
    });
    assert_eq!(gone, vault.text);
}

#[test]
fn an_environment_goes_with_its_values_and_its_mention() {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    let declared = text.clone();
    let text = set(&text, &vault.ring, &[("a", "staging", b"1"), ("b", "local", b"2")]);
    let text = format!("{text}\n[build]\ncheck = [\"production\", \"staging\"]\n");
    let staging = Index::read(&text).expect("a vault").environment("Staging").expect("declared");
    assert_eq!(staging.kind(), EnvironmentType::Development);
    let gone = edit(&text, |draft, _| assert_eq!(draft.remove_environment(&staging), ["a"]));
    assert!(gone.contains("check = [\"production\"]") && !gone.contains("staging"), "{gone}");
    let back = edit(&declared, |draft, _| drop(draft.remove_environment(&staging)));
    assert_eq!(back, vault.text);
}

#[test]
fn what_is_set_stays_when_all_that_was_there_goes_in_the_same_draft() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    let preview = Environment::from(EnvironmentType::Preview);
    for sets_first in [true, false] {
        let after = edit(&text, |draft, index| {
            let key = vault.ring.data_key(index, EnvironmentType::Preview).expect("a grant");
            if !sets_first {
                assert!(draft.unset_value("a", "local"));
            }
            draft.set_value(key, "a", &preview, b"2", TODAY).expect("settable");
            if sets_first {
                assert!(draft.unset_value("a", "local"));
            }
        });
        assert_eq!(get(&after, &vault.ring, "a", "preview").as_deref(), Some(&b"2"[..]), "{after}");
        assert_eq!(get(&after, &vault.ring, "a", "local"), None, "{after}");
    }
    let staging = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    let after = edit(&staging, |draft, index| {
        draft.add_environment("qa", EnvironmentType::Preview).expect("a new name");
        draft.remove_environment(&index.environment("staging").expect("declared"));
    });
    let named: Vec<_> = Index::read(&after).expect("a vault").named_environments().to_vec();
    assert_eq!(named.iter().map(Environment::name).collect::<Vec<_>>(), ["qa"]);
}

#[test]
fn tables_in_other_forms_are_changed_in_place_or_refused_with_their_line() {
    let (vault, _) = vault();
    let inline = format!("environments = {{ staging = \"development\" }}\n{}", vault.text);
    let text = edit(&inline, |draft, _| {
        draft.add_environment("qa", EnvironmentType::Preview).expect("a new name");
    });
    assert!(text.starts_with("environments = { staging = \"development\", qa = \"preview\" }\n"));
    let dotted = format!("environments.staging = \"development\"\n{}", vault.text);
    let dotted = edit(&dotted, |draft, _| {
        draft.add_environment("qa", EnvironmentType::Preview).expect("a new name");
    });
    let two = "environments.staging = \"development\"\nenvironments.qa = \"preview\"\n";
    assert!(dotted.starts_with(two), "{dotted}");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    draft.remove_environment(&index.environment("qa").expect("declared"));
    let error = draft.finish().expect_err("nothing is taken out of a line");
    assert!(error.to_string().contains("line 1"), "{error}");
}

#[test]
fn a_new_holder_opens_what_it_was_granted_and_nothing_else() {
    let (vault, owner) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1"), ("a", "production", b"2")]);
    let key = AccessKey::generate(VaultId([7; 16])).expect("randomness");
    let secret = HolderSecret::AccessKey(key.clone());
    let scopes = Scopes { kinds: vec![EnvironmentType::Production], roster: false };
    let text = edit(&text, |draft, _| {
        let holder = NewHolder { name: "ci", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&vault.ring, &holder).expect("the owner has the roster key");
    });
    let index = Index::read(&text).expect("a vault");
    let ring = KeyRing::unlock(&index, &Credential::AccessKey(key), None).expect("ci's key");
    assert_eq!(ring.holder(), "ci");
    assert!(ring.roster().is_none());
    assert_eq!(ring.kinds().collect::<Vec<_>>(), [EnvironmentType::Production]);
    assert_eq!(get(&text, &ring, "a", "production").as_deref(), Some(&b"2"[..]));
    let error = ring.data_key(&index, EnvironmentType::Local).expect_err("no grant");
    assert!(error.to_string().contains("it opens production"), "{error}");
    KeyRing::unlock(&index, &Credential::AccessKey(owner), None).expect("owner's key still opens");
}

#[test]
fn nothing_is_granted_beside_a_grant_that_nobody_admitted() {
    let (vault, _) = vault();
    let other = HolderSecret::Passphrase(Passphrase::from("correct horse battery".to_owned()));
    let add = |text: &str, name: &str| {
        let document = Document::parse(text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
        let holder = NewHolder { name, secret: &other, scopes, today: TODAY };
        draft.add_holder(&vault.ring, &holder).map(|()| draft.finish().expect("editable"))
    };
    let text = add(&vault.text, "guest").expect("every grant was admitted");
    // The last characters of a grant are its admission.
    let line = text.lines().find(|line| line.starts_with("guest = ")).expect("guest's grant");
    let forged = format!("{}AAAA\"", &line[..line.len() - 5]);
    let error = add(&text.replace(line, &forged), "next").expect_err("an admission is wrong");
    assert!(error.to_string().contains("`guest` in [keys.local]"), "{error}");
    assert!(error.to_string().contains("not admitted"), "{error}");
}

#[test]
fn nothing_is_sealed_for_an_environment_whose_type_was_changed_by_hand() {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Production).expect("a new name");
    });
    let text = set(&text, &vault.ring, &[("a", "staging", b"1")]);
    let text = text.replace("staging = \"production\"", "staging = \"preview\"");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let staging = index.environment("staging").expect("declared");
    let key = vault.ring.data_key(&index, staging.kind()).expect("a grant");
    for name in ["a", "b"] {
        let error = Draft::new(&document, &index)
            .set_value(key, name, &staging, b"2", TODAY)
            .expect_err("it would be readable by holders of preview");
        assert!(error.to_string().contains("values under the key of `production`"), "{error}");
    }
}

#[test]
fn nothing_is_granted_beside_a_grant_of_an_older_key() {
    let (vault, _) = vault();
    // The same grant, admitted, beside one that claims a higher generation: what a merge with a rotation leaves.
    let index = Index::read(&vault.text).expect("a vault");
    let grant = index.keys().of_type(EnvironmentType::Local).grants()[0].sealed().to_owned();
    let newer = format!("AZ{}AAAC{}", "B".repeat(10), &grant[16..]);
    let text = vault.text.replace("[keys.local]\n", &format!("[keys.local]\nnext = \"{newer}\"\n"));
    let holder = "[holders.next]\nkind = \"access-key\"\nkept = \"";
    let kept = index.holders()[0].kept();
    let text = format!("{text}\n{holder}{kept}\"\n");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let secret =
        HolderSecret::AccessKey(AccessKey::generate(VaultId([7; 16])).expect("randomness"));
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    let holder = NewHolder { name: "ci", secret: &secret, scopes, today: TODAY };
    let error = Draft::new(&document, &index).add_holder(&vault.ring, &holder).expect_err("stale");
    assert!(error.to_string().contains("no grant of the current data key of `local`"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_opens_and_nothing_else_changes(
        names in proptest::collection::btree_set("[a-z0-9][a-z0-9._-]{0,12}(/[a-z0-9]{1,4})?", 1..6),
        value in proptest::collection::vec(any::<u8>(), 0..200),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let names: Vec<String> = names.into_iter().filter(|name| seen.insert(fold(name))).collect();
        let (vault, _) = vault();
        let mut text = vault.text.clone();
        for name in &names {
            text = set(&text, &vault.ring, &[(name, "local", b"before"), (name, "preview", b"p")]);
        }
        let name = at.get(&names).as_str();
        let after = set(&text, &vault.ring, &[(name, "local", &value)]);
        prop_assert_eq!(get(&after, &vault.ring, name, "local"), Some(value.clone()));
        prop_assert_eq!(get(&after, &vault.ring, name, "preview"), Some(b"p".to_vec()));
        let lines = text.lines().zip(after.lines());
        prop_assert_eq!(lines.filter(|(old, new)| old != new).count(), 1);
        prop_assert_eq!(text.lines().count(), after.lines().count());
    }

    #[test]
    fn all_spellings_of_a_name_find_the_secret(
        words in proptest::collection::vec("[a-z]{1,6}", 1..5),
        separators in proptest::collection::vec("[_.-]?", 5),
        upper in any::<u32>(),
    ) {
        let name = words.join("_");
        let mut spelling = String::new();
        for (word, separator) in words.iter().zip(&separators) {
            if !spelling.is_empty() {
                spelling.push_str(separator);
            }
            spelling.push_str(word);
        }
        let spelling: String = spelling
            .chars()
            .enumerate()
            .map(|(at, c)| if upper >> (at % 32) & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        let (vault, _) = vault();
        let text = set(&vault.text, &vault.ring, &[(&name, "local", b"x")]);
        prop_assert_eq!(get(&text, &vault.ring, &spelling, "local"), Some(b"x".to_vec()));
        let index = Index::read(&text).expect("a vault");
        prop_assert_eq!(index.secret(&spelling).map(Secret::name), Some(name.as_str()));
    }
}

#[test]
fn setting_says_what_it_did() {
    let (vault, _) = vault();
    let local = Environment::from(EnvironmentType::Local);
    let outcome = |text: &str, value: &[u8]| {
        let document = Document::parse(text).expect("TOML");
        let index = Index::of(&document).expect("a vault");
        let key = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
        Draft::new(&document, &index).set_value(key, "a", &local, value, TODAY).expect("settable")
    };
    assert_eq!(outcome(&vault.text, b"1"), SetOutcome::Created);
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    assert_eq!(outcome(&text, b"1"), SetOutcome::Unchanged);
    assert_eq!(outcome(&text, b"2"), SetOutcome::Updated(2));
}
