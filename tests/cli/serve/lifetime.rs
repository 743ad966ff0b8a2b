//! Looking after it: what a service manager is told, reading again, an end that finishes what was begun, and numbers.

use std::io::{BufReader, Write};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use super::serving::{SOON, Serving, next_answer, within};
use crate::session::{MARKER, Session};

/// A store that takes two seconds.
fn slow() -> Session {
    let session = Session::with_secret();
    session.write("read.sh", format!("sleep 2; printf %s {MARKER}-slow"));
    session.run("strongroom store add slow --kind command -- sh read.sh {name}").succeeds();
    session.run("strongroom store allow slow --yes").succeeds();
    session
}

#[test]
fn the_end_finishes_what_was_begun() {
    let session = slow();
    let serving = Serving::start(&session, "--type local");
    let mut idle = serving.connect();
    idle.write_all(b"GET /v1.0/healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("sent");
    assert_eq!(next_answer(&mut BufReader::new(&idle)).status, 204);
    let mut stream = serving.connect();
    let ask = "GET /v1.0/secrets/slow/a HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(ask.as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(500));
    serving.signal("-TERM");
    // Nobody new gets in.
    let address = serving.address;
    within(SOON, || std::net::TcpStream::connect(address).is_err().then_some(()));
    let given = next_answer(&mut BufReader::new(&stream));
    assert_eq!(given.body, format!("{{\"a\":\"{MARKER}-slow\"}}\n"));
    // The idle connection holds nothing up.
    let (status, said) = serving.ended();
    assert_eq!(status.code(), Some(0), "{said}");
}

#[test]
fn a_service_manager_is_told_how_it_fares() {
    let session = Session::with_secret();
    let socket = session.path("notify");
    let manager = UnixDatagram::bind(&socket).expect("a socket");
    manager.set_read_timeout(Some(SOON)).expect("a limit");
    let told = || {
        let mut bytes = [0; 256];
        let length = manager.recv(&mut bytes).expect("something is told");
        String::from_utf8(bytes[..length].to_vec()).expect("text")
    };
    let path = socket.to_str().expect("text").to_owned();
    let serving = Serving::start_with(&session, "--type local", &[("NOTIFY_SOCKET", &path)]);
    assert_eq!(told(), "READY=1");
    // It answers by then.
    assert_eq!(serving.get("/v1.0/healthz").status, 204);
    session.write("strongroom.toml", "[[[");
    serving.signal("-HUP");
    let reloading = told();
    let time = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").expect("its time");
    assert!(time.parse::<u64>().is_ok(), "{time}");
    assert_eq!(told(), "READY=1");
    assert_eq!(serving.get("/v1.0/healthz").status, 500, "it was read by then");
    serving.signal("-TERM");
    assert_eq!(told(), "STOPPING=1");
    assert_eq!(serving.ended().0.code(), Some(0));
}

#[test]
fn numbers_and_lines_tell_outcomes_and_no_values() {
    let session = slow();
    let serving = Serving::start_with(
        &session,
        "--type local --access-log accesses --log-as-json",
        &[("STRONGROOM_LOG", "trace")],
    );
    for (path, status) in [
        ("/v1.0/secrets/vault/github_api_token", 200),
        ("/v1.0/secrets/vault/bulk", 200),
        ("/v1.0/secrets/slow/a", 200),
        ("/v1.0/secrets/vault/none", 500),
        ("/v1.0/secrets/made-up/none", 401),
    ] {
        assert_eq!(serving.get(path).status, status, "{path}");
    }
    let metrics = serving.get("/metrics");
    for line in [
        "strongroom_requests_total{protocol=\"http\"} 6",
        "strongroom_requests_total{protocol=\"grpc\"} 0",
        "strongroom_secret_requests_total{store=\"vault\",outcome=\"given\"} 2",
        "strongroom_secret_requests_total{store=\"slow\",outcome=\"given\"} 1",
        "strongroom_secret_requests_total{store=\"\",outcome=\"no_store\"} 1",
    ] {
        assert!(metrics.body.contains(line), "{line} is not in\n{}", metrics.body);
    }
    assert!(!metrics.body.contains("made-up") && !metrics.body.contains("github"));
    let accesses =
        within(SOON, || Some(session.read("accesses")).filter(|text| text.lines().count() == 5));
    assert!(
        accesses.contains("\"secret\":\"github_api_token\",\"outcome\":\"given\""),
        "{accesses}"
    );
    assert!(!accesses.contains(MARKER), "{accesses}");
    // What it says is looked at by the end of every test.
    assert!(serving.said().contains("\"level\":\"WARN\""), "{}", serving.said());
    assert!(!serving.said().contains(MARKER));
}
