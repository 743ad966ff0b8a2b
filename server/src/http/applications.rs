//! `/api/v1/apps/{id}/secrets`: an application's own secret. Its API key is its token; the server's own is not asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use strongroom_vault::AppId;

use super::admitted::Local;
use super::answer::{json, values};
use super::json::{enclosed, text};
use super::segments::Segments;
use crate::app::App;
use crate::applications::{Asking, Refusal};
use crate::secrets::Freshness;

/// The secret.
pub(super) async fn secret(
    State(app): State<Arc<App>>,
    _local: Local,
    path: Result<Segments, Response>,
    headers: HeaderMap,
) -> Response {
    // A path that is no text has no UUID either, and is told so in the form of this route.
    let id = path.as_ref().map_or("", |path| path.at(3));
    let asking = asking(id, &headers);
    match app.application_secret(asking).await {
        Ok(secret) => {
            let data = BTreeMap::from([("secret".to_owned(), secret)]);
            let before =
                format!("{{\"success\":true,\"message\":{},\"error\":null,\"data\":", text(GIVEN));
            values(enclosed(&before, &data, "}\n"), Freshness::Current)
        }
        Err(refusal) => refused(refusal),
    }
}

/// Reads what is asked. A malformed request is told before a key is looked at.
fn asking<'h>(id: &str, headers: &'h HeaderMap) -> Result<Asking<'h>, Refusal> {
    let id = AppId::from_text(id).ok_or(Refusal::BadId)?;
    let right = one(headers, RIGHT)?.ok_or(Refusal::BadHeader(RIGHT))?;
    let client = one(headers, CLIENT)?.and_then(AppId::from_text);
    if client.ok_or(Refusal::BadHeader(CLIENT))? != id {
        return Err(Refusal::OtherClient);
    }
    let key = one(headers, KEY)?.filter(|key| !key.is_empty()).ok_or(Refusal::NoKey)?;
    Ok(Asking { id, key, right })
}

/// The one value of a header, if it is there.
fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h str>, Refusal> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::BadHeader(name)),
        (Some(_), Some(_)) => Err(Refusal::BadHeader(name)),
    }
}

fn refused(refusal: Refusal) -> Response {
    let status = match refusal {
        Refusal::BadId | Refusal::BadHeader(_) => StatusCode::BAD_REQUEST,
        Refusal::NoKey | Refusal::UnknownKey | Refusal::Expired => StatusCode::UNAUTHORIZED,
        Refusal::OtherApplication | Refusal::OtherClient | Refusal::OtherRight => {
            StatusCode::FORBIDDEN
        }
        Refusal::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let error = text(&refusal.to_string());
    json(
        status,
        format!("{{\"success\":false,\"error\":{error},\"message\":null,\"data\":null}}\n"),
    )
}

const GIVEN: &str = "the secret of this application";
const KEY: &str = "x-api-key";
const RIGHT: &str = "x-api-key-type";
const CLIENT: &str = "x-client-id";
