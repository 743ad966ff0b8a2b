//! What Secrets Manager refuses, in words, with what to do.

use super::super::deed::Deed;
use super::super::{Asked, Refusal, Right};
use super::{Shared, names};
use crate::failure::{Failure, FailureKind};

impl<'a> Deed<'a> {
    pub(super) fn reading(id: &'a str, version: Option<&'a str>) -> Self {
        let action = "secretsmanager:GetSecretValue";
        Self { action, id, version, key_right: Some("kms:Decrypt") }
    }

    pub(super) fn describing(id: &'a str, version: Option<&'a str>) -> Self {
        Self { action: "secretsmanager:DescribeSecret", id, version, key_right: None }
    }

    pub(super) fn writing(action: &'static str, id: &'a str) -> Self {
        Self { action, id, version: None, key_right: Some("kms:GenerateDataKey") }
    }

    pub(super) fn removing(id: &'a str) -> Self {
        Self { action: "secretsmanager:DeleteSecret", id, version: None, key_right: None }
    }

    fn is_writing(&self) -> bool {
        self.key_right == Some("kms:GenerateDataKey")
    }
}

impl Shared {
    /// Why a secret could not be had or written.
    pub(super) fn refused(&self, deed: Deed<'_>, refusal: &Refusal) -> Failure {
        if is_absent(refusal) {
            return absent(deed, refusal);
        }
        if refusal.is(&["InvalidRequestException"]) && is_of_deletion(refusal) {
            return deleted(deed);
        }
        if refusal.is(&["ResourceExistsException"]) {
            return meanwhile();
        }
        if refusal.is(&["LimitExceededException"]) {
            return Failure::invalid(
                "a quota of Secrets Manager is used up, such as that of versions in a day",
            );
        }
        if refusal.is(&["InvalidRequestException"]) && refusal.says("owned by") {
            return Failure::new(
                FailureKind::Conflict,
                "another service of AWS keeps it, and it alone writes it",
            );
        }
        deed.usual(&self.account, refusal, SERVICE, &names::resource(deed.id))
    }

    /// Why nothing could be listed.
    pub(super) fn not_listed(refusal: &Refusal) -> Failure {
        let right = Right { action: "secretsmanager:ListSecrets", resource: "*".to_owned() };
        refusal.usual(&Asked { service: "Secrets Manager", right, key_right: None })
    }
}

/// Whether there is no such secret, or no such version.
pub(super) fn is_absent(refusal: &Refusal) -> bool {
    refusal.is(&["ResourceNotFoundException"])
}

/// Somebody else wrote since it was looked at.
pub(super) fn meanwhile() -> Failure {
    Failure::new(
        FailureKind::Conflict,
        "somebody else wrote the secret meanwhile: look at what is there, and write again",
    )
}

/// The secret is to be deleted, and can be taken back.
pub(super) fn deleted(deed: Deed<'_>) -> Failure {
    let kind = if deed.is_writing() { FailureKind::Conflict } else { FailureKind::Absent };
    Failure::new(
        kind,
        format!(
            "it is scheduled for deletion; take it back with: aws secretsmanager restore-secret --secret-id {}",
            deed.id
        ),
    )
}

fn is_of_deletion(refusal: &Refusal) -> bool {
    ["marked for deletion", "scheduled for deletion", "marked deleted", "currently marked"]
        .iter()
        .any(|words| refusal.says(words))
}

fn absent(deed: Deed<'_>, refusal: &Refusal) -> Failure {
    // These are AWS's words for a secret that is there without the version.
    let is_of_version = refusal.says("secret value");
    Failure::absent(match (deed.version, is_of_version) {
        (Some(version), true) => format!("it has no version or stage `{version}`"),
        (Some(version), false) => {
            format!("there is no version or stage `{version}` of it, or no secret `{}`", deed.id)
        }
        (None, true) => "it has no value yet".to_owned(),
        (None, false) => format!("there is no secret `{}` in this account and region", deed.id),
    })
}

const SERVICE: (&str, &str) = ("Secrets Manager", "secretsmanager");
