//! Deposits: what is left for a place opens there to exactly that, and nowhere else.

use proptest::prelude::*;
use strongroom_vault::{
    Code, DepositPlace, Document, Draft, EditError, Environment, EnvironmentType, Index,
    NewDepositKey, VaultId, deposit_key_fingerprint, limits,
};

use super::editing::{TODAY, edit, set, vault};

/// Leaves a deposit in a vault's text, encrypted to an identity of age.
fn leave(
    text: &str,
    to: &age::x25519::Identity,
    name: &str,
    environment: &Environment,
    replaces: u32,
    value: &[u8],
) -> String {
    edit(text, |draft, index| {
        let (kind, id) = (environment.kind(), index.id());
        let place = DepositPlace { kind, environment: environment.name(), name, replaces };
        let age_file = age::encrypt(&to.to_public(), &place.with_value(id, value)).expect("age");
        draft.put_deposit(environment, place, &age_file, TODAY).expect("a deposit");
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_deposit_opens_to_exactly_its_value_at_its_place_and_nowhere_else(
        name in "[A-Za-z0-9][A-Za-z0-9._-]{0,20}(/[a-z0-9]{1,9})?",
        other in "[a-z0-9]{1,21}",
        kind in proptest::sample::select(EnvironmentType::ALL.to_vec()),
        replaces in 0_u32..1 << 31,
        value in proptest::collection::vec(any::<u8>(), 0..300),
        bit in any::<proptest::sample::Index>(),
    ) {
        let identity = age::x25519::Identity::generate();
        let environment = Environment::from(kind);
        let (vault, _) = vault();
        let text = leave(&vault.text, &identity, &name, &environment, replaces, &value);
        let index = Index::read(&text).expect("a vault");
        let waiting: Vec<_> = index.deposits().waiting_for(&name, &environment).collect();
        prop_assert_eq!(waiting.len(), 1);
        let deposit = waiting[0];
        let id = index.id();
        let age_file = deposit.age_file(id).expect("its code");
        let decrypted = age::decrypt(&identity, &age_file).expect("age");
        let place = DepositPlace::of(deposit);
        let opened = place.value_in(id, &decrypted).expect("its place");
        prop_assert_eq!(opened.as_bytes(), value.as_slice());

        prop_assert!(deposit.age_file(VaultId([9; 16])).is_err());
        prop_assert!(place.value_in(VaultId([9; 16]), &decrypted).is_err());
        let elsewhere = [
            DepositPlace { name: &other, ..place },
            DepositPlace { environment: &other, ..place },
            DepositPlace { replaces: replaces ^ 1, ..place },
            DepositPlace { kind: EnvironmentType::ALL[(kind as usize + 1) % 4], ..place },
        ];
        let parts = |at: DepositPlace<'_>| {
            (at.kind, at.environment.to_owned(), at.name.to_owned(), at.replaces)
        };
        for elsewhere in elsewhere.into_iter().filter(|other| parts(*other) != parts(place)) {
            prop_assert!(elsewhere.value_in(id, &decrypted).is_err());
        }
        // Before the value stand its place and its length.
        let empty = place.with_value(id, b"");
        let before = empty.iter().rposition(|byte| *byte == 0x80).expect("padding");
        let mut changed = decrypted.clone();
        changed[bit.index(before)] ^= 1;
        prop_assert!(place.value_in(id, &changed).is_err());
    }

    #[test]
    fn a_deposit_whose_code_or_bytes_were_changed_gives_no_age_file(
        value in proptest::collection::vec(any::<u8>(), 0..100),
        at in any::<proptest::sample::Index>(),
    ) {
        let identity = age::x25519::Identity::generate();
        let (vault, _) = vault();
        let environment = Environment::from(EnvironmentType::Production);
        let text = leave(&vault.text, &identity, "x", &environment, 0, &value);
        let index = Index::read(&text).expect("a vault");
        let sealed = index.deposits().waiting()[0].sealed().to_owned();
        let at = at.index(sealed.len() - 1);
        let other = if &sealed[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
        let text = text.replace(&sealed, &changed);
        let index = Index::read(&text).expect("a vault");
        prop_assert!(index.deposits().waiting()[0].age_file(index.id()).is_err());
    }
}

#[test]
fn the_fingerprint_of_a_deposit_key_is_that_of_the_other_implementation() {
    let vector = include_str!("../vectors/accepted/a-vault-of-a-team.txt");
    let (_, text) = vector.split_once("\n\n").expect("a vector");
    let index = Index::read(text).expect("a vault");
    let key = index.deposits().key(EnvironmentType::Production).expect("a deposit key");
    let primitives = include_str!("../vectors/primitives.txt");
    let line = primitives.lines().find_map(|it| it.strip_prefix("deposit-key-fingerprint-text: "));
    let expected = data_encoding::HEXLOWER.decode(line.expect("a line").as_bytes()).expect("hex");
    let fingerprint = deposit_key_fingerprint(index.id(), key);
    assert_eq!(fingerprint.plain().as_bytes(), expected);
    assert_eq!(Code::parse(&fingerprint.to_string()), Some(fingerprint));
    assert_eq!(Code::parse(&format!("{fingerprint}a")), None);
    assert_eq!(Code::parse(&fingerprint.plain()[1..]), None);
    let other = index.deposits().key(EnvironmentType::Local).expect("a deposit key");
    assert_ne!(deposit_key_fingerprint(index.id(), other), fingerprint);
    assert_ne!(deposit_key_fingerprint(VaultId([9; 16]), key), fingerprint);
}

#[test]
fn no_word_is_given_for_a_deposit_key_that_stands_among_the_earlier_ones() {
    let (vault, _) = vault();
    let made = |letter: char| {
        let digits = letter.to_string().repeat(58);
        NewDepositKey {
            kind: EnvironmentType::Local,
            recipient: format!("age1{digits}"),
            identity: format!("AGE-SECRET-KEY-1{}", digits.to_ascii_uppercase()).into(),
        }
    };
    let text = edit(&vault.text, |draft, _| {
        draft.add_deposit_keys(&vault.ring, &[made('q')]).expect("a deposit key");
    });
    let index = Index::read(&text).expect("a vault");
    let key = index.deposits().key(EnvironmentType::Local).expect("a deposit key");
    // Its private half lies under the data key of today, wherever it stands.
    let line =
        format!("{} = {{ type = \"local\", private = \"{}\" }}", key.public(), key.private());
    let both = format!("{text}\n[deposits.older]\n{line}\n");
    for (text, is_refused) in [(&text, false), (&both, true)] {
        let document = Document::parse(text).expect("a vault");
        let index = Index::of(&document).expect("a vault");
        let mut draft = Draft::new(&document, &index);
        let given = draft.add_deposit_keys(&vault.ring, &[]);
        let is_swapped = matches!(given, Err(EditError::DepositKeySwapped(EnvironmentType::Local)));
        assert_eq!(is_swapped, is_refused, "{given:?}");
    }
}

/// Leaves a deposit of these bytes, which may be refused.
fn left(text: &str, name: &str, environment: &str, age_file: &[u8]) -> Result<String, EditError> {
    let document = Document::parse(text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let mut draft = Draft::new(&document, &index);
    let environment = index.environment(environment).expect("known");
    let (kind, environment_name) = (environment.kind(), environment.name());
    let place = DepositPlace { kind, environment: environment_name, name, replaces: 0 };
    draft.put_deposit(&environment, place, age_file, TODAY)?;
    draft.finish()
}

#[test]
fn a_deposit_fits_into_the_vault_or_is_refused() {
    let (vault, _) = vault();
    let largest = vec![b'x'; limits::DEPOSIT_BYTES / 4 * 3];
    assert!(left(&vault.text, "x", "production", &largest).is_ok());
    let larger = left(&vault.text, "x", "production", &[&largest[..], b"x"].concat());
    assert_eq!(larger, Err(EditError::DepositTooLong(limits::DEPOSIT_BYTES + 2)));
}

#[test]
fn what_cannot_be_set_cannot_be_left_either() {
    let (vault, _) = vault();
    let text = set(&vault.text, &vault.ring, &[("api_key", "local", b"1")]);
    assert!(left(&text, "api_key", "production", b"x").is_ok());
    let second = left(&text, "API-KEY", "production", b"x");
    assert!(matches!(second, Err(EditError::SecondSpelling { .. })), "{second:?}");
    assert!(left(&text, "_", "production", b"x").is_err());
    // An environment whose type somebody changed by hand has values that nobody opens.
    let staging = edit(&text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Local).expect("a new name");
    });
    let staging = set(&staging, &vault.ring, &[("api_key", "staging", b"2")]);
    assert!(left(&staging, "api_key", "staging", b"x").is_ok());
    let retyped = staging.replace("staging = \"local\"", "staging = \"preview\"");
    let refused = left(&retyped, "api_key", "staging", b"x");
    assert!(matches!(refused, Err(EditError::Retyped { .. })), "{refused:?}");
}

#[test]
fn what_waits_for_a_place_is_what_would_be_seen_there() {
    let (vault, _) = vault();
    let mut text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
        draft.add_environment("qa", EnvironmentType::Development).expect("a new name");
    });
    for environment in ["staging", "development", "qa", "local"] {
        text = left(&text, "api_key", environment, environment.as_bytes()).expect("a deposit");
    }
    text = left(&text, "other", "staging", b"other").expect("a deposit");
    let index = Index::read(&text).expect("a vault");
    let waiting = |environment: &str| {
        let environment = index.environment(environment).expect("known");
        let waiting = index.deposits().waiting_for("API-key", &environment);
        let mut waiting: Vec<String> = waiting.map(|it| it.environment().to_owned()).collect();
        waiting.sort();
        waiting
    };
    assert_eq!(waiting("staging"), ["development", "staging"]);
    assert_eq!(waiting("development"), ["development"]);
    assert_eq!(waiting("local"), ["local"]);
    assert_eq!(waiting("production"), [""; 0]);
}

#[test]
fn an_environment_for_which_something_waits_keeps_its_type() {
    let (vault, _) = vault();
    let text = edit(&vault.text, |draft, _| {
        draft.add_environment("staging", EnvironmentType::Development).expect("a new name");
        draft.add_environment("qa", EnvironmentType::Development).expect("a new name");
    });
    let text = left(&text, "x", "staging", b"x").expect("a deposit");
    let document = Document::parse(&text).expect("TOML");
    let index = Index::of(&document).expect("a vault");
    let retype = |name: &str| {
        let environment = index.environment(name).expect("declared");
        let key = |kind| vault.ring.data_key(&index, kind).expect("a grant");
        let (from, to) = (key(EnvironmentType::Development), key(EnvironmentType::Preview));
        Draft::new(&document, &index).retype_environment(&environment, from, to)
    };
    assert!(matches!(retype("staging"), Err(EditError::DepositWaits(_))));
    assert_eq!(retype("qa"), Ok(vec![]));
}
