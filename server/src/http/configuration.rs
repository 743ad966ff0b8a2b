//! `/v1.0/configuration/{store}`: settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::admitted::Admitted;
use super::answer::{empty, error, json};
use super::delivery::deliver;
use super::json::text;
use super::segments::{Query, Segments};
use crate::app::App;
use crate::configuration::{self, ConfigurationError, SubscribeError, not_subscribed};

/// Settings of some keys, or all.
pub(super) async fn get(admitted: Admitted, path: Segments, query: Query) -> Response {
    match configuration::get(&admitted.served, path.at(2), &query.keys) {
        Ok(settings) if settings.is_empty() => empty(StatusCode::NO_CONTENT),
        Ok(settings) => json(StatusCode::OK, format!("{}\n", items(&settings))),
        Err(why) => error(status_of(&why), why.code(), &why.to_string()),
    }
}

/// Tells the application of changes from now on.
pub(super) async fn subscribe(
    State(app): State<Arc<App>>,
    admitted: Admitted,
    path: Segments,
    query: Query,
) -> Response {
    let store = path.at(2).to_owned();
    if let Err(why) = configuration::get(&admitted.served, &store, &query.keys) {
        return error(status_of(&why), why.code(), &why.to_string());
    }
    let Some(port) = app.application else {
        return error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "ERR_APP_CHANNEL_NIL",
            "app channel is not initialized. cannot subscribe to configuration updates",
        );
    };
    match configuration::subscribe(&app, store.clone(), query.keys) {
        Ok(subscription) => {
            let id = text(subscription.id());
            tokio::spawn(deliver(subscription, port, store));
            json(StatusCode::OK, format!("{{\"id\":{id}}}\n"))
        }
        Err(why) => {
            let status = match &why {
                SubscribeError::Configuration(why) => status_of(why),
                SubscribeError::TooMany { .. } | SubscribeError::Ending { .. } => {
                    StatusCode::INTERNAL_SERVER_ERROR
                }
            };
            error(status, why.code(), &why.to_string())
        }
    }
}

/// Ends a subscription.
pub(super) async fn unsubscribe(
    State(app): State<Arc<App>>,
    _admitted: Admitted,
    path: Segments,
) -> Response {
    let (store, id) = (path.at(2), path.at(3));
    if app.subscriptions.end(store, id) {
        return json(StatusCode::OK, "{\"ok\":true}\n");
    }
    let message = text(&not_subscribed(id));
    json(StatusCode::INTERNAL_SERVER_ERROR, format!("{{\"ok\":false,\"message\":{message}}}\n"))
}

/// `{"name":{"value":"text"}}`; an empty text is left out, as Dapr does it.
pub(super) fn items(settings: &BTreeMap<String, String>) -> String {
    let item = |(key, value): (&String, &String)| match value.as_str() {
        "" => format!("{}:{{}}", text(key)),
        value => format!("{}:{{\"value\":{}}}", text(key), text(value)),
    };
    format!("{{{}}}", settings.iter().map(item).collect::<Vec<_>>().join(","))
}

fn status_of(why: &ConfigurationError) -> StatusCode {
    match why {
        ConfigurationError::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        ConfigurationError::NoStore { .. } => StatusCode::BAD_REQUEST,
    }
}
