//! JSON as the type of a secret: a value that is several in one, such as a cloud's service account.

mod key;
mod reader;

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_core::de::{DeserializeOwned, IgnoredAny};
use strongroom_vault::Plaintext;

use self::reader::Reader;
use super::{FromSecret, InvalidSecret};

/// A value that was read from JSON.
///
/// What was read wipes itself only if its own types do: give secret parts a type such as `zeroize::Zeroizing<String>` or
/// `secrecy::SecretString`. An error says line and column, and nothing of the value.
///
/// ```
/// use std::collections::HashMap;
///
/// use strongroom::Json;
///
/// #[strongroom::secrets(nested)]
/// struct Secrets {
///     passwords: Json<HashMap<String, String>>,
/// }
///
/// let secrets = Secrets::from_values([("passwords", r#"{ "ada": "x", "bob": "y" }"#)])?;
/// assert_eq!(secrets.passwords["ada"], "x");
///
/// let error = Secrets::from_values([("passwords", "{\n  \"ada\": 17\n}")]).unwrap_err();
/// assert!(error.to_string().contains("expected JSON of this shape (line 2, column 10)"));
/// # Ok::<(), strongroom::LoadError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(T);

impl<T> Json<T> {
    /// What was read.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json([hidden])")
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromSecret for Json<T> {
    fn from_secret(value: Plaintext) -> Result<Self, InvalidSecret> {
        // This copies nothing: no string is kept.
        let json: Result<IgnoredAny, _> = serde_json::from_slice(value.as_bytes());
        json.map_err(|error| InvalidSecret::at("JSON", error.line(), error.column().max(1)))?;
        let text = value.as_str().map_err(|_| InvalidSecret::new("JSON"))?;
        let mut reader = Reader::new(text);
        T::deserialize(&mut reader).map(Self).map_err(|_| {
            let before = &text[..reader.last];
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let column = before[line_start..].chars().count() + 1;
            InvalidSecret::at("JSON of this shape", before.matches('\n').count() + 1, column)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    fn read<T: DeserializeOwned + Send + Sync + 'static>(text: &str) -> Result<T, String> {
        let value = Plaintext::from(text.as_bytes().to_vec());
        Json::from_secret(value).map(Json::into_inner).map_err(|error| error.to_string())
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        Unit,
        Newtype(String),
        Tuple(u8, i128),
        Struct { a: Option<char>, b: f32 },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Shape {
        kinds: Vec<Kind>,
        by_number: BTreeMap<i32, (bool, u128)>,
        by_name: BTreeMap<String, char>,
        wrapped: Option<Wrapped>,
        more: Option<Box<Shape>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(String);

    #[test]
    fn values_are_what_serde_json_makes_of_them() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        for text in [
            "17",
            "-17",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
            "-0",
            "[0, -0.0, 0e1]",
            "1.5e-3",
            "\"\"",
            r#""a\n\"b\\\/\b\f\r\t\u00e9\ud83d\ude00é😀\u0041""#,
            r#" { "a" : [ 1, "\t", null, { "b": "c\\" } ], "" : true , "\n": false} "#,
            "[[[[[\"\\n\"]]], []], {}]",
            "{\"a\":\n\n[1.5e3,-2]}\n",
            &deep,
        ] {
            let expected: serde_json::Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        let shape = r#"{
            "kinds": ["Unit", {"Newtype": "x\n"}, {"Tuple": [1, -170141183460469231731687303715884105728]},
                      {"Struct": {"b": 1, "a": "ß"}}, {"Struct": {"b": 0.5}}, {"Unit": null}],
            "by_number": {"-7": [true, 340282366920938463463374607431768211455]},
            "by_name": {"x": "y"}, "ignored": [{"a": ["\n"]}, 1], "wrapped": "w",
            "more": {"kinds": [], "by_number": {}, "by_name": {}, "wrapped": null, "more": null}
        }"#;
        let expected: Shape = serde_json::from_str(shape).expect("JSON");
        assert_eq!(read(shape), Ok(expected));
    }

    #[test]
    fn an_error_says_where_and_nothing_of_the_value() {
        let wrong = "expected JSON of this shape";
        for (text, says) in [
            ("", "expected JSON (line 1, column 1)".to_owned()),
            ("hunter2", "expected JSON (line 1, column 1)".to_owned()),
            ("{\"a\": \"hunter2\"} x", "expected JSON (line 1, column 18)".to_owned()),
            ("{\"a\": 1,\n \"b\": \"hunter2\"}", format!("{wrong} (line 2, column 7)")),
            ("{\"a\": 1,\n \"b\": \"hunter\\n2\"}", format!("{wrong} (line 2, column 7)")),
            ("{\"ß\": 1, \"b\": 256}", format!("{wrong} (line 1, column 15)")),
            ("{\"a\": \"\\ud800\"}", format!("{wrong} (line 1, column 7)")),
            ("[\"hunter2\"]", format!("{wrong} (line 1, column 1)")),
            ("1e999", format!("{wrong} (line 1, column 1)")),
        ] {
            assert_eq!(read::<BTreeMap<String, u8>>(text), Err(says), "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(read::<serde_json::Value>(&deep).is_err());
    }
}
