//! One request for one thing that a service keeps, as far as a refusal is told by it.

use super::{Account, Asked, Refusal, Right, is_arn};
use crate::failure::Failure;

/// One request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// As a policy writes it.
    pub(super) action: &'static str,
    /// What AWS calls the thing, or the path that things are below.
    pub(super) id: &'a str,
    /// The version that is asked for, by its id, number, label or stage.
    pub(super) version: Option<&'a str>,
    /// The right to the KMS key that it takes.
    pub(super) key_right: Option<&'static str>,
}

impl Deed<'_> {
    /// What is said of a refusal that every service has: `service` is its name for messages and in policies, and `resource`
    /// what a policy calls the thing, where it is not named by its ARN.
    pub(super) fn usual(
        &self,
        account: &Account,
        refusal: &Refusal,
        service: (&'static str, &'static str),
        resource: &str,
    ) -> Failure {
        let Deed { action, id, key_right, .. } = *self;
        let resource =
            if is_arn(id) { id.to_owned() } else { account.for_policy(service.1, resource) };
        let right = Right { action, resource };
        refusal.usual(&Asked { service: service.0, right, key_right })
    }
}
