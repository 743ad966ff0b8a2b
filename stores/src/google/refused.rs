//! What refusals of Google's APIs mean, in words; their own are looked at, and never shown.

use std::time::Duration;

use zeroize::Zeroizing;

use super::client::Reply;
use crate::failure::{Failure, FailureKind};
use crate::json::{self, Members};

/// What was asked for, as far as a refusal is told by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The API's name, by which it is enabled.
    pub(crate) service: &'static str,
    pub(crate) project: &'a str,
    /// What it is about, such as `secret x`.
    pub(crate) what: &'a str,
    /// The right that it takes.
    pub(crate) right: &'static str,
    /// The usual role with that right.
    pub(crate) role: &'static str,
}

/// What a refusal says.
pub(crate) struct Refusal {
    /// The code's name, such as `NOT_FOUND`.
    pub(crate) code: String,
    /// The reason's name, such as `SERVICE_DISABLED`; empty for none.
    reason: String,
    /// The time to wait.
    pub(crate) pause: Option<Duration>,
    request: Option<String>,
    /// They may repeat what was sent.
    words: Zeroizing<String>,
}

impl Refusal {
    /// The refusal of an answer; none where it is not one of these APIs.
    pub(crate) fn of(reply: &Reply) -> Option<Self> {
        let body = json::of(&reply.body).filter(|_| reply.is_json)?;
        let error = json::object(&body, "error")?;
        let mut refusal = Self {
            code: json::text(&error, "status").unwrap_or_default(),
            reason: String::new(),
            pause: reply.retry_after,
            request: None,
            words: Zeroizing::new(json::text(&error, "message").unwrap_or_default()),
        };
        for detail in json::objects(&error, "details").unwrap_or_default() {
            refusal.take(&detail);
        }
        Some(refusal)
    }

    fn take(&mut self, detail: &Members<'_>) {
        let kind = json::text(detail, "@type").unwrap_or_default();
        match kind.rsplit('.').next() {
            Some("ErrorInfo") => self.reason = json::text(detail, "reason").unwrap_or_default(),
            Some("RetryInfo") => {
                let delay = json::text(detail, "retryDelay").unwrap_or_default();
                let seconds = delay.strip_suffix('s').and_then(|text| text.parse().ok());
                let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.pause = pause.map(|pause| pause.min(MOST_ASKED)).or(self.pause);
            }
            Some("RequestInfo") => self.request = json::text(detail, "requestId"),
            _ => {}
        }
    }

    /// Whether its words have these among them.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.words.contains(words)
    }

    /// The failure with the API's number of the request, where it has told one.
    pub(crate) fn numbered(&self, failure: Failure) -> Failure {
        match &self.request {
            Some(id) => failure.with_request_id(id.as_str()),
            None => failure,
        }
    }
}

/// Why an API did not do what it was asked for.
pub(crate) fn failure(asked: &Asked<'_>, reply: &Reply) -> Failure {
    let Some(refusal) = Refusal::of(reply) else {
        // What stands between may say that it is too busy, or that nobody is behind it, in its own words.
        return match reply.status {
            429 => Failure::throttled(BUSY, reply.retry_after),
            502..=504 => down(reply),
            _ => stranger(reply),
        };
    };
    let failure = match refusal.reason.as_str() {
        "" => None,
        reason => by_reason(asked, &refusal, reason),
    };
    refusal.numbered(failure.unwrap_or_else(|| by_code(asked, &refusal, reply)))
}

fn by_reason(asked: &Asked<'_>, refusal: &Refusal, reason: &str) -> Option<Failure> {
    let Asked { service, project, .. } = asked;
    Some(match reason {
        "SERVICE_DISABLED" => Failure::denied(format!(
            "the API is not enabled in the project: `gcloud services enable {service} --project {project}`"
        )),
        "CONSUMER_INVALID" | "PROJECT_INVALID" => no_project(project),
        "CONSUMER_SUSPENDED" => Failure::denied(format!("the project `{project}` is suspended")),
        "BILLING_DISABLED" => {
            Failure::denied(format!("the project `{project}` has no billing account"))
        }
        "USER_PROJECT_DENIED" => Failure::denied(
            "the credentials may not use the quota of the project that they name: it needs \
             `roles/serviceusage.serviceUsageConsumer` for them, or another `GOOGLE_CLOUD_QUOTA_PROJECT`",
        ),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT" => Failure::denied(
            "what this runs on gives tokens without the access scope `cloud-platform`: give it that scope",
        ),
        "SECURITY_POLICY_VIOLATED" => Failure::denied(
            "a perimeter of VPC Service Controls is around the project, and this is outside of it",
        ),
        "RATE_LIMIT_EXCEEDED" | "RESOURCE_QUOTA_EXCEEDED" => {
            Failure::throttled(BUSY, refusal.pause)
        }
        _ => return None,
    })
}

fn by_code(asked: &Asked<'_>, refusal: &Refusal, reply: &Reply) -> Failure {
    let Asked { project, what, right, role, .. } = asked;
    match (reply.status, refusal.code.as_str()) {
        (401, _) => Failure::denied(
            "the credentials are not valid (any more): log in again with \
             `gcloud auth application-default login`, or give it others with `GOOGLE_APPLICATION_CREDENTIALS`",
        ),
        (_, "PERMISSION_DENIED") | (403, _) if refusal.says("organization's policy") => {
            Failure::denied(
                "a perimeter of VPC Service Controls is around the project, and this is outside of it",
            )
        }
        (_, "PERMISSION_DENIED") | (403, _) => Failure::denied(format!(
            "the right `{right}` to {what} in project `{project}` is missing, or that does not exist: \
             `{role}` has it"
        )),
        (404, _) if refusal.says("roject") && !refusal.says("projects/") => no_project(project),
        (404, _) => Failure::absent(format!("there is no {what} in project `{project}`")),
        (409, _) | (_, "ABORTED") => {
            Failure::new(FailureKind::Conflict, "somebody else wrote at the same time")
        }
        (_, "RESOURCE_EXHAUSTED") | (429, _) => Failure::throttled(BUSY, refusal.pause),
        (413, _) => Failure::invalid("the API does not take that much at once"),
        (408 | 499 | 500.., _) => down(reply),
        (status, _) => {
            Failure::invalid(format!("the API does not take the request (HTTP {status})"))
        }
    }
}

fn no_project(project: &str) -> Failure {
    Failure::absent(format!("there is no project `{project}`, or it is not for these credentials"))
}

fn down(reply: &Reply) -> Failure {
    Failure::unreachable(format!("`{}` failed (HTTP {})", reply.address, reply.status))
}

/// The answer of something that is none of Google's APIs.
pub(crate) fn stranger(reply: &Reply) -> Failure {
    Failure::unreachable(format!(
        "something that is no API of Google Cloud answered at `{}` (HTTP {})",
        reply.address, reply.status
    ))
}

const BUSY: &str = "the API takes no more requests for now";
/// No server asks for more than an hour.
const MOST_ASKED: Duration = Duration::from_hours(1);
