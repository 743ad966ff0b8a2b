//! A server in a process of its own: ours, or a bare handler that it is compared with. It ends with what holds it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;

use crate::child;
use crate::table::say;

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start until it said that it listens.
    pub(crate) ready: Duration,
}

impl Served {
    /// Starts a command that says `HTTP at ADDRESS` on standard error.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let began = Instant::now();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut lines = BufReader::new(child.stderr.take().expect("standard error"));
        let mut said = String::new();
        loop {
            let before = said.len();
            let read = lines.read_line(&mut said).map_err(|error| error.to_string())?;
            if let Some(address) = said[before..].strip_prefix("HTTP at ") {
                let ready = began.elapsed();
                let address = address.trim().parse().map_err(|_| said.clone())?;
                // What it says later is read, or it would wait.
                std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
                return Ok(Self { child, address, ready });
            }
            if read == 0 {
                let _ = child.wait();
                return Err(format!("it did not start: {said}"));
            }
        }
    }

    /// A bare handler, which answers the same text to the same path.
    pub(crate) fn bare() -> Result<Self, String> {
        Self::start(child::command(&std::env::temp_dir()).arg("bare"))
    }

    /// The memory that it has, in bytes; none where the system does not tell.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes * 1024)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the bare handler until somebody ends this process.
#[expect(clippy::print_stderr, reason = "as our server says where it listens")]
pub(crate) fn serve_bare() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let served = runtime.expect("a runtime").block_on(async {
        let answer = || async { ([("content-type", "application/json")], BARE) };
        let app = Router::new().route("/v1.0/secrets/{store}/{name}", get(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        eprintln!("HTTP at {}", listener.local_addr()?);
        axum::serve(listener, app).await
    });
    if let Err(error) = served {
        say(&error.to_string());
    }
}

/// As long as what our server answers.
pub(crate) const BARE: &str =
    "{\"github_api_token\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n";
