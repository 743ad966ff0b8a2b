//! Stores and references: what is linked fits its seal whatever is done to the vault, and nothing else ever does.

use std::collections::BTreeSet;

use strongroom_vault::{
    AccessKey, Content, Credential, DataKey, Date, Document, Draft, EditError, EnvironmentType,
    Expiry, HolderSecret, Index, KeyRing, NewHolder, NewKeys, NewVault, OpenError, Place, Rotation,
    Scopes, SetOutcome, SettingValue, VaultId,
};

use super::editing::{TODAY, edit, get, set, vault};

const CLUSTER: &str = "\n[stores.cluster]\nkind = \"kubernetes\"\nnamespace = \"shop\" # of ours\n";

/// A vault with the environment `staging`, the store `cluster`, and references to it.
pub(super) fn linked() -> NewVault {
    let (mut vault, _) = vault();
    vault.text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    vault.text = set(&vault.text, &vault.ring, &[("b", "local", b"sealed")]);
    vault.text += CLUSTER;
    for (environment, reference) in [("local", "a/1"), ("staging", "a/2"), ("production", "a/3")] {
        let (text, outcome) = link(&vault.text, &vault.ring, "a", environment, reference);
        assert_eq!(outcome, Ok(SetOutcome::Created));
        vault.text = text;
    }
    vault
}

/// Links a secret to the store `cluster`.
pub(super) fn link(
    text: &str,
    ring: &KeyRing,
    name: &str,
    environment: &str,
    reference: &str,
) -> (String, Result<SetOutcome, EditError>) {
    let mut outcome = Err(EditError::NoSecret);
    let text = edit(text, |draft, index| {
        let environment = index.environment(environment).expect("an environment");
        let key = ring.data_key(index, environment.kind()).expect("a grant");
        let place = ("cluster", reference);
        outcome = draft.link(key, name, &environment, place, TODAY, Expiry::Unsaid);
    });
    (text, outcome)
}

/// Whether a reference fits; none where there is no reference, or no store for it.
pub(super) fn fits(
    text: &str,
    ring: &KeyRing,
    name: &str,
    environment: &str,
) -> Option<Result<(), OpenError>> {
    let index = Index::read(text).expect("a vault");
    let secret = index.secret(name)?;
    let value = secret.value(environment)?;
    let Content::Reference { store, reference, seal } = value.content() else { return None };
    let store = index.stores().get(store)?;
    let key = ring.data_key(&index, value.kind()).expect("a grant");
    Some(key.open_reference(Place::of(secret, value), store, reference, seal))
}

#[track_caller]
pub(super) fn all_fit(text: &str, ring: &KeyRing, name: &str) {
    for environment in ["local", "staging", "production"] {
        assert_eq!(fits(text, ring, name, environment), Some(Ok(())), "{environment}\n{text}");
    }
}

fn change(
    text: &str,
    ring: &KeyRing,
    settings: &[(&str, Option<&str>)],
) -> Result<String, EditError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let settings = settings.iter().map(|(path, value)| {
        let value = value.map(|value| SettingValue::parse(value).expect("a value"));
        ((*path).to_owned(), value)
    });
    let left = draft.change_store(ring, "cluster", &settings.collect::<Vec<_>>())?;
    assert_eq!(left, []);
    draft.finish()
}

fn line(text: &str, name: &str, environment: &str) -> String {
    let table = text.split(&format!("[secrets.{name}]\n")).nth(1).expect("the secret");
    let line = table.lines().find(|line| line.starts_with(environment)).expect("the line");
    line.to_owned()
}

