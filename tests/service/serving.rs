//! What the service answers, and how it stops.

use std::io::Write;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::server::{Server, answer, request};

/// The values of the example's vault; the demo key that opens them is committed beside it.
const LOCAL_KEY: &str = "MARKER-service-webhook-key-local-0123456789";
const PREVIOUS_KEY: &str = "MARKER-service-previous-webhook-key-staging";
pub(crate) const OPERATOR: &str = "authorization: Bearer MARKER-service-operator-token";

fn signed(key: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    mac.update(body);
    format!("x-signature: sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

#[test]
fn it_takes_what_is_signed_and_nothing_else() {
    let service = Server::with_key().start();
    assert_eq!(service.ask("GET /healthz HTTP/1.1", &[], b""), (200, "ok\n".to_owned()));
    let body = br#"{"paid": 1200}"#;
    let signature = signed(LOCAL_KEY, body);
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[&signature], body).0, 202);
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[&signature], br#"{"paid": 9999}"#).0, 401);
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[], body).0, 401);
    let stranger = signed("another key of more than 32 bytes!", body);
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[&stranger], body).0, 401);
    // `local` has no previous key: what production still takes is refused here.
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[&signed(PREVIOUS_KEY, body)], body).0, 401);
    assert_eq!(service.ask("GET /deliveries HTTP/1.1", &[OPERATOR], b""), (200, "1\n".to_owned()));
    assert_eq!(service.ask("GET /deliveries HTTP/1.1", &["authorization: Bearer x"], b"").0, 401);
    assert_eq!(service.ask("GET /deliveries HTTP/1.1", &[], b"").0, 401);
}

#[test]
fn a_key_that_is_being_replaced_counts_where_there_is_one() {
    let service = Server::with_key().with("STRONGROOM_ENV", "staging").start();
    let signature = signed(PREVIOUS_KEY, b"x");
    assert_eq!(service.ask("POST /webhook HTTP/1.1", &[&signature], b"x").0, 202);
}

#[cfg(unix)]
#[test]
fn at_sigterm_it_finishes_what_has_begun() {
    let service = Server::with_key().start();
    let body = b"a body in two parts";
    let whole = request("POST /webhook HTTP/1.1", &[&signed(LOCAL_KEY, body)], body);
    let (first, rest) = whole.split_at(whole.len() - 5);
    let mut begun = service.connect();
    begun.write_all(first).expect("the first part");
    // An answer to somebody who came later says that the service is at work on this one.
    assert_eq!(service.ask("GET /healthz HTTP/1.1", &[], b"").0, 200);
    service.terminate();
    service.takes_nobody_more();
    begun.write_all(rest).expect("the rest");
    assert_eq!(answer(&mut begun).0, 202);
    assert_eq!(service.ends().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn it_listens_on_a_socket_too_and_replaces_one_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("http.sock");
    for _ in 0..2 {
        let service = Server::with_key().with("SERVICE_LISTEN", &path).start();
        let mut stream = std::os::unix::net::UnixStream::connect(&path).expect("a connection");
        stream.write_all(&request("GET /healthz HTTP/1.1", &[], b"")).expect("a request");
        assert_eq!(answer(&mut stream), (200, "ok\n".to_owned()));
        drop(service);
        assert!(path.exists(), "a service that was killed leaves its socket");
    }
}
