//! `Json<T>` reads what `serde_json` reads, and refuses what that refuses.

use proptest::prelude::*;
use serde_json::Value;
use strongroom::Json;

#[strongroom::secrets(nested)]
struct Secrets {
    json: Json<Value>,
}

fn read(text: &str) -> Option<Value> {
    let mut secrets = Secrets::from_values([("json", text)]).ok()?;
    Some(std::mem::take(&mut secrets.json).into_inner())
}

/// Any JSON; no fractions, of which `serde_json` makes the last bit otherwise.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn every_json_is_read_in_either_layout(value in values()) {
        prop_assert_eq!(read(&value.to_string()), Some(value.clone()));
        let pretty = serde_json::to_string_pretty(&value).expect("text");
        prop_assert_eq!(read(&pretty), Some(value.clone()));
        // Every character as an escape.
        if let Value::String(text) = &value {
            let units: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
            prop_assert_eq!(read(&format!("\"{}\"", units.concat())), Some(value));
        }
    }

    #[test]
    fn altered_json_is_refused_where_serde_json_refuses_it(
        value in values(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\x00-\\x7f]"), 1..4),
    ) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        for (at, replacement) in changes {
            let at = at.index(text.len());
            text.splice(at..=at, replacement.chars());
        }
        let text: String = text.into_iter().collect();
        let wanted: Option<Value> = serde_json::from_str(&text).ok();
        prop_assert_eq!(read(&text).is_some(), wanted.is_some(), "{}", text);
    }
}
