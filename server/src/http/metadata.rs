//! `/v1.0/metadata` and `/metrics`: what this server is, and how it fares.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use tokio::time::timeout;

use super::admitted::Admitted;
use super::answer::{empty, error, json};
use super::json::text;
use super::segments::Segments;
use crate::app::{App, LONGEST, MetadataFull, RUNTIME_VERSION, SEVERAL_KEYS};

/// The stores, and what clients look at before they ask.
pub(super) async fn get(State(app): State<Arc<App>>, admitted: Admitted) -> Response {
    let components = admitted.served.stores.described().map(|(name, kind, version, has_keys)| {
        let capabilities = if has_keys { text(SEVERAL_KEYS) } else { String::new() };
        format!(
            "{{\"name\":{},\"type\":{},\"version\":{},\"capabilities\":[{capabilities}]}}",
            text(name),
            text(kind),
            text(version)
        )
    });
    let components: Vec<String> = components.collect();
    let extended = app.extended.lock().unwrap_or_else(PoisonError::into_inner);
    let extended: Vec<String> =
        extended.iter().map(|(key, value)| format!("{}:{}", text(key), text(value))).collect();
    let body = format!(
        "{{\"id\":{},\"runtimeVersion\":{},\"components\":[{}],\"extended\":{{{}}}}}\n",
        text(&app.id),
        text(RUNTIME_VERSION),
        components.join(","),
        extended.join(",")
    );
    json(StatusCode::OK, body)
}

/// Leaves a word for others.
pub(super) async fn put(
    State(app): State<Arc<App>>,
    _admitted: Admitted,
    path: Segments,
    body: Body,
) -> Response {
    let body = match timeout(PATIENCE, to_bytes(body, LONGEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let full = MetadataFull.to_string();
            return error(StatusCode::PAYLOAD_TOO_LARGE, "ERR_METADATA_FULL", &full);
        }
        Err(_) => {
            let text = "the body does not come";
            return error(StatusCode::REQUEST_TIMEOUT, "ERR_MALFORMED_REQUEST", text);
        }
    };
    let Ok(value) = String::from_utf8(body.to_vec()) else {
        return error(StatusCode::BAD_REQUEST, "ERR_MALFORMED_REQUEST", "the body is no text");
    };
    match app.leave(path.at(2), value) {
        Ok(()) => empty(StatusCode::NO_CONTENT),
        Err(why) => error(StatusCode::INSUFFICIENT_STORAGE, "ERR_METADATA_FULL", &why.to_string()),
    }
}

/// Numbers for Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>, _admitted: Admitted) -> Response {
    let Ok(text) = app.metrics.text() else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = json(StatusCode::OK, text);
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// How long a client may take for the body of a request.
const PATIENCE: Duration = Duration::from_secs(10);
