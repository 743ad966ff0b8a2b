//! Amazon Web Services: what its kinds of stores and its key service have in common.

mod account;
mod arn;
mod credentials;
#[cfg(any(feature = "aws-parameter-store", feature = "aws-secrets-manager"))]
mod deed;
mod http;
#[cfg(feature = "aws-parameter-store")]
pub(super) mod parameter_store;
mod refusal;
#[cfg(feature = "aws-secrets-manager")]
pub(super) mod secrets_manager;
#[cfg_attr(
    not(any(feature = "aws-parameter-store", feature = "aws-secrets-manager")),
    expect(dead_code, reason = "only stores have settings")
)]
mod setup;
mod trust;

pub(crate) use self::account::{Account, quietly};
pub(crate) use self::arn::is_arn;
pub(crate) use self::refusal::{Asked, Refusal, Right, Trouble};
pub(crate) use self::setup::Setup;