#[test]
fn a_reference_takes_the_place_of_a_value_and_a_value_that_of_a_reference() {
    let vault = linked();
    all_fit(&vault.text, &vault.ring, "a");
    let (same, outcome) = link(&vault.text, &vault.ring, "a", "local", "a/1");
    assert_eq!((same.as_str(), outcome), (vault.text.as_str(), Ok(SetOutcome::Unchanged)));
    let (other, outcome) = link(&vault.text, &vault.ring, "a", "local", "a/9");
    assert_eq!(outcome, Ok(SetOutcome::Updated(2)));
    all_fit(&other, &vault.ring, "a");
    let linked =
        "local = { version = 2, set = 2026-11-20, store = \"cluster\", ref = \"a/9\", seal = \"";
    assert!(line(&other, "a", "local").starts_with(linked), "{other}");
    let sealed = set(&other, &vault.ring, &[("a", "local", b"here")]);
    assert!(line(&sealed, "a", "local").starts_with("local = { version = 3,"), "{sealed}");
    assert_eq!(get(&sealed, &vault.ring, "a", "local").as_deref(), Some(&b"here"[..]));
    let (again, outcome) = link(&sealed, &vault.ring, "A", "local", "a/1");
    assert_eq!(outcome, Ok(SetOutcome::Updated(4)));
    all_fit(&again, &vault.ring, "a");
}

#[test]
fn a_reference_that_does_not_fit_is_linked_anew_and_never_kept() {
    let vault = linked();
    let changed = vault.text.replace("shop", "elsewhere");
    assert_eq!(fits(&changed, &vault.ring, "a", "local"), Some(Err(OpenError::Altered)));
    let (again, outcome) = link(&changed, &vault.ring, "a", "local", "a/1");
    assert_eq!(outcome, Ok(SetOutcome::Updated(2)));
    assert_eq!(fits(&again, &vault.ring, "a", "local"), Some(Ok(())));
}

#[test]
fn no_reference_is_linked_to_what_is_not_there_or_cannot_be() {
    let vault = linked();
    edit(&vault.text, |draft, index| {
        let local = index.environment("local").expect("a type");
        let key = vault.ring.data_key(index, local.kind()).expect("a grant");
        let mut refused = |store, reference: &str| {
            draft.link(key, "a", &local, (store, reference), TODAY, Expiry::Unsaid).expect_err("")
        };
        let near = Some("cluster".to_owned());
        let unknown = EditError::UnknownStore { name: "cluste".to_owned(), near };
        assert_eq!(refused("cluste", "x"), unknown);
        assert_eq!(refused("cluster", "x\u{202e}"), EditError::BadReference);
        assert_eq!(refused("cluster", &"x".repeat(4097)), EditError::BadReference);
        let other = vault.ring.data_key(index, EnvironmentType::Preview).expect("a grant");
        let wrong = draft.link(other, "a", &local, ("cluster", "x"), TODAY, Expiry::Unsaid);
        assert_eq!(wrong, Err(EditError::OtherType(EnvironmentType::Preview)));
    });
}

#[test]
fn the_day_of_a_reference_is_set_changed_and_taken_away() {
    let vault = linked();
    let until = |text: &str, expiry| {
        edit(text, |draft, _| draft.set_expiry("a", "local", expiry).expect("a reference"))
    };
    let day = Date { year: 2027, month: 1, day: 31 };
    let after = until(&vault.text, Expiry::On(day));
    assert!(line(&after, "a", "local").contains("expires = 2027-01-31"), "{after}");
    let back = until(&after, Expiry::Never);
    assert_eq!(back, vault.text);
    all_fit(&after, &vault.ring, "a");
}

#[test]
fn a_store_is_declared_and_found_as_it_was_meant() {
    let (vault, _) = vault();
    let list = SettingValue::parse("[\"op\", \"read\", \"op://x/{name}\"]").expect("a list");
    let settings = [
        ("command".to_owned(), list),
        ("tls.verify".to_owned(), SettingValue::Boolean(true)),
        ("retries".to_owned(), SettingValue::Integer(-3)),
    ];
    let text = edit(&vault.text, |draft, index| {
        draft.add_store("one-password", "command", &settings).expect("a new store");
        let local = index.environment("local").expect("a type");
        draft.set_default_store(&local, "one-password").expect("declared");
        let key = vault.ring.data_key(index, local.kind()).expect("a grant");
        let place = ("one-password", "x");
        draft.link(key, "a", &local, place, TODAY, Expiry::Unsaid).expect("declared");
    });
    assert_eq!(fits(&text, &vault.ring, "a", "local"), Some(Ok(())));
    let written = "[stores.default]\nlocal = \"one-password\"\n\n[stores.one-password]\nkind = \"command\"\n\
                   command = [\"op\", \"read\", \"op://x/{name}\"]\nretries = -3\ntls = { verify = true }\n";
    assert!(text.contains(written), "{text}");
    let index = Index::read(&text).expect("a vault");
    let local = index.environment("local").expect("a type");
    let store = index.stores().default_for(&local).expect("a default");
    assert_eq!((store.name(), store.kind()), ("one-password", "command"));
    assert_eq!(store.list("command"), Some(vec!["op", "read", "op://x/{name}"]));
    assert_eq!(store.keys(), BTreeSet::from(["command", "retries", "tls"]));
    assert_eq!((store.integer("retries"), store.boolean("tls.verify")), (Some(-3), Some(true)));
    assert_eq!((store.text("retries"), store.list("tls")), (None, None));
    assert_eq!(index.stores().get("One-Password"), None);
}

