//! The parts of a path and the pairs of a query, decoded as daprd does: `+` is a space, and `%2F` is part of a name.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::answer::error;
use crate::secrets::Metadata;

/// The decoded parts of a path, without an empty one at its end.
#[derive(Debug)]
pub(crate) struct Segments(Vec<String>);

/// What a query says.
#[derive(Debug, Default)]
pub(crate) struct Query {
    /// `metadata.KEY=VALUE`; of one key the first counts.
    pub(crate) metadata: Metadata,
    /// `key=NAME`, in order.
    pub(crate) keys: Vec<String>,
    /// `appid=ID`
    pub(crate) app_id: Option<String>,
}

impl Segments {
    /// The parts of a path; none where it is no text.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        path.split('/').map(decoded).collect::<Option<Vec<_>>>().map(Self)
    }

    #[cfg(feature = "fuzzing")]
    pub(crate) fn into_inner(self) -> Vec<String> {
        self.0
    }

    /// The part at a position; the routes say which there are.
    pub(super) fn at(&self, position: usize) -> &str {
        self.0.get(position).map_or("", String::as_str)
    }
}

impl Query {
    /// What a query says. What of it cannot be read is not looked at, as in Go.
    pub(crate) fn of(text: &str) -> Self {
        let mut query = Self::default();
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(key), Some(value)) = (decoded(key), decoded(value)) else { continue };
            match key.strip_prefix("metadata.") {
                Some(key) => drop(query.metadata.entry(key.to_owned()).or_insert(value)),
                None if key == "key" => query.keys.push(value),
                None if key.eq_ignore_ascii_case("appid") => query.app_id = Some(value),
                None => {}
            }
        }
        query
    }
}

impl<S: Sync> FromRequestParts<S> for Segments {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        Self::of(parts.uri.path()).ok_or_else(|| {
            error(
                StatusCode::BAD_REQUEST,
                "ERR_MALFORMED_REQUEST",
                "the path is no text: `%` stands before two hexadecimal digits, and what they say is UTF-8",
            )
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

/// Percent-encoded text, in which `+` is a space; none where it is malformed.
fn decoded(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_a_query_is() {
        for (text, expected) in [
            ("a", Some("a")),
            ("a%2Fb", Some("a/b")),
            ("a%2fb+c", Some("a/b c")),
            ("%C3%A9", Some("é")),
            ("%00", Some("\0")),
            ("%", None),
            ("%2", None),
            ("%zz", None),
            ("%FF", None),
            ("%+1", None),
        ] {
            assert_eq!(decoded(text).as_deref(), expected, "{text}");
        }
    }
}
