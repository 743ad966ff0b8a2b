//! Why an application is not given its secret.

use std::fmt;

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The id in the path is no UUID.
    BadId,
    /// A header is not there, or twice, or says something that it cannot.
    BadHeader(&'static str),
    /// No key is shown.
    NoKey,
    /// Nobody has this key.
    UnknownKey,
    /// The key counts no more.
    Expired,
    /// The key is another application's.
    OtherApplication,
    /// The client says that it is another application.
    OtherClient,
    /// The key does not allow what its type is said to be.
    OtherRight,
    /// The secret cannot be had.
    Failed,
}

impl Refusal {
    /// The word for metrics and the access record.
    pub(crate) fn outcome(self) -> &'static str {
        match self {
            Self::BadId | Self::BadHeader(_) => "malformed",
            Self::NoKey => "no_key",
            Self::UnknownKey => "unknown_key",
            Self::Expired => "expired",
            Self::OtherApplication => "other_application",
            Self::OtherClient => "other_client",
            Self::OtherRight => "other_right",
            Self::Failed => "failed",
        }
    }

    /// Whether somebody may be trying keys.
    pub(crate) fn is_about_a_key(self) -> bool {
        !matches!(self, Self::BadId | Self::BadHeader(_) | Self::OtherClient | Self::Failed)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadId => f.write_str("the application's id in the path is no UUID"),
            Self::BadHeader(name) => write!(f, "the header {name} is missing or malformed"),
            Self::NoKey => f.write_str("no API key is shown: it goes into the header X-API-KEY"),
            // Whoever asks is not told which of the two it is: an expired key is as good as none.
            Self::UnknownKey | Self::Expired => f.write_str("the API key is not known"),
            Self::OtherApplication => f.write_str("the API key is another application's"),
            Self::OtherClient => {
                f.write_str("the header x-client-id names another application than the path")
            }
            Self::OtherRight => f.write_str("the API key is of another type"),
            Self::Failed => f.write_str("the secret cannot be had at the moment"),
        }
    }
}
