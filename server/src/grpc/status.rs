//! Errors as gRPC tells them: the texts are those of HTTP.

use tonic::metadata::MetadataValue;
use tonic::{Response, Status};

use crate::app::MetadataFull;
use crate::configuration::{ConfigurationError, SubscribeError};
use crate::secrets::{Freshness, SecretError};

impl From<SecretError> for Status {
    fn from(why: SecretError) -> Self {
        let text = why.to_string();
        match why {
            SecretError::NotConfigured => Self::failed_precondition(text),
            SecretError::NoStore { .. } => Self::invalid_argument(text),
            SecretError::Denied { .. } => Self::permission_denied(text),
            SecretError::Failed { .. } => Self::internal(text),
        }
    }
}

impl From<ConfigurationError> for Status {
    fn from(why: ConfigurationError) -> Self {
        let text = why.to_string();
        match why {
            ConfigurationError::NotConfigured => Self::failed_precondition(text),
            ConfigurationError::NoStore { .. } => Self::invalid_argument(text),
        }
    }
}

impl From<SubscribeError> for Status {
    fn from(why: SubscribeError) -> Self {
        let text = why.to_string();
        match why {
            SubscribeError::Configuration(why) => why.into(),
            SubscribeError::TooMany { .. } | SubscribeError::Ending { .. } => {
                Self::invalid_argument(text)
            }
        }
    }
}

impl From<MetadataFull> for Status {
    fn from(why: MetadataFull) -> Self {
        Self::resource_exhausted(why.to_string())
    }
}

/// An answer with values, which says how old they are where the store is away.
pub(super) fn values<T>(message: T, freshness: Freshness) -> Response<T> {
    let mut response = Response::new(message);
    if let Freshness::Stale(age) = freshness {
        response.metadata_mut().insert(STALE, MetadataValue::from(age.as_secs()));
    }
    response
}

/// The store is away, and what is given was had so many seconds ago.
const STALE: &str = "strongroom-stale";
