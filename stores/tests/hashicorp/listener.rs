//! A server of HTTP/1.1 over TLS (or without) that does what a test says, and keeps what it was asked.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path and what is behind `?`, as they were sent.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What is done with a request.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// An answer of JSON.
    Json(u16, String),
    /// An answer of any kind, with headers.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Another answer, after a pause.
    Later(Duration, Box<Self>),
    /// Nothing, for ever.
    Hang,
    /// The connection is broken off in the middle of an answer.
    Break,
}

/// A server that listens until it is dropped; then it fails the test if it was asked what its test does not expect.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
    faults: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
    folder: tempfile::TempDir,
}

/// What is to be done, or what is wrong with a request.
pub(crate) type Response = Result<Does, String>;
type Respond = dyn Fn(&Asked) -> Response + Send + Sync;

impl Asked {
    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Listener {
    /// A server with a certificate for `localhost`.
    pub(crate) async fn new(respond: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Self {
        Self::of("localhost", respond).await
    }

    /// A server with a certificate for a name, or for several with commas between them; without TLS for none.
    pub(crate) async fn of(
        name: &str,
        respond: impl Fn(&Asked) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self::at(0, name, respond).await
    }

    /// The same at a port; at a free one for 0.
    pub(crate) async fn at(
        port: u16,
        name: &str,
        respond: impl Fn(&Asked) -> Response + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let tls = (!name.is_empty()).then(|| {
            let (authority, config) = certificates(name);
            std::fs::write(folder.path().join("ca.pem"), authority).expect("a file");
            TlsAcceptor::from(Arc::new(config))
        });
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let faults = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let wrong = Arc::clone(&faults);
        let respond: Arc<Respond> = Arc::new(move |asked: &Asked| {
            log.lock().expect("no panic").push(asked.clone());
            respond(asked).inspect_err(|fault| {
                wrong.lock().expect("no panic").push(format!("{fault}: {asked:?}"));
            })
        });
        let scheme = if tls.is_some() { "https" } else { "http" };
        let accepting = tokio::spawn(async move {
            let mut serving = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                // Head and body are written one after the other.
                let _ = stream.set_nodelay(true);
                let (respond, tls) = (Arc::clone(&respond), tls.clone());
                serving.spawn(async move {
                    let _ = match tls {
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &*respond).await,
                            Err(error) => Err(error),
                        },
                        None => serve::<TcpStream>(stream, &*respond).await,
                    };
                });
            }
        });
        Self { address, scheme, asked, faults, accepting, folder }
    }

    /// Its address, as a setting has it.
    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.address.port())
    }

    /// The file with the authority of its certificate.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A folder of the test.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// The method and path of each request so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |asked: Asked| format!("{} {}", asked.method, asked.path);
        self.asked().into_iter().map(line).collect()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
        let faults = std::mem::take(&mut *self.faults.lock().expect("no panic"));
        assert!(std::thread::panicking() || faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// The authority as PEM, and a server's side of TLS.
fn certificates(name: &str) -> (String, ServerConfig) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    // No two authorities have one name: then it is the name by which one is not known.
    let unique = format!("authority {:?}", &key.public_key_raw()[1..9]);
    params.distinguished_name.push(DnType::CommonName, unique);
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = name.split(',').map(str::to_owned).collect();
    let params = CertificateParams::new(names).expect("names");
    let leaf = params.signed_by(&key, &authority).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .expect("a certificate and its key");
    (authority.pem(), config)
}

/// Serves one connection to its end.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    respond: &Respond,
) -> io::Result<()> {
    let mut read = Vec::new();
    while let Some(asked) = next(&mut stream, &mut read).await? {
        let mut does = respond(&asked).unwrap_or_else(|_| Does::Json(599, String::new()));
        while let Does::Later(pause, then) = does {
            tokio::time::sleep(pause).await;
            does = *then;
        }
        let json = |body: String| (vec![("Content-Type", "application/json".to_owned())], body);
        let (status, headers, body) = match does {
            Does::Json(status, body) => {
                let (headers, body) = json(body);
                (status, headers, body.into_bytes())
            }
            Does::Answer(status, headers, body) => (status, headers, body),
            Does::Hang => std::future::pending().await,
            Does::Break => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").await?;
                return stream.flush().await;
            }
            Does::Later(..) => unreachable!("waited for above"),
        };
        let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).await?;
        stream.write_all(&body).await?;
        stream.flush().await?;
    }
    Ok(())
}

/// The next request of a connection; none at its end.
async fn next<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    read: &mut Vec<u8>,
) -> io::Result<Option<Asked>> {
    let end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
        if !read[0].is_ascii_uppercase() {
            stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\nno HTTP").await?;
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    read.drain(..end + 4);
    let mut lines = head.lines();
    let mut line = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let header = |line: &str| {
        let (name, value) = line.split_once(':').expect("a header");
        (name.to_owned(), value.trim().to_owned())
    };
    let mut asked = Asked {
        method: line.next().unwrap_or_default(),
        path: line.next().unwrap_or_default(),
        headers: lines.map(header).collect(),
        body: String::new(),
    };
    let length = asked.header("content-length").map_or(0, |text| text.parse().expect("a length"));
    while read.len() < length {
        if stream.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
    asked.body = String::from_utf8(read.drain(..length).collect()).expect("text");
    Ok(Some(asked))
}
