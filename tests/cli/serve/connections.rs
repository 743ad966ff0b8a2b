//! Many connections: a limit that says so, none lost that was there before, and ten thousand that do nothing.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::serving::{SOON, Serving, answer, next_answer, rest, within};
use crate::session::{MARKER, Session, skipped};

const ASK: &[u8] = b"GET /v1.0/secrets/vault/github_api_token HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Asks over a connection that stays.
fn ask(stream: &mut TcpStream) {
    stream.write_all(ASK).expect("sent");
    let given = next_answer(&mut BufReader::new(stream));
    assert!(given.status == 200 && given.body.contains(MARKER), "{given:?}");
}

#[test]
fn a_connection_too_many_is_told_so_and_none_before_it_is_lost() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local --most-connections 10");
    let mut held: Vec<TcpStream> = (0..10).map(|_| serving.connect()).collect();
    held.iter_mut().for_each(ask);
    for _ in 0..100 {
        let refused = answer(&serving.raw(ASK));
        assert_eq!((refused.status, refused.body.as_str()), (503, ""), "{refused:?}");
        assert!(refused.headers.contains("retry-after: 1"), "{}", refused.headers);
    }
    held.iter_mut().for_each(ask);
    drop(held.pop());
    // There is room again.
    let mut late = within(SOON, || {
        let mut stream = serving.connect();
        stream.write_all(ASK).expect("sent");
        let given = next_answer(&mut BufReader::new(&stream));
        (given.status == 200).then_some(stream)
    });
    ask(&mut late);
    drop(held.pop());
    let metrics = within(SOON, || Some(serving.get("/metrics")).filter(|it| it.status == 200));
    let refused = metrics.body.lines().find_map(|line| {
        line.strip_prefix("strongroom_connections_refused_total ")?.parse::<u32>().ok()
    });
    assert!(refused >= Some(100), "{}", metrics.body);
}

#[test]
fn a_head_that_does_not_end_is_not_waited_for_and_an_idle_connection_is() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local");
    let mut idle = serving.connect();
    ask(&mut idle);
    let mut fresh = serving.connect();
    let mut slow = serving.connect();
    slow.write_all(b"GET /v1.0/secrets/vault/github_api_token HTTP/1.1\r\n").expect("sent");
    let began = Instant::now();
    slow.set_read_timeout(Some(Duration::from_secs(1))).expect("a limit");
    // A line now and then does not help.
    let closed = within(SOON, || {
        let sent = slow.write_all(b"x: y\r\n");
        match slow.read(&mut [0; 100]) {
            Ok(0) => Some(began.elapsed()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                Some(began.elapsed())
            }
            _ => sent.err().map(|_| began.elapsed()),
        }
    });
    assert!((8..20).contains(&closed.as_secs()), "{closed:?}");
    ask(&mut idle);
    ask(&mut fresh);
}

#[test]
fn ten_thousand_idle_connections_are_held() {
    let session = Session::with_secret();
    // Both ends are files of a process: this one has one end of each.
    let room = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let many = room.current.unwrap_or(u64::MAX).saturating_sub(200).min(10_000);
    let hard = room.maximum.unwrap_or(u64::MAX);
    if hard < 10_500 {
        skipped("10,000 connections: a process may not have so many here");
        return;
    }
    // The server raises its own limit from what a login gives.
    let serving = Serving::start(&session, "--type local");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", serving.id()));
    if let Ok(limits) = limits {
        let files = limits.lines().find(|line| line.starts_with("Max open files"));
        let mut words = files.expect("a line").split_whitespace().skip(3);
        assert_eq!(words.next(), words.next(), "soft as hard");
    }
    let mut raised = None;
    if many < 10_000 {
        let limit = rustix::process::Rlimit { current: Some(hard), maximum: Some(hard) };
        raised = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit).ok();
    }
    let many = if raised.is_some() { 10_000 } else { many };
    let mut held: Vec<TcpStream> = (0..many).map(|_| serving.connect()).collect();
    for stream in held.iter_mut().step_by(97) {
        ask(stream);
    }
    let metrics = serving.get("/metrics").body;
    let open = metrics.lines().find_map(|line| line.strip_prefix("strongroom_connections "));
    let open: u64 = open.expect("a line").parse().expect("a number");
    assert!(open >= many, "{open}");
    held.iter_mut().for_each(ask);
}

#[test]
fn a_port_in_use_is_said_and_nothing_is_served() {
    let session = Session::with_secret();
    let serving = Serving::start(&session, "--type local");
    let port = serving.address.port();
    session
        .run(&format!("strongroom serve --type local --http-port {port}"))
        .ends_with(3)
        .says("another program does already");
    let mut stream = serving.connect();
    stream.write_all(b"GET /v1.0/healthz HTTP/1.0\r\n\r\n").expect("sent");
    assert_eq!(answer(&rest(&mut stream)).status, 204);
}
