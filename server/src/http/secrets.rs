//! `/v1.0/secrets/{store}/{name}` and `/v1.0/secrets/{store}/bulk`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::admitted::Admitted;
use super::answer::{empty, error, values};
use super::json::{object, objects};
use super::segments::{Query, Segments};
use crate::app::App;
use crate::secrets::{Asked, SecretError};

/// One secret.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    admitted: Admitted,
    path: Segments,
    query: Query,
) -> Response {
    let asked = Asked { store: path.at(2), name: path.at(3), metadata: &query.metadata };
    match app.secret(&admitted.served, admitted.caller(), asked).await {
        Ok(given) => values(object(&given.values), given.freshness),
        Err(error) => refused(&error, admitted.served.rules.is_documented()),
    }
}

/// Every secret of a store.
pub(super) async fn bulk(
    State(app): State<Arc<App>>,
    admitted: Admitted,
    path: Segments,
    query: Query,
) -> Response {
    let (served, caller) = (&admitted.served, admitted.caller());
    match app.secrets(served, caller, path.at(2), &query.metadata).await {
        Ok(given) => values(objects(&given.values), given.freshness),
        Err(error) => refused(&error, served.rules.is_documented()),
    }
}

/// The answer for an error, with the status of daprd, or of Dapr's documentation.
fn refused(why: &SecretError, is_documented: bool) -> Response {
    let status = match why {
        SecretError::Failed { why, .. } if is_documented && why.is_absent => {
            return empty(StatusCode::NO_CONTENT);
        }
        SecretError::NoStore { .. } if is_documented => StatusCode::BAD_REQUEST,
        SecretError::NoStore { .. } => StatusCode::UNAUTHORIZED,
        SecretError::Denied { .. } => StatusCode::FORBIDDEN,
        SecretError::NotConfigured | SecretError::Failed { .. } => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    error(status, why.code(), &why.to_string())
}
