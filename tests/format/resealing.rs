//! Sealing again: renaming, retyping and new passphrases keep every value, and every other byte.

use proptest::prelude::*;
use strongroom_vault::{
    Content, Credential, DataKey, Document, Draft, EditError, EnvironmentType, GrantError,
    HolderSecret, Index, KeyRing, NewHolder, NewVault, Passphrase, Scopes, Value, fold,
};

use super::editing::{TODAY, edit, get, set, vault};

/// The data keys of all types.
fn keys<'r>(index: &Index<'_>, ring: &'r KeyRing) -> Vec<&'r DataKey> {
    EnvironmentType::ALL.map(|kind| ring.data_key(index, kind).expect("a grant")).to_vec()
}

/// What renaming gives, or why it does not.
fn renamed(vault: &NewVault, text: &str, old: &str, new: &str) -> Result<String, EditError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    draft.rename_secret(&keys(&index, &vault.ring), old, new)?;
    draft.finish()
}

fn retyped(
    vault: &NewVault,
    text: &str,
    environment: &str,
    to: EnvironmentType,
) -> Result<String, EditError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let environment = index.environment(environment).expect("an environment");
    let key = |kind| vault.ring.data_key(&index, kind).expect("a grant");
    draft.retype_environment(&environment, key(environment.kind()), key(to))?;
    draft.finish()
}

/// A vault with the named environment `staging` of the type `development`.
fn with_staging() -> NewVault {
    let (mut vault, _) = vault();
    vault.text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
    });
    vault
}

/// A text without what renaming or retyping may change: sealed values.
fn without_seals(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("sealed = ").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_renamed_secret_keeps_its_place_comments_versions_and_dates() {
    let vault = with_staging();
    let text = set(
        &vault.text,
        &vault.ring,
        &[("a", "local", b"1"), ("b", "local", b"x"), ("b", "staging", b"3"), ("c", "local", b"4")],
    );
    let text = set(&text, &vault.ring, &[("b", "local", b"2")]);
    let text = text.replace("2026-11-20", "2020-02-02").replace(
        "[secrets.b]\n",
        "# the second\n[secrets.b] # mine\nabout = \"b's words\"\n# why\n",
    );
    let after = renamed(&vault, &text, "b", "z/b.c").expect("renamed");
    assert_eq!(
        without_seals(&after),
        without_seals(&text).replace("[secrets.b]", "[secrets.\"z/b.c\"]")
    );
    assert_eq!(get(&after, &vault.ring, "z/b.c", "local").as_deref(), Some(&b"2"[..]));
    assert_eq!(get(&after, &vault.ring, "z/b.c", "staging").as_deref(), Some(&b"3"[..]));
    assert_eq!(get(&after, &vault.ring, "b", "local"), None);
    let back = renamed(&vault, &after, "Z/bc", "b").expect("renamed");
    assert_eq!(without_seals(&back), without_seals(&text));
    assert_eq!(get(&back, &vault.ring, "b", "local").as_deref(), Some(&b"2"[..]));
}

#[test]
fn another_spelling_is_another_name() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("GitHubAPIToken", "local", b"1")]);
    let after = renamed(&vault, &text, "github_api_token", "github_api_token").expect("renamed");
    assert!(after.contains("[secrets.github_api_token]"), "{after}");
    assert_eq!(get(&after, &vault.ring, "GitHubAPIToken", "local").as_deref(), Some(&b"1"[..]));
    assert_eq!(renamed(&vault, &after, "GitHubAPIToken", "github_api_token"), Ok(after));
}

#[test]
fn a_name_that_is_taken_or_not_allowed_is_refused() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a_b", "local", b"1"), ("c", "local", b"2")]);
    let refused = |new| renamed(&vault, &text, "c", new).expect_err("refused").to_string();
    assert!(refused("A-B").contains("`a_b` already"));
    assert!(refused("_x").contains("begins with a letter"));
    assert_eq!(renamed(&vault, &text, "d", "e"), Err(EditError::NoSecret));
}

#[test]
fn a_value_that_does_not_open_is_never_sealed_again() {
    let vault = with_staging();
    let all = [("a", "local", &b"1"[..]), ("a", "staging", b"2"), ("b", "staging", b"3")];
    let text = set(&vault.text, &vault.ring, &all);
    // The value of one secret put at the place of the other.
    let index = Index::read(&text).expect("a vault");
    let sealed = |name: &str| match index.secret(name).and_then(|it| it.value("staging")) {
        Some(value) => match value.content() {
            Content::Sealed(sealed) => sealed.to_string(),
            Content::Reference { .. } => panic!("a sealed value"),
        },
        None => panic!("a value"),
    };
    let swapped = text.replace(&sealed("a"), &sealed("b"));
    let error = renamed(&vault, &swapped, "a", "c").expect_err("altered");
    assert!(error.to_string().starts_with("cannot open `a` for `staging`"), "{error}");
    let error =
        retyped(&vault, &swapped, "staging", EnvironmentType::Preview).expect_err("altered");
    assert!(error.to_string().contains("strongroom unset --env staging a"), "{error}");
}

