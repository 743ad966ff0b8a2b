//! TLS to a server: which authorities are trusted, and files that are read for it.

use std::borrow::Cow;
use std::path::Path;
#[cfg(feature = "hashicorp-vault")]
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
#[cfg(feature = "hashicorp-vault")]
use zeroize::Zeroizing;

#[cfg(feature = "hashicorp-vault")]
use super::peer;
use crate::failure::Failure;
use crate::proof;

/// TLS with the authorities of a file, or with those of the system; with none where TLS is not spoken.
pub(crate) fn config(is_spoken: bool, ca_file: Option<&Path>) -> Result<ClientConfig, Failure> {
    // The provider of this program alone: a process may have another one as its default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| lasting("no version of TLS can be spoken here"))?;
    let config = match ca_file {
        // A container without authorities may still have an agent beside it.
        _ if !is_spoken => builder.with_root_certificates(RootCertStore::empty()),
        None => builder.with_platform_verifier().map_err(|_| {
            lasting("the certificates of this system cannot be read: set `ca_file`")
        })?,
        Some(file) => {
            let roots = roots(file).map_err(|why| {
                lasting(format!("the certificates in `{}` cannot be used: {why}", file.display()))
            })?;
            builder.with_root_certificates(roots)
        }
    };
    Ok(config.with_no_client_auth())
}

/// Whom a server must prove to be.
#[cfg(feature = "hashicorp-vault")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// The authorities of a file, in place of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// Authorities in PEM, in place of those of a file.
    pub(crate) ca_pem: Option<Zeroizing<String>>,
    /// The name in the certificate, where it is not the address's.
    pub(crate) server_name: Option<String>,
    /// Nobody in particular: whoever is on the way can read along.
    pub(crate) is_anybody: bool,
}

/// TLS to a server that proves what is wanted of it.
#[cfg(feature = "hashicorp-vault")]
pub(crate) fn trusting(is_spoken: bool, trust: &Trust) -> Result<ClientConfig, Failure> {
    let mut config = match &trust.ca_pem {
        Some(pem) if is_spoken => {
            let roots = roots_of(pem.as_bytes())
                .map_err(|why| lasting(format!("the certificates that were given: {why}")))?;
            let mut config = config(false, None)?;
            let verifier = peer::of_roots(roots).map_err(lasting)?;
            config.dangerous().set_certificate_verifier(verifier);
            config
        }
        _ => config(is_spoken, trust.ca_file.as_deref())?,
    };
    if trust.is_anybody {
        config.dangerous().set_certificate_verifier(peer::anybody());
    } else if let Some(name) = trust.server_name.as_deref().filter(|_| is_spoken) {
        let roots = match (&trust.ca_pem, &trust.ca_file) {
            (Some(pem), _) => Some(roots_of(pem.as_bytes())),
            (None, Some(file)) => Some(roots(file)),
            (None, None) => None,
        };
        let roots = roots.transpose().map_err(|why| lasting(format!("its certificates: {why}")))?;
        config.dangerous().set_certificate_verifier(peer::named(name, roots).map_err(lasting)?);
    }
    Ok(config)
}

fn roots(file: &Path) -> Result<RootCertStore, Cow<'static, str>> {
    roots_of(&proof::read(file, PEM_BYTES).map_err(|error| error.to_string())?)
}

fn roots_of(pem: &[u8]) -> Result<RootCertStore, Cow<'static, str>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| "it is no PEM")?;
        roots.add(certificate).map_err(|_| "one of them is no certificate")?;
    }
    if roots.is_empty() { Err("there are none".into()) } else { Ok(roots) }
}

/// A failure of what is here, not of the server: asking again does not help.
fn lasting(detail: impl Into<Cow<'static, str>>) -> Failure {
    Failure::unreachable(detail).lasting()
}

/// The longest file of certificates: those of a whole system have 300 KiB.
const PEM_BYTES: u64 = 4 << 20;