#[test]
fn a_named_environment_has_the_default_store_of_its_type_unless_it_has_its_own() {
    let vault = linked();
    let more = "\n[stores.other]\nkind = \"k\"\n\n[stores.default]\ndevelopment = \"other\"\n";
    let text = vault.text.clone() + more;
    let default = |text: &str, word: &str| {
        let index = Index::read(text).expect("a vault");
        let environment = index.environment(word).expect("an environment");
        index.stores().default_for(&environment).map(|store| store.name().to_owned())
    };
    assert_eq!(default(&text, "staging").as_deref(), Some("other"));
    assert_eq!(default(&text, "local"), None);
    let own = edit(&text, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        draft.set_default_store(&staging, "cluster").expect("declared");
    });
    assert_eq!(default(&own, "staging").as_deref(), Some("cluster"));
    assert_eq!(default(&own, "development").as_deref(), Some("other"));
    let back = edit(&own, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        assert!(draft.unset_default_store(&staging));
        assert!(!draft.unset_default_store(&index.environment("local").expect("a type")));
    });
    assert_eq!(back, text);
    let without = edit(&own, |draft, index| {
        draft.remove_environment(&index.environment("staging").expect("declared"));
    });
    assert_eq!(default(&without, "development").as_deref(), Some("other"));
}

#[test]
fn a_setting_is_changed_wherever_it_stands_and_every_reference_fits_after_it() {
    let vault = linked();
    let forms = [
        // Below a header, in dotted keys, in headers of their own, in a line, and a store within a line.
        "[stores.cluster]\nkind = \"k\" # why\nold = 1\n",
        "[stores.cluster]\nkind = \"k\"\ntls.verify = true # why\ntls.deep.old = 1\nold = 1\n",
        "[stores.cluster]\nkind = \"k\"\nold = 1\n\n[stores.cluster.tls]\n# why\nverify = true\n",
        "[stores.cluster.tls]\nverify = true\n\n[stores.cluster.tls.deep]\nold = 1\n\n[stores.cluster] # why\nkind = \"k\"\nold = 1\n",
        "[stores.cluster]\nkind = \"k\"\nold = 1\ntls = { verify = true, deep = { old = 1 } } # why\n",
        "[stores]\ncluster = { kind = \"k\", old = 1, tls = { verify = true } } # why\n",
        "[stores]\ncluster.kind = \"k\" # why\ncluster.old = 1\ncluster.tls.verify = true\n",
        "[stores.cluster]\nkind = \"k\"\nold = 1\n\n[stores.cluster.tls.deep] # why\nold = 1\n",
    ];
    for form in forms {
        // The references are linked anew: they were to the store as it was.
        let mut text = vault.text.replace(CLUSTER.trim_start(), form);
        assert!(text.contains(form));
        for environment in ["local", "staging", "production"] {
            text = link(&text, &vault.ring, "a", environment, "x").0;
        }
        all_fit(&text, &vault.ring, "a");
        let changes = [
            ("old", None),
            ("new", Some("[\"a\", 1]")),
            ("tls.verify", Some("false")),
            ("tls.roots", Some("\"/etc\"")),
            ("tls.deep.new", Some("2")),
            ("kind", Some("\"other\"")),
        ];
        let after =
            change(&text, &vault.ring, &changes).unwrap_or_else(|it| panic!("{it}\n{text}"));
        all_fit(&after, &vault.ring, "a");
        let index = Index::read(&after).expect("a vault");
        let store = index.stores().get("cluster").expect("the store");
        assert_eq!(store.kind(), "other", "{after}");
        assert_eq!((store.setting("old"), store.boolean("tls.verify")), (None, Some(false)));
        assert_eq!((store.text("tls.roots"), store.integer("new.1")), (Some("/etc"), Some(1)));
        assert_eq!(store.integer("tls.deep.new"), Some(2));
        assert!(after.contains("# why"), "{after}");
        let mut back: Vec<(&str, Option<&str>)> = vec![("new", None), ("tls.roots", None)];
        back.extend([("tls.deep.new", None), ("old", Some("1")), ("kind", Some("\"k\""))]);
        let back = change(&after, &vault.ring, &back).unwrap_or_else(|it| panic!("{it}\n{after}"));
        all_fit(&back, &vault.ring, "a");
        // And gone with everything of it.
        let gone = edit(&back, |draft, _| {
            for environment in ["local", "staging", "production"] {
                assert!(draft.unset_value("a", environment));
            }
            draft.remove_store("cluster").expect("no reference to it");
        });
        assert_eq!(Index::read(&gone).expect("a vault").stores().iter().len(), 0);
        assert!(!gone.contains("cluster") && gone.contains("[secrets.b]"), "{gone}");
    }
}

