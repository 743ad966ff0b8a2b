//! Words that people type: names, environments, and what is shown of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::{assert_printable, example};
use strongroom_vault::{
    EnvironmentType, Index, Shown, check_environment_name, check_plain_name, check_secret_name,
    fold, is_dangerous, nearest, shown_text,
};

fuzz_target!(|words: (&str, &str)| {
    let (word, other) = words;
    let folded = fold(word);
    assert_eq!(fold(&folded), folded);
    for checked in [check_secret_name(word), check_plain_name(word), check_environment_name(word)] {
        match checked {
            Ok(()) => assert!(word.is_ascii() && !word.is_empty()),
            Err(fault) => assert_printable(&fault),
        }
    }
    if check_environment_name(word).is_ok() {
        assert_eq!(EnvironmentType::from_word(word), None);
        assert_eq!(check_plain_name(word), Ok(()));
    }
    // Whatever is shown, no character of it does something to a terminal, and no key is in it.
    for shown in [Shown(word).to_string(), shown_text(word)] {
        assert!(!shown.contains(is_dangerous), "{shown:?}");
        let keys = shown.match_indices("strongroom_key_");
        for (at, key) in keys {
            let rest = &shown[at + key.len()..];
            assert!(!rest.starts_with(|c: char| c.is_ascii_alphanumeric()), "{shown:?}");
        }
    }
    if let Some(near) = nearest(word, [other]) {
        assert_eq!(near, other);
        assert!(fold(other).len().abs_diff(folded.len()) <= 3);
    }
    if folded.len() > 2 {
        assert_eq!(nearest(word, [other, word]).map(fold), Some(folded));
    }
    let index = Index::read(example()).expect("the worked example reads");
    match index.environment(word) {
        Ok(environment) => assert_eq!(index.environment(environment.name()), Ok(environment)),
        Err(unknown) => assert_printable(&unknown),
    }
});
