//! Workload identity federation: a proof from elsewhere, such as a pipeline or another cloud, for a token of Google's.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use strongroom_vault::is_key_text;
use zeroize::Zeroizing;

use super::adc;
use super::client::{Client, Request};
use super::login::{Form, SCOPE, exchanged};
use crate::base64;
use crate::failure::Failure;
use crate::http;
use crate::json::{self, Writer};
use crate::store::Value;

/// Somebody whom another system knows.
pub(super) struct External {
    /// Where proofs are exchanged.
    pub(super) url: String,
    pub(super) audience: String,
    /// What the proof is.
    pub(super) kind: String,
    pub(super) user_project: Option<String>,
    pub(super) client: Option<(String, Value)>,
    pub(super) source: Source,
}

/// Where the proof is; a field, where it is one of a JSON.
pub(super) enum Source {
    File { path: PathBuf, field: Option<String> },
    Url { url: String, headers: Vec<(String, Value)>, field: Option<String> },
}

impl External {
    /// A token for the proof.
    pub(super) async fn token(&self, client: &Client) -> Result<(Value, Duration), Failure> {
        let proof = self.source.proof(client).await?;
        let mut body = Form::default()
            .field("grant_type", b"urn:ietf:params:oauth:grant-type:token-exchange")
            .field("requested_token_type", b"urn:ietf:params:oauth:token-type:access_token")
            .field("audience", self.audience.as_bytes())
            .field("scope", SCOPE.as_bytes())
            .field("subject_token_type", self.kind.as_bytes())
            .field("subject_token", &proof);
        if let Some(project) = &self.user_project {
            let options =
                Writer::default().raw("{\"userProject\":").text(project).raw("}").finish();
            body = body.field("options", &options);
        }
        let authorization = match &self.client {
            Some((id, secret)) => Some(basic(id, secret)?),
            None => None,
        };
        exchanged(client, self.url.clone(), body, authorization, REFUSED).await
    }
}

impl Source {
    async fn proof(&self, client: &Client) -> Result<Value, Failure> {
        let (bytes, field) = match self {
            Self::File { path, field } => (adc::secret_of_file(path.clone()).await?, field),
            Self::Url { url, headers, field } => (asked(client, url, headers).await?, field),
        };
        let none = || {
            Failure::denied(
                "no credentials: where the proof of who this is should be, there is none",
            )
        };
        let proof = match field {
            Some(field) => json::of(&bytes)
                .and_then(|members| json::value(members.get(field)?))
                .ok_or_else(none)?,
            None => Zeroizing::new(bytes.trim_ascii().to_vec()),
        };
        match std::str::from_utf8(&proof) {
            Ok(text) if !text.is_empty() && !is_key_text(text) => Ok(proof),
            _ => Err(none()),
        }
    }
}

async fn asked(client: &Client, url: &str, headers: &[(String, Value)]) -> Result<Value, Failure> {
    let mut request = Request::new(Method::GET, url);
    for (name, value) in headers {
        let parts = (HeaderName::from_bytes(name.as_bytes()), http::token("", value));
        // Some are words with a space between, such as `bearer …`.
        let value = parts.1.or_else(|| spaced(value));
        let (Ok(name), Some(value)) = (parts.0, value) else {
            return Err(Failure::denied(
                "no credentials: their `credential_source` has a header that is none",
            ));
        };
        request.headers.insert(name, value);
    }
    let reply = client.send(request).await?;
    match reply.status {
        200 => Ok(reply.body),
        status @ 400..=428 => Err(Failure::denied(format!(
            "no credentials: `{}` gives no proof of who this is (HTTP {status})",
            reply.address
        ))),
        status => Err(Failure::unreachable(format!(
            "`{}`, which proves who this is, failed (HTTP {status})",
            reply.address
        ))),
    }
}

fn spaced(value: &Value) -> Option<HeaderValue> {
    let at = value.iter().position(|&byte| byte == b' ')?;
    let (before, rest) = value.split_at(at + 1);
    http::token(std::str::from_utf8(before).ok()?, &Zeroizing::new(rest.to_vec()))
}

fn basic(id: &str, secret: &Value) -> Result<HeaderValue, Failure> {
    let mut plain = Zeroizing::new(Vec::with_capacity(id.len() + 1 + secret.len()));
    for part in [id.as_bytes(), b":", &secret[..]] {
        plain.extend_from_slice(part);
    }
    let encoded = Zeroizing::new(std::mem::take(&mut *base64::encode(&plain)).into_bytes());
    http::token("Basic ", &encoded)
        .ok_or_else(|| Failure::denied("no credentials: their `client_secret` is none"))
}

const REFUSED: &str = "the proof of who this is was refused: it has expired, or the workload identity pool does not \
                       take it; look at its provider's issuer, audience and attribute condition";
