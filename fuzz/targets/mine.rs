//! A file of one's own values beside a vault: any text is read, or refused with words that are safe to print, and a change
//! of it changes nothing else.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_fuzz::changes::TODAY;
use strongroom_fuzz::ours::OURS;
use strongroom_vault::{
    Content, EnvironmentType, Index, Mine, Origin, Place, set_mine, unset_mine,
};

/// The text of the vault, with named environments.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    format!("{}\n[environments]\ntesting = \"local\"\nstaging = \"development\"\n", OURS.text)
});

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (text, name, value) = input;
    let index = Index::read(&TEXT).expect("a vault");
    let before = match Mine::read(text, &index) {
        Ok(mine) => mine,
        Err(error) => return assert_printable(&error),
    };
    for secret in before.secrets() {
        assert_eq!(before.secret(secret.name()).map(|found| found.name()), Some(secret.name()));
        for value in secret.values() {
            assert_eq!(value.kind(), EnvironmentType::Local);
            assert!(matches!(value.content(), Content::Sealed(_)));
        }
    }
    let key = OURS.ring.data_key(&index, EnvironmentType::Local).expect("a grant");
    let first = before.secrets().next().map(|secret| secret.name());
    let name = if name.is_empty() { first.unwrap_or("a") } else { name };
    for word in ["local", "testing", "staging"] {
        let environment = index.environment(word).expect("it is declared");
        let (after, _) = match set_mine(text, &index, key, name, &environment, value, TODAY) {
            Ok(set) => set,
            Err(error) => {
                assert_printable(&error);
                continue;
            }
        };
        assert_ne!(word, "staging", "a value of one's own for another type");
        let now = Mine::read(&after, &index).expect("what was written reads");
        let secret = now.secret(name).expect("what was set is there");
        let found = secret.value(word).expect("what was set is there");
        let Content::Sealed(sealed) = found.content() else { panic!("it was sealed") };
        let place = Place::of(secret, found);
        assert_eq!(place.environment, word);
        assert_eq!(key.open(place, sealed).expect("it opens").as_bytes(), value);
        let in_vault = Place { origin: Origin::Vault, ..place };
        assert!(key.open(in_vault, sealed).is_err(), "it opens as a value of the vault");
        let rest = |mine: &Mine<'_>| -> Vec<String> {
            let all = mine.secrets().flat_map(|secret| {
                secret.values().iter().map(move |value| (secret.name().to_owned(), value))
            });
            all.filter(|(other, value)| other != secret.name() || value.environment() != word)
                .map(|(name, value)| format!("{name} {value:?}"))
                .collect()
        };
        assert_eq!(rest(&now), rest(&before));
        match unset_mine(&after, &index, name, &environment) {
            Ok(gone) => {
                let gone = gone.expect("it was there");
                let gone = Mine::read(&gone, &index).expect("what was written reads");
                assert_eq!(rest(&gone), rest(&before));
                assert!(gone.secret(name).is_none_or(|secret| secret.value(word).is_none()));
            }
            Err(error) => assert_printable(&error),
        }
    }
});
