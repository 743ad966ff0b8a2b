//! What the server's refusals mean, in words; its own are looked at, and never shown.

use zeroize::Zeroizing;

use super::client::{Client, Reply};
use crate::failure::{Failure, FailureKind};
use crate::json;

/// What was asked for, as far as a refusal is told by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The path in the server's API.
    pub(super) path: &'a str,
    /// The capabilities that a policy must give, as a policy writes them.
    pub(super) capabilities: &'a str,
    /// Where the secrets engine is mounted.
    pub(super) mount: &'a str,
    /// The version that is asked for.
    pub(super) version: Option<u64>,
}

/// Why the server did not do it.
pub(super) fn failure(client: &Client, asked: &Asked<'_>, reply: &Reply) -> Failure {
    let within = within(client);
    let Asked { path, capabilities, mount, version } = asked;
    let failure = match reply.status {
        400 if says(reply, "check-and-set") => Failure::new(
            FailureKind::Conflict,
            "somebody else wrote the secret meanwhile: look at what is there, and write again",
        ),
        403 => Failure::denied(format!(
            "the token may not do it{within}: its policies need \
             `path \"{path}\" {{ capabilities = [{capabilities}] }}`"
        )),
        404 if says(reply, "namespace not found") => {
            Failure::absent(format!("the server has no such namespace{within}"))
        }
        404 if says(reply, "no handler for route") || says(reply, "unsupported path") => {
            Failure::absent(format!("no secrets engine is mounted at `{mount}`{within}"))
        }
        404 => Failure::absent(match version {
            Some(version) => {
                format!("there is no version {version} of it, or no such secret{within}")
            }
            None => format!("there is no such secret{within}"),
        }),
        405 => Failure::invalid(format!(
            "the secrets engine at `{mount}` does not know such requests: is it of another `kv_version`?"
        )),
        413 => Failure::invalid("the server does not take that much at once"),
        400 | 415 | 422 => Failure::invalid(format!(
            "the server does not understand the request (HTTP {})",
            reply.status
        )),
        _ => return unavailable(reply),
    };
    with_id(failure, reply)
}

/// Why a login gave no token.
pub(super) fn no_login(client: &Client, mount: &str, reply: &Reply) -> Failure {
    let within = within(client);
    let failure = match reply.status {
        404 if says(reply, "namespace not found") => Failure::denied(format!(
            "the login cannot be: the server has no such namespace{within}"
        )),
        404 => Failure::denied(format!(
            "there is no way of logging in at `auth/{mount}`{within}: set `auth_mount`"
        )),
        // Old versions answer so when it is the credentials that are wrong.
        500 if REFUSALS.iter().any(|refusal| says(reply, refusal)) => refused(mount, &within),
        400..=428 => refused(mount, &within),
        _ => return unavailable(reply),
    };
    with_id(failure, reply)
}

fn refused(mount: &str, within: &str) -> Failure {
    Failure::denied(format!(
        "the login at `auth/{mount}`{within} was refused: the role does not exist, or the credentials are \
         wrong, have expired or are used up"
    ))
}

/// Why the server does nothing at all at the moment.
fn unavailable(reply: &Reply) -> Failure {
    let failure = match reply.status {
        401 | 407 => Failure::denied("something before the server wants credentials of its own"),
        412 => Failure::unreachable("this server has not caught up with the others yet"),
        429 => Failure::throttled("the server takes no more requests for now", reply.retry_after),
        472 => Failure::unreachable(
            "the server is a standby for disaster recovery: set another `address`",
        ),
        473 => Failure::unreachable("the server is a standby: set another `address`"),
        501 => Failure::unreachable("the server is not initialised: `vault operator init`"),
        503 if says(reply, "sealed") => Failure::unreachable(
            "the server is sealed: somebody must unseal it, `vault operator unseal`",
        ),
        status => Failure::unreachable(format!("the server failed (HTTP {status})")),
    };
    with_id(failure, reply)
}

/// Whether the same request may be answered later.
pub(super) fn may_pass(status: u16) -> bool {
    matches!(status, 412 | 429 | 472 | 473 | 500..)
}

/// Whether one of the server's errors has these words.
pub(super) fn says(reply: &Reply, words: &str) -> bool {
    // One of them may repeat what was sent, so they are wiped.
    let errors = json::of(&reply.body).and_then(|body| json::texts(&body, "errors"));
    errors.map(Zeroizing::new).is_some_and(|errors| errors.iter().any(|it| it.contains(words)))
}

/// The failure with the server's number of the request, where an answer has one.
pub(super) fn with_id(failure: Failure, reply: &Reply) -> Failure {
    match json::of(&reply.body).and_then(|body| json::text(&body, "request_id")) {
        Some(id) => failure.with_request_id(id),
        None => failure,
    }
}

fn within(client: &Client) -> String {
    match &client.namespace {
        Some(namespace) => format!(" in the namespace `{namespace}`"),
        None => String::new(),
    }
}

/// What old versions say with status 500 when credentials are wrong.
const REFUSALS: [&str; 4] = ["permission denied", "unauthorized", "not authorized", "invalid"];
