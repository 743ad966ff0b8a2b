//! Subscriptions over HTTP: the application is told at its port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread::spawn;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::process::SOON;
use super::started::{Started, scene};

/// An application that notes what it is told.
struct Application {
    port: String,
    told: Receiver<(String, Value)>,
}

impl Application {
    /// It answers with these statuses in turn, and with 200 after them.
    fn new(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port().to_string();
        let (tell, told) = channel();
        spawn(move || {
            let mut statuses = statuses.iter();
            for stream in listener.incoming().map_while(Result::ok) {
                let request = read(&stream);
                let status = statuses.next().unwrap_or(&200);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = (&stream).write_all(answer.as_bytes());
                if tell.send(request).is_err() {
                    return;
                }
            }
        });
        Self { port, told }
    }

    fn told(&self) -> (String, Value) {
        self.told.recv_timeout(SOON).expect("it is told")
    }
}

/// The first line of a request, and its body.
fn read(stream: &TcpStream) -> (String, Value) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).expect("a line"), 0, "{head}");
    }
    let lower = head.to_lowercase();
    assert!(lower.contains("\r\ncontent-type: application/json\r\n"), "{head}");
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    stream.read_exact(&mut body).expect("a body");
    let first = head.lines().next().expect("a line").to_owned();
    (first, serde_json::from_slice(&body).expect("JSON"))
}

#[test]
fn the_application_is_told_until_it_understands() {
    let session = scene();
    let application = Application::new(&[500]);
    let server = Started::new(&session, &["--app-port", &application.port]);
    let path = "/v1.0/configuration/vault/subscribe?key=max_retries&key=public_url";
    let (status, body) = server.get(path);
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    let id = answer["id"].as_str().expect("an id");
    assert_eq!((status, answer.as_object().map(serde_json::Map::len)), (200, Some(1)));

    session.run("strongroom setting set --type local max_retries 4").succeeds();
    let expected = (
        "POST /configuration/vault/max_retries HTTP/1.1".to_owned(),
        json!({ "id": id, "items": { "max_retries": { "value": "4" } } }),
    );
    assert_eq!(application.told(), expected, "the first time it fails");
    assert_eq!(application.told(), expected);
    session.run("strongroom setting unset --type local public_url").succeeds();
    let (line, event) = application.told();
    assert_eq!(line, "POST /configuration/vault/public_url HTTP/1.1");
    assert_eq!(event, json!({ "id": id, "items": { "public_url": {} } }));

    let end = format!("/v1.0-alpha1/configuration/vault/{id}/unsubscribe");
    assert_eq!(server.get(&end), (200, "{\"ok\":true}\n".to_owned()));
    let (status, body) = server.get(&end);
    let text = format!(
        "failed to unsubscribe to configuration request {id}: there is no such subscription"
    );
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, body), (500, json!({ "ok": false, "message": text })));
    session.run("strongroom setting set --type local max_retries 5").succeeds();
    assert!(application.told.recv_timeout(Duration::from_secs(1)).is_err(), "nothing more");
}

#[test]
fn without_an_application_nobody_can_be_told() {
    let session = scene();
    let server = Started::new(&session, &[]);
    let (status, body) = server.get("/v1.0/configuration/vault/subscribe?key=a");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let expected = json!({
        "errorCode": "ERR_APP_CHANNEL_NIL",
        "message": "app channel is not initialized. cannot subscribe to configuration updates",
    });
    assert_eq!((status, body), (500, expected));
    let (status, body) = server.get("/v1.0/configuration/other/subscribe");
    assert!(status == 400 && body.contains("ERR_CONFIGURATION_STORE_NOT_FOUND"), "{body}");
}

#[test]
fn there_are_so_many_subscriptions_and_no_more() {
    let session = scene();
    let server = Started::new(&session, &["--app-port", "9"]);
    let path = "/v1.0/configuration/vault/subscribe?key=a&key=b";
    let (_, first) = server.get(path);
    let first: Value = serde_json::from_str(&first).expect("JSON");
    for _ in 1..1000 {
        assert_eq!(server.get(path).0, 200);
    }
    let (status, body) = server.get(path);
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let expected = json!({
        "errorCode": "ERR_CONFIGURATION_SUBSCRIBE",
        "message": "failed to subscribe [a b] from Configuration store vault: \
                    there are 1000 subscriptions already",
    });
    assert_eq!((status, body), (500, expected));
    let id = first["id"].as_str().expect("an id");
    server.get(&format!("/v1.0/configuration/vault/{id}/unsubscribe"));
    assert_eq!(server.get(path).0, 200, "there is room again");
}
