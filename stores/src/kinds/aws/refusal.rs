//! What AWS answers in place of what was asked for, in words; its own are looked at, and never shown.

use std::error::Error;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use zeroize::Zeroizing;

use super::account::Account;
use super::credentials::{self, causes};
use super::http::Unanswered;
use crate::failure::Failure;
use crate::pause;

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody was asked, or nobody answered.
    Unanswered(Failure),
    /// The service refused.
    Refused(Refusal),
}

/// A refusal of a service.
pub(crate) struct Refusal {
    status: u16,
    /// What the service calls it; empty where something else answered.
    code: String,
    message: Zeroizing<String>,
    request_id: Option<String>,
    pause: Option<Duration>,
}

/// What somebody must be allowed to do.
#[derive(Debug, Clone)]
pub(crate) struct Right {
    /// As a policy writes it.
    pub(crate) action: &'static str,
    /// As a policy names it.
    pub(crate) resource: String,
}

/// What was asked for, as far as a refusal is told by it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The service, for messages.
    pub(crate) service: &'static str,
    pub(crate) right: Right,
    /// What lies there is opened or closed with a key of KMS, which needs this right.
    pub(crate) key_right: Option<&'static str>,
}

impl Trouble {
    /// Sorts an error of the SDK.
    pub(crate) fn of<E>(account: &Account, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        if let Some(answer) = error.raw_response() {
            let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
            let said =
                meta.and_then(|meta| Some((meta.code()?, meta.message().unwrap_or_default())));
            return Self::Refused(Refusal::read(answer, said));
        }
        if let Some(failure) = credentials::failure(account.setup(), error) {
            return Self::Unanswered(failure);
        }
        let unanswered = causes(error).find_map(|error| error.downcast_ref::<Unanswered>());
        Self::Unanswered(match (unanswered, error) {
            (Some(Unanswered(failure)), _) => failure.clone(),
            (None, SdkError::TimeoutError(_)) => Failure::unreachable("AWS takes too long"),
            (None, SdkError::ConstructionFailure(_)) => Failure::unreachable(
                "no request can be made of this: are region and endpoint right?",
            )
            .lasting(),
            (None, _) => Failure::unreachable("no answer from AWS"),
        })
    }

    /// The failure that it is, for who has nothing to say about a refusal.
    pub(crate) fn failure(self, told: impl FnOnce(&Refusal) -> Failure) -> Failure {
        match self {
            Self::Unanswered(failure) => failure,
            Self::Refused(refusal) => refusal.numbered(told(&refusal)),
        }
    }
}

impl Refusal {
    fn read(answer: &HttpResponse, said: Option<(&str, &str)>) -> Self {
        let header = |name: &str| answer.headers().get(name);
        let body = answer.body().bytes().unwrap_or_default();
        let (code, message) = if let Some((code, message)) = said {
            (code.to_owned(), message.to_owned())
        } else {
            // Some of what stands before the services answers in XML, whatever was asked.
            let body = Zeroizing::new(String::from_utf8_lossy(body).into_owned());
            let of_header = header("x-amzn-errortype").map(|it| it.split(':').next());
            let code = of_header.flatten().or_else(|| element(&body, "Code"));
            let message = element(&body, "Message").unwrap_or_default().to_owned();
            (code.unwrap_or_default().to_owned(), message)
        };
        let request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
        Self {
            status: answer.status().as_u16(),
            code,
            message: Zeroizing::new(message),
            request_id: request_id.map(str::to_owned),
            pause: header("retry-after").and_then(pause::asked),
        }
    }

    /// What was said of one of several that were asked for together.
    #[cfg(feature = "aws-secrets-manager")]
    pub(crate) fn of_one(code: &str, message: &str, request_id: Option<&str>) -> Self {
        Self {
            status: 400,
            code: code.to_owned(),
            message: Zeroizing::new(message.to_owned()),
            request_id: request_id.map(str::to_owned),
            pause: None,
        }
    }

