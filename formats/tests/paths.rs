//! Any path into any JSON: never a panic, and what a general reader of JSON finds there.

use proptest::prelude::*;
use serde_json::Value;
use strongroom_formats::json::find;

/// Names that look like positions, have dots, are empty, or need an escape.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]", "[0-3]", r"[a.\\]{0,3}", "[é\u{0}\"\n😀]{1,2}"]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// What is at the end of a path, as text.
fn expected(json: &Value, parts: &[String]) -> Option<String> {
    let mut found = json;
    for part in parts {
        found = match found {
            Value::Object(members) => members.get(part)?,
            Value::Array(elements) => {
                let position: usize = part.parse().ok()?;
                elements.get(position).filter(|_| position.to_string() == *part)?
            }
            _ => return None,
        };
    }
    match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_path_gives_what_is_there(json in json(), parts in proptest::collection::vec(name(), 1..4)) {
        let path: Vec<String> =
            parts.iter().map(|part| part.replace('\\', "\\\\").replace('.', "\\.")).collect();
        let found = find(json.to_string().as_bytes(), &path.join(".")).ok();
        let found = found.map(|found| String::from_utf8(found.to_vec()).expect("text"));
        prop_assert_eq!(found, expected(&json, &parts));
    }

    #[test]
    fn nothing_panics(json in "[{}\\[\\]\",:a0\\\\ud83 .\\-]{0,40}", path in "[a0.\\\\]{0,8}") {
        let _ = find(json.as_bytes(), &path);
    }
}
