//! A server that was started, and answers from it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use crate::session::{Session, refuse_secrets};

/// A running server; it ends with the test.
pub struct Serving {
    child: Child,
    pub address: SocketAddr,
    said: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
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
        let mut command = session.command();
        command.args("serve --http-port 0 --grpc-port 0".split(' ')).args(words.split_whitespace());
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let lines = BufReader::new(child.stderr.take().expect("standard error"));
        let said = Arc::new(Mutex::new(String::new()));
        let listener = {
            let said = Arc::clone(&said);
            spawn(move || {
                for line in lines.lines().map_while(Result::ok) {
                    let mut said = said.lock().expect("no panic");
                    said.push_str(&line);
                    said.push('\n');
                }
            })
        };
        let mut serving = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            said,
            listener: Some(listener),
        };
        serving.address = within(SOON, || {
            let said = serving.said();
            let ended = serving.child.try_wait().expect("a child").map(|status| (status, &said));
            assert_eq!(ended, None);
            let (_, rest) = said.split_once("HTTP at ")?;
            let (address, _) = rest.split_once('\n')?;
            address.parse().ok()
        });
        serving
    }

    /// What it said until now.
    pub fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
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

    /// Sends a signal, such as `-TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = std::process::Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits for its end.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = within(SOON, || self.child.try_wait().expect("a child"));
        self.listener.take().expect("listens").join().expect("all was said");
        (status, self.said())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        if !std::thread::panicking() {
            refuse_secrets(&self.said());
        }
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

/// What there is within a time.
#[track_caller]
pub fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < limit, "not within {limit:?}");
        sleep(Duration::from_millis(10));
    }
}

/// No test waits longer for anything.
pub const SOON: Duration = Duration::from_mins(1);
