//! What can be asked of the service. No answer holds a secret, and none says how close a wrong one came.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use tokio::sync::watch::Receiver;

use crate::secrets::Secrets;
use crate::signature::{is_same, is_signed};

/// The routes, with the secrets that they use, whichever these are when a request comes.
pub(crate) fn router(secrets: Receiver<Arc<Secrets>>) -> Router {
    let service = Arc::new(Service { secrets, deliveries: AtomicU64::new(0) });
    Router::new()
        .route("/healthz", get(healthz))
        .route("/webhook", post(webhook))
        .route("/deliveries", get(deliveries))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(service)
}

struct Service {
    secrets: Receiver<Arc<Secrets>>,
    deliveries: AtomicU64,
}

impl Service {
    /// The secrets of this moment. A request that holds them keeps to them to its end; whoever lets go last wipes them.
    fn secrets(&self) -> Arc<Secrets> {
        Arc::clone(&self.secrets.borrow())
    }
}

/// A service that answers has all of its secrets: it would not have started otherwise.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Takes what a sender signed, and nothing else.
async fn webhook(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature =
        headers.get("x-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secrets = service.secrets();
    let mut keys =
        [Some(&secrets.webhook_key), secrets.previous_webhook_key.as_ref()].into_iter().flatten();
    if !keys.any(|key| is_signed(key, &body, signature)) {
        return StatusCode::UNAUTHORIZED;
    }
    service.deliveries.fetch_add(1, Ordering::Relaxed);
    StatusCode::ACCEPTED
}

/// How many deliveries came, for an operator.
async fn deliveries(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<String, StatusCode> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|given| given.strip_prefix("Bearer ")) {
        Some(token) if is_same(token, &service.secrets().operator_token) => {
            Ok(format!("{}\n", service.deliveries.load(Ordering::Relaxed)))
        }
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

/// 256 KiB: a webhook is a note, not a file.
const LARGEST_BODY: usize = 256 << 10;
