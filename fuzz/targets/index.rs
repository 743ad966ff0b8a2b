//! The reader that needs no key: any text is read, or refused with words that are safe to print.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_vault::{
    Content, Document, Index, Lookup, PlainValue, Setting, check_environment_name,
    check_plain_name, check_secret_name, check_store_name, fold, limits,
};

fuzz_target!(|text: &str| {
    let read = Index::read(text);
    let lines = text.matches('\n').count() + 1;
    match &read {
        Ok(index) => check(index, text),
        Err(error) => {
            assert_printable(error);
            assert!(error.line <= lines, "line {} of {lines}", error.line);
            assert!(error.line > 0 || error.column == 0);
            assert!(!error.fault.code().is_empty());
        }
    }
    // What parses and then reads is the same as what is read at once.
    if let Ok(document) = Document::parse(text) {
        let again = Index::of(&document);
        assert_eq!(again.as_ref().err(), read.as_ref().err());
    } else {
        assert!(read.is_err());
    }
});

/// What must be true of every index.
fn check(index: &Index<'_>, text: &str) {
    let environments: Vec<_> = index.environments().collect();
    for environment in &environments {
        assert_eq!(index.environment(environment.name()).as_ref(), Ok(environment));
        if environment.is_named() {
            assert_eq!(check_environment_name(environment.name()), Ok(()));
        }
    }
    for word in text.split('"').take(50) {
        if let Err(error) = index.environment(word) {
            assert_printable(&error);
        }
    }
    for environment in index.build_check() {
        assert!(environments.contains(environment));
    }
    for holder in index.holders() {
        assert_eq!(check_plain_name(holder.name()), Ok(()));
        let found = index.holder(&holder.name().to_ascii_uppercase());
        assert_eq!(found.map(|found| found.name()), Some(holder.name()));
    }
    for secret in index.secrets() {
        assert_eq!(check_secret_name(secret.name()), Ok(()));
        let found = index.secret(&fold(secret.name())).expect("any spelling finds it");
        assert_eq!(found.name(), secret.name());
        for value in secret.values() {
            assert!((1..=i32::MAX as u32).contains(&value.version()));
            assert_eq!(value.content().fingerprint_text().len(), 12);
            let environment = index.environment(value.environment()).expect("it is declared");
            assert_eq!(environment.kind(), value.kind());
            match index.lookup(secret.name(), &environment) {
                Lookup::Found(found) | Lookup::OtherDataKey(found) => {
                    assert_eq!(found.environment(), value.environment());
                }
                Lookup::Missing => panic!("a value is not found"),
            }
            if let Content::Reference { store, reference, .. } = value.content() {
                assert_printable(store);
                assert_printable(reference);
            }
        }
        if let Some(about) = secret.about() {
            assert_printable(&about);
        }
    }
    for store in index.stores().iter() {
        assert_eq!(check_store_name(store.name()), Ok(()));
        assert_eq!(store.text("kind"), Some(store.kind()));
        assert!(store.settings().is_sorted_by(|(one, _), (next, _)| one < next));
        for (path, setting) in store.settings() {
            assert_eq!(store.setting(path), Some(setting));
            match setting {
                Setting::Text(text) => assert_printable(text),
                Setting::List(length) => {
                    let prefix = format!("{path}.");
                    let below = store.settings().iter().filter(|(it, _)| it.starts_with(&prefix));
                    let numbers = below.filter_map(|(it, _)| {
                        let element = it[prefix.len()..].split('.').next().unwrap_or_default();
                        element.parse::<usize>().ok()
                    });
                    assert!(numbers.max().is_none_or(|last| last < *length));
                }
                Setting::Integer(_) | Setting::Boolean(_) => {}
            }
        }
        assert!(!store.keys().contains("kind"));
    }
    for setting in index.settings().iter() {
        assert_eq!(check_secret_name(setting.name()), Ok(()));
        let found = index.settings().get(&fold(setting.name())).expect("any spelling finds it");
        assert_eq!(found.name(), setting.name());
        for value in setting.values() {
            assert_printable(&value.text());
            assert!(value.text().len() <= limits::STRING_BYTES);
            if value.scope() != PlainValue::DEFAULT {
                let environment = index.environment(value.scope()).expect("it is declared");
                assert_eq!(setting.lookup(&environment), Some(value));
            }
        }
        if setting.value(PlainValue::DEFAULT).is_some() {
            assert!(environments.iter().all(|environment| setting.lookup(environment).is_some()));
        }
    }
    for (environment, store) in index.stores().defaults() {
        let environment = index.environment(environment).expect("it is declared");
        let found = index.stores().default_for(&environment).map(|found| found.name().to_owned());
        assert_eq!(found.as_deref(), Some(store));
    }
    let near = index.secrets().next().map(|secret| format!("{}x", secret.name()));
    let _ = near.and_then(|near| index.near_secret(&near).map(str::to_owned));
}
