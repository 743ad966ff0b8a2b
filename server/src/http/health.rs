//! `/v1.0/healthz`: what clients wait for before they ask. No token is needed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::admitted::Local;
use super::answer::{empty, error};
use super::segments::Query;
use crate::app::App;

/// Whether everything is as it should be.
pub(super) async fn health(State(app): State<Arc<App>>, _local: Local, query: Query) -> Response {
    if query.app_id.is_some_and(|id| id != app.id) {
        return error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "ERR_HEALTH_APPID_NOT_MATCH",
            "dapr app-id does not match",
        );
    }
    match app.state.trouble() {
        // What was read before is served on, but an operator should look.
        Some(_) => not_ready("ERR_HEALTH_NOT_READY", "what is served is older than its files"),
        None if !app.is_ready() => not_ready("ERR_HEALTH_NOT_READY", "dapr is not ready"),
        None => empty(StatusCode::NO_CONTENT),
    }
}

/// Whether secrets are given.
pub(super) async fn outbound(State(app): State<Arc<App>>, _local: Local) -> Response {
    if app.is_ready() {
        empty(StatusCode::NO_CONTENT)
    } else {
        not_ready("ERR_OUTBOUND_HEALTH_NOT_READY", "dapr outbound is not ready")
    }
}

fn not_ready(code: &str, message: &str) -> Response {
    error(StatusCode::INTERNAL_SERVER_ERROR, code, message)
}
