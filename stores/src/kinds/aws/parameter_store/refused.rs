//! What Parameter Store refuses, in words, with what to do.

use super::super::{Asked, Refusal, Right, is_arn};
use super::{Shared, names};
use crate::failure::{Failure, FailureKind};

/// One request about one parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// As a policy writes it.
    pub(super) action: &'static str,
    /// What AWS calls the parameter, or the path.
    pub(super) id: &'a str,
    /// The version or label that is asked for.
    pub(super) version: Option<&'a str>,
    /// The right to the KMS key that it takes.
    pub(super) key_right: Option<&'static str>,
}

impl Shared {
    /// Why a parameter could not be had or written.
    pub(super) fn refused(&self, deed: Deed<'_>, refusal: &Refusal) -> Failure {
        let Deed { action, id, version, key_right } = deed;
        if refusal.is(&["ParameterNotFound"]) {
            return absent(deed);
        }
        if refusal.is(&["ParameterVersionNotFound"]) {
            return Failure::absent(format!(
                "it has no version or label `{}`",
                version.unwrap_or_default()
            ));
        }
        let conflict = |why: &'static str| Failure::new(FailureKind::Conflict, why);
        match () {
            () if refusal.is(&["TooManyUpdates", "ParameterAlreadyExists"]) => {
                conflict("somebody else wrote the parameter at the same time")
            }
            () if refusal.is(&["HierarchyTypeMismatchException"]) => conflict(
                "it is no `SecureString`, and AWS does not change that: delete it with \
                 `aws ssm delete-parameter --name …`, and write again",
            ),
            () if refusal.is(&["ParameterMaxVersionLimitExceeded"]) => conflict(
                "it has all the versions that AWS keeps, and the oldest has a label: move that with \
                 `aws ssm label-parameter-version --name … --labels …`",
            ),
            () if refusal.is(&["ParameterLimitExceeded"]) => {
                Failure::invalid("the account has all the parameters that its quota allows")
            }
            () if refusal.is(&["ValidationException"]) && action == WRITE => Failure::invalid(
                "Parameter Store does not take the value or the name: a value cannot have `{{…}}` in it",
            ),
            () => {
                let resource = if is_arn(id) {
                    id.to_owned()
                } else {
                    self.account.for_policy("ssm", &names::resource(id))
                };
                let right = Right { action, resource };
                refusal.usual(&Asked { service: "Parameter Store", right, key_right })
            }
        }
    }
}

/// There is no such parameter.
pub(super) fn absent(deed: Deed<'_>) -> Failure {
    Failure::absent(match deed.version {
        Some(version) => {
            format!("there is no parameter `{}`, or no version or label `{version}` of it", deed.id)
        }
        None => format!("there is no parameter `{}` in this account and region", deed.id),
    })
}

/// What writing is called.
pub(super) const WRITE: &str = "ssm:PutParameter";
