//! A transit engine of HashiCorp Vault that does what a test says, on this machine and without TLS.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server with the key `shop`; it listens until the program of the tests ends.
#[derive(Clone)]
pub(crate) struct Transit {
    address: String,
    state: Arc<Mutex<State>>,
}

/// What the server does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// What was asked.
    Right,
    /// It refuses the token.
    Denies,
    /// It answers as something that is no Vault.
    Html,
    /// It answers with JSON that is not the engine's.
    Strange,
    /// It fails once, and then does what was asked.
    FailsOnce,
    /// Nothing, for a long time.
    Hangs,
}

struct State {
    does: Does,
    /// Plaintexts in base64, each by its ciphertext.
    sealed: BTreeMap<String, String>,
    /// Each request: method and path.
    asked: Vec<String>,
}

impl Transit {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = State { does: Does::Right, sealed: BTreeMap::new(), asked: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// The variables with which a program asks it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [("VAULT_ADDR", self.address.clone()), ("VAULT_TOKEN", "hvs.of-the-test".to_owned())]
    }

    pub(crate) fn does(&self, does: Does) {
        self.state.lock().expect("no panic").does = does;
    }

    /// Makes a ciphertext, or changes what is behind one; gives the line that leads there.
    pub(crate) fn plant(&self, name: &str, plaintext: &str) -> String {
        let ciphertext = format!("vault:v1:{name}");
        let mut state = self.state.lock().expect("no panic");
        state.sealed.insert(ciphertext.clone(), base64(plaintext.as_bytes()));
        format!("vault-transit:shop#{ciphertext}")
    }

    /// What it was asked since this was called the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().expect("no panic").asked)
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let Some((line, body)) = request(&mut stream) else { return };
    let mut state = state.lock().expect("no panic");
    state.asked.push(line.clone());
    let does = state.does;
    if does == Does::FailsOnce {
        state.does = Does::Right;
    }
    let member = |name: &str| {
        let rest = body.split_once(&format!("\"{name}\":\""))?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let (status, kind, answer) = match does {
        Does::Hangs => {
            drop(state);
            thread::sleep(Duration::from_mins(1));
            return;
        }
        Does::Html => (200, "text/html", "<html>strongroom_key_hunter2</html>".to_owned()),
        Does::Strange => (200, JSON, r#"{"data":{"key":"hunter2"}}"#.to_owned()),
        Does::FailsOnce => (500, JSON, r#"{"errors":["hunter2"]}"#.to_owned()),
        Does::Denies if line.ends_with("lookup-self") => (200, JSON, "{}".to_owned()),
        Does::Denies => (403, JSON, r#"{"errors":["permission denied"]}"#.to_owned()),
        Does::Right => match line.as_str() {
            "GET /v1/transit/keys/shop" => (200, JSON, r#"{"data":{}}"#.to_owned()),
            "POST /v1/transit/encrypt/shop" => {
                let ciphertext = format!("vault:v1:c{}", state.sealed.len());
                state.sealed.insert(ciphertext.clone(), member("plaintext").expect("a plaintext"));
                (200, JSON, format!(r#"{{"data":{{"ciphertext":"{ciphertext}"}}}}"#))
            }
            "POST /v1/transit/decrypt/shop" => {
                match member("ciphertext").and_then(|sealed| state.sealed.get(&sealed)) {
                    Some(text) => (200, JSON, format!(r#"{{"data":{{"plaintext":"{text}"}}}}"#)),
                    None => (
                        400,
                        JSON,
                        r#"{"errors":["cipher: message authentication failed"]}"#.to_owned(),
                    ),
                }
            }
            _ => (404, JSON, r#"{"errors":[]}"#.to_owned()),
        },
    };
    drop(state);
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    let _ = stream.write_all(format!("{head}{answer}").as_bytes());
}

/// The first line without the version, and the body.
fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut read = Vec::new();
    let mut some = [0; 1024];
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
            });
            if body.len() >= length.unwrap_or(0_usize) {
                let line = head.lines().next()?.rsplit_once(' ')?.0;
                return Some((line.to_owned(), body.to_owned()));
            }
        }
        let length = stream.read(&mut some).ok().filter(|&length| length > 0)?;
        read.extend_from_slice(&some[..length]);
    }
}

fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

const JSON: &str = "application/json";
