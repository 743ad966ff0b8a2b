//! One question to the API and its answer: bounded, wiped, and asked once more when the login has run out.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use super::connection::{Connection, Connections};
use super::forms::Status;
use crate::failure::Failure;
use crate::pause;

/// What is asked.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) method: Method,
    /// The path with its parameters, percent-encoded.
    pub(super) path: String,
    pub(super) accept: &'static str,
    /// The type of the body, and the body.
    pub(super) body: Option<(&'static str, Zeroizing<Vec<u8>>)>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Zeroizing<Vec<u8>>,
    pub(super) request_id: Option<String>,
    pub(super) pause: Option<Duration>,
    pub(super) address: String,
    pub(super) is_anonymous: bool,
}

/// An answer whose body is still to come.
pub(super) struct Stream {
    pub(super) status: StatusCode,
    pub(super) connection: Arc<Connection>,
    headers: HeaderMap,
    body: Body,
}

impl Question {
    pub(super) fn get(path: String, accept: &'static str) -> Self {
        Self { method: Method::GET, path, accept, body: None }
    }

    fn request(&self) -> Result<Request<Body>, Failure> {
        let request = Request::builder()
            .method(self.method.clone())
            .uri(&self.path)
            .header(ACCEPT, self.accept);
        let request = match &self.body {
            None => request.body(Body::empty()),
            Some((kind, body)) => request
                .header(CONTENT_TYPE, *kind)
                // The copy wipes itself when the last part of it is sent.
                .body(Body::from(Bytes::from_owner(body.clone()))),
        };
        request.map_err(|_| Failure::invalid("this name makes no address of the API"))
    }
}

/// Asks, and waits for the whole answer.
pub(super) async fn ask(connections: &Connections, question: &Question) -> Result<Answer, Failure> {
    begin(connections, question).await?.whole().await
}

/// Asks, and waits for the beginning of the answer.
///
/// Credentials run out while a program runs: the first time that the cluster no longer knows them, they are got anew.
pub(super) async fn begin(
    connections: &Connections,
    question: &Question,
) -> Result<Stream, Failure> {
    let connection = connections.get().await?;
    let stream = send(&connection, question).await?;
    if stream.status != StatusCode::UNAUTHORIZED || !connections.forget(&connection) {
        return Ok(stream);
    }
    send(&connections.get().await?, question).await
}

async fn send(connection: &Arc<Connection>, question: &Question) -> Result<Stream, Failure> {
    let response = connection.send(question.request()?).await?;
    let (head, body) = response.into_parts();
    if head.status != StatusCode::UNAUTHORIZED {
        connection.is_now_known();
    }
    let connection = Arc::clone(connection);
    Ok(Stream { status: head.status, connection, headers: head.headers, body })
}

impl Stream {
    /// The next part of the body; none at its end. It is wiped where nothing else holds it.
    pub(super) async fn next(&mut self, into: &mut Zeroizing<Vec<u8>>) -> Result<bool, Failure> {
        loop {
            let Some(frame) = self.body.frame().await else { return Ok(false) };
            let frame = frame.map_err(|error| self.connection.unanswered(&error))?;
            let Ok(part) = frame.into_data() else { continue };
            if into.len() + part.len() > MOST_BYTES {
                return Err(too_large());
            }
            extend(into, &part);
            if let Ok(mut part) = part.try_into_mut() {
                part.as_mut().zeroize();
            }
            return Ok(true);
        }
    }

    pub(super) async fn whole(mut self) -> Result<Answer, Failure> {
        let mut body = Zeroizing::new(Vec::new());
        while self.next(&mut body).await? {}
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: self.status,
            body,
            request_id: text("audit-id").map(str::to_owned),
            pause: text(RETRY_AFTER.as_str()).and_then(pause::asked),
            address: self.connection.address().to_owned(),
            is_anonymous: self.connection.is_anonymous(),
        })
    }
}

impl Answer {
    /// The answer as what it should be.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|_| self.stranger())
    }

    /// The refusal that it is; none where it does not come from a Kubernetes API.
    pub(super) fn refusal(&self) -> Option<Status> {
        serde_json::from_slice(&self.body).ok().filter(|status: &Status| status.kind == "Status")
    }

    /// Something answered that is no Kubernetes API.
    pub(super) fn stranger(&self) -> Failure {
        self.numbered(Failure::unreachable(format!(
            "something that is no Kubernetes API answered at `{}` (status {})",
            self.address,
            self.status.as_u16()
        )))
    }

    /// A failure with the API's number for this request.
    pub(super) fn numbered(&self, failure: Failure) -> Failure {
        match &self.request_id {
            Some(id) => failure.with_request_id(id),
            None => failure,
        }
    }
}

/// Grows a buffer without leaving what it held behind.
fn extend(buffer: &mut Zeroizing<Vec<u8>>, part: &[u8]) {
    let needed = buffer.len() + part.len();
    if needed > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * buffer.capacity())));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(part);
}

/// The answer is larger than any that is wanted.
pub(super) fn too_large() -> Failure {
    Failure::invalid(TOO_LARGE)
}

/// Whether that is why.
pub(super) fn is_too_large(failure: &Failure) -> bool {
    failure.detail() == TOO_LARGE
}

const TOO_LARGE: &str = "the answer has more than 4 MiB";
/// The longest answer: four times the largest secret that a cluster keeps, and its base64 with it.
const MOST_BYTES: usize = 4 << 20;
