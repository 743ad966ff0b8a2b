//! Dapr's API over HTTP: one line for each route.

mod admitted;
mod answer;
mod applications;
mod configuration;
mod delivery;
mod health;
mod json;
mod metadata;
mod openapi;
mod secrets;
mod segments;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, put};
use http::{Request, StatusCode, Uri};
use hyper::body::Incoming;
use tower::ServiceExt;

use self::admitted::Admitted;
use self::answer::error;
#[cfg(feature = "fuzzing")]
pub(crate) use self::segments::{Query, Segments};
use crate::app::App;

/// What answers requests over HTTP. A slash at the end of a path is not looked at.
pub(crate) fn service(
    app: Arc<App>,
) -> impl tower::Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future: Future<Output = Result<Response, Infallible>> + Send + 'static,
> + Clone
+ Send
+ 'static {
    router(app).map_request(without_last_slash)
}

/// The routes. A secret that is called `bulk` cannot be had alone, as with daprd.
fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1.0/secrets/{store}/bulk", get(secrets::bulk))
        .route("/v1.0/secrets/{store}/{name}", get(secrets::one))
        .route("/v1.0/configuration/{store}", get(configuration::get))
        .route("/v1.0-alpha1/configuration/{store}", get(configuration::get))
        .route("/v1.0/configuration/{store}/subscribe", get(configuration::subscribe))
        .route("/v1.0-alpha1/configuration/{store}/subscribe", get(configuration::subscribe))
        .route("/v1.0/configuration/{store}/{id}/unsubscribe", get(configuration::unsubscribe))
        .route(
            "/v1.0-alpha1/configuration/{store}/{id}/unsubscribe",
            get(configuration::unsubscribe),
        )
        .route("/v1.0/healthz", get(health::health))
        .route("/v1.0/healthz/outbound", get(health::outbound))
        .route("/v1.0/metadata", get(metadata::get))
        .route("/v1.0/metadata/{key}", put(metadata::put))
        .route("/api/v1/apps/{id}/secrets", get(applications::secret))
        .route("/metrics", get(metadata::metrics))
        .route("/openapi.json", get(openapi::get))
        .fallback(nowhere)
        .with_state(app)
}

/// What is asked for is no route of this server. Who may not ask at all is not told so.
async fn nowhere(_admitted: Admitted) -> Response {
    error(StatusCode::NOT_FOUND, "ERR_NOT_FOUND", "there is no such route")
}

fn without_last_slash<B>(mut request: Request<B>) -> Request<B> {
    let path = request.uri().path();
    let Some(shorter) = path.strip_suffix('/').filter(|path| !path.is_empty()) else {
        return request;
    };
    let text = match request.uri().query() {
        None => shorter.to_owned(),
        Some(query) => format!("{shorter}?{query}"),
    };
    let mut parts = request.uri().clone().into_parts();
    if let Ok(path) = text.parse() {
        parts.path_and_query = Some(path);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}
