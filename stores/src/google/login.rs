//! From credentials to a token.

use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use zeroize::Zeroizing;

use super::client::{Client, Content, Reply, Request};
use super::federated::External;
use super::service_account::{ServiceAccount, USED};
use super::{Refusal, Variables, adc, metadata, text_of};
use crate::failure::Failure;
use crate::http::{self, encode};
use crate::json::{self, Writer};
use crate::store::Value;

/// Who asks.
pub(super) struct Login {
    pub(super) base: Base,
    /// The service account that it acts as.
    pub(super) impersonated: Option<Impersonated>,
    /// The project whose quota counts.
    pub(super) quota_project: Option<String>,
    /// The project that the credentials are of.
    #[cfg(feature = "gcp-secret-manager")]
    pub(super) project: Option<String>,
}

/// How somebody shows who they are.
pub(super) enum Base {
    /// Not at all: for emulators.
    Nobody,
    /// By where it runs.
    Metadata,
    ServiceAccount(ServiceAccount),
    /// A person who logged in with gcloud.
    User {
        url: String,
        client_id: String,
        client_secret: Value,
        refresh_token: Value,
    },
    External(External),
}

/// A service account that somebody else acts as.
pub(super) struct Impersonated {
    pub(super) url: String,
    pub(super) delegates: Vec<String>,
}

/// What requests are made with.
pub(super) struct Granted {
    /// None for somebody without credentials.
    pub(super) token: Option<HeaderValue>,
    pub(super) quota_project: Option<HeaderValue>,
    pub(super) lives: Duration,
}

impl From<Base> for Login {
    fn from(base: Base) -> Self {
        Self {
            base,
            impersonated: None,
            quota_project: None,
            #[cfg(feature = "gcp-secret-manager")]
            project: None,
        }
    }
}

/// Whose token is wanted.
pub(super) struct Whose {
    /// Whether it is about something on this machine, which needs no credentials.
    pub(super) is_local: bool,
    /// Credentials that who started the program gave, in place of those that are found here.
    pub(super) given: Option<Value>,
}

/// Gets a token.
pub(super) async fn token(
    client: &Client,
    variables: Variables<'_>,
    whose: &Whose,
) -> Result<Granted, Failure> {
    let login = adc::find(variables, whose).await?;
    let quota_project = match text_of(variables, QUOTA_PROJECT) {
        Some(text) => text.ok(),
        None => login.quota_project,
    };
    let quota_project = quota_project.and_then(|project| HeaderValue::from_str(&project).ok());
    let (token, lives) = match login.base {
        Base::Nobody => return Ok(Granted { token: None, quota_project, lives: FOREVER }),
        Base::Metadata => metadata::token(client, variables).await?,
        Base::ServiceAccount(account) => {
            let token = account.token(SystemTime::now()).map_err(|why| {
                Failure::denied(format!("no credentials: of the service account's file, {why}"))
            })?;
            (token, USED)
        }
        Base::User { url, client_id, client_secret, refresh_token } => {
            let body = Form::default()
                .field("grant_type", b"refresh_token")
                .field("client_id", client_id.as_bytes())
                .field("client_secret", &client_secret)
                .field("refresh_token", &refresh_token);
            exchanged(client, url, body, None, USER).await?
        }
        Base::External(external) => external.token(client).await?,
    };
    let (token, lives) = match login.impersonated {
        Some(impersonated) => (impersonated.token(client, &token).await?, LIVES),
        None => (token, lives),
    };
    Ok(Granted { token: Some(bearer(&token)?), quota_project, lives })
}

#[cfg(feature = "gcp-secret-manager")]
/// The project that the credentials are of, where they say so.
pub(super) async fn project(
    client: &Client,
    variables: Variables<'_>,
    whose: &Whose,
) -> Result<Option<String>, Failure> {
    let login = adc::find(variables, whose).await?;
    match login.base {
        Base::Metadata => metadata::project(client, variables).await,
        _ => Ok(login.project),
    }
}

impl fmt::Debug for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whose").field("is_local", &self.is_local).finish_non_exhaustive()
    }
}

