//! TLS to a server: which authorities are trusted, and files that are read for it.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

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

fn roots(file: &Path) -> Result<RootCertStore, Cow<'static, str>> {
    let pem = proof::read(file, PEM_BYTES).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
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
