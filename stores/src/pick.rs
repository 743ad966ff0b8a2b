//! From what a store gave to the one text that a field gets: the key, then the way into JSON.

use strongroom_formats::json::{PathError, find};
use strongroom_vault::Shown;

use crate::failure::Failure;
use crate::reference::Reference;
use crate::store::{Content, Fetched, Keys, Value};

/// The value that a reference is about.
pub(crate) fn pick(fetched: &Fetched, reference: &Reference, keys: Keys) -> Result<Value, Failure> {
    let value = match (&fetched.content, reference.split(keys).1) {
        (Content::One(value), None) => value,
        (Content::One(_), Some(key)) => {
            return Err(Failure::absent(format!("it has no keys, and `{key}` is asked for")));
        }
        (Content::Several(values), Some(key)) => values.get(key).ok_or_else(|| {
            Failure::absent(format!("it has no key `{key}`; {}", names(values.keys())))
        })?,
        (Content::Several(values), None) => match values.values().next() {
            Some(value) if values.len() == 1 => value,
            Some(_) => {
                return Err(Failure::invalid(format!(
                    "it has several keys, so the reference must name one; {}",
                    names(values.keys())
                )));
            }
            None => return Err(Failure::absent("it has no keys")),
        },
    };
    if value.len() > VALUE_BYTES {
        return Err(Failure::invalid(format!(
            "it has {} bytes, and a secret has {VALUE_BYTES} at most",
            value.len()
        )));
    }
    match reference.path() {
        None => Ok(value.clone()),
        Some(path) => find(value, path).map_err(|error| no_path(path, &error)),
    }
}

/// The failure for a path that leads to no value.
fn no_path(path: &str, error: &PathError) -> Failure {
    let path = Shown(path);
    match error {
        PathError::Null => Failure::absent(format!("`#{path}` is null")),
        PathError::Unreadable(error) => {
            Failure::invalid(format!("it is no JSON, so it has no `#{path}`: {error}"))
        }
        error => Failure::invalid(format!("its JSON has no `#{path}`: {error}")),
    }
}

/// Names of keys for a message: the first few.
fn names<'k>(keys: impl ExactSizeIterator<Item = &'k String>) -> String {
    let more = keys.len().saturating_sub(SHOWN);
    let shown: Vec<String> =
        keys.take(SHOWN).map(|key| format!("`{}`", key.escape_debug())).collect();
    match (shown.len(), more) {
        (0, _) => "it has none".to_owned(),
        (_, 0) => format!("it has {}", shown.join(", ")),
        _ => format!("it has {} and {more} more", shown.join(", ")),
    }
}

/// How many keys a message names.
const SHOWN: usize = 8;
/// The longest value, as a vault has it.
const VALUE_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;

    fn picked(content: Content, reference: &str, keys: Keys) -> Result<String, String> {
        let reference = Reference::parse(reference).expect("a reference");
        let fetched = Fetched { content, version: None };
        let text = |value: Value| String::from_utf8(value.to_vec()).expect("text");
        pick(&fetched, &reference, keys).map(text).map_err(|failure| failure.to_string())
    }

    fn one(text: &str) -> Content {
        Content::One(Value::new(text.into()))
    }

    fn several(keys: &[&str]) -> Content {
        let value = |key: &&str| ((*key).to_owned(), Value::new(format!("hunter2-{key}").into()));
        Content::Several(keys.iter().map(value).collect())
    }

    #[test]
    fn a_key_is_named_unless_it_is_the_only_one() {
        let pick = |keys: &[&str], reference| picked(several(keys), reference, Keys::Several);
        assert_eq!(pick(&["a"], "x").as_deref(), Ok("hunter2-a"));
        assert_eq!(pick(&["a", "b"], "x/b").as_deref(), Ok("hunter2-b"));
        for (keys, reference, said) in [
            (&["a", "b"][..], "x/c", "absent: it has no key `c`; it has `a`, `b`"),
            (
                &["a", "b"],
                "x",
                "not valid: it has several keys, so the reference must name one; it has `a`, `b`",
            ),
            (&[], "x", "absent: it has no keys"),
            (
                &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
                "x/c",
                "absent: it has no key `c`; it has `0`, `1`, `2`, `3`, `4`, `5`, `6`, `7` and 2 more",
            ),
        ] {
            assert_eq!(pick(keys, reference), Err(said.to_owned()), "{reference}");
        }
        let failure = picked(one("hunter2"), "x/c", Keys::Several);
        assert_eq!(failure, Err("absent: it has no keys, and `c` is asked for".to_owned()));
    }

    #[test]
    fn a_path_leads_into_json_and_says_where_it_ends() {
        let json = r#"{"db": {"password": "hunter2"}, "old": null}"#;
        let pick = |text, reference| picked(one(text), reference, Keys::One);
        assert_eq!(pick(json, "x#db.password").as_deref(), Ok("hunter2"));
        for (text, reference, said) in [
            (json, "x#db.user", "not valid: its JSON has no `#db.user`: `db` has no `user`"),
            (json, "x#old", "absent: `#old` is null"),
            (
                "hunter2",
                "x#db",
                "not valid: it is no JSON, so it has no `#db`: line 1, column 1: expected value",
            ),
        ] {
            assert_eq!(pick(text, reference), Err(said.to_owned()), "{reference}");
        }
    }

    #[test]
    fn what_no_vault_would_keep_is_no_value() {
        let long = |length| Content::One(Value::new(vec![b'x'; length]));
        let reference = Reference::parse("x").expect("a reference");
        let pick =
            |length| pick(&Fetched { content: long(length), version: None }, &reference, Keys::One);
        assert!(pick(VALUE_BYTES).is_ok());
        let failure = pick(VALUE_BYTES + 1).expect_err("too long");
        assert_eq!(failure.kind(), FailureKind::Invalid);
    }
}
