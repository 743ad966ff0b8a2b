//! The keys of a secret that is a JSON object: its members.

use crate::failure::Failure;
use crate::json::{self, Members, Writer};
use crate::store::{Content, Value};

/// The members of a secret; each is a slice of it.
pub(crate) fn of(secret: &Value) -> Result<Members<'_>, Failure> {
    json::of(secret).ok_or_else(|| {
        Failure::invalid(
            "it is no JSON object, so it has no keys: the store should not have `keys = true`",
        )
    })
}

/// What a secret holds: the values of all keys, or one value. Null is no value.
pub(crate) fn content(has_keys: bool, secret: Value) -> Result<Content, Failure> {
    if !has_keys {
        return Ok(Content::One(secret));
    }
    let members = of(&secret)?;
    let values = members.iter().filter_map(|(key, raw)| Some((key.clone(), json::value(raw)?)));
    Ok(Content::Several(values.collect()))
}

/// The key that is written where a reference names none: the only one there is, or the usual one.
pub(crate) fn meant<'k>(
    key: Option<&'k str>,
    members: &'k Members<'_>,
) -> Result<&'k str, Failure> {
    match (key, members.keys().next()) {
        (Some(key), _) => Ok(key),
        (None, None) => Ok(KEY),
        (None, Some(only)) if members.len() == 1 => Ok(only),
        (None, Some(_)) => {
            Err(Failure::invalid("it has several keys, so the reference must name one"))
        }
    }
}

/// The object with one member set, and the others as they are written.
pub(crate) fn with(members: &Members<'_>, key: &str, value: &str) -> Value {
    let (object, separator) = others(members, key);
    object.raw(separator).text(key).raw(":").text(value).raw("}").finish()
}

/// The object without a key that is taken away; none where it was the last one, and the secret goes with it.
pub(crate) fn without(members: &Members<'_>, key: Option<&str>) -> Result<Option<Value>, Failure> {
    if members.is_empty() && key.is_none() {
        return Ok(None);
    }
    let key = meant(key, members)?;
    if !members.contains_key(key) {
        return Err(Failure::absent(format!("it has no key `{}`", key.escape_debug())));
    }
    Ok((members.len() > 1).then(|| others(members, key).0.raw("}").finish()))
}

/// The beginning of an object with all members but one, and what parts them from one more.
fn others(members: &Members<'_>, key: &str) -> (Writer, &'static str) {
    let (mut object, mut separator) = (Writer::default().raw("{"), "");
    for (other, raw) in members.iter().filter(|(other, _)| *other != key) {
        object = object.raw(separator).text(other).raw(":").raw(raw.get());
        separator = ",";
    }
    (object, separator)
}

/// The key of a new secret for which none is named.
const KEY: &str = "value";

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &Value) -> &str {
        std::str::from_utf8(value).expect("text")
    }

    #[test]
    fn one_member_changes_and_the_others_stay_as_they_are_written() {
        let secret = Value::new(br#"{"user": "a\u0062", "port": 5432, "old": null}"#.to_vec());
        let members = of(&secret).expect("an object");
        let changed = with(&members, "user", "\"ü\"");
        assert_eq!(text(&changed), r#"{"old":null,"port":5432,"user":"\"ü\""}"#);
        let added = with(&members, "new", "x");
        assert_eq!(text(&added), r#"{"old":null,"port":5432,"user":"a\u0062","new":"x"}"#);
        let left = without(&members, Some("port")).expect("it is there").expect("more");
        assert_eq!(text(&left), r#"{"old":null,"user":"a\u0062"}"#);
    }

    #[test]
    fn a_secret_goes_with_its_last_key_and_one_of_several_must_be_named() {
        let left = |object: &str, key| {
            let object = Value::new(object.into());
            without(&of(&object).expect("an object"), key).map(|left| left.is_some())
        };
        assert_eq!(left(r#"{"a":1}"#, Some("a")), Ok(false));
        assert_eq!(left(r#"{"a":1}"#, None), Ok(false));
        assert_eq!(left("{}", None), Ok(false));
        assert_eq!(left(r#"{"a":1,"b":2}"#, Some("a")), Ok(true));
        for (object, key, said) in [
            ("{}", Some("a"), "absent: it has no key `a`"),
            (r#"{"a":1}"#, Some("b\n"), "absent: it has no key `b\\n`"),
            (
                r#"{"a":1,"b":2}"#,
                None,
                "not valid: it has several keys, so the reference must name one",
            ),
        ] {
            assert_eq!(left(object, key).expect_err("it stays").to_string(), said);
        }
    }

    #[test]
    fn a_secret_that_is_no_object_has_no_keys() {
        for text in ["hunter2", "[\"hunter2\"]", "\"hunter2\"", "{\"a\":", ""] {
            let failure = content(true, Value::new(text.into())).expect_err("no keys");
            assert!(failure.detail().starts_with("it is no JSON object"), "{failure}");
            assert!(content(false, Value::new(text.into())).is_ok());
        }
    }
}
