//! The last step of a login's request: where a login may send what, and what its refusals mean.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::http::headers::Headers;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{AsyncRawResponse, Context, Request, StatusCode};
use bytes::Bytes;
use reqwest::Url;

use super::answer::Reply;
use super::wire::{self, Wire};
use crate::failure::Failure;
use crate::http::is_loopback;
use crate::json;

/// Sends the requests of logins: to Microsoft Entra, or to what tells a machine its identity.
#[derive(Debug)]
pub(super) struct ToIssuer {
    /// For what is far away.
    far: Wire,
    /// For this machine and for what it finds on its own link: a proxy would be given the secret or the token.
    near: Wire,
    only_local: bool,
}

impl ToIssuer {
    /// With `only_local`, nothing but this machine is asked: a vault on this machine gets no token that is good elsewhere.
    pub(super) fn new(ca_file: Option<&Path>, only_local: bool) -> Result<Self, Failure> {
        Ok(Self {
            far: Wire::new(true, ca_file, true, ANSWER_BYTES)?,
            near: Wire::new(true, ca_file, false, ANSWER_BYTES)?,
            only_local,
        })
    }

    /// Whether this machine is one of Azure's, which can be asked for its identity.
    pub(super) async fn has_metadata(&self) -> bool {
        let Ok(url) = Url::parse(METADATA) else { return false };
        // Without the header that it wants it refuses in JSON. Those of other clouds, at the same address, do not.
        let is_of_azure = |reply: Reply| reply.status == 400 && reply.is_json;
        !self.only_local && self.near.look(url, SHORT).await.is_some_and(is_of_azure)
    }

    async fn reply(&self, request: &Request) -> Result<Reply, Failure> {
        let url = request.url().clone();
        let shown = url.origin().ascii_serialization();
        let (is_local, is_near) = (is_loopback(&url), is_link_local(&url));
        if self.only_local && !is_local {
            return Err(Failure::denied(format!(
                "a vault on this machine gets no token of `{shown}`, which would be good elsewhere: let \
                 `AZURE_AUTHORITY_HOST` or `IDENTITY_ENDPOINT` name one on this machine too"
            )));
        }
        if url.scheme() != "https" && !is_local && !is_near {
            return Err(Failure::denied(format!(
                "the login would go to `{shown}` in plain text: it must be `https://`"
            )));
        }
        let wire = if is_local || is_near { &self.near } else { &self.far };
        let reply = wire.ask(request, url, &shown).await?;
        match reply.status {
            200 if reply.is_json => Ok(reply),
            200..=399 => Err(Failure::unreachable(format!(
                "something that gives no tokens answered at `{shown}` (HTTP {})",
                reply.status
            ))
            .lasting()),
            _ => Err(refused(&reply, &shown)),
        }
    }
}

#[async_trait]
impl Policy for ToIssuer {
    async fn send(
        &self,
        _context: &Context,
        request: &mut Request,
        _next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let reply = self.reply(request).await.map_err(wire::error)?;
        let status = StatusCode::from(reply.status);
        let body = Bytes::from_owner(reply.body);
        Ok(AsyncRawResponse::from_bytes(status, Headers::new(), body))
    }
}

/// Why there is no token. Entra's numbers are looked at; its texts hold names of others.
fn refused(reply: &Reply, shown: &str) -> Failure {
    let body = reply.members().unwrap_or_default();
    let codes: Vec<u64> = body
        .get("error_codes")
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default();
    let known = codes.iter().find_map(|code| {
        MEANINGS
            .iter()
            .find(|(other, _)| other == code)
            .map(|(code, text)| format!("{text} (AADSTS{code})"))
    });
    let failure = match reply.status {
        429 => {
            Failure::throttled(format!("`{shown}` gives no more tokens for now"), reply.retry_after)
        }
        // The service on a machine is not ready, or is being updated.
        404 | 410 if codes.is_empty() => {
            Failure::unreachable(format!("`{shown}` gives no tokens (HTTP {})", reply.status))
        }
        500.. => Failure::unreachable(format!("`{shown}` failed (HTTP {})", reply.status)),
        400 if known.is_none() && !shown.starts_with("https://") => Failure::denied(
            "this machine has no managed identity, or not the one of `client_id`: assign it to the machine",
        ),
        status => Failure::denied(match (known, codes.first()) {
            (Some(known), _) => format!("the login was refused: {known}"),
            (None, Some(code)) => format!("the login was refused by `{shown}` (AADSTS{code})"),
            (None, None) => format!("the login was refused by `{shown}` (HTTP {status})"),
        }),
    };
    match json::text(&body, "trace_id") {
        Some(id) => failure.with_request_id(id),
        None => reply.numbered(failure),
    }
}

/// Whether an address is one of the link alone, where clouds tell machines who they are.
fn is_link_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_link_local())
}

/// What Entra means by its numbers.
const MEANINGS: [(u64, &str); 12] = [
    (
        7_000_215,
        "the client secret is wrong: is `AZURE_CLIENT_SECRET` its value, and not its number?",
    ),
    (7_000_222, "the client secret has expired: make a new one"),
    (7_000_112, "the application is disabled"),
    (700_016, "the tenant has no application of this `AZURE_CLIENT_ID`"),
    (700_024, "the service account's token has expired"),
    (70_021, "no federated credential of the identity is for this service account"),
    (700_211, "no federated credential of the identity is for this issuer"),
    (700_212, "no federated credential of the identity is for this audience"),
    (700_213, "no federated credential of the identity is for this service account"),
    (90_002, "there is no such tenant"),
    (
        500_011,
        "the tenant knows no Key Vault of this cloud: is `AZURE_AUTHORITY_HOST` of the same one?",
    ),
    (53_003, "a policy of the tenant (conditional access) forbids it from here"),
];
/// Where a virtual machine is told who it is.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
const SHORT: Duration = Duration::from_secs(1);
/// The longest answer to a login: a token with many groups has a few KiB.
const ANSWER_BYTES: usize = 256 << 10;