#[test]
fn the_same_setting_again_changes_nothing() {
    let vault = linked();
    let same = change(&vault.text, &vault.ring, &[("namespace", Some("\"shop\""))]);
    assert_eq!(same.as_deref(), Ok(vault.text.as_str()));
    // A table comes with the first setting in it, and goes with the last.
    let more = change(&vault.text, &vault.ring, &[("tls.verify", Some("true"))]).expect("set");
    assert!(more.contains("tls = { verify = true }\n"), "{more}");
    let back = change(&more, &vault.ring, &[("tls.verify", None)]).expect("taken out");
    assert!(!back.contains("tls") && back.lines().count() == vault.text.lines().count(), "{back}");
    let other = change(&vault.text, &vault.ring, &[("namespace", Some("\"other\""))]);
    let other = other.expect("changed");
    assert!(other.contains("namespace = \"other\" # of ours\n"), "{other}");
    all_fit(&other, &vault.ring, "a");
    assert_eq!(other.lines().count(), vault.text.lines().count());
}

#[test]
fn what_no_setting_can_be_is_refused_by_name() {
    let vault = linked();
    let refused = |path: &str, value: Option<&str>| {
        let error = change(&vault.text, &vault.ring, &[(path, value)]).expect_err("refused");
        match error {
            EditError::BadSetting { path: named, .. } => assert_eq!(named, path),
            other => panic!("{other}"),
        }
    };
    refused("none", None);
    refused("none.below", None);
    refused("namespace.below", Some("1"));
    refused("kind", None);
    refused("kind", Some("1"));
    refused("a b", Some("1"));
    refused("a.", Some("1"));
    refused("text", Some("\"\u{200f}\""));
    refused("text", Some(&format!("\"{}\"", "x".repeat(4097))));
    let many = format!("[{}]", "1,".repeat(255));
    let error = change(&vault.text, &vault.ring, &[("list", Some(&many))]).expect_err("too many");
    assert!(error.to_string().contains("at most 256 settings"), "{error}");
    let list = change(&vault.text, &vault.ring, &[("list", Some("[1, 2]"))]).expect("a list");
    let error = change(&list, &vault.ring, &[("list.0", Some("2"))]).expect_err("as a whole");
    assert!(error.to_string().contains("a list is set as a whole"), "{error}");
    let table = change(&vault.text, &vault.ring, &[("tls.verify", Some("true"))]).expect("a table");
    let error = change(&table, &vault.ring, &[("tls", Some("2"))]).expect_err("a table");
    assert!(error.to_string().contains("it is a table"), "{error}");
}

