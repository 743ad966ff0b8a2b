//! The keys of a secret: the members of the JSON object that it is.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::json::{self, Members, Writer};
use crate::store::{Content, Keys, Value};

/// What a secret holds.
pub(super) fn content(keys: Keys, value: Value) -> Result<Content, Failure> {
    if keys == Keys::One {
        return Ok(Content::One(value));
    }
    let members = of(&value)?;
    let values: BTreeMap<String, Value> =
        members.iter().filter_map(|(key, raw)| Some((key.clone(), json::value(raw)?))).collect();
    Ok(Content::Several(values))
}

/// The members of a secret; each is a slice of it.
pub(super) fn of(value: &Value) -> Result<Members<'_>, Failure> {
    json::of(value).ok_or_else(|| {
        Failure::invalid(
            "it is no JSON object, so it has no keys: the store should not have `keys = true`",
        )
    })
}

/// The object with one member set, and the others as they are written.
pub(super) fn with(members: &Members<'_>, key: &str, value: &str) -> Value {
    others(members, key).text(key).raw(":").text(value).raw("}").finish()
}

/// The object without one member, which is there.
pub(super) fn without(members: &Members<'_>, key: &str) -> Value {
    let mut object = Writer::default().raw("{");
    for (at, (other, raw)) in members.iter().filter(|(other, _)| *other != key).enumerate() {
        object = object.raw(if at == 0 { "" } else { "," }).text(other).raw(":").raw(raw.get());
    }
    object.raw("}").finish()
}

/// The beginning of an object with all members but one, for one more.
fn others(members: &Members<'_>, key: &str) -> Writer {
    let mut object = Writer::default().raw("{");
    for (other, raw) in members.iter().filter(|(other, _)| *other != key) {
        object = object.text(other).raw(":").raw(raw.get()).raw(",");
    }
    object
}

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
        assert_eq!(text(&without(&members, "port")), r#"{"old":null,"user":"a\u0062"}"#);
        let one = Value::new(b"{\"a\":1}".to_vec());
        assert_eq!(text(&without(&of(&one).expect("an object"), "a")), "{}");
    }

    #[test]
    fn a_secret_that_is_no_object_has_no_keys() {
        for text in ["hunter2", "[\"hunter2\"]", "\"hunter2\"", "{\"a\":", ""] {
            let failure = content(Keys::Several, Value::new(text.into())).expect_err("no keys");
            assert!(failure.detail().starts_with("it is no JSON object"), "{failure}");
            assert!(content(Keys::One, Value::new(text.into())).is_ok());
        }
    }
}