impl Impersonated {
    /// A token of the service account, for somebody who may act as it.
    async fn token(&self, client: &Client, of: &Value) -> Result<Value, Failure> {
        let mut body = Writer::default().raw("{\"scope\":[").text(SCOPE).raw("],\"lifetime\":");
        body = body.text(&format!("{}s", LIVES.as_secs())).raw(",\"delegates\":[");
        for (number, delegate) in self.delegates.iter().enumerate() {
            body = body.raw(if number > 0 { "," } else { "" }).text(delegate);
        }
        let mut request = Request::new(Method::POST, self.url.as_str());
        request.headers.insert(AUTHORIZATION, bearer(of)?);
        request.body = Some((Content::Json, body.raw("]}").finish()));
        let reply = client.send(request).await?;
        let token = || json::value(json::of(&reply.body)?.get("accessToken")?);
        match reply.status {
            200 => token().ok_or_else(|| strange(&reply)),
            400..=428 => Err(Failure::denied(
                "the credentials may not act as the service account that they name: it needs \
                 `roles/iam.serviceAccountTokenCreator` for them, and the API `iamcredentials.googleapis.com`",
            )),
            _ => Err(passing(&reply)),
        }
    }
}

/// Exchanges what somebody has for a token; `refused` says what to do when nothing is given for it.
pub(super) async fn exchanged(
    client: &Client,
    url: String,
    body: Form,
    authorization: Option<HeaderValue>,
    refused: &'static str,
) -> Result<(Value, Duration), Failure> {
    let mut request = Request::new(Method::POST, url);
    if let Some(authorization) = authorization {
        request.headers.insert(AUTHORIZATION, authorization);
    }
    request.body = Some((Content::Form, body.0));
    let reply = client.send(request).await?;
    match reply.status {
        200 => granted(&reply, "access_token").ok_or_else(|| strange(&reply)),
        400..=428 if reply.is_json => Err(Failure::denied(refused)),
        _ => Err(passing(&reply)),
    }
}

/// The token of an answer, and how long it lives.
pub(super) fn granted(reply: &Reply, name: &str) -> Option<(Value, Duration)> {
    let members = json::of(&reply.body).filter(|_| reply.is_json)?;
    let token = json::value(members.get(name)?)?;
    let lives = json::number(&members, "expires_in").map_or(UNKNOWN, Duration::from_secs);
    Some((token, lives))
}

/// The header with a token.
fn bearer(token: &Value) -> Result<HeaderValue, Failure> {
    http::token("Bearer ", token)
        .ok_or_else(|| Failure::denied("no credentials: what was given as a token is none"))
}

fn strange(reply: &Reply) -> Failure {
    Failure::unreachable(format!("something that gives no tokens answered at `{}`", reply.address))
}

/// Why a server gives no tokens at the moment.
fn passing(reply: &Reply) -> Failure {
    let words = format!("`{}`, which gives tokens, failed (HTTP {})", reply.address, reply.status);
    match (reply.status, Refusal::of(reply)) {
        (429, refusal) => {
            let asked = refusal.and_then(|refusal| refusal.pause);
            Failure::throttled(words, asked.or(reply.retry_after))
        }
        (500.., _) => Failure::unreachable(words),
        _ => strange(reply),
    }
}

/// Names and values as a form sends them, in memory that wipes itself.
#[derive(Default)]
pub(super) struct Form(Value);

impl Form {
    /// Adds a field.
    pub(super) fn field(mut self, name: &str, value: &[u8]) -> Self {
        // Of what is text in none of Google's encodings, nothing is sent.
        let value = std::str::from_utf8(value).unwrap_or_default();
        let mut encoded = Zeroizing::new(String::with_capacity(value.len() * 3));
        encode(value, &mut encoded);
        let room = self.0.len() + name.len() + encoded.len() + 2;
        let mut longer = Zeroizing::new(Vec::with_capacity(room));
        longer.extend_from_slice(&self.0);
        if !longer.is_empty() {
            longer.push(b'&');
        }
        for part in [name.as_bytes(), b"=", encoded.as_bytes()] {
            longer.extend_from_slice(part);
        }
        self.0 = longer;
        self
    }
}

/// What every token is for: the rights are those of its account.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// The variable that says whose quota counts, as Google's own libraries read it.
const QUOTA_PROJECT: &str = "GOOGLE_CLOUD_QUOTA_PROJECT";
const USER: &str = "gcloud's login has ended or was taken back: log in again with \
                    `gcloud auth application-default login`";
/// How long a token lives that is asked for by its length.
const LIVES: Duration = Duration::from_hours(1);
const UNKNOWN: Duration = Duration::from_mins(10);
const FOREVER: Duration = Duration::from_hours(24);
