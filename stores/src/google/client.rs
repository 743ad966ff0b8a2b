//! One request and its answer: HTTPS, or HTTP that stays near; an answer is bounded and wiped.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, Url};

use super::lasting;
use crate::failure::Failure;
use crate::http;
use crate::pause;
use crate::store::Value;
use crate::unanswered;

/// What sends requests; made when the first one is sent.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// To other machines: through proxies, over TLS.
    far: OnceLock<reqwest::Client>,
    /// To this machine and to the metadata server: a proxy would be given the token.
    near: OnceLock<reqwest::Client>,
}

/// What is asked.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<(Content, Value)>,
    pub(super) patience: Duration,
}

/// What a body is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// JSON.
    Json,
    /// Names and values, as a form sends them.
    Form,
}

/// What a server answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// Whether it says that it is JSON.
    pub(crate) is_json: bool,
    pub(crate) retry_after: Option<Duration>,
    /// Where it came from, for messages.
    pub(crate) address: String,
}

impl Request {
    pub(super) fn new(method: Method, url: impl Into<String>) -> Self {
        let headers = HeaderMap::new();
        Self { method, url: url.into(), headers, body: None, patience: LONGEST }
    }
}

impl Client {
    /// Asks once.
    pub(super) async fn send(&self, request: Request) -> Result<Reply, Failure> {
        let url = Url::parse(&request.url).map_err(|_| lasting("an address is none"))?;
        let address = url.origin().ascii_serialization();
        let is_near = url.scheme() == "http" || http::is_loopback(&url);
        let client = if is_near { self.near() } else { self.far() }?;
        let mut built =
            client.request(request.method, url).headers(request.headers).timeout(request.patience);
        if let Some((content, body)) = request.body {
            let kind = HeaderValue::from_static(match content {
                Content::Json => "application/json",
                Content::Form => "application/x-www-form-urlencoded",
            });
            built = built.header(CONTENT_TYPE, kind).body(Bytes::from_owner(body));
        }
        let failed = |error: &reqwest::Error| {
            if error.is_timeout() {
                return Failure::unreachable(format!("`{address}` takes too long"));
            }
            unanswered::failure(&address, error)
        };
        let mut response = built.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(lasting(format!(
                "`{address}` sends elsewhere, and the token does not go along"
            )));
        }
        let is_json = http::is_json(&response);
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|text| pause::asked(text.to_str().ok()?));
        let body = http::body(&mut response, BODY_BYTES, failed).await?;
        Ok(Reply { status: status.as_u16(), body, is_json, retry_after, address })
    }

    fn far(&self) -> Result<&reqwest::Client, Failure> {
        if let Some(client) = self.far.get() {
            return Ok(client);
        }
        let tls = http::tls::config(true, None).map_err(|_| lasting(NO_AUTHORITIES))?;
        let made = built(reqwest::Client::builder().tls_backend_preconfigured(tls))?;
        Ok(self.far.get_or_init(|| made))
    }

    fn near(&self) -> Result<&reqwest::Client, Failure> {
        if let Some(client) = self.near.get() {
            return Ok(client);
        }
        // A container without authorities may still have a metadata server, or something beside it.
        let tls = http::tls::config(true, None).or_else(|_| http::tls::config(false, None))?;
        let made = built(reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy())?;
        Ok(self.near.get_or_init(|| made))
    }
}

fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Failure> {
    let builder = builder.referer(false).redirect(Policy::none()).connect_timeout(CONNECT);
    builder.build().map_err(|_| lasting("no HTTP client can be made here"))
}

/// The longest answer.
const BODY_BYTES: usize = 4 << 20;
const CONNECT: Duration = Duration::from_secs(5);
/// Whoever asks has a limit of their own; this one is for those who have not.
const LONGEST: Duration = Duration::from_secs(20);
const NO_AUTHORITIES: &str = "the certificates of this system cannot be read: install `ca-certificates`, or name a \
                              file of them with `SSL_CERT_FILE`";
