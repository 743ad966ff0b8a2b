//! Microsoft's client for Python, which knows a vault without this project.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::server::installed;

/// A client that asks one vault.
#[derive(Debug)]
pub(super) struct Client {
    child: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
}

/// The program that runs it; none, and said loudly, if it is not installed.
pub(super) fn python() -> Option<PathBuf> {
    installed("azure", "azure-python")
}

impl Client {
    /// Starts it; `ca_file` has the authorities that it trusts in place of its own.
    pub(super) fn start(python: &Path, vault: &str, ca_file: Option<&Path>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/live/azure/client.py");
        let mut command = Command::new(python);
        command.arg(script).arg(vault).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(file) = ca_file {
            command.env("REQUESTS_CA_BUNDLE", file);
        }
        let mut child = command.spawn().expect("Python");
        let asks = child.stdin.take().expect("its input");
        let tells = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, asks, tells }
    }

    pub(super) fn ask(&mut self, what: &Value) -> Value {
        writeln!(self.asks, "{what}").expect("it listens");
        let mut line = String::new();
        self.tells.read_line(&mut line).expect("it tells");
        serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("Microsoft's client failed at {what}"))
    }

    pub(super) fn plant(&mut self, name: &str, key: Option<&str>, value: &str) -> Value {
        self.ask(&json!({ "do": "plant", "name": name, "key": key, "value": value }))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
