//! A server on ports of its own, and clients that are generated from the same definitions as it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tonic::transport::{Channel, Endpoint};

use super::generated::dapr::proto::runtime::v1::dapr_client::DaprClient;
use crate::session::{MARKER, Session, refuse_secrets};

/// A running server; it ends with the test.
pub struct Started {
    child: Child,
    lines: Receiver<String>,
    pub http: String,
    pub grpc: String,
    runtime: Runtime,
}

impl Started {
    /// `strongroom serve` with more words, once it listens.
    pub fn new(session: &Session, words: &[&str]) -> Self {
        let mut command = session.command();
        command.args(["serve", "--http-port", "0", "--grpc-port", "0"]).args(words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let stderr = BufReader::new(child.stderr.take().expect("standard error"));
        let (said, lines) = channel();
        spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                refuse_secrets(&line);
                if said.send(line).is_err() {
                    return;
                }
            }
        });
        let runtime = Runtime::new().expect("a runtime");
        let mut started = Self { child, lines, http: String::new(), grpc: String::new(), runtime };
        started.http = started.said("HTTP at ");
        started.grpc = started.said("gRPC at ");
        started
    }

    /// The rest of a line after some words, once it was said.
    pub fn said(&self, words: &str) -> String {
        self.said_with(words).0
    }

    /// The same, with the lines before it.
    pub fn said_with(&self, words: &str) -> (String, String) {
        let began = Instant::now();
        let mut before = String::new();
        while let Ok(line) = self.lines.recv_timeout(SOON.saturating_sub(began.elapsed())) {
            if let Some((_, rest)) = line.split_once(words) {
                return (rest.to_owned(), before);
            }
            before = format!("{before}{line}\n");
        }
        panic!("it does not say `{words}`:\n{before}");
    }

    /// Closes the other end of its standard error, at the next line that it writes.
    pub fn is_not_listened_to(&mut self) {
        self.lines = channel().1;
    }

    /// Waits for an answer, and not for ever.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        let limited = async { tokio::time::timeout(SOON, answer).await };
        self.runtime.block_on(limited).expect("an answer in time")
    }

    /// A connection to an address of it: `http://…` or `unix:…`.
    pub fn channel(&self, uri: &str) -> Channel {
        let endpoint = Endpoint::from_shared(uri.to_owned()).expect("an address");
        self.wait(endpoint.connect()).expect("it listens")
    }

    /// A client of Dapr.
    pub fn client(&self) -> DaprClient<Channel> {
        DaprClient::new(self.channel(&format!("http://{}", self.grpc)))
    }

    /// What comes back for some bytes at one of its ports, until the server closes.
    pub fn raw(address: &str, bytes: &str) -> String {
        let address: SocketAddr = address.parse().expect("an address");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(SOON)).expect("a limit");
        stream.write_all(bytes.as_bytes()).expect("it takes them");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Status and body of a GET over HTTP.
    pub fn get(&self, path: &str) -> (u16, String) {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.http);
        let answer = Self::raw(&self.http, &request);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.expect("a status"), body.to_owned())
    }

    /// Asks it to end, and waits for that.
    pub fn end(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        let id = self.child.id().to_string();
        let asked = std::process::Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.expect("kill").success());
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < SOON, "it does not end");
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A vault with some secrets and settings for `local`.
pub fn scene() -> Session {
    let session = Session::with_vault();
    for (name, value) in
        [("db-secret", "one"), ("api/id", "id"), ("api/key", "key"), ("shop-db", "shop")]
    {
        let line = format!("strongroom set --type local {name}");
        session.typed(&line).input(format!("{MARKER}-{value}\n")).run().succeeds();
    }
    session.run("strongroom setting set --type local max_retries 3").succeeds();
    session.run("strongroom setting set --type local public_url http://here").succeeds();
    session
}

/// No test waits longer for anything.
pub const SOON: Duration = Duration::from_mins(1);
