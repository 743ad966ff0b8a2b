//! Import after export: every value that a format can carry is read again byte for byte.

use proptest::prelude::*;
use strongroom_formats::{
    Entry, Item, ReadError, Unfit, WriteError, dotenv, encore, json, kubernetes, toml, yaml,
};

type Values = Vec<(String, Vec<u8>)>;

/// Any bytes, with a liking for what some format gives a meaning.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let special = r#"['"`\\$#{}!~&*?|>%@:,=\-\n\r\t \u{0}-\u{1f}\u{7f}\u{85}\u{2028}\u{feff}\u{fffe}éA1n]{0,12}"#;
    prop_oneof![
        4 => special.prop_map(String::into_bytes),
        2 => ".{0,40}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => prop_oneof![
            Just("$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"),
            Just("-----BEGIN PRIVATE KEY-----\nMIIE\n+/==\n-----END PRIVATE KEY-----\n"),
            Just("${HOME} $(id) `id` \\n \\\\ 'a' \"b\" # c"),
            Just("no"), Just("null"), Just("~"), Just("0o17"), Just("1e5"), Just("---"), Just("- a"),
        ].prop_map(|text: &str| text.as_bytes().to_vec()),
    ]
}

/// Up to eight names, some of them in groups, and their values.
fn values(name: &'static str) -> impl Strategy<Value = Values> {
    proptest::collection::btree_map(name, value(), 0..8).prop_map(|map| map.into_iter().collect())
}

/// Writes all that can be written, and reads it; what cannot is named and has a reason that is true.
fn round_trip(
    mut values: Values,
    write: impl Fn(&[Item<'_>]) -> Result<Vec<u8>, WriteError>,
    read: impl Fn(&[u8]) -> Result<Vec<Entry>, ReadError>,
) -> Result<(), TestCaseError> {
    let items = |values: &Values| -> Result<Vec<u8>, WriteError> {
        let items = values.iter().map(|(name, value)| Item { name, value });
        write(&items.collect::<Vec<_>>())
    };
    if let Err(error) = items(&values) {
        for (name, why) in &error.unfit {
            let named = values.iter().find(|(other, _)| other == name);
            let value = named.map(|(_, value)| value.as_slice()).unwrap_or_default();
            match why {
                Unfit::Nul => prop_assert!(value.contains(&0)),
                Unfit::NotUtf8 => prop_assert!(std::str::from_utf8(value).is_err()),
                Unfit::Group(other) => {
                    prop_assert_eq!(
                        other.split_once('/').map(|parts| parts.0),
                        Some(name.as_str())
                    );
                }
                // Only dotenv: a last backslash would take the quote behind it for its own.
                Unfit::Unreadable => prop_assert!(value.ends_with(b"\\")),
                why => return Err(TestCaseError::fail(format!("{name}: {why}"))),
            }
        }
        values.retain(|(name, _)| !error.unfit.iter().any(|(unfit, _)| unfit == name));
    }
    let written = items(&values).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let shown = String::from_utf8_lossy(&written);
    let read =
        read(&written).map_err(|error| TestCaseError::fail(format!("{error} in {shown}")))?;
    let mut read: Values = read.into_iter().map(|each| (each.name, each.value.to_vec())).collect();
    read.sort();
    prop_assert_eq!(read, values, "{}", shown);
    Ok(())
}

const NAME: &str = "([a-c]/)?[A-Za-z0-9][a-z0-9_.-]{0,3}";
const VARIABLE: &str = "[A-Z_][A-Z0-9_]{0,3}";

proptest! {
    #[test]
    fn dotenv_gives_every_text_back(values in values(VARIABLE)) {
        round_trip(
            values,
            |items| Ok(dotenv::write(items)?.sheet.as_bytes().to_vec()),
            |bytes| Ok(dotenv::read(bytes)?.entries),
        )?;
    }

    #[test]
    fn json_gives_every_text_back(values in values(NAME)) {
        round_trip(values, |items| Ok(json::write(items)?.as_bytes().to_vec()), json::read)?;
    }

    #[test]
    fn yaml_gives_every_text_back(values in values(NAME)) {
        round_trip(values, |items| Ok(yaml::write(items)?.as_bytes().to_vec()), yaml::read)?;
    }

    #[test]
    fn toml_gives_every_text_back(values in values(NAME)) {
        round_trip(values, |items| Ok(toml::write(items)?.as_bytes().to_vec()), toml::read)?;
    }

    #[test]
    fn kubernetes_gives_every_byte_back(values in values(NAME)) {
        prop_assume!(!values.is_empty());
        round_trip(
            values,
            |items| Ok(kubernetes::write(items, Some("app"), Some("shop"))?.as_bytes().to_vec()),
            |bytes| kubernetes::read(bytes, Some("app")),
        )?;
    }

    #[test]
    fn encore_gives_every_byte_back(values in values(VARIABLE)) {
        round_trip(
            values,
            |items| Ok(encore::write(items)?.as_bytes().to_vec()),
            |bytes| encore::read(bytes, &|_| Err(encore::NoContent::Unset)),
        )?;
    }
}

#[test]
fn names_that_no_vault_has_are_written_all_the_same() {
    let names = ["\u{1}".repeat(253), format!("{}/\u{7f}a", "\u{17}".repeat(200)), "~".to_owned()];
    let items = names.each_ref().map(|name| Item { name, value: b"x" });
    for read in [
        yaml::read(yaml::write(&items).expect("texts").as_bytes()),
        json::read(json::write(&items).expect("texts").as_bytes()),
        toml::read(toml::write(&items).expect("texts").as_bytes()),
    ] {
        let mut read: Vec<String> =
            read.expect("a file").into_iter().map(|each| each.name).collect();
        read.sort();
        assert_eq!(read, names);
    }
}