#[test]
fn a_second_spelling_and_a_reserved_name_declare_no_store() {
    let vault = linked();
    edit(&vault.text, |draft, _| {
        let exists = EditError::StoreExists("cluster".to_owned());
        assert_eq!(draft.add_store("Clus-ter", "k", &[]), Err(exists));
        for name in ["default", "Vault", "a/b", ""] {
            let error = draft.add_store(name, "k", &[]).expect_err("no name");
            assert!(matches!(error, EditError::BadStoreName(_)), "{name}: {error}");
        }
    });
}

#[test]
fn a_store_that_references_name_is_not_removed_and_they_are_listed() {
    let vault = linked();
    edit(&vault.text, |draft, _| {
        let places = ["local", "production", "staging"];
        let references = places.map(|it| ("a".to_owned(), it.to_owned())).to_vec();
        let in_use = EditError::StoreInUse { store: "cluster".to_owned(), references };
        assert_eq!(draft.remove_store("cluster"), Err(in_use));
        assert!(matches!(draft.remove_store("nobody"), Err(EditError::UnknownStore { .. })));
    });
    let more = "\n[stores.spare]\nkind = \"k\"\n\n[stores.default]\nlocal = \"spare\"\n";
    let text = edit(&(vault.text.clone() + more), |draft, _| {
        assert_eq!(draft.remove_store("spare"), Ok(vec!["local".to_owned()]));
    });
    assert!(!text.contains("spare") && !text.contains("[stores.default]"), "{text}");
    all_fit(&text, &vault.ring, "a");
}

#[test]
fn what_no_key_at_hand_seals_for_a_changed_store_is_named() {
    let vault = linked();
    let key = AccessKey::generate(VaultId([7; 16])).expect("randomness");
    let secret = HolderSecret::AccessKey(key.clone());
    let text = edit(&vault.text, |draft, _| {
        let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
        let holder = NewHolder { name: "ci", secret: &secret, scopes, today: TODAY };
        draft.add_holder(&vault.ring, &holder).expect("the owner has the roster key");
    });
    let index = Index::read(&text).expect("a vault");
    let ring = KeyRing::unlock(&index, &Credential::AccessKey(key), None).expect("ci's key");
    let after = edit(&text, |draft, _| {
        let other = Some(SettingValue::Text("other".to_owned()));
        let left = draft.change_store(&ring, "cluster", &[("namespace".to_owned(), other)]);
        let left = left.expect("changed");
        let named: Vec<_> =
            left.iter().map(|it| (it.name.as_str(), it.environment.as_str(), it.kind)).collect();
        let (production, development) = (EnvironmentType::Production, EnvironmentType::Development);
        assert_eq!(named, [("a", "production", production), ("a", "staging", development)]);
    });
    assert_eq!(fits(&after, &vault.ring, "a", "local"), Some(Ok(())));
    for environment in ["staging", "production"] {
        let altered = Some(Err(OpenError::Altered));
        assert_eq!(fits(&after, &vault.ring, "a", environment), altered, "{environment}");
    }
}

/// The vault with what a reference is to changed by somebody without a key.
fn swapped(vault: &NewVault, environment: &str) -> String {
    let line = line(&vault.text, "a", environment);
    vault.text.replace(&line, &line.replace("ref = \"a/", "ref = \"theirs/"))
}

#[test]
fn a_reference_that_does_not_fit_is_never_sealed_again() {
    let vault = linked();
    let text = swapped(&vault, "staging");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let keys: Vec<&DataKey> =
        EnvironmentType::ALL.map(|kind| vault.ring.data_key(&index, kind).expect("a grant")).into();
    let unfit = || EditError::Unfit {
        name: "a".to_owned(),
        environment: "staging".to_owned(),
        store: "cluster".to_owned(),
        why: OpenError::Altered,
    };
    let draft = || Draft::new(&document, &index);
    assert_eq!(draft().rename_secret(&keys, "a", "c"), Err(unfit()));
    let staging = index.environment("staging").expect("declared");
    let to = vault.ring.data_key(&index, EnvironmentType::Preview).expect("a grant");
    let from = vault.ring.data_key(&index, EnvironmentType::Development).expect("a grant");
    assert_eq!(draft().retype_environment(&staging, from, to), Err(unfit()));
    let rotation = Rotation::of_types(vec![EnvironmentType::Development]);
    let rotated = draft().rotate(&vault.ring, &rotation, &NewKeys::default(), TODAY);
    assert_eq!(rotated, Err(unfit()));
    let other = [("namespace".to_owned(), Some(SettingValue::Text("other".to_owned())))];
    assert_eq!(draft().change_store(&vault.ring, "cluster", &other), Err(unfit()));
    let error = unfit().to_string();
    assert!(
        error.starts_with("the seal of the reference `a` for `staging` does not fit"),
        "{error}"
    );
    assert!(
        error.ends_with("link it again: strongroom link --env staging a cluster:REFERENCE"),
        "{error}"
    );
    // What is for the person at the keyboard to set does not have to fit.
    let set = set(&text, &vault.ring, &[("a", "staging", b"new")]);
    assert_eq!(get(&set, &vault.ring, "a", "staging").as_deref(), Some(&b"new"[..]));
}

