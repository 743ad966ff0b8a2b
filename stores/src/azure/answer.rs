//! What a vault answers, and what its refusals mean, in words; its own are looked at, and never shown.

use std::fmt;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use super::endpoint::Endpoint;
use crate::failure::{Failure, FailureKind};
use crate::json::{self, Members};
use crate::store::Value;
use crate::{http, pause};

/// An answer.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// JSON, or nothing.
    pub(crate) body: Value,
    pub(super) is_json: bool,
    pub(super) retry_after: Option<Duration>,
    pub(super) request_id: Option<String>,
    /// What the server wants to know of who asks.
    pub(super) challenge: Option<String>,
    /// The tenant that the server belongs to.
    pub(super) tenant: Option<String>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Reply {
    /// What is known of an answer before its body is there.
    pub(super) fn of(response: &Response) -> Self {
        let header = |name| response.headers().get(name).and_then(|text| text.to_str().ok());
        Self {
            status: response.status().as_u16(),
            is_json: http::is_json(response),
            retry_after: header(RETRY_AFTER.as_str()).and_then(pause::asked),
            request_id: header("x-ms-request-id").map(str::to_owned),
            challenge: header(WWW_AUTHENTICATE.as_str()).map(str::to_owned),
            ..Self::default()
        }
    }

    /// The members of the object that the body is.
    pub(crate) fn members(&self) -> Option<Members<'_>> {
        json::of(&self.body)
    }

    /// The code of an error, the innermost one first.
    fn codes(&self) -> Vec<String> {
        let body = self.members().unwrap_or_default();
        let mut codes = Vec::new();
        let mut next = json::object(&body, "error");
        while let Some(error) = next {
            codes.extend(json::text(&error, "code"));
            next = json::object(&error, "innererror");
        }
        codes.reverse();
        codes
    }

    /// Whether an error has this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.codes().iter().any(|other| other == code)
    }

    /// Whether an error's text has these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        let body = self.members().unwrap_or_default();
        let error = json::object(&body, "error");
        let text = error.and_then(|error| json::text(&error, "message"));
        text.is_some_and(|text| text.contains(words))
    }

    /// The failure with the vault's number of the request.
    pub(crate) fn numbered(&self, failure: Failure) -> Failure {
        match &self.request_id {
            Some(id) => failure.with_request_id(id.as_str()),
            None => failure,
        }
    }
}

/// What is asked of a vault, as far as a refusal is told by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'a> {
    pub(crate) endpoint: &'a Endpoint,
    /// What may not be done, in words that go on after "may not".
    pub(crate) what: &'a str,
    /// The role that allows it.
    pub(crate) role: &'a str,
    /// The permission of an access policy that allows it.
    pub(crate) permission: &'a str,
    /// What is not there when the vault says so.
    pub(crate) absent: &'static str,
}

impl Deed<'_> {
    /// Why the vault did not do it.
    pub(crate) fn failure(&self, reply: &Reply) -> Failure {
        let Self { endpoint, what, role, permission, absent } = self;
        let vault = endpoint.shown();
        let failure = match reply.status {
            401 => no_token_taken(endpoint, reply),
            403 if is_disabled(reply) => Failure::absent(
                "it is disabled: enable it in Azure, or ask for another version of it",
            ),
            403 if reply.is("ForbiddenByFirewall") => Failure::denied(format!(
                "the firewall of `{vault}` does not let this address in: add it or the network to the vault's networking"
            )),
            403 if reply.is("ForbiddenByConnection") => Failure::denied(format!(
                "`{vault}` is closed to the public network: it is only reached through its private endpoint"
            )),
            403 if reply.is("ForbiddenByRbac") => Failure::denied(format!(
                "the identity may not {what} here: it needs the role `{role}` at `{vault}`, or at this alone"
            )),
            403 if reply.is("AccessDenied") || reply.is("ForbiddenByPolicy") => {
                Failure::denied(format!(
                    "the identity may not {what} here: it needs the permission `{permission}` in the access policies of `{vault}`"
                ))
            }
            403 => Failure::denied(format!(
                "the identity may not {what} here: it needs the role `{role}` at `{vault}`, or the permission \
                 `{permission}` where the vault has access policies"
            )),
            404 => Failure::absent(*absent),
            409 => Failure::new(
                FailureKind::Conflict,
                "somebody else changes it at the same time: look at what is there, and write again",
            ),
            413 => Failure::invalid("the vault does not take that much at once"),
            400 | 405 | 415 | 422 => Failure::invalid(format!(
                "the vault does not understand the request (HTTP {})",
                reply.status
            )),
            429 => {
                Failure::throttled("the vault takes no more requests for now", reply.retry_after)
            }
            status => Failure::unreachable(format!("the vault failed (HTTP {status})")),
        };
        reply.numbered(failure)
    }
}

/// Whether it is there and switched off.
fn is_disabled(reply: &Reply) -> bool {
    reply.is("SecretDisabled") || reply.is("KeyDisabled") || reply.says("disabled")
}

fn no_token_taken(endpoint: &Endpoint, reply: &Reply) -> Failure {
    let vault = endpoint.shown();
    Failure::denied(match &reply.tenant {
        Some(tenant) => format!(
            "`{vault}` does not take the token: it belongs to the tenant `{tenant}`, and this identity to another one, \
             or the token has expired"
        ),
        None => format!("`{vault}` does not take the token"),
    })
}

/// Refuses the answer of something that is no vault.
pub(super) fn check_sender(reply: &Reply, endpoint: &Endpoint) -> Result<(), Failure> {
    let vault = endpoint.shown();
    match reply.status {
        300..=399 => Err(Failure::unreachable(format!(
            "`{vault}` sends elsewhere, as no vault does, and the token does not go along"
        ))
        .lasting()),
        407 => Err(Failure::denied("a proxy before the vault wants credentials of its own")),
        // What stands between may say in its own words that it is too busy, or that nobody is behind it.
        429 | 502..=504 => Ok(()),
        401 if reply.challenge.is_some() => Ok(()),
        _ if reply.is_json => Ok(()),
        status => Err(Failure::unreachable(format!(
            "something that is no vault answered at `{vault}` (HTTP {status})"
        ))),
    }
}
