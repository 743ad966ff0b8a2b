//! What AWS refuses, and what is said of it: whose fault it is, and what to do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use strongroom_stores::FailureKind;

use crate::alone::alone;
use crate::listener::{Does, Listener};
use crate::service::{SECRETS, VALUE, get, get_all, refusal, said, secret, store, strict};

/// What is said when the service answers so.
async fn said_of(does: Does) -> String {
    let server = Listener::of("", strict(move |_, _| Some(does.clone()))).await;
    said(&server, &store(SECRETS, &server, &[])).await
}

#[test]
fn whoever_asks_too_often_waits() {
    alone("refusals::whoever_asks_too_often_waits", &[], || async {
        for code in [
            "ThrottlingException",
            "Throttling",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "SlowDown",
        ] {
            let said = said_of(refusal(400, code, "Rate exceeded")).await;
            assert_eq!(
                said,
                "throttled: Secrets Manager takes no more requests for now (request r-1)"
            );
        }
        let asked = AtomicUsize::new(0);
        let server = Listener::of(
            "",
            strict(move |_, _| {
                if asked.fetch_add(1, Ordering::SeqCst) > 0 {
                    return Some(secret(VALUE));
                }
                let headers = vec![("Retry-After", "1".to_owned())];
                Some(Does::Answer(429, headers, br#"{"__type":"ThrottlingException"}"#.to_vec()))
            }),
        )
        .await;
        let began = Instant::now();
        assert_eq!(get(&store(SECRETS, &server, &[]), "app").await.as_deref(), Ok(VALUE));
        assert!(began.elapsed() > Duration::from_millis(990), "as long as the service says");
        assert_eq!(server.asked().len(), 2, "the SDK itself asks once");
    });
}

#[test]
fn credentials_that_are_no_good_say_why() {
    alone("refusals::credentials_that_are_no_good_say_why", &[], || async {
        for (code, message, said) in [
            (
                "UnrecognizedClientException",
                "The security token hunter2 is invalid.",
                "AWS does not know the access key id (any more)",
            ),
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match",
                "the secret access key is not the one of the access key id",
            ),
            (
                "InvalidSignatureException",
                "Signature expired: 20240101 is now earlier than",
                "the clock of this machine is not right, so AWS does not take what it signs",
            ),
            (
                "ExpiredTokenException",
                "The security token included in the request is expired",
                "the credentials have expired: log in again with `aws sso login`, or look at what renews them",
            ),
            (
                "MissingAuthenticationTokenException",
                "",
                "AWS sees no credentials in the request: does a proxy change it?",
            ),
            ("OptInRequired", "", "the account is not active, or has not opted in to this region"),
        ] {
            let told = said_of(refusal(403, code, message)).await;
            assert_eq!(told, format!("denied: {said} (request r-1)"), "{code}");
        }
    });
}

#[test]
fn a_right_that_is_missing_is_named_with_what_it_is_for() {
    alone("refusals::a_right_that_is_missing_is_named_with_what_it_is_for", &[], || async {
        let right = "the right `secretsmanager:GetSecretValue` on `arn:aws:secretsmanager:eu-west-1:*:secret:app-??????`";
        for (message, why) in [
            (
                "User: x is not authorized to perform: secretsmanager:GetSecretValue on resource: app because no identity-based policy allows it",
                "is missing",
            ),
            ("… with an explicit deny in a service control policy", "is denied by a policy"),
            (
                "… because no VPC endpoint policy allows the action",
                "is not given by the policy of the VPC endpoint",
            ),
            (
                "… because no permissions boundary allows the action",
                "is outside the permissions boundary of who asks",
            ),
        ] {
            let told = said_of(refusal(400, "AccessDeniedException", message)).await;
            assert_eq!(told, format!("denied: {right} {why} (request r-1)"));
        }
    });
}

#[test]
fn a_key_of_kms_that_cannot_be_used_is_told() {
    alone("refusals::a_key_of_kms_that_cannot_be_used_is_told", &[], || async {
        let missing = "denied: its KMS key cannot be used: the right `kms:Decrypt` on that key is missing, or the key is not there (request r-1)";
        for (code, message) in [
            ("AccessDeniedException", "Access to KMS is not allowed"),
            (
                "DecryptionFailure",
                "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
            ),
        ] {
            assert_eq!(said_of(refusal(400, code, message)).await, missing);
        }
        for (code, message) in [
            ("InvalidRequestException", "arn:aws:kms:…:key/… is disabled."),
            ("KMSInvalidStateException", "… is pending deletion."),
        ] {
            let told = said_of(refusal(400, code, message)).await;
            assert!(
                told.starts_with(
                    "denied: its KMS key is disabled, or is to be deleted: `aws kms enable-key"
                ),
                "{told}"
            );
        }
    });
}

#[test]
fn answers_in_xml_are_understood() {
    alone("refusals::answers_in_xml_are_understood", &[], || async {
        let xml = |code: &str| {
            let body = format!(
                "<?xml version=\"1.0\"?><ErrorResponse><Errors><Error><Code>{code}</Code><Message>hunter2</Message></Error></Errors></ErrorResponse>"
            );
            Does::Answer(
                403,
                vec![
                    ("Content-Type", "text/xml".to_owned()),
                    ("x-amzn-requestid", "r-2".to_owned()),
                ],
                body.into_bytes(),
            )
        };
        let told = said_of(xml("SignatureDoesNotMatch")).await;
        assert_eq!(
            told,
            "denied: the secret access key is not the one of the access key id (request r-2)"
        );
        let told = said_of(xml("InvalidClientTokenId")).await;
        assert_eq!(told, "denied: AWS does not know the access key id (any more) (request r-2)");
        let told = said_of(xml("AccessDenied")).await;
        assert!(told.starts_with("denied: the right `secretsmanager:GetSecretValue` on"), "{told}");
    });
}

#[test]
fn what_is_no_aws_is_told_from_what_is() {
    alone("refusals::what_is_no_aws_is_told_from_what_is", &[], || async {
        let html = |status| {
            Does::Answer(
                status,
                vec![("Content-Type", "text/html".to_owned())],
                b"<html>hunter2 login</html>".to_vec(),
            )
        };
        for status in [200, 302, 403, 404] {
            let told = said_of(html(status)).await;
            assert_eq!(
                told,
                format!(
                    "unreachable: something that is not Secrets Manager answered (HTTP {status})"
                )
            );
        }
        for status in [500, 502, 503] {
            let told = said_of(html(status)).await;
            assert_eq!(told, format!("unreachable: Secrets Manager failed (HTTP {status})"));
        }
        let told = said_of(Does::Json(200, "[1]".to_owned())).await;
        assert_eq!(told, "unreachable: something that is not Secrets Manager answered (HTTP 200)");
        let told = said_of(Does::Json(200, "{}".to_owned())).await;
        assert_eq!(told, "absent: it has no value yet");
        let told = said_of(refusal(500, "InternalServiceError", "hunter2")).await;
        assert_eq!(told, "unreachable: Secrets Manager failed (HTTP 500) (request r-1)");
        let told = said_of(refusal(400, "ValidationException", "hunter2")).await;
        assert_eq!(told, "not valid: Secrets Manager does not take the request (request r-1)");
        let told = said_of(refusal(400, "Hunter2Exception", "hunter2")).await;
        assert_eq!(told, "not valid: Secrets Manager refused (HTTP 400) (request r-1)");
    });
}

#[test]
fn a_batch_that_is_refused_is_refused_for_all() {
    alone("refusals::a_batch_that_is_refused_is_refused_for_all", &[], || async {
        let server =
            Listener::of("", strict(|_, _| Some(refusal(403, "UnrecognizedClientException", ""))))
                .await;
        let store = store(SECRETS, &server, &[]);
        let answers = get_all(&store, &["a", "b"], Duration::from_secs(10)).await;
        assert!(
            answers.iter().all(|it| it.as_ref().is_err_and(|it| it.kind() == FailureKind::Denied))
        );
        assert_eq!(server.asked().len(), 1, "what lasts is not asked again");
    });
}