#[test]
fn a_reference_to_no_store_is_read_and_not_sealed_again() {
    let vault = linked();
    let text = vault.text.replace(CLUSTER, "");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let rotation = Rotation::of_types(vec![EnvironmentType::Local]);
    let mut draft = Draft::new(&document, &index);
    let error = draft.rotate(&vault.ring, &rotation, &NewKeys::default(), TODAY);
    let none = EditError::NoStore {
        name: "a".to_owned(),
        environment: "local".to_owned(),
        store: "cluster".to_owned(),
    };
    assert_eq!(error, Err(none));
}

#[test]
fn references_come_through_a_new_name_another_type_and_new_keys() {
    let vault = linked();
    let text = edit(&vault.text, |draft, index| {
        let keys: Vec<&DataKey> =
            EnvironmentType::ALL.map(|kind| vault.ring.data_key(index, kind).expect("")).into();
        draft.rename_secret(&keys, "a", "c").expect("renamed");
    });
    all_fit(&text, &vault.ring, "c");
    let text = edit(&text, |draft, index| {
        let staging = index.environment("staging").expect("declared");
        let key = |kind| vault.ring.data_key(index, kind).expect("a grant");
        let (from, to) = (key(EnvironmentType::Development), key(EnvironmentType::Preview));
        assert_eq!(draft.retype_environment(&staging, from, to), Ok(vec!["c".to_owned()]));
    });
    all_fit(&text, &vault.ring, "c");
    let versions = |text: &str| text.matches("version = 1, set = 2026-11-20, store").count();
    assert_eq!(versions(&text), 3);
}

#[test]
fn new_data_keys_seal_references_again_and_note_who_knew_them() {
    let (mut vault, key) = vault();
    vault.text += CLUSTER;
    vault.text = link(&vault.text, &vault.ring, "a", "local", "a/1").0;
    let rotation = Rotation::of_types(vec![EnvironmentType::Local]);
    let text = edit(&vault.text, |draft, _| {
        let rotated = draft.rotate(&vault.ring, &rotation, &NewKeys::default(), TODAY);
        assert_eq!(rotated.expect("rotated").values, 1);
    });
    let index = Index::read(&text).expect("a vault");
    let ring = KeyRing::unlock(&index, &Credential::AccessKey(key), None).expect("the owner");
    assert_eq!(fits(&text, &ring, "a", "local"), Some(Ok(())));
    // One that a merge left under the key before.
    let (old, new) = (line(&vault.text, "a", "local"), line(&text, "a", "local"));
    let behind = text.replace(&new, &old);
    assert_eq!(fits(&behind, &ring, "a", "local"), Some(Err(OpenError::AnotherDataKey)));
    let again = edit(&behind, |draft, index| {
        let key = ring.data_key(index, EnvironmentType::Local).expect("a grant");
        let known_to = BTreeSet::from(["guest".to_owned()]);
        let again = draft.reseal_value(key, &key.retired(index), "a", "local", &known_to);
        assert_eq!(again, Ok(true));
        let again = draft.reseal_value(key, &[], "a", "local", &known_to).expect_err("no key");
        assert!(again.to_string().contains("strongroom reseal a"), "{again}");
    });
    assert_eq!(fits(&again, &ring, "a", "local"), Some(Ok(())));
    assert!(line(&again, "a", "local").ends_with(", due = [\"guest\"] }"), "{again}");
}
