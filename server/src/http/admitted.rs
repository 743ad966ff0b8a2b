//! Whether a request is answered at all: its host and origin are ours, and its token is known.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::answer::error;
use crate::app::App;
use crate::callers::Caller;
use crate::state::Served;

/// A request from somebody who may ask, with what is served at this moment.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) served: Arc<Served>,
    caller: usize,
}

/// A request that no page of somebody else's made a browser send; whoever sent it.
#[derive(Debug)]
pub(super) struct Local;

impl Admitted {
    pub(super) fn caller(&self) -> &Caller {
        self.served.callers.at(self.caller)
    }
}

impl FromRequestParts<Arc<App>> for Admitted {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let served = app.state.now();
        refuse_foreign(parts, app, &served)?;
        let token = parts.headers.get(TOKEN).map(HeaderValue::as_bytes);
        if let Some(caller) = served.callers.of(token) {
            return Ok(Self { served, caller });
        }
        let mut response = Response::new(Body::from("invalid api token\n"));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(http::header::CONTENT_TYPE, plain);
        Err(response)
    }
}

impl FromRequestParts<Arc<App>> for Local {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        refuse_foreign(parts, app, &app.state.now()).map(|()| Self)
    }
}

/// Refuses what a page in a browser could have sent: its `Origin` is not ours, or its `Host` is a name that was made to lead
/// here (DNS rebinding).
#[expect(clippy::result_large_err, reason = "the answer is what axum wants of an extractor")]
fn refuse_foreign(parts: &Parts, app: &App, served: &Served) -> Result<(), Response> {
    let hosts = served.rules.hosts();
    let host = host_of(&parts.headers, parts.uri.authority().map(http::uri::Authority::as_str));
    if app.is_near && !host.is_none_or(|host| is_ours(host, hosts)) {
        return Err(error(
            StatusCode::FORBIDDEN,
            "ERR_HOST",
            "this host is not ours\nname it in the file of options: hosts = [\"…\"]",
        ));
    }
    let Some(origin) = parts.headers.get(ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match origin {
        Some((_, origin)) if Some(origin) == host => Ok(()),
        _ => Err(error(StatusCode::FORBIDDEN, "ERR_ORIGIN", "this origin is not ours")),
    }
}

/// The host that is asked, with its port; an empty one where it is told twice or is no text.
fn host_of<'p>(headers: &'p HeaderMap, authority: Option<&'p str>) -> Option<&'p str> {
    let mut told = headers.get_all(HOST).iter();
    match (authority, told.next(), told.next()) {
        (Some(authority), None, _) => Some(authority),
        (_, Some(host), None) => Some(host.to_str().unwrap_or("")),
        (None, None, _) => None,
        (_, Some(_), Some(_)) => Some(""),
    }
}

/// Whether a host is this machine, or a name that the operator gave.
fn is_ours(host: &str, names: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let is_loopback = || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    name.eq_ignore_ascii_case("localhost")
        || is_loopback()
        || names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Where a token is.
const TOKEN: &str = "dapr-api-token";
