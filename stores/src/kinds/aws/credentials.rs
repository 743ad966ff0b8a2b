//! Why there are no credentials, in words; those of the SDK and of the service that gives them are looked at only.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::error::display::DisplayErrorContext;
use zeroize::Zeroizing;

use super::http::Unanswered;
use super::setup::Setup;
use crate::failure::Failure;

/// What the chain of credentials came to nothing for; none where an error is about something else.
pub(super) fn failure(setup: &Setup, error: &(dyn Error + 'static)) -> Option<Failure> {
    // A role that is taken has credentials below it: the innermost cause says most.
    let cause =
        causes(error).filter_map(|error| error.downcast_ref::<CredentialsError>()).last()?;
    Some(match cause {
        CredentialsError::CredentialsNotLoaded(_) => none(setup),
        CredentialsError::ProviderTimedOut(_) => {
            Failure::unreachable("what gives the credentials takes too long")
        }
        CredentialsError::InvalidConfiguration(_) => unusable(setup),
        _ => not_given(setup, error),
    })
}

fn none(setup: &Setup) -> Failure {
    let within = match &setup.profile {
        Some(profile) => format!(" in the profile `{profile}`"),
        None => String::new(),
    };
    Failure::denied(format!(
        "no credentials{within}: log in with `aws sso login`, set `AWS_ACCESS_KEY_ID` and \
         `AWS_SECRET_ACCESS_KEY`, or give the machine or the container a role"
    ))
}

fn unusable(setup: &Setup) -> Failure {
    let profile = match &setup.profile {
        Some(profile) => format!("the profile `{profile}`"),
        None => "the profile".to_owned(),
    };
    Failure::denied(format!(
        "no credentials: {profile} is not there, or not as the SDK can read it: look at it with \
         `aws configure list`"
    ))
}

/// Somebody was asked for credentials and gave none.
fn not_given(setup: &Setup, error: &(dyn Error + 'static)) -> Failure {
    if let Some(Unanswered(failure)) = causes(error).find_map(|error| error.downcast_ref()) {
        let told = format!("no credentials could be had: {}", failure.detail());
        let told = Failure::new(failure.kind(), told);
        return if failure.may_pass() { told } else { told.lasting() };
    }
    let says = Zeroizing::new(DisplayErrorContext(error).to_string());
    let any = |words: &[&str]| words.iter().any(|word| says.contains(word));
    if any(&["AccessDenied"]) {
        let role = match &setup.role {
            Some(role) => format!("the role `{role}`"),
            None => "the role".to_owned(),
        };
        return Failure::denied(format!(
            "no credentials: {role} may not be taken: its trust policy must name who asks, and who asks \
             needs the right `sts:AssumeRole` on it"
        ));
    }
    if any(&["Expired", "expired", "UnauthorizedException"]) {
        return Failure::denied("no credentials: the login has expired: `aws sso login`");
    }
    if any(&["InvalidIdentityToken", "IDPRejectedClaim"]) {
        return Failure::denied(
            "no credentials: the role does not take the token in `AWS_WEB_IDENTITY_TOKEN_FILE`: its trust \
             policy must name the issuer, the audience and the subject",
        );
    }
    Failure::denied(
        "no credentials: what should give them refused, or gave none: look with `aws sts get-caller-identity`",
    )
}

/// An error and what is behind it.
pub(super) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
