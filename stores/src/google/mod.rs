//! Google Cloud's APIs, for the store and the key service in it: who asks, how it is asked, what a refusal means.

mod adc;
mod checked;
mod client;
mod crc32c;
mod federated;
mod login;
mod metadata;
mod refused;
mod service_account;
mod session;

use std::ffi::OsString;

use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Method, Url};

#[cfg(feature = "gcp-secret-manager")]
pub(crate) use self::checked::Damaged;
pub(crate) use self::checked::bytes;
#[cfg(feature = "gcp-kms")]
pub(crate) use self::checked::unbase64;
use self::client::{Client, Request};
pub(crate) use self::client::{Content, Reply};
pub(crate) use self::crc32c::crc32c;
use self::login::Whose;
pub(crate) use self::refused::{Asked, Refusal, failure, stranger};
use self::session::{Session, Ticket};
use crate::failure::Failure;
use crate::http::{address, is_loopback};
use crate::store::Value;

/// One of the APIs, at its address, and who asks it.
#[derive(Debug)]
pub(crate) struct Google {
    base: Url,
    client: Client,
    session: Session,
}

/// What is asked of an API.
pub(crate) struct Question {
    pub(crate) method: Method,
    /// Behind `/v1/`, of characters that mean nothing else in a URL.
    pub(crate) path: String,
    /// JSON.
    pub(crate) body: Option<Value>,
}

/// Looks up an environment variable.
pub(crate) type Variables<'v> = &'v (dyn Fn(&str) -> Option<OsString> + Send + Sync);

impl Question {
    #[cfg(feature = "gcp-secret-manager")]
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }
}

impl Google {
    /// An API, and credentials if who started the program gave some: JSON, as in a file of them. Nothing is asked yet.
    pub(crate) fn new(base: Url, given: Option<Value>) -> Self {
        let session = Session::new(Whose { is_local: is_loopback(&base), given });
        Self { base, client: Client::default(), session }
    }

    /// Asks with a token, and once more with a new one if the token was dead.
    pub(crate) async fn ask(&self, question: &Question) -> Result<Reply, Failure> {
        let ticket = self.session.ticket(&self.client, &variable).await?;
        let reply = self.client.send(self.request(question, &ticket)).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        match self.session.after_denial(&self.client, &variable, &ticket).await? {
            Some(ticket) => self.client.send(self.request(question, &ticket)).await,
            None => Ok(reply),
        }
    }

    #[cfg(feature = "gcp-secret-manager")]
    /// The project that the credentials belong to, where they say so.
    pub(crate) async fn project(&self) -> Result<Option<String>, Failure> {
        login::project(&self.client, &variable, self.session.whose()).await
    }

    fn request(&self, question: &Question, ticket: &Ticket) -> Request {
        let url = format!("{}/v1/{}", self.base.as_str().trim_end_matches('/'), question.path);
        let mut request = Request::new(question.method.clone(), url);
        if let Some(token) = &ticket.token {
            request.headers.insert(AUTHORIZATION, token.clone());
        }
        if let Some(project) = &ticket.quota_project {
            request.headers.insert(HeaderName::from_static("x-goog-user-project"), project.clone());
        }
        if let Some(body) = &question.body {
            request.body = Some((Content::Json, body.clone()));
        }
        request
    }
}

/// The address of an API: the one that is set, else that of a variable, else the usual one.
pub(crate) fn endpoint(
    set: Option<&Url>,
    variables: Variables<'_>,
    name: &'static str,
    usual: &str,
) -> Result<Url, Failure> {
    if let Some(set) = set {
        return Ok(set.clone());
    }
    let text = match text_of(variables, name) {
        Some(Ok(text)) => text,
        Some(Err(())) => return Err(lasting(format!("`{name}` is not text"))),
        None => usual.to_owned(),
    };
    address(&text, NO_ADDRESS).map_err(|why| lasting(format!("`{name}` {why}")))
}

/// An environment variable that is set and not empty, if it is text.
pub(crate) fn text_of(variables: Variables<'_>, name: &str) -> Option<Result<String, ()>> {
    let text = variables(name).filter(|text| !text.is_empty())?;
    Some(text.into_string().map_err(|_| ()))
}

/// The environment of this process.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A failure of what is here, not of the server: asking again does not help.
pub(crate) fn lasting(detail: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::unreachable(detail).lasting()
}

pub(crate) const NO_ADDRESS: &str = "is no address such as `https://secretmanager.googleapis.com`";
