//! The whole reader, with the access key of the vectors: nothing but what was sealed for a place opens there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::{assert_printable, credential};
use strongroom_vault::{
    Content, EnvironmentType, Index, KeyRing, OpenError, Place, check_secret_name, padded_length,
};

fuzz_target!(|text: &str| {
    let Ok(index) = Index::read(text) else { return };
    let ring = match KeyRing::unlock(&index, &credential(), None) {
        Ok(ring) => ring,
        Err(error) => return assert_printable(&error),
    };
    assert!(ring.kinds().next().is_some() || ring.roster().is_some());
    for kind in EnvironmentType::ALL {
        let key = match ring.data_key(&index, kind) {
            Ok(key) => key,
            Err(error) => {
                assert_printable(&error);
                continue;
            }
        };
        let current = index.keys().of_type(kind).current().expect("a grant of it was opened");
        assert_eq!(current.fingerprint_text(), key.fingerprint().entry_prefix());
        assert_eq!(current.generation(), key.generation());
        for secret in index.secrets() {
            for value in secret.values().iter().filter(|value| value.kind() == kind) {
                let Content::Sealed(sealed) = value.content() else { continue };
                let place = Place::of(secret, value);
                let opened = key.open(place, sealed);
                if opened.is_ok() {
                    let moved = Place { version: place.version + 1, ..place };
                    assert!(key.open(moved, sealed).is_err(), "it opens under two versions");
                }
                check(opened, sealed);
                assert_eq!(check_secret_name(place.name), Ok(()));
            }
        }
    }
});

fn check(opened: Result<strongroom_vault::Plaintext, OpenError>, sealed: &str) {
    match opened {
        Ok(value) => {
            // Version, fingerprint, nonce and tag are 37 bytes.
            assert_eq!(sealed.len() * 3 / 4, 37 + padded_length(value.as_bytes().len()));
            assert_eq!(format!("{value:?}"), "Plaintext([hidden])");
        }
        Err(error) => assert_printable(&error),
    }
}
