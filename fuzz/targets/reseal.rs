//! Sealing again: a secret with another name and an environment of another type keep every value, and everything else.
//!
//! The input is as that of `edit`, behind a vault whose keys are at hand: the changes of it are made first, so that there
//! are values that open.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::assert_printable;
use strongroom_fuzz::changes::{Changed, changes};
use strongroom_fuzz::ours::OURS;
use strongroom_fuzz::same::read_back;
use strongroom_vault::{
    Content, DataKey, Document, Draft, EditError, EnvironmentType, Index, Place, Secret, Value,
};

fuzz_target!(|bytes: &[u8]| {
    let split = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let Ok(text) = std::str::from_utf8(&bytes[..split]) else { return };
    let rest = bytes.get(split + 1..).unwrap_or_default();
    let [which, word, kind, rest @ ..] = rest else { return };
    let text = format!("{}\n{text}", OURS.text);
    let made = changes(rest);
    let Some(text) = draft(&text, |draft, index| {
        drop(Changed::make(&made, draft, index, &OURS.ring));
        Ok(())
    }) else {
        return;
    };
    let index = Index::read(&text).expect("what a draft finished reads");
    rename(&text, &index, *which, *word);
    retype(&text, &index, *which, EnvironmentType::ALL[usize::from(*kind) % 4]);
});

/// Makes a change; none if it is refused, which must say why in printable words.
fn draft(
    text: &str,
    change: impl FnOnce(&mut Draft<'_, '_>, &Index<'_>) -> Result<(), EditError>,
) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let index = Index::of(&document).ok()?;
    let mut draft = Draft::new(&document, &index);
    let made = change(&mut draft, &index).and_then(|()| draft.finish());
    made.map_err(|error| assert_printable(&error)).ok()
}

fn key<'k>(index: &Index<'_>, kind: EnvironmentType) -> Option<&'k DataKey> {
    OURS.ring.data_key(index, kind).ok()
}

fn rename(text: &str, old: &Index<'_>, which: u8, word: u8) {
    let Some(secret) = old.secrets().nth(usize::from(which) % old.secrets().len().max(1)) else {
        return;
    };
    let name = secret.name();
    let new = match word % 4 {
        0 => format!("new-{word}/name"),
        1 => name.to_ascii_uppercase().replace('_', "-"),
        2 => format!("{name}.{word}"),
        _ => format!("0{}", name.replace('/', "")),
    };
    let after = draft(text, |draft, index| {
        let keys: Vec<&DataKey> =
            EnvironmentType::ALL.into_iter().filter_map(|kind| key(index, kind)).collect();
        draft.rename_secret(&keys, name, &new).map(drop)
    });
    let Some(after) = after else { return };
    assert_eq!(after.lines().count(), text.lines().count(), "lines came or went");
    let now = read_back(&after);
    assert_eq!(now.secrets().len(), old.secrets().len());
    for before in old.secrets() {
        let wanted = if before.name() == name { &*new } else { before.name() };
        let found = now.secret(wanted).expect("nothing is lost");
        assert_eq!((found.name(), found.about()), (wanted, before.about()));
        assert_eq!(found.values().len(), before.values().len());
        for value in before.values() {
            let again = found.value(value.environment()).expect("nothing is lost");
            if before.name() == name {
                assert_same_value(old, (before, value), (found, again));
            } else {
                assert_eq!(format!("{again:?}"), format!("{value:?}"));
            }
        }
    }
}

fn retype(text: &str, old: &Index<'_>, which: u8, kind: EnvironmentType) {
    let named = old.named_environments();
    let Some(environment) = named.get(usize::from(which) % named.len().max(1)) else { return };
    let after = draft(text, |draft, index| {
        let (Some(from), Some(to)) = (key(index, environment.kind()), key(index, kind)) else {
            return Ok(());
        };
        draft.retype_environment(environment, from, to).map(drop)
    });
    let Some(after) = after else { return };
    let now = read_back(&after);
    assert_eq!(now.environment(environment.name()).expect("it is declared").kind(), kind);
    for before in old.secrets() {
        let found = now.secret(before.name()).expect("nothing is lost");
        for value in before.values() {
            let again = found.value(value.environment()).expect("nothing is lost");
            if value.environment() == environment.name() {
                assert_same_value(old, (before, value), (found, again));
            } else {
                assert_eq!(format!("{again:?}"), format!("{value:?}"));
            }
        }
    }
}

/// Both open, to the same; version and date are the same.
fn assert_same_value(
    index: &Index<'_>,
    old: (&Secret<'_>, &Value<'_>),
    new: (&Secret<'_>, &Value<'_>),
) {
    assert_eq!((old.1.version(), old.1.set()), (new.1.version(), new.1.set()));
    let open = |(secret, value): (&Secret<'_>, &Value<'_>)| {
        let Content::Sealed(sealed) = value.content() else { panic!("a reference was sealed") };
        let place = Place::of(secret, value);
        key(index, value.kind()).expect("it was sealed").open(place, sealed).expect("it opens")
    };
    assert!(open(old) == open(new), "another value");
}
