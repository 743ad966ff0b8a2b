//! What Parameter Store refuses, in words, with what to do.

use super::super::Refusal;
use super::super::deed::Deed;
use super::{Shared, names};
use crate::failure::{Failure, FailureKind};

impl Shared {
    /// Why a parameter could not be had or written.
    pub(super) fn refused(&self, deed: Deed<'_>, refusal: &Refusal) -> Failure {
        let Deed { action, id, version, .. } = deed;
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
            () => deed.usual(&self.account, refusal, SERVICE, &names::resource(id)),
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

const SERVICE: (&str, &str) = ("Parameter Store", "ssm");
/// What writing is called.
pub(super) const WRITE: &str = "ssm:PutParameter";
