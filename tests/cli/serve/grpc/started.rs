//! A server on ports of its own, and clients that are generated from the same definitions as it.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tonic::transport::{Channel, Endpoint};

use super::super::process::{Process, SOON};
use super::super::serving::{answer, rest};
use super::generated::dapr::proto::runtime::v1::dapr_client::DaprClient;
use crate::session::{MARKER, Session};

/// A running server; it ends with the test.
pub struct Started {
    process: Process,
    pub http: String,
    pub grpc: String,
    runtime: Runtime,
}

impl Started {
    /// `strongroom serve` with more words, once it listens.
    pub fn new(session: &Session, words: &[&str]) -> Self {
        let process = Process::start(session, words.iter().copied(), &[]);
        let (http, grpc) = (process.says("HTTP at ").0, process.says("gRPC at ").0);
        Self { process, http, grpc, runtime: Runtime::new().expect("a runtime") }
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
        rest(&mut stream)
    }

    /// Status and body of a GET over HTTP.
    pub fn get(&self, path: &str) -> (u16, String) {
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.http);
        let answer = answer(&Self::raw(&self.http, &request));
        (answer.status, answer.body)
    }

    /// Asks it to end, and waits for that.
    pub fn end(self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        self.process.signal("-TERM");
        (self.process.ended().0, began.elapsed())
    }
}

impl Deref for Started {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
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
