//! What must hold for every value, place and spelling: it is found there, and nothing else is found anywhere.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, HEXLOWER, HEXUPPER};
use proptest::prelude::*;

use super::spellings;
use super::stream::Stream;
use super::table::{Table, What};

/// As a program would write it that knows nothing of this one.
fn written(spelling: usize, before: &[u8], value: &[u8], after: &[u8]) -> Vec<u8> {
    let all = [before, value, after].concat();
    let escaped = |digit: fn(u8) -> String| -> String { value.iter().map(|b| digit(*b)).collect() };
    let text = match spelling {
        0 => return all,
        1 => BASE64.encode(&all),
        2 => BASE64_NOPAD.encode(&all),
        3 => BASE64URL.encode(&all),
        4 => HEXLOWER.encode(&all),
        5 => HEXUPPER.encode(&all),
        6 => escaped(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(b).into()
            }
            _ => format!("%{b:02X}"),
        }),
        _ => match std::str::from_utf8(value) {
            Ok(text) => serde_json::to_string(text).expect("JSON"),
            Err(_) => return all,
        },
    };
    [before, text.as_bytes(), after].concat()
}

/// What is found: values and where.
fn found(table: &Table, bytes: &[u8]) -> Vec<(What, u64)> {
    let mut found = Vec::new();
    Stream::new(table)
        .read(&mut &bytes[..], |what, position| found.push((what, position.offset)))
        .expect("memory can be read");
    found
}

fn table(values: &[Vec<u8>]) -> Table {
    let mut table = Table::new(values.len()).expect("randomness");
    for (number, value) in values.iter().enumerate() {
        spellings::each(value, |spelling, text| table.add(number, spelling, text));
    }
    table.finish();
    table
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 8..80),
        "[a-zA-Z0-9_-]{8,64}".prop_map(String::into_bytes),
        "\\PC{8,40}".prop_map(String::into_bytes),
        "[ -~\\n\\té/\"\\\\]{8,300}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_value_is_found_in_every_spelling_at_every_place(
        values in prop::collection::vec(value(), 1..8),
        spelling in 0_usize..8,
        before in prop::collection::vec(any::<u8>(), 0..600),
        after in prop::collection::vec(any::<u8>(), 0..600),
        more in prop_oneof![9 => Just(0_usize), 1 => 262_000_usize..263_500],
    ) {
        let before = [vec![b' '; more], before].concat();
        let bytes = written(spelling, &before, &values[0], &after);
        let is_it = |(what, _): &(What, u64)| matches!(what, What::Value(0, _));
        let all = found(&table(&values), &bytes);
        // The same value may stand twice in the list: then it is that one.
        let twin = values[1..].contains(&values[0]);
        prop_assert!(twin || all.iter().any(is_it), "{spelling}");
    }

    #[test]
    fn where_no_value_is_none_is_found(
        values in prop::collection::vec(value(), 1..8),
        bytes in prop::collection::vec(any::<u8>(), 0..4_000),
        changed in any::<prop::sample::Index>(),
    ) {
        let table = table(&values);
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        if !values.iter().any(|value| holds(value)) {
            prop_assert_eq!(found(&table, &bytes), []);
        }
        // A value of which one byte differs is another one.
        let mut other = values[0].clone();
        let at = changed.index(other.len());
        other[at] ^= 0x80;
        let is_first = |(what, _): &(What, u64)| matches!(what, What::Value(0, spelling) if *spelling == super::Spelling::Plain);
        prop_assert!(!found(&table, &other).iter().any(is_first));
    }
}
