//! What the API's refusals mean: which right is missing and where, what is not there, what cannot be written.

use std::fmt;

use http::StatusCode;

use super::ask::Answer;
use super::forms::Status;
use crate::failure::{Failure, FailureKind};

/// What was to be done: for messages, in the words of the cluster's roles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// The verb of a role: `get`, `list`, `watch`, `create`, `patch`, `delete`.
    pub(super) verb: &'static str,
    /// The secret; none where it is about all of them.
    pub(super) name: Option<&'a str>,
    pub(super) namespace: &'a str,
}

impl fmt::Display for Deed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "Secret `{name}` in namespace `{}`", self.namespace),
            None => write!(f, "Secrets in namespace `{}`", self.namespace),
        }
    }
}

/// Why an answer that is no success is none.
pub(super) fn failure(deed: Deed<'_>, answer: &Answer) -> Failure {
    let status = answer.refusal();
    let failure = match (answer.status, &status) {
        // The guard in front of the API speaks no JSON.
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            Failure::throttled("the API asks to come back later", answer.pause)
        }
        (code, _) if code.is_server_error() => Failure::unreachable(format!(
            "the API at `{}` answers with status {}",
            answer.address,
            code.as_u16()
        )),
        (code, _) if code.is_redirection() => Failure::unreachable(format!(
            "`{}` sends the request elsewhere (status {}), and it does not go there",
            answer.address,
            code.as_u16()
        )),
        (_, None) => return answer.stranger(),
        (StatusCode::UNAUTHORIZED, _) => unknown(answer),
        (StatusCode::FORBIDDEN, Some(status)) => forbidden(deed, answer, status),
        (StatusCode::NOT_FOUND, Some(status)) => absent(deed, status),
        (StatusCode::CONFLICT, _) => changed(deed),
        (StatusCode::UNPROCESSABLE_ENTITY, Some(status)) => unprocessable(deed, status),
        (StatusCode::GONE, _) => {
            Failure::unreachable("the API has forgotten where this was; it must begin anew")
        }
        (StatusCode::PAYLOAD_TOO_LARGE, _) => Failure::invalid(LARGE),
        (code, _) => Failure::invalid(format!(
            "the API does not understand the request (status {})",
            code.as_u16()
        )),
    };
    answer.numbered(failure)
}

fn unknown(answer: &Answer) -> Failure {
    Failure::denied(if answer.is_anonymous {
        "the kubeconfig has no credentials for this context, and the cluster wants some"
    } else {
        "the cluster does not know these credentials: the token or certificate is wrong, or has run out"
    })
}

fn forbidden(deed: Deed<'_>, answer: &Answer, status: &Status) -> Failure {
    if answer.is_anonymous {
        return Failure::denied(format!(
            "the kubeconfig has no credentials for this context, and `{}` {deed} is not for everybody",
            deed.verb
        ));
    }
    let causes = status.details.iter().flat_map(|details| &details.causes);
    if causes.into_iter().any(|cause| cause.reason == "NamespaceTerminating") {
        return Failure::new(
            FailureKind::Conflict,
            format!("namespace `{}` is being deleted", deed.namespace),
        );
    }
    let can = match deed.name {
        // A role cannot name what is not there yet.
        Some(name) if deed.verb != "create" => format!("{} secrets/{name}", deed.verb),
        _ => format!("{} secrets", deed.verb),
    };
    let or = match deed.verb {
        "create" | "patch" | "delete" => ", or a quota or a rule of admission is against it",
        _ => "",
    };
    Failure::denied(format!(
        "the right to `{}` {deed} is missing{or}; ask with `kubectl auth can-i {can} --namespace {}`",
        deed.verb, deed.namespace
    ))
}

fn absent(deed: Deed<'_>, status: &Status) -> Failure {
    match &status.details {
        Some(details) if details.kind == "namespaces" => no_namespace(deed.namespace),
        _ => Failure::absent(format!("there is no {deed}")),
    }
}

/// The namespace is not there.
pub(super) fn no_namespace(namespace: &str) -> Failure {
    Failure::absent(format!("there is no namespace `{namespace}`"))
}

/// Somebody else wrote meanwhile.
pub(super) fn changed(deed: Deed<'_>) -> Failure {
    Failure::new(
        FailureKind::Conflict,
        format!("somebody else changed the {deed} at the same time"),
    )
}

/// Tells by fields and reasons what is not valid: the words of the API repeat what was sent.
fn unprocessable(deed: Deed<'_>, status: &Status) -> Failure {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    for cause in causes {
        match (cause.reason.as_str(), cause.field.as_str()) {
            ("FieldValueForbidden", field) if field.starts_with("data") => {
                return Failure::new(
                    FailureKind::Conflict,
                    format!(
                        "the {deed} is immutable: it must be deleted and made anew, or another one written"
                    ),
                );
            }
            ("FieldValueTooLong", _) => return Failure::invalid(LARGE),
            _ => {}
        }
    }
    Failure::invalid(format!("the API does not take this for the {deed}"))
}

const LARGE: &str = "a Secret has 1 MiB at most, all of its keys together";
