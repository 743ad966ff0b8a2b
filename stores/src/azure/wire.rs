//! One request over HTTP as Microsoft's clients make it, with the TLS, the limits and the wiping of this crate.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use azure_core::error::ErrorKind;
use azure_core::http::request::Body;
use azure_core::http::{Method, Request};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Url};

use super::answer::Reply;
use crate::failure::Failure;
use crate::http::{self, tls};
use crate::unanswered;

/// A client that follows nowhere and waits no longer than agreed.
#[derive(Debug)]
pub(super) struct Wire {
    http: reqwest::Client,
    most: usize,
}

impl Wire {
    /// A client whose answers have so many bytes at most.
    pub(super) fn new(
        is_tls: bool,
        ca_file: Option<&Path>,
        takes_proxy: bool,
        most: usize,
    ) -> Result<Self, Failure> {
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(is_tls, ca_file)?)
            .referer(false)
            .redirect(Policy::none())
            // Whoever asks has a limit of their own; this one is for those who have not.
            .timeout(LONGEST)
            .connect_timeout(CONNECT);
        if !takes_proxy {
            http = http.no_proxy();
        }
        let lasting = |_| Failure::unreachable("no HTTP client can be made here").lasting();
        Ok(Self { http: http.build().map_err(lasting)?, most })
    }

    /// Asks once; `shown` is where, for messages.
    pub(super) async fn ask(
        &self,
        request: &Request,
        url: Url,
        shown: &str,
    ) -> Result<Reply, Failure> {
        self.answer(self.built(request, url)?, shown).await
    }

    /// What answers at an address in a short time, if anything does.
    pub(super) async fn look(&self, url: Url, within: Duration) -> Option<Reply> {
        let response = self.http.get(url).timeout(within).send().await.ok()?;
        Some(Reply::of(&response))
    }

    fn built(&self, request: &Request, url: Url) -> Result<RequestBuilder, Failure> {
        let no_request =
            || Failure::denied("a header of the request has a character that none has");
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers().iter() {
            let name =
                HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| no_request())?;
            let mut value = HeaderValue::from_str(value.as_str()).map_err(|_| no_request())?;
            value.set_sensitive(name == AUTHORIZATION || name.as_str().contains("identity"));
            headers.insert(name, value);
        }
        // It is counted anew.
        headers.remove(CONTENT_LENGTH);
        let method = reqwest::Method::from_bytes(request.method().as_ref().as_bytes())
            .map_err(|_| no_request())?;
        let built = self.http.request(method, url).headers(headers);
        match request.body() {
            Body::Bytes(bytes) if bytes.is_empty() => {
                let is_for_bodies = matches!(request.method(), Method::Post | Method::Put);
                Ok(if is_for_bodies { built.header(CONTENT_LENGTH, 0) } else { built })
            }
            Body::Bytes(bytes) => Ok(built.body(bytes.clone())),
            Body::SeekableStream(_) => Err(Failure::invalid("no request here is a stream")),
        }
    }

    async fn answer(&self, request: RequestBuilder, shown: &str) -> Result<Reply, Failure> {
        let unanswered = |error: &reqwest::Error| {
            if error.is_timeout() {
                return Failure::unreachable(format!("`{shown}` takes too long"));
            }
            unanswered::failure(shown, error)
        };
        let mut response = request.send().await.map_err(|error| unanswered(&error))?;
        let mut reply = Reply::of(&response);
        let body = http::body(&mut response, self.most, unanswered).await?;
        if reply.is_json {
            reply.body = body;
        }
        Ok(reply)
    }
}

/// A failure as an error of Microsoft's clients, which carry it along.
pub(super) fn error(failure: Failure) -> azure_core::Error {
    azure_core::Error::new(ErrorKind::Io, failure)
}

/// The failure that an error of Microsoft's clients carries.
pub(super) fn cause(error: &azure_core::Error) -> Option<Failure> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Some(failure.clone());
        }
        next = error.source();
    }
    None
}

/// How [`unanswered`] says that a host has no address.
pub(super) const NO_ADDRESS: &str = "no address is known for";
const CONNECT: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(20);
