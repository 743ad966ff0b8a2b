//! TLS: none is refused beyond this machine, certificates change while it serves, and clients without one stay out.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::serving::{Answer, SOON, Serving, answer, within};
use crate::session::{MARKER, Session};

/// An authority.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as PEM and as they are.
struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    fn signs(&self, name: &str) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        Identity { certificate: params.signed_by(&key, &self.0).expect("a certificate"), key }
    }

    fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }
}

/// Writes a certificate and its key as files for the server.
fn write(session: &Session, identity: &Identity) {
    session.write("key.pem", identity.key.serialize_pem());
    session.write("cert.pem", identity.certificate.pem());
}

/// Asks over TLS.
fn ask(
    serving: &Serving,
    authority: &Authority,
    client: Option<&Identity>,
    protocol: &[u8],
) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der()).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let mut config = match client {
        None => builder.with_no_client_auth(),
        Some(Identity { certificate, key }) => {
            let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            builder.with_client_auth_cert(vec![certificate.der().clone()], key).expect("a pair")
        }
    };
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(config.into(), name).expect("a configuration");
    let stream: TcpStream = serving.connect();
    let mut stream = StreamOwned::new(connection, stream);
    write!(
        stream,
        "GET /v1.0/secrets/vault/github_api_token HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut stream, &mut bytes)?;
    assert_eq!(stream.conn.alpn_protocol(), Some(protocol));
    Ok(answer(&String::from_utf8(bytes).expect("text")))
}

const WORDS: &str = "--type local --tls-cert cert.pem --tls-key key.pem";

#[test]
fn without_tls_nothing_is_served_beyond_this_machine() {
    let session = Session::with_secret();
    for listen in ["0.0.0.0", "::", "127.0.0.1,0.0.0.0"] {
        session
            .run(&format!(
                "strongroom serve --type local --http-port 0 --grpc-port 0 --listen {listen}"
            ))
            .ends_with(3)
            .says("is beyond this machine, and without TLS everybody on the way reads along")
            .says("--tls-cert FILE --tls-key FILE");
    }
}

#[test]
fn with_tls_it_is_served_and_a_new_certificate_is_taken_while_it_serves() {
    let session = Session::with_secret();
    let (first, second) = (Authority::new(), Authority::new());
    write(&session, &first.signs("localhost"));
    let serving = Serving::start(&session, WORDS);
    let given = ask(&serving, &first, None, b"http/1.1").expect("an answer");
    assert_eq!(given.body, format!("{{\"github_api_token\":\"{MARKER}-token\"}}\n"));
    ask(&serving, &second, None, b"http/1.1").expect_err("an authority that nobody trusts");
    // What speaks no TLS gets nothing.
    let plain = serving.raw("GET /v1.0/healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(!plain.contains("HTTP"), "{plain}");
    // A file that is no certificate changes nothing.
    session.write("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    within(SOON, || serving.said().contains("cert.pem has no certificate in PEM").then_some(()));
    assert_eq!(ask(&serving, &first, None, b"http/1.1").expect("an answer").status, 200);
    write(&session, &second.signs("localhost"));
    let given = within(SOON, || ask(&serving, &second, None, b"http/1.1").ok());
    assert_eq!(given.status, 200);
}

#[test]
fn a_client_without_a_certificate_of_the_authority_stays_out() {
    let session = Session::with_secret();
    let (ours, clients, others) = (Authority::new(), Authority::new(), Authority::new());
    write(&session, &ours.signs("localhost"));
    session.write("clients.pem", clients.0.pem());
    let serving = Serving::start(&session, &format!("{WORDS} --tls-client-ca clients.pem"));
    ask(&serving, &ours, None, b"http/1.1").expect_err("no certificate");
    ask(&serving, &ours, Some(&others.signs("shop")), b"http/1.1").expect_err("another authority");
    let given = ask(&serving, &ours, Some(&clients.signs("shop")), b"http/1.1");
    assert_eq!(given.expect("an answer").status, 200);
    ask(&serving, &ours, Some(&ours.signs("shop")), b"http/1.1").expect_err("the server's own");
}

#[test]
fn files_that_do_not_fit_are_named_at_the_start() {
    let session = Session::with_secret();
    let authority = Authority::new();
    write(&session, &authority.signs("localhost"));
    let start = format!("strongroom serve --http-port 0 --grpc-port 0 {WORDS}");
    session.write("key.pem", KeyPair::generate().expect("a key").serialize_pem());
    session.run(&start).ends_with(3).says("does not belong to the certificate in cert.pem");
    session.write("key.pem", "no key");
    session.run(&start).ends_with(3).says("key.pem has no private key in PEM");
    std::fs::remove_file(session.path("cert.pem")).expect("a file");
    session.run(&start).ends_with(3).says("cannot read cert.pem");
    session.run("strongroom serve --tls-cert cert.pem").ends_with(2).says("--tls-key");
}
