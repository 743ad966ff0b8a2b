//! The authorities that may sign the certificates of AWS: those of the system, or those of a file.

use std::env;
use std::path::{Path, PathBuf};

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::failure::Failure;

/// What the HTTP client trusts: `ca_file`, then `AWS_CA_BUNDLE`, then the system.
pub(super) fn context(ca_file: Option<&Path>) -> Result<TlsContext, Failure> {
    let of_variable = || env::var_os(CA_BUNDLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    let store = match ca_file.map(Path::to_owned).or_else(of_variable) {
        Some(file) => TrustStore::empty().with_pem_certificate(checked(&file)?),
        None if !has_system_any() => TrustStore::empty(),
        None => TrustStore::default(),
    };
    TlsContext::builder().with_trust_store(store).build().map_err(|_| unusable("the authorities"))
}

/// Whether the system has authorities at all. Without optimisation the SDK takes a system without for a fault of the program.
fn has_system_any() -> bool {
    !cfg!(debug_assertions) || !rustls_native_certs::load_native_certs().certs.is_empty()
}

/// A file of certificates. The SDK takes one that has something else in it for a fault of the program, and panics.
fn checked(file: &Path) -> Result<Vec<u8>, Failure> {
    let shown = strongroom_vault::ShownPath(file).to_string();
    let text = std::fs::read(file).map_err(|_| unusable(&format!("`{shown}`")))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let is_one = certificate.is_ok_and(|certificate| roots.add(certificate).is_ok());
        if !is_one {
            return Err(unusable(&format!("`{shown}`")));
        }
    }
    if roots.is_empty() { Err(unusable(&format!("`{shown}`"))) } else { Ok(text) }
}

fn unusable(what: &str) -> Failure {
    Failure::unreachable(format!(
        "{what} cannot be read as certificates of authorities (`ca_file`, `{CA_BUNDLE}`)"
    ))
    .lasting()
}

const CA_BUNDLE: &str = "AWS_CA_BUNDLE";
