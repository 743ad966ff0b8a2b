//! Answers: JSON with the words of Dapr, never kept by anybody on the way.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use zeroize::Zeroizing;

use super::json::text;
use crate::secrets::Freshness;

/// JSON.
pub(super) fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// JSON with values: its memory wipes itself when it was sent. Says how old they may be.
pub(super) fn values(body: Zeroizing<Vec<u8>>, freshness: Freshness) -> Response {
    let mut response = json(StatusCode::OK, Bytes::from_owner(Wiped(body)));
    if let Freshness::Kept(age) | Freshness::Stale(age) = freshness {
        let age = HeaderValue::from(age.as_secs());
        if let Freshness::Stale(_) = freshness {
            response.headers_mut().insert(STALE, age.clone());
        }
        response.headers_mut().insert(http::header::AGE, age);
    }
    response
}

/// `{"errorCode":"…","message":"…"}`
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, format!("{{\"errorCode\":{},\"message\":{}}}\n", text(code), text(message)))
}

/// No more than a status.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The store is away, and what is given was had so many seconds ago.
pub(super) const STALE: HeaderName = HeaderName::from_static("strongroom-stale");
