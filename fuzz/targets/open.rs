//! Opening: no text gives a value at any place, but the one that was sealed for it.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use strongroom_fuzz::{DATA_KEY, PLACE, SEALED, VALUE};
use strongroom_vault::{DataKey, OpenError, Place};

#[derive(Debug, Arbitrary)]
struct Attempt<'a> {
    /// Another name, environment or version than the genuine one.
    name: Option<&'a str>,
    environment: Option<&'a str>,
    version: Option<u32>,
    text: Text<'a>,
    /// Something of one's own to be sealed.
    value: &'a [u8],
}

#[derive(Debug, Arbitrary)]
enum Text<'a> {
    Any(&'a str),
    /// The genuine one with characters replaced.
    Replaced(Vec<(u8, char)>),
    /// Pieces of the genuine one in another order.
    Pieces(Vec<(u8, u8)>),
}

fuzz_target!(|attempt: Attempt<'_>| {
    let key = &**DATA_KEY;
    let place = Place {
        origin: PLACE.origin,
        name: attempt.name.unwrap_or(PLACE.name),
        environment: attempt.environment.unwrap_or(PLACE.environment),
        version: attempt.version.unwrap_or(PLACE.version),
    };
    let text = text(&attempt.text);
    let opened = key.open(place, &text);
    if place == PLACE && text == SEALED {
        assert_eq!(opened.expect("the genuine one opens").as_bytes(), VALUE);
    } else {
        assert!(opened.is_err(), "{text} opens at {place:?}");
    }
    seal_and_open(key, place, attempt.value);
});

fn text(text: &Text<'_>) -> String {
    match text {
        Text::Any(text) => (*text).to_owned(),
        Text::Replaced(changes) => {
            let mut characters: Vec<char> = SEALED.chars().collect();
            for (at, c) in changes {
                let at = usize::from(*at) % characters.len();
                characters[at] = *c;
            }
            characters.into_iter().collect()
        }
        Text::Pieces(pieces) => {
            let at = |end: u8| usize::from(end).min(SEALED.len());
            let piece = |(a, b): &(u8, u8)| &SEALED[at(*a.min(b))..at(*a.max(b))];
            pieces.iter().take(8).map(piece).collect()
        }
    }
}

/// What is sealed at a place opens there, whatever the place is called, and at no other.
fn seal_and_open(key: &DataKey, place: Place<'_>, value: &[u8]) {
    let sealed = key.seal(place, value).expect("randomness");
    assert_eq!(key.open(place, &sealed).expect("it was just sealed").as_bytes(), value);
    let elsewhere = [
        Place { version: place.version ^ 1, ..place },
        Place { name: place.environment, environment: place.name, ..place },
        Place { name: &format!("{}x", place.name), ..place },
    ];
    for elsewhere in elsewhere.into_iter().filter(|elsewhere| *elsewhere != place) {
        assert_eq!(key.open(elsewhere, &sealed), Err(OpenError::Altered));
    }
}
