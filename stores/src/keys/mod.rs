//! Access keys that are elsewhere: kept by a store as they are, or sealed by a service that opens them. One arm for each.
//!
//! Which service that is says the environment of the program, in the line that [`KeyPlace`] reads, and never a vault: it is
//! trusted with the key of everything that its holder opens. What it gave is kept nowhere.

#[cfg(feature = "aws-kms")]
mod aws_kms;
#[cfg(feature = "azure-key")]
mod azure_key;
#[cfg(feature = "gcp-kms")]
mod gcp_kms;
mod kept;
#[cfg(all(test, any(feature = "aws-kms", feature = "azure-key")))]
#[expect(dead_code, reason = "the tests of stores ask for more")]
#[path = "../../tests/hashicorp/listener.rs"]
mod listener;
mod service;
#[cfg(feature = "vault-transit")]
mod vault_transit;

use std::fmt;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use strongroom_vault::search::KeyPlace;
use strongroom_vault::{AccessKey, KeyService, has_key_service};
use tokio::time::timeout;
use zeroize::Zeroizing;

use self::service::Sealed;
use crate::failure::{Failure, FailureKind};
use crate::fetch::{Fetch, Limits, fetch};
use crate::store::{Opened, Value};

/// Why a service did not give an access key, or did not wrap one. Holds nothing of a key and nothing of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFailure {
    /// This build does not ask it.
    NotBuilt {
        /// The feature to add.
        feature: &'static str,
    },
    /// It keeps access keys as they are, and wraps none.
    WrapsNothing {
        /// The service.
        service: &'static KeyService,
    },
    /// What happened when it was asked.
    Failed {
        /// The service.
        service: &'static KeyService,
        /// What happened.
        failure: Failure,
    },
}

/// Whether this build asks a service.
#[must_use]
pub fn is_key_service_built(service: &KeyService) -> bool {
    has_key_service!(service)
}