#[test]
fn without_the_data_key_of_each_value_nothing_is_renamed() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1"), ("a", "production", b"2")]);
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let local = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
    let error = Draft::new(&document, &index).rename_secret(&[local], "a", "b");
    assert_eq!(error, Err(EditError::NeedsDataKey(EnvironmentType::Production)));
}

#[test]
fn a_table_without_a_header_is_renamed_or_refused_with_everything_as_it_was() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("a", "local", b"1"), ("a", "preview", b"2")]);
    let values: Vec<&str> = text.lines().rev().take(2).collect();
    let inline = text.replace("[secrets.a]\n", "[secrets]\na = { ").replace(
        &format!("{}\n{}\n", values[1], values[0]),
        &format!("{}, {} }}\n", values[1], values[0]),
    );
    let after = renamed(&vault, &inline, "a", "b").expect("an inline table");
    assert!(after.contains("[secrets]\nb = { local = "), "{after}");
    assert_eq!(get(&after, &vault.ring, "b", "preview").as_deref(), Some(&b"2"[..]));
    let dotted = text
        .replace("[secrets.a]\n", "[secrets]\n")
        .replace("\nlocal = {", "\na.local = {")
        .replace("\npreview = {", "\na.preview = {");
    assert!(renamed(&vault, &dotted, "a", "b").is_err(), "its name is written twice");
}

