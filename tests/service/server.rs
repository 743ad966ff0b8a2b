//! The service as a child process: how it is started, asked and stopped, and that nothing it says holds a value.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What every value in the example's vault holds, so that one search finds any that leaks.
const MARKER: &str = "MARKER";

/// The service, not started yet: no variable is set but those that a test sets, and the vault's.
pub(crate) struct Server(Command);

impl Server {
    /// The service as it was built somewhere.
    pub(crate) fn of(program: &Path) -> Self {
        let mut command = Command::new(program);
        command.env_clear().current_dir("/").stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command).with("SERVICE_LISTEN", "127.0.0.1:0")
    }

    pub(crate) fn with(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Starts it and waits until it listens.
    pub(crate) fn start(mut self) -> Running {
        let mut child = self.0.spawn().expect("the service starts");
        let (send, log) = channel();
        let stderr = BufReader::new(child.stderr.take().expect("its log"));
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut running = Running { child, log, said: String::new(), place: String::new() };
        running.place = running.waits_for("listening on ");
        running
    }

    /// Starts it and expects that it refuses: what it says.
    pub(crate) fn refuses(mut self) -> String {
        let output = self.0.output().expect("the service starts");
        let text = String::from_utf8(output.stderr).expect("words");
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(output.stdout.is_empty());
        holds_no_value(&text);
        text
    }
}

/// A service that listens.
pub(crate) struct Running {
    child: Child,
    log: Receiver<String>,
    said: String,
    pub(crate) place: String,
}

impl Running {
    /// The rest of the next line of the log that begins so.
    pub(crate) fn waits_for(&mut self, start: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{}", self.said));
            self.said.push_str(&line);
            self.said.push('\n');
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.place).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// Sends a request with a body, and gives the status and the answer's body.
    pub(crate) fn ask(&self, line: &str, headers: &[&str], body: &[u8]) -> (u16, String) {
        let mut stream = self.connect();
        stream.write_all(&request(line, headers, body)).expect("a request");
        answer(&mut stream)
    }

    /// Tells it to stop, as systemd does.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    }

    /// Waits until it does not listen any more.
    #[cfg(unix)]
    pub(crate) fn takes_nobody_more(&self) {
        let started = Instant::now();
        while TcpStream::connect(&self.place).is_ok() {
            assert!(started.elapsed() < PATIENCE, "it still listens");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for its end, after which all that it printed is known.
    pub(crate) fn ends(mut self) -> ExitStatus {
        self.waits_for("stopped");
        let status = self.child.wait().expect("its end");
        let mut stdout = String::new();
        self.child.stdout.take().expect("its output").read_to_string(&mut stdout).expect("text");
        assert_eq!(stdout, "");
        self.said.extend(self.log.iter());
        holds_no_value(&self.said);
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where a test waited for that.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn request(line: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let lines = [&[line, "host: here", "connection: close"], headers, &[&length, "", ""]].concat();
    [lines.join("\r\n").as_bytes(), body].concat()
}

/// The status and the body of an answer.
pub(crate) fn answer(stream: &mut impl Read) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    holds_no_value(&text);
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
    let body = text.split_once("\r\n\r\n").expect("a body").1.to_owned();
    (status, body)
}

pub(crate) fn holds_no_value(text: &str) {
    assert!(!text.contains(MARKER) && !text.contains("strongroom_key_"), "a value was shown");
}

/// What a test waits for at most.
const PATIENCE: Duration = Duration::from_secs(20);