    /// Whether the service calls it one of these.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code.as_str())
    }

    /// Whether the service's words have these in them.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.message.contains(words)
    }

    /// Whether it is about who asks.
    #[cfg(feature = "aws-parameter-store")]
    pub(crate) fn is_of_credentials(&self) -> bool {
        self.of_credentials().is_some()
    }

    /// Whether a right is missing.
    pub(crate) fn is_of_rights(&self) -> bool {
        self.is(&RIGHTS)
    }

    /// A failure with AWS's own number for the request.
    pub(crate) fn numbered(&self, failure: Failure) -> Failure {
        match &self.request_id {
            Some(id) => failure.with_request_id(id.as_str()),
            None => failure,
        }
    }

    /// What every service refuses alike.
    pub(crate) fn usual(&self, asked: &Asked) -> Failure {
        let Asked { service, .. } = asked;
        if self.is(&THROTTLED) || self.status == 429 {
            return Failure::throttled(
                format!("{service} takes no more requests for now"),
                self.pause,
            );
        }
        if let Some(failure) = self.of_key(asked).or_else(|| self.of_credentials()) {
            return failure;
        }
        if self.is_of_rights() {
            return self.no_right(&asked.right);
        }
        match (self.status, self.code.as_str()) {
            (500.., _) => Failure::unreachable(format!("{service} failed (HTTP {})", self.status)),
            (status, "") => Failure::unreachable(format!(
                "something that is not {service} answered (HTTP {status})"
            )),
            (_, "ValidationException" | "InvalidParameterException" | "SerializationException") => {
                Failure::invalid(format!("{service} does not take the request"))
            }
            (status, _) => Failure::invalid(format!("{service} refused (HTTP {status})")),
        }
    }

    /// Whoever asks is not known, or not any more.
    fn of_credentials(&self) -> Option<Failure> {
        let why = match self.code.as_str() {
            "SignatureDoesNotMatch" | "InvalidSignatureException" if self.is_of_time() => {
                "the clock of this machine is not right, so AWS does not take what it signs"
            }
            "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture" => {
                "the clock of this machine is not right, so AWS does not take what it signs"
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" | "AuthFailure" => {
                "the secret access key is not the one of the access key id"
            }
            "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => {
                "AWS does not know the access key id (any more)"
            }
            "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
                "the credentials have expired: log in again with `aws sso login`, or look at what renews them"
            }
            "InvalidToken" | "InvalidTokenException" => {
                "the session token is not one of these credentials"
            }
            "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignature"
            | "IncompleteSignatureException" => {
                "AWS sees no credentials in the request: does a proxy change it?"
            }
            "OptInRequired" | "SubscriptionRequiredException" => {
                "the account is not active, or has not opted in to this region"
            }
            _ => return None,
        };
        Some(Failure::denied(why))
    }

    fn is_of_time(&self) -> bool {
        ["expired", "not yet current", "in the future"].iter().any(|words| self.says(words))
    }

    /// The key of KMS that the value is sealed with cannot be used.
    fn of_key(&self, asked: &Asked) -> Option<Failure> {
        let right = asked.key_right?;
        let is_unusable =
            self.is(&["DisabledException", "KMSInvalidStateException", "KMSDisabledException"])
                || self.says("is disabled")
                || self.says("pending deletion")
                || self.says("pending import");
        if is_unusable {
            return Some(Failure::denied(
                "its KMS key is disabled, or is to be deleted: `aws kms enable-key --key-id …` or \
                 `aws kms cancel-key-deletion --key-id …`",
            ));
        }
        let is_of_key = self.is(&[
            "DecryptionFailure",
            "DecryptionFailureException",
            "EncryptionFailure",
            "EncryptionFailureException",
            "InvalidKeyId",
            "KMSAccessDeniedException",
            "KMSNotFoundException",
        ]);
        let is_right_to_key = self.is_of_rights()
            && ["KMS", "kms:", "ciphertext refers"].iter().any(|words| self.says(words));
        (is_of_key || is_right_to_key).then(|| {
            Failure::denied(format!(
                "its KMS key cannot be used: the right `{right}` on that key is missing, or the key is not there"
            ))
        })
    }

    fn no_right(&self, Right { action, resource }: &Right) -> Failure {
        let why = if self.says("explicit deny") {
            "is denied by a policy"
        } else if self.says("VPC endpoint policy") {
            "is not given by the policy of the VPC endpoint"
        } else if self.says("permissions boundary") {
            "is outside the permissions boundary of who asks"
        } else {
            "is missing"
        };
        Failure::denied(format!("the right `{action}` on `{resource}` {why}"))
    }
}

impl std::fmt::Debug for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Refusal").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What stands in an element of XML.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, behind) = text.split_once(&format!("<{name}>"))?;
    Some(behind.split_once('<')?.0)
}

/// What services call too many requests.
const THROTTLED: [&str; 12] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];
/// What services call a right that is missing.
const RIGHTS: [&str; 5] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "NotAuthorized",
    "UnauthorizedOperation",
];
