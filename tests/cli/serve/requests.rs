//! Requests that are odd, broken, or not for us: each gets an answer, and the next one is as if nothing had been.

use std::io::{BufReader, Write};

use super::serving::{SOON, Serving, answer, next_answer, rest, within};
use crate::session::{MARKER, Session, refuse_secrets};

/// `github_api_token`, and one with a slash.
fn scene() -> Session {
    let session = Session::with_secret();
    session
        .typed("strongroom set --type local a/b")
        .input(format!("{MARKER}-b\n"))
        .run()
        .succeeds();
    session
}

const GOOD: &str = "/v1.0/secrets/vault/github_api_token";

/// What that gives.
fn is_good(serving: &Serving) {
    let given = serving.get(GOOD);
    assert_eq!(given.body, format!("{{\"github_api_token\":\"{MARKER}-token\"}}\n"));
    assert!(given.headers.contains("cache-control: no-store"), "{}", given.headers);
}

#[test]
fn odd_paths_are_answered_and_lead_nowhere_else() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    let long = "a".repeat(60 * 1024);
    let too_long = "a".repeat(64 * 1024);
    for (path, status, part) in [
        ("/v1.0/secrets/vault/a", 200, "{\"b\":"),
        ("/v1.0/secrets/vault/a/", 200, "{\"b\":"),
        ("/v1.0/secrets/vault/a%2Fb", 500, "ERR_SECRET_GET"),
        ("/v1.0/secrets/vault/a/b", 404, "ERR_NOT_FOUND"),
        ("/v1.0/secrets/vault/github%5Fapi_token", 200, "github_api_token"),
        ("/v1.0/secrets/vault/github+api", 500, "secret with key github api from"),
        ("/v1.0/secrets/vault/..", 500, "ERR_SECRET_GET"),
        ("/v1.0/secrets/vault/%2e%2e%2fstrongroom.toml", 500, "ERR_SECRET_GET"),
        ("/v1.0/secrets/../metadata", 401, "ERR_SECRET_STORE_NOT_FOUND"),
        ("/v1.0/secrets/vault/a%00b", 500, "a\\u0000b"),
        ("/v1.0/secrets/vault/%FF", 400, "ERR_MALFORMED_REQUEST"),
        ("/v1.0/secrets/vault/%", 400, "ERR_MALFORMED_REQUEST"),
        ("/v1.0/secrets/%FF/bulk", 400, "ERR_MALFORMED_REQUEST"),
        ("//v1.0/secrets/vault/a", 404, "ERR_NOT_FOUND"),
        ("/v1.0/secrets/vault/", 404, "ERR_NOT_FOUND"),
        ("/", 404, "ERR_NOT_FOUND"),
        (&format!("/v1.0/secrets/vault/{long}"), 500, "ERR_SECRET_GET"),
        (&format!("/v1.0/secrets/vault/{too_long}"), 414, ""),
    ] {
        let shown = &path[..path.len().min(80)];
        let given = serving.get(path);
        assert_eq!(given.status, status, "{shown}: {}", given.body);
        assert!(given.body.contains(part), "{shown}: {}", given.body);
    }
    // Bytes that no path has.
    for byte in [&b"\0"[..], b"\xff", b"\x7f"] {
        let path =
            [b"GET /v1.0/secrets/vault/", byte, b" HTTP/1.1\r\nhost: localhost\r\n"].concat();
        let given = answer(&serving.raw([&path[..], b"connection: close\r\n\r\n"].concat()));
        assert!([400, 500].contains(&given.status), "{given:?}");
    }
    is_good(&serving);
}

