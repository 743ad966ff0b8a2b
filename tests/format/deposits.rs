//! Deposits: what is left for a place opens there to exactly that, and nowhere else.

use proptest::prelude::*;
use strongroom_vault::{
    Code, DepositPlace, Document, Draft, EditError, Environment, EnvironmentType, Index,
    NewDepositKey, VaultId, deposit_key_fingerprint,
};

use super::editing::{TODAY, edit, vault};

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
