//! A load generator: so many connections that stay, each of which asks again as soon as it was answered.
//!
//! It reads as little of HTTP as it needs, so that the two cores are left to what is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    /// Answers in a second.
    pub(crate) rate: f64,
    /// What one of a hundred answers took longer than.
    pub(crate) slow: Duration,
}

/// Asks for a path over so many connections, for so long. Every answer must be 200 and have a text in it.
pub(crate) fn ask(
    address: SocketAddr,
    path: &str,
    text: &str,
    connections: usize,
    during: Duration,
) -> Result<Traffic, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    runtime.block_on(async {
        let mut clients = JoinSet::new();
        let began = Instant::now();
        for _ in 0..connections {
            let (request, text) = (request.clone(), text.to_owned());
            clients.spawn(async move { client(address, &request, &text, began + during).await });
        }
        let mut took = Vec::new();
        while let Some(client) = clients.join_next().await {
            took.extend(client.map_err(|error| error.to_string())??);
        }
        let elapsed = began.elapsed().as_secs_f64();
        took.sort_unstable();
        let slow = *took.get(took.len() * 99 / 100).ok_or("nothing was answered")?;
        #[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
        let rate = took.len() as f64 / elapsed;
        Ok(Traffic { rate, slow })
    })
}

async fn client(
    address: SocketAddr,
    request: &str,
    text: &str,
    until: Instant,
) -> Result<Vec<Duration>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(address).await.map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    let mut took = Vec::new();
    let mut answer = Vec::with_capacity(4096);
    while Instant::now() < until {
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.map_err(failed)?;
        answer.clear();
        while !is_whole(&answer) {
            if stream.read_buf(&mut answer).await.map_err(failed)? == 0 {
                return Err("a connection was closed".to_owned());
            }
        }
        took.push(began.elapsed());
        let is_right = answer.starts_with(b"HTTP/1.1 200 ")
            && answer.windows(text.len()).any(|part| part == text.as_bytes());
        if !is_right {
            return Err(format!("a wrong answer: {}", String::from_utf8_lossy(&answer)));
        }
    }
    Ok(took)
}

/// Whether an answer has come to its end.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok()).unwrap_or(0);
    answer.len() >= end + 4 + length
}