#[test]
fn requests_of_every_shape_are_answered() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    let value = format!("{MARKER}-token");
    // A body on a GET is not looked at, and neither are more headers than one.
    let body = format!("GET {GOOD} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    let given = answer(&serving.raw(format!("{body}content-length: 3\r\n\r\nabc")));
    assert!(given.status == 200 && given.body.contains(&value), "{given:?}");
    assert_eq!(answer(&serving.raw(format!("{body}accept: a\r\naccept: b\r\n\r\n"))).status, 200);
    // What two servers could understand in two ways is refused.
    for double in [
        "content-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "host: another\r\n\r\n",
    ] {
        let status = answer(&serving.raw(format!("{body}{double}"))).status;
        let refused = if double.starts_with("host") { 403 } else { 400 };
        // A length beside chunks is dropped by what reads it; nothing else is done with it.
        assert!(status == refused || double.contains("chunked") && status == 200, "{status}");
    }
    // HTTP/1.0 has no host, and its connection ends.
    let given = answer(&serving.raw(format!("GET {GOOD} HTTP/1.0\r\n\r\n")));
    assert!(given.status == 200 && given.body.contains(&value), "{given:?}");
    // Three at once are answered in order.
    let mut stream = serving.connect();
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let three = [ask(GOOD), ask("/v1.0/secrets/vault/none"), ask(GOOD)].concat();
    stream.write_all(three.as_bytes()).expect("sent");
    let mut answers = BufReader::new(&mut stream);
    let statuses = [(); 3].map(|()| next_answer(&mut answers).status);
    assert_eq!(statuses, [200, 500, 200]);
    // Another method, another protocol.
    for (bytes, status) in [
        (format!("POST {GOOD} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"), 405),
        (format!("GET {GOOD} HTTP/9.9\r\n\r\n"), 400),
        ("\x16\x03\x01\x02\x00\x01".to_owned() + &"\0".repeat(300), 400),
        (format!("GET {GOOD} HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(200)), 431),
        (format!("GET {GOOD} HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200 * 1024)), 431),
    ] {
        assert_eq!(answer(&serving.raw(&bytes)).status, status, "{}", &bytes[..30]);
    }
    is_good(&serving);
}

#[test]
fn a_long_or_endless_body_is_not_taken() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    let put = |length: usize, body: &str| {
        let head = "PUT /v1.0/metadata/word HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
        answer(&serving.raw(format!("{head}content-length: {length}\r\n\r\n{body}"))).status
    };
    assert_eq!(put(5, "hello"), 204);
    assert_eq!(put(64 * 1024, &"x".repeat(64 * 1024)), 413);
    // Whoever announces a body and does not send it is not waited for.
    assert_eq!(put(5, "he"), 408);
    assert!(serving.get("/v1.0/metadata").body.contains("\"word\":\"hello\""));
}

#[test]
fn only_who_may_ask_is_answered() {
    let session = scene();
    let token = format!("{MARKER}-api");
    let serving =
        Serving::start_with(&session, "--type local", &[("DAPR_API_TOKEN", token.as_str())]);
    let refused = |path: &str, headers: &str| {
        let given = serving.get_with(path, headers);
        assert_eq!((given.status, given.body.as_str()), (401, "invalid api token\n"), "{path}");
    };
    refused(GOOD, "");
    refused(GOOD, "dapr-api-token: wrong\r\n");
    refused(GOOD, "dapr-api-token: \r\n");
    refused(GOOD, &format!("authorization: Bearer {token}\r\n"));
    // What is in a query is in logs.
    refused(&format!("{GOOD}?dapr-api-token={token}"), "");
    for path in ["/nowhere", "/v1.0/metadata", "/metrics", "/v1.0/secrets/none/bulk"] {
        refused(path, "");
    }
    assert_eq!(serving.get("/v1.0/healthz").status, 204);
    assert_eq!(serving.get_with(GOOD, &format!("dapr-api-token: {token}\r\n")).status, 200);
}

#[test]
fn a_page_of_somebody_else_gets_nothing() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    let port = serving.address.port();
    let asked = |host: &str, more: &str| {
        let head = format!("GET {GOOD} HTTP/1.1\r\nconnection: close\r\nhost: {host}\r\n");
        let given = answer(&serving.raw(format!("{head}{more}\r\n")));
        assert!(given.status == 200 || !given.body.contains(MARKER));
        given.status
    };
    // A name that was made to lead here.
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]"] {
        assert_eq!(asked(host, ""), 403, "{host}");
    }
    for host in ["localhost", "LOCALHOST:80", "[::1]:3500", &format!("127.0.0.1:{port}")] {
        assert_eq!(asked(host, ""), 200, "{host}");
    }
    // A page of another origin, even one on this machine.
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        assert_eq!(asked("localhost", &format!("origin: {origin}\r\n")), 403, "{origin}");
    }
    assert_eq!(asked("localhost", "origin: http://localhost\r\n"), 200);
}

#[test]
fn a_client_that_leaves_in_the_middle_is_no_news() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    for part in ["", "GET", &format!("GET {GOOD} HTTP/1.1\r\nhost: localhost\r\n\r\n")] {
        let mut stream = serving.connect();
        stream.write_all(part.as_bytes()).expect("sent");
        drop(stream);
    }
    // One that says that it says no more gets its answer.
    let mut stream = serving.connect();
    write!(stream, "GET {GOOD} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("half closed");
    assert_eq!(answer(&rest(&mut stream)).status, 200);
    is_good(&serving);
    assert!(!serving.said().contains("ERROR") && !serving.said().contains("panicked"));
}

#[test]
fn a_name_does_nothing_to_whoever_reads_the_log() {
    let session = scene();
    let serving = Serving::start(&session, "--type local");
    let name = "x%0A2026-12-01T00:00:00Z%20ERROR%20made%20up%1B%5B2J%E2%80%AE";
    assert_eq!(serving.get(&format!("/v1.0/secrets/vault/{name}")).status, 500);
    let said = within(SOON, || Some(serving.said()).filter(|said| said.contains("made up")));
    assert!(!said.lines().any(|line| line.starts_with("2026-12-01T00:00:00Z")), "{said}");
    refuse_secrets(&said);
}
