//! A small client of the language-server protocol: requests, answers, and what the server says by itself.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A running `rust-analyzer`.
pub(super) struct Server {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// How many requests were sent.
    sent: u64,
    /// What the server said of each file last.
    diagnostics: Vec<(String, Vec<Value>)>,
    /// Whether cargo is at work for it.
    is_checking: bool,
}

impl Server {
    /// Starts the server for a package.
    pub(super) fn start(mut command: Command, folder: &Path) -> Self {
        let mut process = command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("rust-analyzer starts");
        let input = process.stdin.take().expect("a pipe");
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let diagnostics = Vec::new();
        let mut server =
            Self { process, input, messages, sent: 0, diagnostics, is_checking: false };
        server.ask(
            "initialize",
            &json!({
                "processId": null,
                "rootUri": uri(folder),
                "capabilities": {
                    "textDocument": { "publishDiagnostics": {}, "synchronization": { "didSave": true } },
                    "window": { "workDoneProgress": true },
                },
                "initializationOptions": { "cachePriming": { "enable": false } },
            }),
        );
        server.tell("initialized", &json!({}));
        server
    }

    /// Opens a file, as an editor does.
    pub(super) fn open(&mut self, file: &Path, text: &str) {
        let document =
            json!({ "uri": uri(file), "languageId": "rust", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Asks about a place in a file, until there is an answer.
    pub(super) fn ask_about(&mut self, method: &str, file: &Path, at: (usize, usize)) -> Value {
        let parameters = json!({
            "textDocument": { "uri": uri(file) },
            "position": { "line": at.0, "character": at.1 },
        });
        let started = Instant::now();
        loop {
            let answer = self.ask(method, &parameters);
            let is_empty = answer.is_null() || answer.as_array().is_some_and(Vec::is_empty);
            if !is_empty || started.elapsed() > LONGEST {
                return answer;
            }
            // The server has not read everything yet.
            self.listen(Duration::from_millis(300));
        }
    }

    /// Waits until what is said of a file is as wanted, and stays so.
    pub(super) fn wait_until(&mut self, file: &Path, is_wanted: impl Fn(&[Value]) -> bool) -> bool {
        let (started, mut since) = (Instant::now(), None);
        while started.elapsed() < LONGEST {
            self.listen(Duration::from_millis(200));
            if !is_wanted(self.diagnostics(file)) || self.is_checking {
                since = None;
            } else if since.get_or_insert_with(Instant::now).elapsed() > SETTLED {
                return true;
            }
        }
        false
    }

    /// Saves a file, which makes the server run cargo, and waits until what is said of it is as wanted.
    ///
    /// A save while the server still reads the package is not heard; as a person would, this saves again.
    pub(super) fn save_until(&mut self, file: &Path, is_wanted: impl Fn(&[Value]) -> bool) -> bool {
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            self.tell("textDocument/didSave", &json!({ "textDocument": { "uri": uri(file) } }));
            let saved = Instant::now();
            while saved.elapsed() < PATIENCE || self.is_checking {
                self.listen(Duration::from_millis(200));
                if is_wanted(self.diagnostics(file)) && !self.is_checking {
                    return true;
                }
            }
        }
        false
    }

    /// What the server has said of a file last.
    pub(super) fn diagnostics(&self, file: &Path) -> &[Value] {
        let uri = uri(file);
        let said = self.diagnostics.iter().find(|(of, _)| *of == uri);
        said.map(|(_, said)| said.as_slice()).unwrap_or_default()
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        let started = Instant::now();
        loop {
            assert!(started.elapsed() < LONGEST, "no answer to {method}");
            if let Some(answer) = self.hear(Duration::from_secs(1))
                && answer["id"] == id
                && answer.get("method").is_none()
            {
                return answer["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    /// Hears whatever is said for so long.
    fn listen(&mut self, time: Duration) {
        let started = Instant::now();
        while let Some(left) = time.checked_sub(started.elapsed()) {
            self.hear(left);
        }
    }

    /// Hears one message, answers what the server asks, and notes what it says by itself.
    fn hear(&mut self, time: Duration) -> Option<Value> {
        let message = match self.messages.recv_timeout(time) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("rust-analyzer has ended"),
        };
        let parameters = &message["params"];
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let file = parameters["uri"].as_str().unwrap_or_default().to_owned();
                let said = parameters["diagnostics"].as_array().cloned().unwrap_or_default();
                self.diagnostics.retain(|(of, _)| *of != file);
                self.diagnostics.push((file, said));
            }
            Some("$/progress") if parameters["token"].to_string().contains("flycheck") => {
                match parameters["value"]["kind"].as_str() {
                    Some("begin") => self.is_checking = true,
                    Some("end") => self.is_checking = false,
                    _ => {}
                }
            }
            Some(_) if message.get("id").is_some() => {
                let id = &message["id"];
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
            }
            _ => {}
        }
        Some(message)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its own children end with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// After so long without an answer, a person saves once more.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long something must stay as it is.
const SETTLED: Duration = Duration::from_secs(2);

/// Longer than the server needs on a busy machine.
const LONGEST: Duration = Duration::from_mins(3);