/// Gets an access key from where it is, within a time: what may pass is tried again, as [`fetch`](crate::fetch()) does it.
///
/// Must run on a tokio runtime with its clock and its I/O enabled; dropping the future ends the request.
///
/// # Errors
///
/// The service was not built in, or gave no text. Whether that text is an access key is not looked at here.
pub async fn fetch_key(
    place: &KeyPlace,
    deadline: Duration,
) -> Result<Zeroizing<String>, KeyFailure> {
    let service = place.service();
    built(service)?;
    let failed = |failure| KeyFailure::Failed { service, failure };
    let (store, reference) = match service.wraps_with {
        Some(_) => (Arc::new(Sealed(place.clone())) as Arc<_>, Sealed::reference()),
        None => kept::open(place).map_err(failed)?,
    };
    let opened = Opened { name: service.name.to_owned(), store };
    let limits = Limits { deadline, ..Limits::default() };
    let got = fetch(&[Fetch { store: opened, reference }], &limits).await.pop();
    let got = got.unwrap_or_else(|| Err(Failure::unreachable("no answer"))).map_err(failed)?;
    let text = std::str::from_utf8(&got.value);
    let text = text.map_err(|_| failed(Failure::invalid("what it has is no text")))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Wraps an access key with a service's key, which `with` names where a line has what [`KeyPlace::rest`] gives; gives the
/// line with which it is found again. Asks once, within a time.
///
/// Must run on a tokio runtime with its clock and its I/O enabled.
///
/// # Errors
///
/// The service was not built in, wraps nothing, or did not do it.
pub async fn wrap_key(
    with: &KeyPlace,
    key: &AccessKey,
    deadline: Duration,
) -> Result<String, KeyFailure> {
    let service = with.service();
    if service.wraps_with.is_none() {
        return Err(KeyFailure::WrapsNothing { service });
    }
    built(service)?;
    let text = key.to_text();
    let wrapped = timeout(deadline, wrap(with, text.as_bytes())).await;
    let no_answer =
        || Failure::unreachable(format!("no answer within {} s", deadline.as_secs_f32()));
    let rest = wrapped
        .unwrap_or_else(|_| Err(no_answer()))
        .map_err(|failure| KeyFailure::Failed { service, failure })?;
    Ok(format!("{}:{rest}", service.name))
}

/// Opens a wrapped access key: one try.
async fn unwrap(place: &KeyPlace) -> Result<Value, Failure> {
    match place.service().name {
        #[cfg(feature = "azure-key")]
        "azure-key" => azure_key::unwrap(place.rest()).await,
        #[cfg(feature = "aws-kms")]
        "aws-kms" => aws_kms::unwrap(place.rest()).await,
        #[cfg(feature = "gcp-kms")]
        "gcp-kms" => gcp_kms::unwrap(place.rest()).await,
        #[cfg(feature = "vault-transit")]
        "vault-transit" => vault_transit::unwrap(place.rest()).await,
        _ => ready(Err(Failure::invalid(NOT_HERE))).await,
    }
}

/// Wraps an access key; gives what stands behind the service's name and `:` from now on.
async fn wrap(with: &KeyPlace, key: &[u8]) -> Result<String, Failure> {
    match with.service().name {
        #[cfg(feature = "azure-key")]
        "azure-key" => azure_key::wrap(with.rest(), key).await,
        #[cfg(feature = "aws-kms")]
        "aws-kms" => aws_kms::wrap(with.rest(), key).await,
        #[cfg(feature = "gcp-kms")]
        "gcp-kms" => gcp_kms::wrap(with.rest(), key).await,
        #[cfg(feature = "vault-transit")]
        "vault-transit" => vault_transit::wrap(with.rest(), key).await,
        _ => {
            let _ = key;
            ready(Err(Failure::invalid(NOT_HERE))).await
        }
    }
}

fn built(service: &KeyService) -> Result<(), KeyFailure> {
    if is_key_service_built(service) {
        return Ok(());
    }
    Err(KeyFailure::NotBuilt { feature: service.feature })
}

impl KeyFailure {
    /// What to do about it, on lines of their own, for whoever wanted to wrap a key; none where only another build helps.
    #[must_use]
    pub fn next_of_wrapping(&self) -> Option<String> {
        match self {
            Self::Failed { .. } => Some(RIGHTS.to_owned()),
            Self::NotBuilt { .. } | Self::WrapsNothing { .. } => self.next(),
        }
    }

    /// What to do about it, on lines of their own, for whoever wanted to open a vault; none where only another build helps.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        match self {
            Self::NotBuilt { .. } => None,
            Self::WrapsNothing { service } => Some(format!(
                "keep the key there as it is, and name it: {}:{}\nthose that wrap one: {}",
                service.name,
                service.place,
                KeyService::names_of_wrapping()
            )),
            Self::Failed { service, failure } => Some(match (failure.kind(), service.wraps_with) {
                (FailureKind::Absent | FailureKind::Invalid, Some(key)) => format!(
                    "such a line is {0}:{1}, made with: strongroom key wrap --with {0}:{key}",
                    service.name, service.place
                ),
                (FailureKind::Absent | FailureKind::Invalid, None) => format!(
                    "such a line is {}:{}, and an access key lies there as it is; \
                     make one with: strongroom holder add NAME --type TYPES",
                    service.name, service.place
                ),
                _ => format!("{RIGHTS}; try it with: strongroom doctor"),
            }),
        }
    }
}

impl fmt::Display for KeyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBuilt { feature } => {
                write!(f, "this program was built without it (feature `{feature}`)")
            }
            Self::WrapsNothing { .. } => f.write_str("it keeps access keys, and wraps none"),
            Self::Failed { failure, .. } => failure.fmt(f),
        }
    }
}

impl std::error::Error for KeyFailure {}

const RIGHTS: &str = "docs/key-services.md has the rights and variables that it takes";
/// For what [`built`] has refused before.
const NOT_HERE: &str = "it is not asked by this build";