#[test]
fn a_retyped_environment_keeps_its_values_under_the_other_key() {
    let vault = with_staging();
    let all = [("a", "staging", &b"1"[..]), ("a", "development", b"2"), ("b", "local", b"3")];
    let text = set(&vault.text, &vault.ring, &all);
    let text = format!("{text}\n[build]\ncheck = [\"staging\"]\n");
    let after = retyped(&vault, &text, "staging", EnvironmentType::Production).expect("retyped");
    assert_eq!(
        without_seals(&after),
        without_seals(&text).replace("staging = \"development\"", "staging = \"production\"")
    );
    assert_eq!(get(&after, &vault.ring, "a", "staging").as_deref(), Some(&b"1"[..]));
    let fingerprint = |text: &str, name: &str, environment: &str| {
        let index = Index::read(text).expect("a vault");
        let value = index.secret(name).and_then(|secret| secret.value(environment));
        value.map(|value: &Value<'_>| value.content().fingerprint_text().to_owned())
    };
    let production = set(&after, &vault.ring, &[("c", "production", b"4")]);
    assert_eq!(fingerprint(&after, "a", "staging"), fingerprint(&production, "c", "production"));
    assert_eq!(fingerprint(&after, "a", "development"), fingerprint(&text, "a", "development"));
    let back = retyped(&vault, &after, "staging", EnvironmentType::Development).expect("retyped");
    assert_eq!(without_seals(&back), without_seals(&text));
}

#[test]
fn a_type_is_not_retyped_and_the_first_key_must_be_its_own() {
    let vault = with_staging();
    let error = retyped(&vault, &vault.text, "local", EnvironmentType::Preview);
    assert_eq!(error, Err(EditError::NotNamed));
    let document = Document::parse(&vault.text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let staging = index.environment("staging").expect("declared");
    let local = vault.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
    let error = Draft::new(&document, &index).retype_environment(&staging, local, local);
    assert_eq!(error, Err(EditError::OtherType(EnvironmentType::Local)));
}

fn with_passphrase(vault: &NewVault, name: &str, scopes: Scopes) -> String {
    let secret = HolderSecret::Passphrase(Passphrase::from("correct horse battery".to_owned()));
    edit(&vault.text, |draft, _| {
        let holder = NewHolder { name, secret: &secret, scopes, today: TODAY };
        draft.add_holder(&vault.ring, &holder).expect("the owner has the roster key");
    })
}

fn change_passphrase(
    ring: &KeyRing,
    text: &str,
    name: &str,
    new: &str,
) -> Result<String, GrantError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    draft.change_passphrase(ring, name, &Passphrase::from(new.to_owned()))?;
    Ok(draft.finish().expect("an editable vault"))
}

fn unlocked(text: &str, name: &str, passphrase: &str) -> Option<KeyRing> {
    let index = Index::read(text).expect("a vault");
    let passphrase = Credential::Passphrase(Passphrase::from(passphrase.to_owned()));
    KeyRing::unlock(&index, &passphrase, Some(name)).ok()
}

#[test]
fn a_new_passphrase_opens_what_the_old_one_did_and_the_old_one_nothing() {
    let (mut vault, _) = vault();
    vault.text = set(&vault.text, &vault.ring, &[("a", "local", b"1")]);
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    let text = with_passphrase(&vault, "robin", scopes);
    let text = text.replace("since = 2026-11-20", "since = 2020-02-02 # a remark");
    let new = "new words that differ";
    let after = change_passphrase(&vault.ring, &text, "Robin", new).expect("changed");
    let robin = unlocked(&after, "robin", new).expect("the new passphrase");
    assert_eq!(robin.kinds().collect::<Vec<_>>(), [EnvironmentType::Local]);
    assert!(robin.roster().is_none());
    assert_eq!(get(&after, &robin, "a", "local").as_deref(), Some(&b"1"[..]));
    assert!(unlocked(&after, "robin", "correct horse battery").is_none());
    // Salt, kept and the one grant; the day, the remark and everybody else stay.
    let changed = text.lines().zip(after.lines()).filter(|(old, new)| old != new).count();
    assert_eq!((changed, text.lines().count()), (3, after.lines().count()), "{after}");
    assert!(after.contains("since = 2020-02-02 # a remark"));
}

#[test]
fn a_holder_of_the_roster_changes_their_own_passphrase() {
    let (vault, _) = vault();
    let text = with_passphrase(&vault, "me", Scopes::everything());
    let me = unlocked(&text, "me", "correct horse battery").expect("the old passphrase");
    let after = change_passphrase(&me, &text, "me", "new words that differ").expect("changed");
    let me = unlocked(&after, "me", "new words that differ").expect("the new passphrase");
    assert!(me.roster().is_some());
    change_passphrase(&me, &after, "me", "and once more, other words").expect("changed again");
}

#[test]
fn nobody_without_the_roster_key_and_no_short_passphrase_changes_anything() {
    let (vault, _) = vault();
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    let text = with_passphrase(&vault, "robin", scopes);
    let robin = unlocked(&text, "robin", "correct horse battery").expect("robin's passphrase");
    let error = change_passphrase(&robin, &text, "robin", "new words that differ");
    assert!(matches!(error, Err(GrantError::NoRoster { .. })), "{error:?}");
    let refused =
        |name, new| change_passphrase(&vault.ring, &text, name, new).expect_err("refused");
    assert_eq!(refused("robin", "short"), GrantError::ShortPassphrase(5));
    assert_eq!(refused("owner", "new words that differ"), GrantError::NoPassphrase);
    assert_eq!(refused("nobody", "new words that differ"), GrantError::NoPassphrase);
}

#[test]
fn no_passphrase_is_changed_beside_a_grant_that_nobody_admitted() {
    let (vault, _) = vault();
    let scopes = Scopes { kinds: vec![EnvironmentType::Local], roster: false };
    let text = with_passphrase(&vault, "robin", scopes);
    let grants = text.split("[keys.local]").nth(1).expect("grants");
    let line = grants.lines().find(|line| line.starts_with("robin = ")).expect("robin's grant");
    let forged = text.replace(line, &format!("{}AAAA\"", &line[..line.len() - 5]));
    let error = change_passphrase(&vault.ring, &forged, "robin", "new words that differ");
    assert!(matches!(error, Err(GrantError::Suspicious { .. })), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn renaming_keeps_every_value_of_every_secret(
        names in proptest::collection::btree_set("[a-zA-Z0-9][a-z0-9._-]{0,8}(/[a-z0-9]{1,4})?", 2..6),
        value in proptest::collection::vec(any::<u8>(), 0..100),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let mut names: Vec<String> =
            names.into_iter().filter(|name| seen.insert(fold(name))).collect();
        prop_assume!(names.len() > 1);
        let new = names.remove(at.index(names.len()));
        let (vault, _) = vault();
        let mut text = vault.text.clone();
        for name in &names {
            text = set(&text, &vault.ring, &[(name, "local", &value), (name, "preview", b"p")]);
        }
        let old = at.get(&names).as_str();
        let after = renamed(&vault, &text, old, &new).expect("a free name");
        for name in &names {
            let name = if name == old { &new } else { name };
            prop_assert_eq!(get(&after, &vault.ring, name, "local"), Some(value.clone()));
            prop_assert_eq!(get(&after, &vault.ring, name, "preview"), Some(b"p".to_vec()));
        }
        let lines = text.lines().zip(after.lines());
        prop_assert_eq!(lines.filter(|(old, new)| old != new).count(), 3);
        prop_assert_eq!(text.lines().count(), after.lines().count());
    }
}
