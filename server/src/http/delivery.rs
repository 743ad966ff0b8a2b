//! Changes of settings, told to the application: a request for each setting that changed, as daprd sends it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::body::Body;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, Request};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::configuration::items;
use super::json::text;
use crate::configuration::{Next, Subscription};

/// Tells the application of every change until the subscription ends.
pub(super) async fn deliver(mut subscription: Subscription, port: u16, store: String) {
    let mut next = subscription.next().await;
    while let Next::Changed(changed) = next {
        let event =
            format!("{{\"id\":{},\"items\":{}}}\n", text(subscription.id()), items(&changed));
        let told = tell(&changed, port, &store, &event);
        // The end of the subscription ends that too; another change waits for its turn.
        next = tokio::select! {
            () = told => subscription.next().await,
            () = subscription.ended() => return,
        };
    }
}

async fn tell(changed: &BTreeMap<String, String>, port: u16, store: &str, event: &str) {
    for key in changed.keys() {
        let path = format!("/configuration/{}/{}", encoded(store), encoded(key));
        for (number, pause) in PAUSES.into_iter().enumerate() {
            sleep(pause).await;
            let sent = timeout(PATIENCE, post(port, &path, event)).await;
            let why = match sent {
                Ok(Ok(status)) if status.is_success() => break,
                Ok(Ok(status)) => format!("it answers {status}"),
                Ok(Err(error)) => error.to_string(),
                Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
            };
            let is_last = number + 1 == PAUSES.len();
            tracing::warn!(port, key, %why, is_last, "the application cannot be told of a change");
        }
    }
}

async fn post(port: u16, path: &str, event: &str) -> io::Result<http::StatusCode> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let (mut sender, connection) =
        handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(HOST, format!("127.0.0.1:{port}"))
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(event.to_owned()))
        .map_err(io::Error::other)?;
    let answer = async {
        let answer = sender.send_request(request).await;
        answer.map(|response| response.status()).map_err(io::Error::other)
    };
    tokio::pin!(answer);
    // The connection ends with the answer: nothing is left behind.
    tokio::select! {
        status = &mut answer => status,
        ended = connection => match ended {
            Err(error) => Err(io::Error::other(error)),
            Ok(()) => answer.await,
        },
    }
}

/// A part of a path: everything but letters, digits and `-._~` is percent-encoded.
fn encoded(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a text never fails.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// How long an application may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait before each try.
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];
