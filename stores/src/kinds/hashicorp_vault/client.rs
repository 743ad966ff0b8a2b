//! One request to the server and its answer: the token goes nowhere else, and an answer is bounded and wiped.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode, Url};

use super::setup::{Server, lasting};
use crate::failure::Failure;
use crate::http::{self, is_loopback, tls};
use crate::pause;
use crate::store::Value;
use crate::unanswered;

/// A client for one server.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    /// The address, for messages.
    address: String,
    /// The address with `/v1/`.
    base: Url,
    /// The namespace; none means the root.
    pub(super) namespace: Option<String>,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Behind `/v1/`, not encoded.
    pub(super) path: String,
    /// The version that is asked for.
    pub(super) version: Option<u64>,
    pub(super) body: Option<Value>,
}

/// What the server answered.
pub(super) struct Reply {
    pub(super) status: u16,
    /// JSON, or nothing.
    pub(super) body: Value,
    pub(super) retry_after: Option<Duration>,
}

/// A token, as a header has it; wiped when it is dropped.
#[derive(Debug, Clone)]
pub(super) struct Token(HeaderValue);

impl Token {
    /// None for what can be no token, and for a key of ours.
    pub(super) fn of(bytes: &Value) -> Option<Self> {
        http::token("", bytes).map(Self)
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Request {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), version: None, body: None }
    }

    pub(super) fn list(path: impl Into<String>) -> Self {
        let list = Method::from_bytes(b"LIST").expect("LIST is a word");
        Self { method: list, ..Self::get(path) }
    }

    pub(super) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    /// The same, of a version.
    pub(super) fn at(self, version: Option<u64>) -> Self {
        Self { version, ..self }
    }
}

impl Client {
    /// A client; certificates are read, nothing is asked yet.
    pub(super) fn new(server: &Server) -> Result<Self, Failure> {
        let mut base = server.address.clone();
        let path = format!("{}/v1/", base.path().trim_end_matches('/'));
        base.set_path(&path);
        let mut headers = HeaderMap::new();
        // Agents and proxies that guard against forged requests want it.
        headers
            .insert(HeaderName::from_static("x-vault-request"), HeaderValue::from_static("true"));
        if let Some(namespace) = &server.namespace {
            let value = HeaderValue::from_str(namespace)
                .map_err(|_| lasting("its namespace is no name"))?;
            headers.insert(HeaderName::from_static("x-vault-namespace"), value);
        }
        let is_spoken = server.address.scheme() == "https";
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::trusting(is_spoken, &server.trust)?)
            .default_headers(headers)
            .referer(false)
            .redirect(same_host())
            // Whoever asks has a limit of their own; this one is for those who have not.
            .timeout(LONGEST)
            .connect_timeout(CONNECT);
        if is_loopback(&server.address) || !is_spoken {
            // A proxy for plain HTTP would be given the token.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|_| lasting("no HTTP client can be made here"))?;
        let address = server.address.as_str().trim_end_matches('/').to_owned();
        Ok(Self { http, address, base, namespace: server.namespace.clone() })
    }

    /// Asks once.
    pub(super) async fn send(
        &self,
        request: &Request,
        token: Option<&Token>,
    ) -> Result<Reply, Failure> {
        let mut url = self.base.as_str().to_owned();
        http::encode(&request.path, &mut url);
        if let Some(version) = request.version {
            url.push_str("?version=");
            url.push_str(&version.to_string());
        }
        let mut built = self.http.request(request.method.clone(), url);
        if let Some(Token(token)) = token {
            built = built.header(HeaderName::from_static("x-vault-token"), token.clone());
        }
        if let Some(body) = &request.body {
            built = built
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(Bytes::from_owner(body.clone()));
        }
        let mut response = built.send().await.map_err(|error| self.unanswered(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Failure::unreachable(format!(
                "`{}` sends elsewhere, and the token does not go along: if it is a standby, set `address` to \
                 the active server, or to what stands before all of them",
                self.address
            ))
            .lasting());
        }
        let is_json = http::is_json(&response);
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|text| pause::asked(text.to_str().ok()?));
        let body = http::body(&mut response, BODY_BYTES, |error| self.unanswered(error)).await?;
        let is_said = body.is_empty() || is_json;
        // What stands between may say that it is too busy, or that nobody is behind it, in its own words.
        let is_between = matches!(status.as_u16(), 429 | 502..=504);
        if !is_said && !is_between {
            return Err(self.stranger(status));
        }
        let body = if is_json { body } else { Value::default() };
        Ok(Reply { status: status.as_u16(), body, retry_after })
    }

    fn unanswered(&self, error: &reqwest::Error) -> Failure {
        if error.is_timeout() {
            return Failure::unreachable(format!("`{}` takes too long", self.address));
        }
        unanswered::failure(&self.address, error)
    }

    /// The answer of something that is no such server.
    pub(super) fn stranger(&self, status: StatusCode) -> Failure {
        Failure::unreachable(format!(
            "something that is neither Vault nor OpenBao answered at `{}` (HTTP {})",
            self.address,
            status.as_u16()
        ))
    }
}

/// Follows a standby to the same host, and nowhere else: the token goes along.
fn same_host() -> Policy {
    Policy::custom(|attempt| {
        let is_kept = matches!(attempt.status().as_u16(), 307 | 308);
        let is_same = attempt.previous().first().is_some_and(|first| {
            first.scheme() == attempt.url().scheme() && first.host() == attempt.url().host()
        });
        if is_kept && is_same && attempt.previous().len() <= REDIRECTS {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

/// The longest answer.
const BODY_BYTES: usize = 4 << 20;
/// How often a standby may send on.
const REDIRECTS: usize = 2;
const CONNECT: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(20);
