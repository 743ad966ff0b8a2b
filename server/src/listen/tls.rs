//! TLS: certificates from files, read again when those change, and clients that must have one too.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::looks::Look;

/// The files of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate, and those between it and its authority; PEM.
    pub certificate: PathBuf,
    /// The certificate's private key; PEM.
    pub key: PathBuf,
    /// The authorities of which every client must have a certificate; clients need none without it.
    pub client_authority: Option<PathBuf>,
}

/// TLS cannot be spoken with these files.
#[derive(Debug)]
pub struct TlsError {
    file: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Read(io::Error),
    /// What of it is not there, or is no PEM.
    Lacks(&'static str),
    Unfit(rustls::Error),
    Authority(String),
}

/// TLS as it is spoken now.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    now: RwLock<Now>,
}

#[derive(Debug)]
struct Now {
    config: Arc<ServerConfig>,
    looks: Vec<Look>,
}

impl Tls {
    pub(crate) fn read(files: TlsFiles) -> Result<Self, TlsError> {
        let looks = files.looks();
        let config = files.config()?;
        Ok(Self { files, now: RwLock::new(Now { config, looks }) })
    }

    /// Reads the files again where they changed. Those that were good are used on while the new ones are not.
    pub(crate) fn read_again(&self) {
        let looks = self.files.looks();
        if looks == self.now.read().unwrap_or_else(PoisonError::into_inner).looks {
            return;
        }
        let config = self.files.config();
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        now.looks = looks;
        match config {
            Ok(config) => {
                now.config = config;
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                tracing::error!("the certificate that was read before is used on: {error}");
            }
        }
    }

    /// Speaks TLS with a client that connected.
    pub(super) async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner).config);
        timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl TlsFiles {
    fn config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let chain = certificates(&self.certificate)?;
        let key = self.private_key()?;
        let unfit = |file: &Path| {
            let file = file.to_owned();
            move |error| TlsError { file, why: Why::Unfit(error) }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unfit(&self.certificate))?;
        let builder = match &self.client_authority {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(file)? {
                    roots.add(authority).map_err(unfit(file))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                builder.with_client_cert_verifier(verifier.build().map_err(|error| TlsError {
                    file: file.clone(),
                    why: Why::Authority(error.to_string()),
                })?)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(unfit(&self.certificate))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    fn private_key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        let text = zeroize::Zeroizing::new(read(&self.key)?);
        PrivateKeyDer::from_pem_slice(&text)
            .map_err(|_| TlsError { file: self.key.clone(), why: Why::Lacks("private key") })
    }

    fn looks(&self) -> Vec<Look> {
        let files = [&self.certificate, &self.key].into_iter().chain(&self.client_authority);
        files.map(|file| Look::at(file)).collect()
    }
}

fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(file).map_err(|error| TlsError { file: file.to_owned(), why: Why::Read(error) })
}

/// At least one certificate.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let lacks = || TlsError { file: file.to_owned(), why: Why::Lacks("certificate") };
    let text = read(file)?;
    let all: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(&text).collect();
    all.ok().filter(|all| !all.is_empty()).ok_or_else(lacks)
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.why {
            Why::Read(error) => write!(f, "cannot read {file}: {error}"),
            Why::Lacks(what) => write!(f, "{file} has no {what} in PEM"),
            Why::Unfit(rustls::Error::InconsistentKeys(_)) => {
                write!(f, "the private key does not belong to the certificate in {file}")
            }
            Why::Unfit(error) => write!(f, "{file} is of no use for TLS: {error}"),
            Why::Authority(why) => write!(f, "{file} is of no use for TLS: {why}"),
        }
    }
}

impl std::error::Error for TlsError {}

/// How long a client may take until TLS is spoken.
const HANDSHAKE: Duration = Duration::from_secs(10);
