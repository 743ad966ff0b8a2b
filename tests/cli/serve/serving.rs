//! A server that was started, and answers from it.

use std::io::{self, BufRead, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::process::ExitStatus;

use super::process::Process;
pub use super::process::{SOON, within};
use crate::session::Session;

/// A running server that speaks HTTP; it ends with the test.
pub struct Serving {
    process: Process,
    pub address: SocketAddr,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// In lower case, one in each line.
    pub headers: String,
    pub body: String,
}

impl Serving {
    /// `strongroom serve` with more words, once it answers.
    pub fn start(session: &Session, words: &str) -> Self {
        Self::start_with(session, words, &[])
    }

    /// The same with variables.
    pub fn start_with(session: &Session, words: &str, variables: &[(&str, &str)]) -> Self {
        let process = Process::start(session, words.split_whitespace(), variables);
        let (address, _) = process.says("HTTP at ");
        Self { process, address: address.parse().expect("an address") }
    }

    /// A connection of which no read takes longer than a test may.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(SOON)).expect("a limit");
        stream
    }

    /// What comes back for some bytes, until the server closes.
    pub fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_ref()).expect("it takes them");
        rest(&mut stream)
    }

    /// The answer to a GET.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// The same with headers, each with its end of line.
    pub fn get_with(&self, path: &str, headers: &str) -> Answer {
        let host = self.address;
        answer(&self.raw(format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n"
        )))
    }

    /// Waits until the health is as expected.
    pub fn until_healthy(&self, healthy: bool) {
        within(SOON, || ((self.get("/v1.0/healthz").status == 204) == healthy).then_some(()));
    }

    /// Waits for its end.
    pub fn ended(self) -> (ExitStatus, String) {
        self.process.ended()
    }
}

impl Deref for Serving {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

/// Everything until the end.
pub fn rest(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        // It did not read all that was sent.
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&bytes)),
    }
    String::from_utf8(bytes).expect("answers are text")
}

/// An answer of which the connection's end is the end.
#[track_caller]
pub fn answer(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("a head: {text:?}"));
    let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("a status: {first}")),
        headers: headers.to_lowercase().replace("\r\n", "\n"),
        body: body.to_owned(),
    }
}

/// One answer of a connection that stays open.
pub fn next_answer(stream: &mut impl BufRead) -> Answer {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).expect("a line"), 0, "closed after {head:?}");
    }
    let mut answer = answer(&head);
    let length = answer.headers.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    stream.read_exact(&mut body).expect("a body");
    answer.body = String::from_utf8(body).expect("text");
    answer
}
