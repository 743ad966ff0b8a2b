//! A token as a header has it: in memory that wipes itself, and never a key of ours.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use strongroom_vault::is_key_text;
use zeroize::Zeroizing;

use crate::store::Value;

/// The header of a token, with a word before it; none for what can be no token, and for a key of ours.
pub(crate) fn token(before: &str, token: &Value) -> Option<HeaderValue> {
    let token = token.trim_ascii_end();
    if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    if std::str::from_utf8(token).is_ok_and(is_key_text) {
        return None;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(before.len() + token.len()));
    text.extend_from_slice(before.as_bytes());
    text.extend_from_slice(token);
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()?;
    header.set_sensitive(true);
    Some(header)
}
